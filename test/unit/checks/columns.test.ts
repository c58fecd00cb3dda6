/** Small classes, rare levels, nearly constant and collinear columns. */
import { describe, expect, it } from 'vitest';
import { inverseOf } from '../../../src/engine/checks/correlations';
import { withEffects } from '../../../src/engine/checks/effects';
import { CancellableContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';
import { familyFor } from '../../../src/engine/models/families';
import { checked, clean, dataset, effectOf, found, normals, numbers, texts } from './made';

const rng = new Rng(21);
const n = 800;
const x = normals(rng, n);

describe('the check for small classes', () => {
  const classes = Array.from(x, (v, i) => (v + rng.normal() > 2.1 || i < 3 ? 'fraud' : 'fine'));
  const rows = classes.filter(c => c === 'fraud').length;
  const made = dataset([numbers('x', x)], classes);

  it('counts the rows of the smallest and what always answering the largest gets right', async () => {
    const [finding] = await found(made, 'imbalance');
    expect(finding!.evidence).toMatchObject({ smallestClass: 'fraud', rowsOfSmallest: rows, baselineAccuracy: (n - rows) / n });
    expect(finding!.sentence).toContain(`"fraud" has ${rows} rows of 800`);
    expect(await found(clean(1, 300, true), 'imbalance')).toEqual([]);
  });

  it('trains on as many rows of each class with its fix, keeps the slope and tells that probabilities are of another mixture', async () => {
    const family = familyFor('classification');
    const even = { ...made, recipe: { ...made.recipe, options: { classRatio: 1 } } };
    const [all, part] = [await family.fit(made, new CancellableContext()), await family.fit(even, new CancellableContext())];
    expect(part.notes[0]!.text).toMatch(new RegExp(`trained on ${2 * rows} of 800 rows, as many of each class`));
    const slope = (model: typeof all) => model.weights!(0.95).find(({ term }) => term === 'x')!;
    expect(slope(part).low!).toBeLessThan(slope(all).estimate);
    expect(slope(part).high!).toBeGreaterThan(slope(all).estimate);
    const mean = (model: typeof all): number => model.predict(made.table).probabilities!.filter((_, i) => i % 2 === 1).reduce((a, b) => a + b, 0) / n;
    // Classes are in sort order: the second column is that of "fraud".
    expect(mean(all)).toBeCloseTo(rows / n, 3);
    expect(mean(part)).toBeGreaterThan(2 * (rows / n));
    const again = await family.fit(even, new CancellableContext());
    expect(again.weights!(0.95)).toEqual(part.weights!(0.95));
  });

  it('tells that evening out costs log loss', async () => {
    const { effect } = await effectOf(made, 'imbalance');
    expect(effect).toMatchObject({ metric: 'logLoss', compared: 'same folds' });
    expect(effect!.change).toBeGreaterThan(0);
    expect(effect!.others!.map(({ name }) => name)).toContain('auc');
  });
});

describe('the check for rare levels', () => {
  const level = Array.from({ length: n }, (_, i) => (i < 2 ? 'odd' : i < 5 ? 'queer' : i % 2 ? 'usual' : 'other'));
  const made = dataset([texts('level', level), numbers('x', x)], x.map(v => v + rng.normal()));

  it('counts levels, rows and held-out rows whose level no model saw', async () => {
    const [finding] = await found(made, 'rareLevels');
    expect(finding).toMatchObject({ columns: ['level'], evidence: { rareLevels: 2, rareRows: 5 }, fix: { change: { options: { rareLevels: 5 } } } });
    const single = dataset([texts('level', level.map((l, i) => (i < 20 ? `rare${i}` : l))), numbers('x', x)], x);
    const [seen] = await found(single, 'rareLevels');
    expect(seen!.evidence['mostUnseenRows']).toBe(20);
    expect(seen!.severity).toBe('warning');
  });

  it('pools them with its fix, learned on the rows of each fit, and predicts unknown levels as the pool', async () => {
    const family = familyFor('regression');
    const fixed = { ...made, recipe: { ...made.recipe, options: { rareLevels: 5 } } };
    const model = await family.fit(fixed, new CancellableContext());
    expect(model.weights!(0.95).filter(({ feature }) => feature === 'level').map(({ level: name }) => name)).toEqual(['usual', '(other)']);
    const unknown = { rows: 1, columns: [texts('level', ['never seen']), numbers('x', [0])] };
    const pool = { rows: 1, columns: [texts('level', ['odd']), numbers('x', [0])] };
    expect(model.predict(unknown).mean![0]).toBe(model.predict(pool).mean![0]);
    expect(model.notes.some(({ text }) => text.includes('pooled into "(other)"'))).toBe(true);
    expect(await found(fixed, 'rareLevels')).toEqual([]);
    const folds = [0, 1].map(k => Int32Array.from({ length: n }, (_, i) => i).filter(i => i % 2 === k));
    const [first] = await family.fitFolds!(fixed, folds, new CancellableContext(), model);
    const own = await family.fit(fixed, new CancellableContext(), folds[0]);
    expect(Array.from(first!.predict(made.table).mean!)).toEqual(Array.from(own.predict(made.table).mean!));
  });

  it('keeps a level where all are rare, and leaves the column out instead', async () => {
    const ids = dataset([texts('id', Array.from({ length: 100 }, (_, i) => `${i % 50}`)), numbers('x', x.slice(0, 100))], x.slice(0, 100).map(v => v + rng.normal()));
    const [finding] = await found(ids, 'rareLevels');
    expect(finding).toMatchObject({ severity: 'warning', fix: { change: { drop: ['id'] } } });
    const model = await familyFor('regression').fit({ ...ids, recipe: { ...ids.recipe, options: { rareLevels: 5 } } }, new CancellableContext());
    expect(model.weights!(0.95).filter(({ feature }) => feature === 'id').length).toBe(1);
  });
});

describe('the check for nearly constant columns', () => {
  it('finds a value in more than 99 % of the rows, missing cells counted as one', async () => {
    const flat = Array.from({ length: n }, (_, i) => (i < 4 ? i : 7));
    const gone = Array.from({ length: n }, (_, i) => (i < 6 ? i : NaN));
    const most = texts('most', Array.from({ length: n }, (_, i) => (i < 40 ? 'b' : 'a')));
    const findings = await found(dataset([numbers('flat', flat), numbers('gone', gone), most, numbers('x', x)], x.map(v => v + rng.normal())), 'nearConstant');
    expect(findings.map(({ columns, evidence }) => [columns[0], evidence['value'], evidence['others']])).toEqual([['flat', '7', 4], ['gone', 'missing', 6]]);
    expect(findings[0]!.fix!.change).toEqual({ drop: ['flat'] });
  });

  it('measures the effects of the first ten fixes, and says so of the others', async () => {
    const flat = Array.from({ length: 12 }, (_, j) => numbers(`flat${j}`, Array.from({ length: n }, (_row, i) => (i === 3 * j ? 1 : 0))));
    const made = dataset([...flat, numbers('x', x)], x.map(v => v + rng.normal()));
    const { findings } = await withEffects(await checked(made), made, familyFor('regression'), new CancellableContext());
    const constant = findings.filter(({ id }) => id === 'nearConstant');
    expect(constant.map(({ effect }) => effect !== undefined)).toEqual(Array.from({ length: 12 }, (_, j) => j < 10));
    expect(constant[11]!.effectFailed).toBe('The effect was not measured: only the first 10 fixes are.');
  });
});

describe('the check for collinear columns', () => {
  const [a, b] = [normals(rng, n), normals(rng, n)];
  const y = a.map((v, i) => v + b[i]! + rng.normal());

  it('finds exact sums, other units and categories that say the same, and names the partners', async () => {
    const kind = Array.from({ length: n }, (_, i) => 'pqr'[i % 3]!);
    const made = dataset([numbers('a', a), numbers('b', b), numbers('sum', a.map((v, i) => 2 * v - b[i]! + 5)), numbers('fahrenheit', a.map(v => 32 + 1.8 * v)), texts('kind', kind), texts('name', kind.map(k => `long ${k}`))], y);
    const findings = await found(made, 'collinear');
    expect(findings.map(({ columns, severity }) => [...columns, severity])).toEqual([['name', 'kind', 'warning'], ['sum', 'a', 'b', 'warning'], ['fahrenheit', 'a', 'warning']]);
  });

  it('gives the variance inflation of theory, one column of a pair', async () => {
    // Correlation r between two columns: the inflation is 1 / (1 − r²).
    const near = a.map(v => v + 0.2 * rng.normal());
    const [finding, ...more] = await found(dataset([numbers('a', a), numbers('near', near), numbers('b', b)], y), 'collinear');
    expect(more).toEqual([]);
    const r = Number(finding!.evidence['correlation']);
    expect(r).toBeGreaterThan(0.97);
    expect(Number(finding!.evidence['vif']) / (1 / (1 - r * r))).toBeCloseTo(1, 1);
    expect(finding!.columns.slice().sort()).toEqual(['a', 'near']);
  });

  it('tells ten of many one by one and the others together', async () => {
    const many = Array.from({ length: 14 }, (_, j) => numbers(`c${j}`, a.map(v => v + 0.05 * rng.normal())));
    const made = dataset(many, y);
    const findings = await found(made, 'collinear');
    expect(findings).toHaveLength(11);
    expect(findings.slice(0, 10).every(({ fix }) => fix !== undefined)).toBe(true);
    expect(findings[10]!.columns.length).toBeGreaterThanOrEqual(2);
    expect(findings[10]!.sentence).toMatch(/^\d more columns go with others: "c\d+", /);
    expect(findings[10]!.fix).toBeUndefined();
  });

  it('inverts as it should', () => {
    const inverse = inverseOf([Float64Array.of(1, 0.5), Float64Array.of(0.5, 1)])!;
    expect(Array.from(inverse[0]!)).toEqual([expect.closeTo(4 / 3, 12), expect.closeTo(-2 / 3, 12)]);
    expect(inverseOf([Float64Array.of(1, 1), Float64Array.of(1, 1)])).toBeUndefined();
  });

  it('leaves out what adds nothing at no cost to the score', async () => {
    const made = dataset([numbers('a', a), numbers('b', b), numbers('copy', a.map(v => 3 * v))], y);
    const { effect } = await effectOf(made, 'collinear');
    expect(Math.abs(effect!.change)).toBeLessThan(1e-9);
  });
});
