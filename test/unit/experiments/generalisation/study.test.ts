/** Generalisation with planted shifts: AUC of known size, weighting that recovers a known error, groups that differ, files that differ. */
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../../src/engine/data/dataset';
import { differencesOf } from '../../../../src/engine/experiments/generalisation/differences';
import { matchTables } from '../../../../src/engine/experiments/generalisation/match';
import { measureShift, shiftOf } from '../../../../src/engine/experiments/generalisation/shift';
import { generalisationStudy } from '../../../../src/engine/experiments/generalisation/study';
import { weightedEstimate } from '../../../../src/engine/experiments/generalisation/weighting';
import { generalisationSections } from '../../../../src/engine/report/sectionsGeneralisation';
import { normalCdf, normalQuantile } from '../../../../src/engine/math/distributions';
import { Rng } from '../../../../src/engine/math/random';
import { classTarget, codeColumn, makeDataset, numberColumn, numberTarget, quiet } from '../../evaluate/stub';

const rows = (from: number, count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => from + i);
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Two halves of normal numbers, the second shifted by so many standard deviations and so much wider. */
function halves(count: number, shift: number, wider: number, seed: number): Dataset {
  const rng = new Rng(seed);
  const x = Array.from({ length: 2 * count }, (_, i) => (i < count ? rng.normal() : shift + wider * rng.normal()));
  const other = Array.from({ length: 2 * count }, () => rng.normal());
  return makeDataset([numberColumn('x', x), numberColumn('other', other)], numberTarget(x.map(value => value + rng.normal())));
}

const shiftBetween = async (dataset: Dataset, a: Int32Array, b: Int32Array) => {
  const { auc, ...shift } = shiftOf(await measureShift(dataset, a, b, 'logistic', quiet()), 0.95);
  return { ...shift, auc: auc! };
};

describe('a domain classifier', () => {
  it('tells normal numbers a standard deviation apart with an AUC of Φ(1/√2) = 0.760', async () => {
    // Both halves are quantiles of their normal distribution: no chance but that of the folds.
    const x = Array.from({ length: 1000 }, (_, i) => normalQuantile(((i % 500) + 0.5) / 500) + (i < 500 ? 0 : 1));
    const shift = await shiftBetween(makeDataset([numberColumn('x', x)], numberTarget(x)), rows(0, 500), rows(500, 500));
    const known = normalCdf(Math.SQRT1_2);
    expect(known).toBeCloseTo(0.760, 3);
    expect(Math.abs(shift.auc.value - known)).toBeLessThan(0.01);
    expect(shift.auc.low!).toBeLessThan(known);
    expect(shift.auc.high!).toBeGreaterThan(known);
    expect(shift.features[0]).toMatchObject({ name: 'x', distance: expect.closeTo(1, 2) });
  });

  it('finds nothing where there is no shift: the interval holds 0.5', async () => {
    for (const seed of [1, 2, 3]) {
      const shift = await shiftBetween(halves(200, 0, 1, seed), rows(0, 200), rows(200, 200));
      expect(shift.auc.low!).toBeLessThan(0.5);
      expect(shift.auc.high!).toBeGreaterThan(0.5);
      expect(shift.features.every(({ psi }) => psi < 0.25)).toBe(true);
    }
  });

  it('sees a difference in spread alone, and its ratios are those of the densities', async () => {
    const dataset = halves(1500, 0, 2, 5);
    const found = await measureShift(dataset, rows(0, 1500), rows(1500, 1500), 'logistic', quiet());
    expect(shiftOf(found, 0.95).auc!.low!).toBeGreaterThan(0.6);
    const column = dataset.table.columns[0]!;
    if (column.storage !== 'number') throw new Error('numbers expected');
    // Of N(0, 2²) to N(0, 1): ½ exp(3 x² / 8). Compared where there are many rows.
    const errors = Array.from(found.ratios).flatMap((ratio, i) => (Math.abs(column.values[i]!) < 1.5 ? [Math.abs(Math.log(ratio) - Math.log(0.5) - (3 * column.values[i]! ** 2) / 8)] : []));
    expect(errors.reduce((a, b) => a + b, 0) / errors.length).toBeLessThan(0.25);
  });
});

