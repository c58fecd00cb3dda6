/** What the program says of odd wishes: a number taken as classes, predictions to standard output, edited models as reports, options left aside. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../../src/protocol/report';
import { explainJson, run } from './run';

let folder: string;
const at = (name: string): string => join(folder, name);
const model = (): string => at('m.unveil.json');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unveil-wording-'));
  const rows = Array.from({ length: 120 }, (_, i) => `${i % 17 === 0 ? '' : (i * 7) % 30},${i % 3},${2 * ((i * 7) % 30) + (i % 3) + (i % 5) / 10},${(i * 11) % 25}`);
  writeFileSync(at('d.csv'), `a,prediction,y,many\n${rows.join('\n')}\n`);
  writeFileSync(at('new.csv'), 'a,prediction\n3,1\nabc,2\n99,0\n');
  const ran = await run(['explain', at('d.csv'), '--target', 'y', '--features', 'a,prediction', '--model', 'ebm', '--set', 'bags=3', '--set', 'rounds=60', '--brief', '--save', model(), '--quiet']);
  expect(ran.stderr).toBe('');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('explaining', () => {
  it('a number with the logistic model says that its values were taken as classes', async () => {
    const { notes } = await explainJson([at('d.csv'), '--target', 'many', '--features', 'a', '--model', 'logistic', '--brief']);
    expect(notes.some(({ kind, text }) => kind === 'guess' && text.includes('The target many is a number') && text.includes('each of its 25 different values'))).toBe(true);
    const few = await explainJson([at('d.csv'), '--target', 'prediction', '--features', 'a', '--model', 'logistic', '--brief']);
    expect(few.notes.map(note => note.text).join()).not.toContain('is a number');
  });
});

describe('predicting', () => {
  it('says each oddity of the rows once, and how columns were renamed', async () => {
    const { stdout } = await run(['predict', model(), at('new.csv'), '--out', at('p.csv')]);
    expect(stdout.match(/abc/g)).toHaveLength(1);
    expect(stdout).not.toMatch(/Missing cells|extrapolation/);
    expect(stdout).toContain('this model predicts such numbers as the nearest end of that range: 1 row has a above 29, the largest seen.');
    expect(stdout).toContain('"prediction" is written as "_prediction"');
  });

  it('to standard output prints the same file there, and what is counted to standard error', async () => {
    const ran = await run(['predict', model(), at('new.csv'), '--out', '-']);
    expect([ran.status, ran.stdout]).toEqual([0, readFileSync(at('p.csv'), 'utf8')]);
    expect(ran.stderr).toContain('abc');
    const quiet = await run(['predict', model(), at('new.csv'), '--out', '-', '--quiet']);
    expect([quiet.status, quiet.stdout, quiet.stderr]).toEqual([0, ran.stdout, '']);
  });

  it('without a place for the result names both', async () => {
    const ran = await run(['predict', model(), at('new.csv')]);
    expect([ran.status, ran.stderr]).toEqual([2, 'unveil: Name the file to write: --out FILE.csv, or --out - for standard output.\n']);
  });
});

describe('editing', () => {
  it('writes the report of the edited model as JSON and HTML', async () => {
    const ran = await run(['edit', model(), '--smooth', 'a', '--brief', '--out', at('e.unveil.json'), '--json', at('e.json'), '--html', at('e.html')]);
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toContain(`Written: report ${at('e.json')}, HTML report ${at('e.html')}, model ${at('e.unveil.json')}`);
    expect(ran.stdout).toContain('bins to either side as the bandwidth says');
    const report = JSON.parse(readFileSync(at('e.json'), 'utf8')) as Report;
    expect(report.notes[0]?.kind).toBe('edited');
    expect(report).toEqual((JSON.parse(readFileSync(at('e.unveil.json'), 'utf8')) as { report: Report }).report);
    expect(readFileSync(at('e.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  });

  it('refuses to write two results to one place', async () => {
    const ran = await run(['edit', model(), '--smooth', 'a', '--brief', '--out', at('f.json'), '--json', at('f.json')]);
    expect(ran.status).toBe(2);
    expect(existsSync(at('f.json'))).toBe(false);
  });
});

describe('exporting', () => {
  it('leaves a table aside that the language has no use for, and says so', async () => {
    const ran = await run(['export', model(), '--as', 'python', '--table', 't']);
    expect([ran.status, ran.stderr]).toEqual([0, 'Note: --table goes with --as sql only; it was left aside.\n']);
    expect(ran.stdout).toContain('def predict(row):');
  });
});
