/** Which rows are trained on where classes are evened out: drawn once for all ratios, folds and refits, and counted in the report. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';
import { evenRows, fittedRowsOf, keptOfEach } from '../../../src/engine/models/evenClasses/rows';
import { explain } from '../../../src/engine/run';
import { dataset, normals, numbers } from '../checks/made';

const n = 200;
const x = normals(new Rng(1), n);
/** 20 rows of a, 60 of b, 120 of c, one among the others. */
const classes = Array.from({ length: n }, (_, i) => (i % 10 === 0 ? 'a' : i % 10 < 4 ? 'b' : 'c'));
const made = (seed = 1, options = {}) => dataset([numbers('x', x)], classes, { seed, options });
const all = made();
const drawn = (ratio: number, rows?: Int32Array, from = all): number[] => [...evenRows(from, ratio, rows) ?? []];
const counts = (rows: readonly number[]): number[] => ['a', 'b', 'c'].map(name => rows.filter(row => classes[row] === name).length);

describe('the rows of evened classes', () => {
  it('are at most so many times those of the smallest class, in the order of the data', () => {
    expect([1, 2, 5.5].map(ratio => counts(drawn(ratio)))).toEqual([[20, 20, 20], [20, 40, 40], [20, 60, 110]]);
    for (const ratio of [1, 2, 5.5]) expect(drawn(ratio)).toEqual([...new Set(drawn(ratio))].sort((a, b) => a - b));
    expect(evenRows(all, 6)).toBeUndefined();
    expect(evenRows(all, 0)).toBeUndefined();
    expect(keptOfEach([0, 3, 10], 0.1)).toEqual([0, 1, 1]);
  });

  it('are the same for the same seed, and others for another', () => {
    expect(drawn(1, undefined, made(1))).toEqual(drawn(1));
    expect(drawn(1, undefined, made(2))).not.toEqual(drawn(1));
  });

  it('of a smaller ratio are a part of those of a larger one', () => {
    const ratios = [0.5, 1, 1.5, 2, 3, 5].map(ratio => new Set(drawn(ratio)));
    ratios.slice(1).forEach((larger, i) => {
      expect(larger.size).toBeGreaterThan(ratios[i]!.size);
      expect([...ratios[i]!].filter(row => !larger.has(row))).toEqual([]);
    });
  });

  it('of a part of the data are those of all data, as far as the part has them', () => {
    const kept = new Set(drawn(1));
    const rows = Int32Array.from({ length: n }, (_, i) => i);
    const without = (gone: (row: number) => boolean): number[] => drawn(1, rows.filter(row => !gone(row)));
    // Without rows that are left out anyway nothing changes; without one that is kept another one takes its place.
    expect(without(row => !kept.has(row) && row % 2 === 1)).toEqual(drawn(1));
    const lost = drawn(1).find(row => classes[row] === 'c')!;
    const next = without(row => row === lost);
    expect(next.filter(row => !kept.has(row))).toHaveLength(1);
    expect([...kept].filter(row => !next.includes(row))).toEqual([lost]);
  });
});

describe('the report of a model of evened classes', () => {
  const request = { file: fileURLToPath(new URL('../../../examples/penguins.csv', import.meta.url)), target: 'species', features: ['body_mass_g', 'sex'], model: 'logistic', split: { scheme: 'holdout', share: 0.3 } } as const;
  const reported = async (classRatio: number) => (await explain({ ...request, options: { classRatio } }, new CancellableContext())).report;

  it('tells how many rows it is fitted on, and nothing of it where these are all', async () => {
    const { data, notes, sections } = await reported(1);
    // 68 of the smallest of three species.
    expect([data.rowsUsed, data.rowsFitted]).toEqual([344, 204]);
    expect(JSON.stringify(notes)).toContain('trained on 204 of 344 rows');
    expect(JSON.stringify(sections)).toContain('fitted on 204 rows');
    expect((await reported(1000)).data).not.toHaveProperty('rowsFitted');
  });

  it('is of as many rows as are drawn', () => {
    expect(fittedRowsOf(made(1, { classRatio: 2 }))).toBe(100);
    expect(fittedRowsOf(made(1, { classRatio: 6 }))).toBe(n);
    expect(fittedRowsOf(all)).toBe(n);
  });
});
