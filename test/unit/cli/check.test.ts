/** `unveil check` as a user runs it, and the checks in the report of `unveil explain`. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportChecks } from '../../../src/protocol/checks';
import { Rng } from '../../../src/engine/math/random';
import { examples, explainJson, run } from './run';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unveil-check-'));
  const rng = new Rng(1);
  const rows = Array.from({ length: 150 }, (_, i) => {
    const [a, b] = [rng.normal(), rng.normal()];
    const y = a + b + rng.normal();
    return [a, b, y * 1.8 + 32, i % 2 ? 'p' : 'q', y].join(',');
  });
  writeFileSync(at('leaky.csv'), `a,b,"leak, in °F",g,y\n${[...rows, ...rows.slice(0, 60)].join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('unveil check', () => {
  it('tells each finding with its fix as flags that can be typed, and the effect of the fix', async () => {
    const ran = await run(['check', at('leaky.csv'), '--target', 'y', '--effects']);
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(/Leakage \(SEVERE\)\n {2}"leak, in °F" alone predicts the target/);
    expect(ran.stdout).toContain(`Fix: Leave out "leak, in °F": --drop '"leak, in °F"'`);
    expect(ran.stdout).toMatch(/Duplicates \(SEVERE\)\n {2}60 rows of 210 repeat/);
    expect(ran.stdout).toMatch(/With the fix the held-out RMSE of the linear regression rises \(worse\)/);
    const fixed = await run(['check', at('leaky.csv'), '--target', 'y', '--drop', '"leak, in °F"', '--folds', '5', '--duplicates', 'together']);
    expect([fixed.status, fixed.stdout]).toEqual([0, expect.stringContaining('none of them is held out while a copy is trained on')]);
    expect(fixed.stdout).not.toContain('Leakage (');
  });

  it('writes JSON, and refuses what it cannot do in one sentence', async () => {
    const ran = await run(['check', join(examples, 'iris.csv'), '--target', 'target', '--json', '-']);
    const found = JSON.parse(ran.stdout) as { format: string; checks: ReportChecks };
    expect(found.format).toBe('unveil-checks');
    expect(found.checks.findings.filter(({ id, severity }) => id === 'leakage' || severity !== 'information')).toEqual([]);
    const wrong: [string[], RegExp][] = [
      [['--holdout-last'], /^unveil: --holdout-last goes with --holdout[^\n]+\n$/],
      [['--duplicates', 'gone'], /^unveil: --duplicates takes apart or together[^\n]+\n$/],
      [['--duplicates', 'together', '--holdout', '0.2'], /^unveil: --duplicates together goes with --folds only\.\n$/],
      [['--json', join(examples, 'iris.csv')], /^unveil: [^\n]+\n$/],
    ];
    for (const [args, sentence] of wrong) {
      const refused = await run(['check', join(examples, 'iris.csv'), ...args]);
      expect([refused.status, refused.stderr]).toEqual([2, expect.stringMatching(sentence)]);
    }
    expect(readFileSync(join(examples, 'iris.csv'), 'utf8')).toMatch(/petal width/);
  });
});

describe('the report', () => {
  it('holds the checks, their section and the severe ones as notes', async () => {
    const report = await explainJson([at('leaky.csv'), '--target', 'y', '--brief']);
    expect(report.checks!.findings.map(({ id }) => id)).toEqual(expect.arrayContaining(['leakage', 'duplicates']));
    expect(report.checks!.findings.every(({ effect }) => effect === undefined)).toBe(true);
    expect(report.sections.find(({ kind }) => kind === 'checks')).toMatchObject({ panel: 'data', id: 'checks' });
    expect(report.notes.filter(({ kind, text }) => kind === 'warning' && /^(Leakage|Duplicates): /.test(text)).length).toBe(2);
    expect(report.timings['check']).toBeGreaterThanOrEqual(0);
  });

  it('is repeated from its recipe with the last rows held out', async () => {
    const report = await explainJson([at('leaky.csv'), '--target', 'y', '--holdout', '0.2', '--holdout-last', '--brief']);
    expect(report.recipe.split).toEqual({ scheme: 'holdout', share: 0.2, last: true });
    expect(report.performance!.scheme).toBe('hold-out of the last 20 % of the rows');
    writeFileSync(at('recipe.json'), JSON.stringify(report.recipe));
    const again = await explainJson([at('leaky.csv'), '--recipe', at('recipe.json')]);
    expect(again.performance).toEqual(report.performance);
  });
});