describe('importance weighting', () => {
  it('by hand: the weighted mean, its effective rows and what is cut off', () => {
    const found = weightedEstimate({ losses: [1, 4, 9, NaN], ratios: [1, 2, 1000, 5] }, value => value, 0.95)!;
    expect(found.estimate.value).toBeCloseTo((1 + 8 + 180) / 23, 12);
    expect(found.unweighted.value).toBeCloseTo(14 / 3, 12);
    expect(found).toMatchObject({ rows: 3, clippedRows: 1 });
    expect(found.effectiveRows).toBeCloseTo(23 ** 2 / (1 + 4 + 400), 12);
    const spread = Math.sqrt([[1, 1], [2, 4], [20, 9]].reduce((sum, [w, l]) => sum + ((w! / 23) * (l! - 189 / 23)) ** 2, 0));
    expect(found.estimate.high! - found.estimate.value).toBeCloseTo(1.959964 * spread, 5);
  });

  it('recovers the error under a known covariate shift, which the unweighted estimate misses', async () => {
    // y = x² and noise: a straight line fails more where x is larger. The second file has x around 1 instead of 0.
    const make = (count: number, centre: number, seed: number): Dataset => {
      const rng = new Rng(seed);
      const x = Array.from({ length: count }, () => centre + rng.normal());
      return makeDataset([numberColumn('x', x)], numberTarget(x.map(value => value * value + 0.3 * rng.normal())));
    };
    const dataset = make(3000, 0, 1);
    const other = make(3000, 1, 2);
    const { study } = await generalisationStudy({ dataset, family: 'linear', other: { name: 'second.csv', table: { rows: 3000, columns: [...other.table.columns, numberColumn('y', (other.target as { values: Float64Array }).values)] } } }, quiet());
    const { weighted, loss, within, drop, shift } = study.transfer!;
    // The line that fits best is y = 1, so that the squared error is (x² − 1)² + 0.09: mean 2.09 at the first; with x = 1 + z it is 7 + 0.09 at the second.
    expect(within!.value).toBeCloseTo(Math.sqrt(2.09), 0);
    expect(Math.abs(loss!.value - Math.sqrt(7.09))).toBeLessThan(0.25);
    expect(drop!.low!).toBeGreaterThan(0.5);
    expect(Math.abs(weighted!.estimate.value - loss!.value)).toBeLessThan(0.35 * Math.abs(weighted!.unweighted.value - loss!.value));
    expect(weighted!.estimate.low!).toBeLessThan(Math.sqrt(7.09));
    expect(weighted!.effectiveRows).toBeLessThan(3000);
    expect(Math.abs(shift!.auc!.value - 0.7602)).toBeLessThan(0.03);
  });
});

describe('a refit with weights', () => {
  it('helps a boosted model without pairs, where the effect of one feature depends on another that shifts', async () => {
    const make = (centre: number, seed: number) => {
      const rng = new Rng(seed);
      const [a, b] = [Array.from({ length: 300 }, () => rng.normal()), Array.from({ length: 300 }, () => centre + rng.normal())];
      return { a, b, y: a.map((value, i) => value * b[i]! + 0.1 * rng.normal()) };
    };
    const [first, second] = [make(0, 11), make(1.5, 12)];
    const dataset = makeDataset([numberColumn('a', first.a), numberColumn('b', first.b)], numberTarget(first.y), { options: { pairs: 0, bags: 2, rounds: 200 }, split: { scheme: 'kFold', folds: 2 } });
    const table = { rows: 300, columns: [numberColumn('a', second.a), numberColumn('b', second.b), numberColumn('y', second.y)] };
    const { study } = await generalisationStudy({ dataset, family: 'ebm', other: { name: 'second.csv', table } }, quiet());
    const { loss, refit } = study.transfer!;
    expect(refit!.change.high!).toBeLessThan(0);
    expect(refit!.loss.value).toBeCloseTo(loss!.value + refit!.change.value, 12);
    expect(study.done).toBe(5);
    const sections = generalisationSections(study, 'Boosting');
    expect(plain(sections)).toEqual(sections);
    expect(sections.map(({ id }) => id)).toEqual(['found', 'transfer', 'fileWeighting', 'fileDrift', 'columns']);
  });
});

