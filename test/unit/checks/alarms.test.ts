/** How often the checks cry wolf, and what stands in a report. */
import { describe, expect, it } from 'vitest';
import { changedFields, checkIds, withFix } from '../../../src/protocol/checks';
import { num } from '../../../src/engine/checks/words';
import { sampleOf } from '../../../src/engine/checks/checkData';
import { checkNotes, checksSection } from '../../../src/engine/report/sectionsChecks';
import { Rng } from '../../../src/engine/math/random';
import { checked, clean, dataset, normals, numbers } from './made';

describe('the checks together', () => {
  it('find something in at most 3 % of clean random data sets', async () => {
    let alarms = 0;
    const all = 200;
    for (let seed = 1; seed <= all; seed++) {
      const { findings } = await checked(clean(1000 + seed, 150 + (seed % 5) * 100, seed % 2 === 0));
      if (findings.length > 0) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(0.03 * all);
  });

  it('name each check once as found, passed or not made', async () => {
    const result = await checked(clean(1, 300, true));
    const named = new Set([...result.passed, ...result.notRun.map(({ id }) => id), ...result.findings.map(({ id }) => id)]);
    expect([...named].sort()).toEqual([...checkIds].sort());
    expect(checksSection(result).summary).toBe('None of the checks found anything.');
  });

  it('look at a sample of large data, in the order of the file, and give the same again', async () => {
    const rng = new Rng(1);
    const n = 30_000;
    const x = normals(rng, n);
    const made = dataset([numbers('x', x)], x.map((v, i) => v + rng.normal() + (i > 20_000 ? 2 : 0)));
    const sample = sampleOf(made);
    expect(sample.table.rows).toBe(10_000);
    expect(sample.sourceRows!.every((row, i) => i === 0 || row > sample.sourceRows![i - 1]!)).toBe(true);
    const one = await checked(made);
    expect([one.rows, one.of]).toEqual([10_000, n]);
    // Rows are named as those of the file, not of the sample.
    expect(Math.abs(Number(one.findings.find(({ id }) => id === 'drift')!.evidence['changeAfterRow']) - 20_000)).toBeLessThan(300);
    expect(await checked(made)).toEqual(one);
    expect(checksSection(one).method).toMatch(/^10,000 rows at random of 30,000/);
  });

  it('say how near to 1 a number is that is not 1', () => {
    expect([num(0.99999997), num(-0.9999), num(1), num(0.5)]).toEqual(['0.99999997', '-0.9999', '1', '0.5']);
  });

  it('put severe findings at the top of a report, once', async () => {
    const rng = new Rng(5);
    const x = normals(rng, 300);
    const y = x.map(v => v + rng.normal());
    const result = await checked(dataset([numbers('x', x), numbers('leak', y)], y));
    expect(checkNotes(result, []).map(({ kind, text }) => [kind, text.slice(0, 20)])).toEqual([['warning', 'Leakage: "leak" alon']]);
    expect(checkNotes(result, [{ kind: 'warning', text: 'The feature "leak" holds the same information as the target "y" in every row.' }])).toEqual([]);
  });

  it('add to what a request says already', () => {
    const request = { file: 'a.csv', drop: ['a'], options: { penalty: 'ridge' } };
    expect(withFix(request, { drop: ['b'], options: { rareLevels: 5 } })).toEqual({ file: 'a.csv', drop: ['a', 'b'], options: { penalty: 'ridge', rareLevels: 5 } });
    expect(changedFields({ options: { l1Ratio: 1 } }, { drop: ['b'] })).toEqual({ drop: ['b'] });
  });
});
