import { describe, expect, it } from 'vitest';
import { findChanges } from '../../../src/engine/whatIf/counterfactuals';
import { aimOf } from '../../../src/engine/whatIf/goal';
import { Plausibility } from '../../../src/engine/whatIf/plausible';
import { Search } from '../../../src/engine/whatIf/search';
import { predictPoints } from '../../../src/engine/whatIf/session';
import { sparseChanges } from '../../../src/engine/whatIf/sparse';
import { Rng } from '../../../src/engine/math/random';
import { formulaModel, levels, numbers, quiet, sessionOf, uniform } from './session';

const plane = [numbers('a', uniform(400, 1)), numbers('b', uniform(400, 2))];
/** "yes" where 2 a + b is above 12. */
const classifier = sessionOf(plane, formulaModel(plane, 'classification', cell => 2 * (cell('a') as number) + (cell('b') as number) - 12));
const row = { a: 4, b: 2 };

describe('changes that flip a linear classifier', () => {
  it('of one feature are the least steps over the boundary, on the grid of the data', async () => {
    const { items } = await findChanges(classifier, { values: row, goal: { kind: 'class' } }, quiet());
    // 2 a + 2 > 12 from a = 5.01, and 8 + b > 12 from b = 4.01: at the boundary itself the first class is predicted.
    expect(items.map(item => item.changes)).toEqual([[{ feature: 'a', from: 4, to: 5.01 }], [{ feature: 'b', from: 2, to: 4.01 }]]);
    expect(items.every(item => item.class === 'yes' && item.probability! > 0.5)).toBe(true);
    expect(items[0].distance).toBeLessThan(items[1].distance);
  });

  it('leave immutable features alone, and move numbers only the way that is allowed', async () => {
    const immutable = await findChanges(classifier, { values: row, goal: { kind: 'class', class: 'yes' }, immutable: ['a'] }, quiet());
    expect(immutable.items.map(item => item.changes.map(change => change.feature))).toEqual([['b']]);
    const onlyDown = await findChanges(classifier, { values: row, goal: { kind: 'class' }, directions: { a: 'down', b: 'down' } }, quiet());
    expect(onlyDown.items).toEqual([]);
    expect(onlyDown.why).toMatch(/^No change was found/);
    const nothing = await findChanges(classifier, { values: row, goal: { kind: 'class' }, immutable: ['a', 'b'] }, quiet());
    expect(nothing.why).toBe('Every feature is marked as immutable.');
  });

  it('are of two features where one alone would leave the range of the data', async () => {
    const { items } = await findChanges(classifier, { values: { a: 0.5, b: 0.5 }, goal: { kind: 'class' } }, quiet());
    // 2 · 10 + 0.5 is enough; b alone would need 11.
    expect(items[0].changes).toEqual([{ feature: 'a', from: 0.5, to: 5.76 }]);
    const withoutA = await findChanges(classifier, { values: { a: 0.5, b: 0.5 }, goal: { kind: 'class' }, immutable: ['a'] }, quiet());
    expect(withoutA.items).toEqual([]);
  });

  it('keep whole numbers whole, and are the same for the same seed', async () => {
    const whole = [numbers('n', uniform(200, 3).map(Math.round)), numbers('b', uniform(200, 4))];
    const session = sessionOf(whole, formulaModel(whole, 'classification', cell => (cell('n') as number) - 4.5));
    const request = { values: { n: 1, b: 5 }, goal: { kind: 'class' as const } };
    const first = await findChanges(session, request, quiet());
    expect(first.items[0].changes).toEqual([{ feature: 'n', from: 1, to: 5 }]);
    expect(await findChanges(session, request, quiet())).toEqual(first);
  });

  it('say why there are none: already so, no row like that, a goal that the model has no answer to', async () => {
    const already = await findChanges(classifier, { values: row, goal: { kind: 'class', class: 'no' } }, quiet());
    expect(already).toMatchObject({ items: [], why: 'The row already is predicted to be "no".' });
    const never = sessionOf(plane, formulaModel(plane, 'classification', () => -3));
    expect((await findChanges(never, { values: row, goal: { kind: 'class' } }, quiet())).why).toMatch(/^None of the 400 training rows looked at is predicted/);
    await expect(findChanges(classifier, { values: row, goal: { kind: 'range', from: 3 } }, quiet())).rejects.toThrow(/predicts classes/);
    await expect(findChanges(classifier, { values: row, goal: { kind: 'class', class: 'perhaps' } }, quiet())).rejects.toThrow(/no class "perhaps"/);
    await expect(findChanges(classifier, { values: row, goal: { kind: 'class' }, immutable: ['c'] }, quiet())).rejects.toThrow(/"c" is no feature/);
  });
});