/** Three sites; at "c" the effect of x is the opposite. */
function sites(flipped: boolean): Dataset {
  const rng = new Rng(7);
  const count = 240;
  const site = Array.from({ length: count }, (_, i) => i % 3);
  const x = site.map(() => rng.normal());
  const y = x.map((value, i) => (flipped && site[i] === 2 ? -2 : 2) * value + 0.5 * rng.normal());
  return makeDataset([codeColumn('site', site, ['a', 'b', 'c']), numberColumn('x', x)], numberTarget(y));
}

describe('leaving groups out', () => {
  it('finds the group in which the features mean something else, and weighting cannot help', async () => {
    const { study } = await generalisationStudy({ dataset: sites(true), family: 'linear', groupColumn: 'site' }, quiet());
    expect(study.domains.map(({ name, rows: own }) => [name, own])).toEqual([['a', 80], ['b', 80], ['c', 80]]);
    const c = study.domains[2]!;
    expect(c.drop!.low!).toBeGreaterThan(0);
    expect(c.drop!.value).toBeCloseTo(c.loss!.value - c.within!.value, 12);
    expect(c.loss!.value).toBeGreaterThan(c.baseline!);
    expect(c.shift!.auc!.low!).toBeLessThan(0.5);
    expect(c.shift!.features.map(({ name }) => name)).toEqual(['x']);
    expect(c.weighted!.estimate.value).toBeLessThan(c.loss!.low!);
    expect(study.findings.some(text => /most in "c"/.test(text))).toBe(true);
    expect(study.notes[0]!.text).toContain('"site" is no feature');
    expect(study.findings.filter(text => text.includes('What the features mean'))).toEqual([expect.stringMatching(/^In "c" the RMSE rises beyond chance/)]);
    expect(c.refit!.change.high!).toBeGreaterThan(-0.05);
  });

  it('finds no drop where the groups are alike', async () => {
    const { study } = await generalisationStudy({ dataset: sites(false), family: 'linear', groupColumn: 'site' }, quiet());
    for (const { drop, loss, weighted } of study.domains) {
      expect(Math.abs(drop!.value)).toBeLessThan(0.05);
      // Nothing to correct: the weights are near 1.
      expect(Math.abs(weighted!.estimate.value - weighted!.unweighted.value)).toBeLessThan(0.05);
      expect(weighted!.effectiveRows).toBeGreaterThan(0.8 * weighted!.rows);
      expect(loss!.low!).toBeLessThan(loss!.value);
    }
    expect(study.findings[0]).toMatch(/^In none of 3 groups of "site" does the RMSE rise beyond chance/);
    expect(study.findings.join(' ')).not.toContain('seems to differ');
    expect(study.findings.join(' ')).toMatch(/By the features no group is told from the rest beyond chance/);
  });

  it('with classes gives the log loss, and sections of finite numbers', async () => {
    const { table, target } = sites(true);
    const codes = Array.from((target as { values: Float64Array }).values, value => (value > 0 ? 1 : 0));
    const dataset = makeDataset(table.columns, classTarget(codes, ['no', 'yes']));
    const { study } = await generalisationStudy({ dataset, family: 'logistic', groupColumn: 'site' }, quiet());
    expect(study.loss).toBe('log loss');
    expect(study.domains[2]!.loss!.value).toBeGreaterThan(Math.log(2));
    const sections = generalisationSections(study, 'Logistic regression');
    expect(plain(study)).toEqual(study);
    expect(plain(sections)).toEqual(sections);
    expect(new Set(sections.map(({ id }) => id)).size).toBe(sections.length);
    expect(JSON.stringify(sections)).not.toMatch(/NaN|undefined|null/);
  });

  it('refuses what is no domain in one sentence', async () => {
    await expect(generalisationStudy({ dataset: sites(true), family: 'linear' }, quiet())).rejects.toThrow(/Name a column/);
    await expect(generalisationStudy({ dataset: sites(true), family: 'linear', groupColumn: 'nowhere' }, quiet())).rejects.toThrow(/no column "nowhere"/);
    await expect(generalisationStudy({ dataset: sites(true), family: 'linear', groupColumn: 'y' }, quiet())).rejects.toThrow(/target "y" cannot be/);
    await expect(generalisationStudy({ dataset: sites(true), family: 'nothing', groupColumn: 'site' }, quiet())).rejects.toThrow(/no model "nothing"/);
  });
});

