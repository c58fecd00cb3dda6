import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closePool, useWorkers } from '../../../src/engine/compute/pool';
import { CancellableContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';
import { boostingFamily } from '../../../src/engine/models/boosting/family';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import { builtWorker } from '../compute/builtWorker';
import { classTarget, codeColumn, numberColumn, numberTarget } from '../evaluate/stub';
import { additive, average, classesOf, dataOf, everyFinite, fit, importances, means, normals, poisson, probabilities, uniforms } from './fitSupport';

describe('the same seed', () => {
  let worker: { script: string; remove: () => void };
  beforeAll(async () => { worker = await builtWorker(); });
  afterAll(async () => {
    await closePool();
    useWorkers(undefined);
    worker.remove();
  });

  it.each([['numbers', () => additive(400, { pairs: 1, rounds: 200 })], ['three classes', () => classesOf(300, 3, { rounds: 100 })]])('gives the same model bit for bit, here and over workers: %s', async (_name, data) => {
    useWorkers(undefined);
    const texts = [await fit(data()), await fit(data())].map(model => JSON.stringify(model.toJSON()));
    useWorkers(worker.script);
    texts.push(JSON.stringify((await fit(data())).toJSON()));
    useWorkers(undefined);
    expect(texts[1]).toBe(texts[0]);
    expect(texts[2]).toBe(texts[0]);
  });

  it('and another gives another', async () => {
    const models = [await fit(additive(300, {}, 1)), await fit(additive(300, {}, 2))];
    expect(means(models[0]!, additive(300))).not.toEqual(means(models[1]!, additive(300)));
  });

  it.each([['in this thread', false], ['in workers', true]])('cancelling ends the boosting at once, %s', async (_name, workers) => {
    useWorkers(workers ? worker.script : undefined);
    const context = new CancellableContext();
    const endless = additive(20_000, { rounds: 1_000_000, learningRate: 0.001, bags: 2 });
    let cancelledAt = 0;
    const turns: number[] = [];
    const timer = setInterval(() => turns.push(performance.now()), 20);
    setTimeout(() => { cancelledAt = performance.now(); context.cancel(); }, 600);
    await expect(boostingFamily.fit(endless, context)).rejects.toThrow(CancelledError);
    clearInterval(timer);
    // The event loop has turned all the while: not once at the end.
    expect(turns.filter(at => at < cancelledAt).length).toBeGreaterThan(3);
    useWorkers(undefined);
  });
});

describe('a constraint of direction', () => {
  it.each([['+', 1], ['-', -1]] as const)('%s holds along the whole term, with missing cells about, against what the data say in places', async (sign, direction) => {
    const n = 1500;
    const [a, b, e] = [uniforms(1, n), uniforms(2, n), normals(3, n)];
    const y = a.map((x, i) => direction * (x + 0.8 * Math.sin(12 * x)) + b[i]! + 0.2 * e[i]!);
    const holes = a.map((x, i) => (i % 7 === 0 ? NaN : x));
    for (const leaves of [2, 4]) {
      const model = await fit(dataOf({ a: holes, b }, numberTarget(y), { monotone: `a:${sign}`, leaves, pairs: 1 }));
      const scores = [...model.state.terms[0]!.scores].slice(1, -1);
      for (let i = 1; i < scores.length; i++) expect(direction * (scores[i]! - scores[i - 1]!)).toBeGreaterThanOrEqual(-1e-12);
      expect(direction * (scores.at(-1)! - scores[0]!)).toBeGreaterThan(0.5);
      // No pair could bend it the other way.
      expect(model.state.terms.every(term => term.features.length === 1 || !term.features.includes(0))).toBe(true);
    }
  });

  it('holds for the log-odds of two classes, and is refused for more', async () => {
    const model = await fit({ ...classesOf(800, 2, { monotone: 'a:-' }) });
    const scores = [...model.state.terms[0]!.scores].slice(1, -1);
    for (let i = 1; i < scores.length; i++) expect(scores[i]! - scores[i - 1]!).toBeLessThanOrEqual(1e-12);
    await expect(fit(classesOf(300, 3, { monotone: 'a:+' }))).rejects.toThrow(/two classes/);
  });
});

describe('weights of rows', () => {
  const n = 600;
  const [a, e, u] = [uniforms(31, n), normals(32, n), uniforms(33, n)];
  const y = a.map((x, i) => 3 * x + 0.5 * e[i]! + (u[i]! < 0.3 ? 2 : 0));

  it('of two count about as the row twice', async () => {
    const twice = Array.from({ length: n }, (_, i) => i).flatMap(i => (u[i]! < 0.3 ? [i, i] : [i]));
    const weighted = await fit(dataOf({ a, w: u.map(value => (value < 0.3 ? 2 : 1)) }, numberTarget(y), { weights: 'w', bags: 12 }));
    const doubled = await fit(dataOf({ a: twice.map(i => a[i]!) }, numberTarget(twice.map(i => y[i]!)), { bags: 12 }));
    const plain = await fit(dataOf({ a }, numberTarget(y), { bags: 12 }));
    const grid = dataOf({ a: Array.from({ length: 50 }, (_, i) => (i + 0.5) / 50) }, numberTarget(new Float64Array(50)));
    const [w, d, p] = [weighted, doubled, plain].map(model => average(means(model, grid)));
    expect(Math.abs(w! - d!)).toBeLessThan(0.05);
    expect(d! - p!).toBeGreaterThan(0.15);
  });

  it('of zero count for nothing: whatever their target is', async () => {
    const w = u.map(value => (value < 0.3 ? 0 : 1));
    const fits = [y, y.map((value, i) => (w[i] === 0 ? 1 - value : value))].map(target => fit(dataOf({ a, w }, numberTarget(target), { weights: 'w' })));
    const grid = dataOf({ a: Array.from({ length: 50 }, (_, i) => (i + 0.5) / 50) }, numberTarget(new Float64Array(50)));
    const [one, other] = (await Promise.all(fits)).map(model => means(model, grid));
    one!.forEach((value, i) => expect(Math.abs(value - other![i]!)).toBeLessThan(0.02));
  });

  it('of zero count for nothing where a leaf must have some rows', async () => {
    const w = u.map(value => (value < 0.1 ? 1 : 0));
    const model = await fit(dataOf({ a, w }, numberTarget(y), { weights: 'w', minRows: 12 }));
    const counted = a.filter((_, i) => w[i]! > 0).sort();
    const [first, later] = [counted[0]!, counted[11]!];
    // In every sample the first leaf has twelve rows that count or more, so nothing can change before the twelfth.
    const [atFirst, atLater, atEnd] = means(model, dataOf({ a: [first, later, counted.at(-1)!] }, numberTarget([0, 0, 0])));
    expect(atLater).toBe(atFirst);
    expect(atEnd! - atFirst!).toBeGreaterThan(1);
  });

  it('in a column that is not there are missed in one sentence', async () => {
    await expect(fit(dataOf({ a }, numberTarget(y), { weights: 'nowhere' }))).rejects.toThrow(/"nowhere", which is not a column that the model was given; check its spelling/);
  });

  it('that are negative, missing or all zero are refused', async () => {
    for (const wrong of [-1, NaN, 0]) await expect(fit(dataOf({ a, w: new Float64Array(n).fill(wrong) }, numberTarget(y), { weights: 'w' }))).rejects.toThrow(UserError);
  });
});

describe('pairs', () => {
  const n = 900;
  const x = [0, 1, 2, 3, 4, 5].map(j => uniforms(50 + j, n));
  const columns = Object.fromEntries(x.map((values, j) => [`x${j}`, values]));
  const noise = normals(60, n);
  const mains = (i: number): number => 2 * x[0]![i]! + Math.sin(6 * x[1]![i]!);
  const pairsOf = async (y: Float64Array): Promise<string[]> =>
    (await fit(dataOf(columns, numberTarget(y), { pairs: 'auto', bags: 8 }), Int32Array.from({ length: n }, (_, i) => i))).state.terms.filter(({ features }) => features.length === 2).map(({ features }) => features.join('×')).sort();

  it('that are real are kept, and of those tried out beside them hardly any', async () => {
    const found = await pairsOf(noise.map((e, i) => mains(i) + 4 * (x[0]![i]! - 0.5) * (x[1]![i]! - 0.5) + ((x[2]![i]! > 0.5) !== (x[3]![i]! > 0.5) ? 0.5 : -0.5) + 0.4 * e));
    expect(found).toEqual(expect.arrayContaining(['0×1', '2×3']));
    expect(found.length).toBeLessThanOrEqual(4);
  });

  it('do not come out of data that have none', async () => {
    expect((await pairsOf(noise.map((e, i) => mains(i) + 0.4 * e))).length).toBeLessThanOrEqual(1);
  });
});

describe('objectives', () => {
  it('huber withstands outliers that are large beside the residuals, though not beside the target', async () => {
    const n = 800;
    const [a, e] = [uniforms(41, n), normals(42, n)];
    const clean = a.map(x => 20 * x);
    const y = clean.map((value, i) => value + 0.2 * e[i]! + (i % 5 === 0 ? 4 : 0));
    const dataset = dataOf({ a }, numberTarget(y), { objective: 'huber', bags: 8 });
    expect(average(means(await fit(dataset), dataset).map((value, i) => value - clean[i]!))).toBeLessThan(0.3);
  });

  it('huber is moved less by outliers than squared errors', async () => {
    const n = 800;
    const [a, e] = [uniforms(41, n), normals(42, n)];
    const clean = a.map(x => 2 * x);
    const y = clean.map((value, i) => value + 0.2 * e[i]! + (i % 20 === 0 ? 30 : 0));
    const errors = await Promise.all(['squared', 'huber'].map(async objective => {
      const data = dataOf({ a }, numberTarget(y), { objective });
      return average(means(await fit(data), data).map((value, i) => Math.abs(value - clean[i]!)));
    }));
    expect(errors[1]!).toBeLessThan(0.25 * errors[0]!);
    expect(errors[1]!).toBeLessThan(0.2);
  });

  it.each([[0.1, 0.1], [0.9, 0.1], [0.5, 2], [0.9, 2]])('quantile %f has that share of the rows below, where noise is small and where tails are long (%f)', async (quantile, spread) => {
    const n = 1500;
    const [a, e] = [uniforms(51, n), normals(52, n)];
    const y = a.map((x, i) => (spread > 1 ? Math.exp(x + spread * e[i]!) : 5 * x + spread * e[i]!));
    const data = dataOf({ a }, numberTarget(y), { objective: 'quantile', quantile });
    const model = await fit(data);
    const predicted = means(model, data);
    expect(Math.abs(average(y.map((value, i) => (value < predicted[i]! ? 1 : 0))) - quantile)).toBeLessThan(0.04);
    expect(model.state.noise).toBeUndefined();
  });

  it.each([1, 3])('poisson has the mean of the counts as mean of its predictions, and says how far they vary beyond Poisson (φ = %f)', async phi => {
    const n = 3000;
    const rng = new Rng(61);
    const a = uniforms(62, n);
    // φ times a Poisson number of mean μ/φ has variance φ μ.
    const mu = a.map(x => 2 * Math.exp(1.5 * x));
    const y = mu.map(mean => phi * poisson(rng, mean / phi));
    const data = dataOf({ a }, numberTarget(y), { objective: 'poisson' });
    const model = await fit(data);
    const predicted = means(model, data);
    expect(Math.abs(average(predicted) / average(y) - 1)).toBeLessThan(0.02);
    expect(average(predicted.map((value, i) => Math.abs(value / mu[i]! - 1)))).toBeLessThan(0.15);
    expect(Math.abs(model.state.noise! ** 2 / phi - 1)).toBeLessThan(0.12);
  });

  it('poisson holds where a rare group has a thousand times the counts, and with counts of any size', async () => {
    const n = 4000;
    const rng = new Rng(63);
    const group = Float64Array.from({ length: n }, (_, i) => (i % 200 === 0 ? 1 : 0));
    const y = group.map(g => (g === 1 ? 1000 + Math.round(30 * rng.normal()) : poisson(rng, 1)));
    for (const unit of [1, 1e15]) {
      const data = dataOf({ group }, numberTarget(y.map(value => unit * value)), { objective: 'poisson' });
      const predicted = means(await fit(data), data);
      expect(predicted[0]! / unit / 1000).toBeGreaterThan(0.8);
      expect(predicted[0]! / unit / 1000).toBeLessThan(1.1);
      expect(predicted[1]! / unit).toBeLessThan(1.5);
    }
  });

  it('of three classes give probabilities that sum to 1 and follow the classes', async () => {
    const data = classesOf(900, 3);
    const p = probabilities(await fit(data), data);
    const target = data.target as Extract<typeof data.target, { task: 'classification' }>;
    let right = 0;
    for (let i = 0; i < 900; i++) {
      const row = p.subarray(3 * i, 3 * i + 3);
      expect(row[0]! + row[1]! + row[2]!).toBeCloseTo(1, 12);
      if (row.indexOf(Math.max(...row)) === target.codes[i]) right++;
    }
    expect(right / 900).toBeGreaterThan(0.65);
  });
});

describe('few or odd data', () => {
  it('a constant target is predicted as it is, whatever the objective', async () => {
    for (const [value, options] of [[3.5, {}], [3.5, { objective: 'huber' }], [3.5, { objective: 'quantile' }], [7, { objective: 'poisson' }]] as const) {
      const data = dataOf({ a: uniforms(1, 60), b: uniforms(2, 60) }, numberTarget(new Float64Array(60).fill(value)), { ...options, pairs: 'auto' });
      for (const mean of means(await fit(data), data)) expect(mean).toBeCloseTo(value, 6);
    }
  });

  it('a constant feature and one that is missing in all rows add exactly nothing', async () => {
    const n = 300;
    const a = uniforms(3, n);
    const none = codeColumn('none', new Int32Array(n).fill(-1), []);
    const data = dataOf([numberColumn('a', a), numberColumn('same', new Float64Array(n).fill(4)), numberColumn('gone', new Float64Array(n).fill(NaN)), none], numberTarget(a.map(x => x * x)), { pairs: 3, rounds: 200 });
    const model = await fit(data);
    expect(everyFinite(means(model, data))).toBe(true);
    const [note] = model.notes;
    expect(note).toEqual({ kind: 'imputed', text: 'Missing cells were not filled in: each column has a bin of its own for them, with a score learned from these rows: gone (300 cells); none (300 cells).' });
    model.state.terms.forEach(term => {
      if (term.features.some(j => j > 0)) expect(term.scores.every(score => Math.abs(score) < 1e-9)).toBe(true);
    });
  });

  it('one feature suffices', async () => {
    const a = uniforms(4, 400);
    const data = dataOf({ a }, numberTarget(a.map(x => Math.sin(6 * x))), { pairs: 'auto' });
    const predicted = means(await fit(data), data);
    expect(average(a.map((x, i) => (Math.sin(6 * x) - predicted[i]!) ** 2))).toBeLessThan(0.01);
  });

  it.each([1, 2, 5])('%i rows give a finite model', async n => {
    const y = Float64Array.from({ length: n }, (_, i) => i);
    for (const data of [dataOf({ a: uniforms(5, n), b: uniforms(6, n) }, numberTarget(y), { bags: 8, pairs: 'auto' }), dataOf({ a: uniforms(5, n) }, classTarget(y.map(v => v % 2), ['n', 'y']), { bags: 8 })]) {
      const model = await fit(data);
      const { mean, probabilities: p } = model.predict(data.table);
      expect(everyFinite((mean ?? p)!)).toBe(true);
      expect(model.state.terms.every(term => everyFinite(term.scores) && everyFinite(term.errors!))).toBe(true);
    }
  });

  it('a class that bags lack leaves everything finite, and its probability small', async () => {
    const n = 200;
    for (const classes of [['n', 'y'], ['n', 'm', 'y']]) {
      const codes = Float64Array.from({ length: n }, (_, i) => (i === 0 ? classes.length - 1 : i % (classes.length - 1)));
      const data = dataOf({ a: uniforms(7, n), b: uniforms(8, n) }, classTarget(codes, classes), { bags: 8 });
      const p = probabilities(await fit(data), data);
      expect(everyFinite(p)).toBe(true);
      expect(average(Float64Array.from({ length: n }, (_, i) => p[(i + 1) * classes.length - 1]!))).toBeLessThan(0.05);
    }
  });

  it.each([1e200, 1e-200, 1e8])('targets and features on the scale of %f are fitted as on that of 1', async unit => {
    const n = 300;
    const [a, b, e] = [normals(9, n), uniforms(10, n), normals(11, n)];
    const y = a.map((x, i) => x + b[i]! + 0.1 * e[i]!);
    const [plain, scaled] = await Promise.all([1, unit].map(async by => {
      const data = dataOf({ a: a.map(x => by * x), b }, numberTarget(y.map(value => by * value)), { rounds: 200 });
      const model = await fit(data);
      return [means(model, data).map(value => value / by), model.state.noise! / by] as const;
    }));
    const worst = plain![0].reduce((most, value, i) => Math.max(most, Math.abs(value - scaled![0][i]!)), 0);
    expect(worst).toBeLessThan(1e-6);
    expect(Math.abs(scaled![1] / plain![1] - 1)).toBeLessThan(1e-6);
  });

  it('levels and missing cells that the training lacked add exactly nothing', async () => {
    const n = 400;
    const rng = new Rng(12);
    const codes = Int32Array.from({ length: n }, () => rng.integer(3));
    const a = uniforms(13, n);
    const model = await fit(dataOf([codeColumn('c', codes, ['u', 'v', 'w']), numberColumn('a', a)], numberTarget(a.map((x, i) => x * (codes[i]! - 1) + codes[i]!)), { pairs: 1 }));
    expect(model.state.terms).toHaveLength(3);
    const table = { rows: 2, columns: [codeColumn('c', [0, -1], ['new']), numberColumn('a', [NaN, NaN])] };
    expect([...model.predict(table).mean!]).toEqual([model.state.intercept[0], model.state.intercept[0]]);
  });
});

describe('what the terms say', () => {
  it('an unused feature has less than a hundredth of the importance', async () => {
    const sizes = importances(await fit(additive(8000, {}, 1, 0.1)));
    expect(sizes[2]! / (sizes[0]! + sizes[1]! + sizes[2]!)).toBeLessThan(0.01);
  });

  it('the pair of an exclusive or among eight features is found first, and explains it', async () => {
    const n = 1500;
    const columns = Object.fromEntries(Array.from({ length: 8 }, (_, j) => [`x${j}`, uniforms(70 + j, n)]));
    const y = Float64Array.from({ length: n }, (_, i) => ((columns['x2']![i]! > 0.5) !== (columns['x5']![i]! > 0.5) ? 1 : 0));
    const data = dataOf(columns, classTarget(y, ['n', 'y']), { pairs: 1 });
    const model = await fit(data);
    expect(model.state.terms.at(-1)!.features).toEqual([2, 5]);
    const p = probabilities(model, data);
    expect(average(y.map((code, i) => ((p[2 * i + 1]! > 0.5 ? 1 : 0) === code ? 1 : 0)))).toBeGreaterThan(0.95);
  });

  it('a sum of single features has no pairs, or none that matter', async () => {
    const model = await fit(additive(1500, { pairs: 'auto', bags: 6 }));
    const sizes = importances(model);
    const pairs = sizes.filter((_, t) => model.state.terms[t]!.features.length === 2).reduce((a, b) => a + b, 0);
    expect(pairs / sizes.reduce((a, b) => a + b, 0)).toBeLessThan(0.05);
  });
});