describe('changes that bring a number into a range', () => {
  it('end at the bound as nearly as the grid of the data allows', async () => {
    const session = sessionOf(plane, formulaModel(plane, 'regression', cell => 3 * (cell('a') as number) - (cell('b') as number)));
    const { items } = await findChanges(session, { values: row, goal: { kind: 'range', from: 11 } }, quiet());
    expect(items[0].changes).toEqual([{ feature: 'a', from: 4, to: 4.34 }]);
    expect(items[0].value).toBeCloseTo(11.02, 9);
    const between = await findChanges(session, { values: row, goal: { kind: 'range', from: 0, to: 1 } }, quiet());
    expect(between.items.length).toBeGreaterThan(0);
    for (const item of between.items) expect(item.value! >= 0 && item.value! <= 1).toBe(true);
  });
});

describe('what is plausible', () => {
  const a = uniform(500, 5);
  const noise = uniform(500, 6);
  const close = [numbers('a', a), numbers('b', a.map((v, i) => Math.round(100 * (v + (noise[i] - 5) / 50)) / 100))];

  it('is no combination that the data do not have: features that go together change together', async () => {
    const session = sessionOf(close, formulaModel(close, 'classification', cell => (cell('a') as number) - 6));
    const plausibility = await Plausibility.of(session.space, session.background, new Rng(1), quiet());
    const origin = Float64Array.of(2, 2);
    expect(await plausibility.accepts(Float64Array.of(7, 7), origin, quiet())).toBe(true);
    expect(await plausibility.accepts(Float64Array.of(7, 2), origin, quiet())).toBe(false);
    const { items } = await findChanges(session, { values: { a: 2, b: 2 }, goal: { kind: 'class' } }, quiet());
    expect(items.map(item => item.changes.map(change => change.feature).sort())).toEqual([['a', 'b']]);
    expect(items[0].toTraining).toBeLessThanOrEqual(items[0].usual);
  });

  it('is no pair of levels, and no number of a level, that the data do not have', async () => {
    const family = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? 'child' : 'adult'));
    const columns = [levels('who', family), levels('state', family.map((who, i) => (who === 'child' || i % 2 === 0 ? 'single' : 'married'))), numbers('age', family.map((who, i) => (who === 'child' ? i % 15 : 20 + (i % 60))))];
    const session = sessionOf(columns, formulaModel(columns, 'classification', () => 0));
    const { space } = session;
    const plausibility = await Plausibility.of(space, session.background, new Rng(1), quiet());
    const point = (who: string, state: string, age: number): Float64Array => space.pointOf({ who, state, age });
    expect(await plausibility.accepts(point('child', 'married', 9), point('child', 'single', 9), quiet())).toBe(false);
    expect(await plausibility.accepts(point('adult', 'married', 30), point('adult', 'single', 30), quiet())).toBe(true);
    expect(await plausibility.accepts(point('child', 'single', 40), point('adult', 'single', 40), quiet())).toBe(false);
    // What is odd about the row already is not held against a change elsewhere.
    expect(await plausibility.accepts(point('child', 'single', 39), point('child', 'single', 40), quiet())).toBe(true);
  });
});