describe('two files', () => {
  const first = makeDataset(
    [numberColumn('n', rows(0, 40)), codeColumn('c', rows(0, 40).map(i => i % 2), ['a', 'b']), numberColumn('gone', rows(0, 40)), numberColumn('t', rows(0, 40))],
    classTarget(rows(0, 40).map(i => (i % 4 > 1 ? 1 : 0)), ['no', 'yes']),
  );
  const second = {
    rows: 30, columns: [
      codeColumn('n', rows(0, 30).map(i => i % 3), ['1', '2', '70']), codeColumn('c', rows(0, 30).map(i => (i % 2 === 0 ? 0 : 1)), ['b', 'z']), numberColumn('new', rows(0, 30)),
      numberColumn('t', Array.from({ length: 30 }, (_, i) => (i < 15 ? NaN : 2 * i))), codeColumn('y', rows(0, 30).map(i => i % 3), ['maybe', 'no', 'yes']),
    ],
  };

  it('have their columns matched by name and their differences listed', () => {
    expect(differencesOf(first, second).map(({ column, difference }) => [column, difference])).toEqual([
      ['n', 'kind'], ['c', 'levels'], ['gone', 'only in the first'], ['t', 'range'], ['t', 'missing cells'], ['new', 'only in the second'],
    ]);
    expect(differencesOf(first, second)[1]!.words).toBe('Only in the second file: "z"; only in the first: "a".');
  });

  it('become one table in the form of the first, with the classes of the first', () => {
    const { joined, mismatch, target, source } = matchTables(first, { name: 'second.csv', table: second });
    expect(joined.features).toEqual(['n', 'c', 't']);
    expect(mismatch).toEqual({ lacking: ['gone'], of: 4, unknown: [{ name: 'maybe', rows: 10 }], untold: 0, gone: [] });
    expect([source.length, target.length, joined.table.rows]).toEqual([40, 20, 60]);
    const [n, c] = joined.table.columns;
    expect(n).toMatchObject({ storage: 'number' });
    // Rows 1 and 2 of the second file are the first with a class of the first: "2" and "70".
    expect((n as { values: Float64Array }).values.slice(40, 42)).toEqual(Float64Array.of(2, 70));
    expect(c).toMatchObject({ levels: ['a', 'b', 'z'] });
    expect((c as { codes: Int32Array }).codes.slice(40, 42)).toEqual(Int32Array.of(2, 1));
    expect((joined.target as { codes: Int32Array }).codes.slice(40, 42)).toEqual(Int32Array.of(0, 1));
  });

  it('keep the groups of the folds of the first whole, though the second has no such groups', () => {
    const grouped = { ...first, features: ['n', 'c'], recipe: { ...first.recipe, split: { scheme: 'kFold' as const, folds: 5, groupColumn: 'gone' } } };
    const { joined } = matchTables(grouped, { name: 'second.csv', table: second });
    const column = joined.table.columns.find(({ name }) => name === 'gone') as { values: Float64Array };
    expect(joined.features).not.toContain('gone');
    expect([column.values[39], column.values[40], column.values.length]).toEqual([39, NaN, 60]);
  });

  it('without the target, or with no row that has one, are refused', () => {
    expect(() => matchTables(first, { name: 'second.csv', table: { ...second, columns: second.columns.slice(0, 4) } })).toThrow(/no column "y"/);
    expect(() => matchTables(first, { name: 'second.csv', table: { rows: 30, columns: [...second.columns.slice(0, 4), codeColumn('y', new Int32Array(30), ['maybe'])] } })).toThrow(/0 rows with a value of "y"/);
  });
});

describe('classes that one domain holds alone', () => {
  it('are named, for their loss elsewhere says nothing of the features', async () => {
    const domain = Array.from({ length: 120 }, (_, i) => i % 3);
    const codes = domain.map((where, i) => (where === 2 && i % 2 === 0 ? 2 : i % 2));
    const rng = new Rng(3);
    const dataset = makeDataset([numberColumn('x', codes.map(code => code + rng.normal())), codeColumn('where', domain, ['a', 'b', 'c'])], classTarget(codes, ['p', 'q', 'r']), { features: ['x'] });
    const { study: { findings } } = await generalisationStudy({ dataset, family: 'logistic', groupColumn: 'where' }, quiet());
    expect(findings.filter(text => text.startsWith('The class'))).toEqual(['The class "r" occurs in "c" alone: a model that has not seen that group cannot know it, and its loss there says so.']);
  });
});
