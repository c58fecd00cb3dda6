/** `unveil card` and `unveil diff` as a user runs them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelFile } from '../../../src/protocol/modelFile';
import type { SideBySide } from '../../../src/protocol/sideBySide';
import { examples, run } from './run';

let folder: string;
const at = (name: string): string => join(folder, name);
const metricsIn = (file: string): unknown => (JSON.parse(readFileSync(at(file), 'utf8')) as ModelFile).report.performance?.metrics;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unveil-keep-'));
  const train = (save: string, ...more: string[]) => run(['explain', 'penguins.csv', '--target', 'species', '--model', 'logistic', '--brief', '--save', at(save), '--quiet', ...more], { cwd: examples });
  for (const ran of [await train('a.unveil.json'), await train('b.unveil.json', '--features', 'sex,year'), await train('c.unveil.json', '--seed', '2')]) expect(ran.stderr).toBe('');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('unveil diff', () => {
  it('tells what differs in recipe and metrics, and what is beyond chance', async () => {
    const ran = await run(['diff', at('a.unveil.json'), at('b.unveil.json')]);
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(/^a is better than b: its Log loss is lower by .*: beyond chance\.\n/);
    expect(ran.stdout).toMatch(/Features +all 7 +sex and year/);
  });

  it('gives the same as JSON, and compares nothing that was measured on other rows', async () => {
    const ran = await run(['diff', at('a.unveil.json'), at('b.unveil.json'), at('c.unveil.json'), '--json', '-']);
    const found = JSON.parse(ran.stdout) as SideBySide;
    expect([found.format, found.version]).toEqual(['unveil-diff', 1]);
    expect(found.pairs.map(({ first, second, sameFolds, beyondChance }) => [first, second, sameFolds, beyondChance])).toEqual([[0, 1, true, true], [0, 2, false, undefined], [1, 2, false, undefined]]);
    expect(found.models[0]!.performance!.foldRows!.reduce((a, b) => a + b, 0)).toBe(found.models[0]!.performance!.rows);
  });

  it('ends in one sentence where there is nothing to compare', async () => {
    for (const args of [['diff'], ['diff', at('a.unveil.json')], ['diff', at('a.unveil.json'), at('none.unveil.json')], ['diff', at('a.unveil.json'), at('b.unveil.json'), '--json', at('a.unveil.json')]]) {
      const ran = await run(args);
      expect([ran.status, ran.stdout]).toEqual([2, '']);
      expect(ran.stderr).toMatch(/^unveil: [^\n]+\n$/);
    }
  });
});

describe('unveil card', () => {
  it('writes a card whose command repeats the numbers', async () => {
    const ran = await run(['card', at('b.unveil.json'), '--out', at('b.md')]);
    expect([ran.status, ran.stdout, ran.stderr]).toEqual([0, '', '']);
    const card = readFileSync(at('b.md'), 'utf8');
    expect(card).toMatch(/### By class[^]*\| Adelie \| 152 \|/);
    const [, line] = /```sh\nunveil (.*)\n```/.exec(card)!;
    const again = await run([...line!.split(' '), '--save', at('again.unveil.json'), '--quiet'], { cwd: examples });
    expect(again.stderr).toBe('');
    expect(metricsIn('again.unveil.json')).toEqual(metricsIn('b.unveil.json'));
  });

  it('goes to standard output, and never in the place of the model', async () => {
    expect((await run(['card', at('a.unveil.json')])).stdout).toMatch(/^# Model card: /);
    const ran = await run(['card', at('a.unveil.json'), '--out', at('a.unveil.json')]);
    expect(ran.status).toBe(2);
    expect(metricsIn('a.unveil.json')).toBeDefined();
  });
});
