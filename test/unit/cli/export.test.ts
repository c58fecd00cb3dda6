/** `unveil export` as a user runs it: code on standard output or in a file, and one sentence where it cannot be. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examples, run } from './run';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unveil-export-'));
  const ran = await run(['explain', join(examples, 'penguins.csv'), '--target', 'species', '--holdout', '0', '--brief', '--save', at('m.unveil.json'), '--quiet']);
  expect(ran.stderr).toBe('');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('unveil export', () => {
  it('writes the code to standard output or to a file', async () => {
    const python = await run(['export', at('m.unveil.json'), '--as', 'python']);
    expect([python.status, python.stderr]).toEqual([0, '']);
    expect(python.stdout).toContain('def predict(row):');
    const sql = await run(['export', at('m.unveil.json'), '--as', 'sql', '--table', 'my "birds"', '--out', at('m.sql')]);
    expect([sql.status, sql.stdout, sql.stderr]).toEqual([0, '', '']);
    expect(readFileSync(at('m.sql'), 'utf8')).toContain('FROM "my ""birds"""');
  });

  it('ends in one sentence where what is asked cannot be', async () => {
    const wrong: [string[], RegExp][] = [
      [['--as', 'cobol'], /^unveil: --as takes typescript, python or sql, not "cobol"\.\n$/],
      [['--as', 'python', '--out', at('m.unveil.json')], /^unveil: [^\n]+\n$/],
      [[], /--as/],
    ];
    for (const [args, sentence] of wrong) {
      const ran = await run(['export', at('m.unveil.json'), ...args]);
      expect(ran.status).toBe(2);
      expect(ran.stderr).toMatch(sentence);
    }
    expect(JSON.parse(readFileSync(at('m.unveil.json'), 'utf8')).format).toBe('unveil-model');
    const none = await run(['export', at('none.unveil.json'), '--as', 'sql', '--out', at('none.sql')]);
    expect([none.status, existsSync(at('none.sql'))]).toEqual([2, false]);
  });
});