describe('changes of features that go together', () => {
  const base = uniform(600, 9);
  const alike = Array.from({ length: 8 }, (_, j) => numbers(`x${j}`, base.map((v, i) => Math.round(100 * (v + ((i * (j + 3)) % 7) / 50)) / 100)));
  const session = sessionOf(alike, formulaModel(alike, 'classification', cell => 2 * (cell('x0') as number) + alike.reduce((sum, { name }) => sum + (cell(name) as number), 0) - 45));
  const values = Object.fromEntries(alike.map(({ name }) => [name, 2]));

  it('start with few, within the range of the data, and tell what is unusual about them; plausible ones follow', async () => {
    const { items } = await findChanges(session, { values, goal: { kind: 'class' } }, quiet());
    expect(items[0].changes.length).toBeLessThanOrEqual(5);
    expect(items[0].unusual!.pairs.length).toBeGreaterThan(0);
    for (const { to } of items[0].changes) expect((to as number) >= 0 && (to as number) <= 10.12).toBe(true);
    const plausible = items.filter(item => !item.unusual);
    expect(plausible.length).toBeGreaterThan(0);
    expect(Math.min(...plausible.map(item => item.changes.length))).toBeGreaterThan(items[0].changes.length);
    for (const item of items) expect(2 * (item.values['x0'] as number) + alike.reduce((sum, { name }) => sum + (item.values[name] as number), 0)).toBeGreaterThan(45);
  });

  it('keep what is immutable and the ways that are set, whether plausible or not', async () => {
    const { items } = await findChanges(session, { values, goal: { kind: 'class' }, immutable: ['x0'], directions: { x1: 'down' } }, quiet());
    expect(items.length).toBeGreaterThan(0);
    for (const { changes } of items) for (const { feature, to } of changes) expect(feature !== 'x0' && (feature !== 'x1' || (to as number) < 2)).toBe(true);
  });
});

describe('few changes whose values training rows lend', () => {
  // A row is as wanted far from a = 5 either way where b is high, whatever c is: nearly all rows that are so have a low a.
  const a = Array.from({ length: 400 }, (_, i) => (i % 20 === 0 ? 8 + (i % 7) / 10 : i % 2 === 0 ? 2 + (i % 9) / 10 : 4.6 + (i % 9) / 10));
  const columns = [numbers('a', a), numbers('b', a.map((v, i) => (v > 4 && v < 6 ? (i % 30) / 10 : 5 + (i % 30) / 10))), numbers('c', uniform(400, 12))];
  const model = formulaModel(columns, 'classification', cell => Math.min(Math.abs((cell('a') as number) - 5) - 2, (cell('b') as number) - 5.05, 1));
  const session = sessionOf(columns, model);

  async function sparse(fixed: readonly number[], directions: readonly (readonly [number, 'up' | 'down'])[]): Promise<Float64Array[]> {
    const [origin, context] = [session.space.pointOf({ a: 5, b: 1, c: 5 }), quiet()];
    const aim = aimOf({ kind: 'class' }, model, 'y', predictPoints(session, [origin]));
    const plausibility = await Plausibility.of(session.space, session.background, new Rng(1), context);
    return sparseChanges(new Search({ session, origin, aim, plausibility, pool: session.background, fixed: new Set(fixed), directions: new Map(directions), budget: 20_000 }, context), [0, 1, 2]);
  }
  const wanted = ([one, other]: Float64Array): boolean => Math.abs(one! - 5) > 2 && other! > 5.05;

  it('are as wanted, each of them', async () => {
    const found = await sparse([], []);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(point => !wanted(point))).toEqual([]);
    // Nearest to training rows: with a low a.
    expect(found.some(([one]) => one! < 5)).toBe(true);
  });

  it('go the way that is set where the rows that are nearest lie the other way', async () => {
    const found = await sparse([], [[0, 'up']]);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(point => !wanted(point) || point[0]! < 5)).toEqual([]);
  });

  it('leave what is fixed as it is', async () => {
    const found = await sparse([2], []);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(point => point[2] !== 5)).toEqual([]);
    expect(await sparse([1], [])).toEqual([]);
  });
});

describe('the work of a search over wide data', () => {
  it('is bounded by counts, and what it finds holds', async () => {
    const wide = Array.from({ length: 80 }, (_, j) => numbers(`x${j}`, uniform(1000, 100 + j)));
    const base = formulaModel(wide, 'classification', cell => (cell('x0') as number) + (cell('x1') as number) - 12);
    let predicted = 0;
    const session = sessionOf(wide, { ...base, predict: (table, rows) => {
      predicted += rows?.length ?? table.rows;
      return base.predict(table, rows);
    } });
    const values = Object.fromEntries(wide.map(({ name }, j) => [name, j < 2 ? 5 : 5.01]));
    const { items } = await findChanges(session, { values, goal: { kind: 'class' } }, quiet());
    expect(items[0].changes).toMatchObject([{ from: 5, to: 7.01 }]);
    expect(predicted).toBeLessThan(60_000);
    const plausibility = await Plausibility.of(session.space, session.background, new Rng(1), quiet());
    await plausibility.accepts(session.space.at(session.background, 3), session.space.pointOf(values), quiet());
    expect(plausibility.compared).toBeLessThan(4e8);
  });
});
