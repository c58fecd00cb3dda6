// `node bench/checks.mjs [--sets 400] [--only PATTERN] [--time]`: how often the data checks find something in data with nothing wrong with it, by kind of
// data and by check (drift also by its p-value), with the exact 95 % interval of the rate where nothing may be wrong; fixed seeds.
// `--time`: only how long the checks of 10,000 rows and 30 columns take, the first time in a process and later.
import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { kernelModules } from '../scripts/tools/kernels.mjs';

const { values: flags } = parseArgs({ options: { sets: { type: 'string', default: '400' }, only: { type: 'string', default: '' }, time: { type: 'boolean', default: false } } });
const folder = mkdtempSync(join(tmpdir(), 'unveil-bench-checks-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const bundle = join(folder, 'entry.cjs');
await build({ entryPoints: [resolve('bench/checksEntry.mjs')], bundle: true, platform: 'node', format: 'cjs', outfile: bundle, plugins: [kernelModules], external: ['@duckdb/*'], logLevel: 'error' });
const { checkData, checks, sampleOf, makeFolds, familyFor, CancellableContext, Rng } = createRequire(resolve('bench/x.js'))(bundle);

const number = (name, values) => ({ name, kind: 'numeric', storage: 'number', values: Float64Array.from(values) });
const series = (n, next) => Array.from({ length: n }, (_, i) => next(i));

function category(name, texts) {
  const levels = [...new Set(texts)].sort();
  return { name, kind: 'categorical', storage: 'code', codes: Int32Array.from(texts, text => levels.indexOf(text)), levels };
}

/** A dataset as the engine prepares it, with five folds; `y`: numbers, or texts as classes. */
function inputOf(columns, y) {
  const classes = typeof y[0] === 'string' ? category('y', y) : undefined;
  const target = classes ? { task: 'classification', name: 'y', codes: classes.codes, classes: classes.levels } : { task: 'regression', name: 'y', values: Float64Array.from(y) };
  const features = columns.map(({ name }) => name);
  const recipe = { file: 'made.csv', target: 'y', task: target.task, features, dropped: [], missing: 'impute', model: 'auto', options: {}, split: { scheme: 'kFold', folds: 5 }, level: 0.95, seed: 1, maxRows: 1e6 };
  const dataset = { table: { rows: y.length, columns }, target, features, recipe };
  const { folds } = makeFolds(dataset, recipe.split, new Rng(1).fork('evaluate').fork('folds'));
  return { dataset, folds, family: familyFor(target.task) };
}

/** Unit variance, memory `phi` from row to row; `start`: a draw of its stationary distribution. */
function remembering(rng, n, phi) {
  let last = rng.normal();
  return series(n, () => (last = phi * last + Math.sqrt(1 - phi * phi) * rng.normal()));
}

/** Three numbers and a category of which the target is made, with noise; `noise` draws the noise of all rows, `shape` what is seen of the sum. */
function made(rng, n, { noise = () => series(n, () => rng.normal()), shape = v => v, draw = () => rng.normal(), levels = 3 } = {}) {
  const [a, b, c] = [1, 2, 3].map(() => series(n, draw));
  const group = series(n, () => rng.integer(levels));
  const extra = noise();
  const y = series(n, i => shape(a[i] - 0.5 * b[i] + (group[i] === 1 ? 1 : 0) + extra[i]));
  return inputOf([number('a', a), number('b', b), number('c', c), category('group', group.map(g => `g${g}`))], y);
}

const kinds = {
  'normal, 100 rows': rng => made(rng, 100),
  'normal, 500 rows': rng => made(rng, 500),
  'normal, 3,000 rows': rng => made(rng, 3000),
  'heavy tails (features and noise Student t, 2 degrees)': rng => made(rng, 500, { draw: () => student(rng), noise: () => series(500, () => student(rng)) }),
  'skewed (log-normal target)': rng => made(rng, 500, { shape: v => Math.exp(v) }),
  'whole numbers with many ties': rng => made(rng, 500, { draw: () => Math.round(2 * rng.normal()), shape: v => Math.round(v) }),
  'counts (target mostly 0)': rng => made(rng, 500, { shape: v => Math.max(0, Math.floor(v)) }),
  '12 levels': rng => made(rng, 500, { levels: 12 }),
  'two classes, 35 % and 65 %': rng => made(rng, 500, { shape: v => (v > 0.9 ? 'yes' : 'no') }),
  'four classes': rng => made(rng, 800, { shape: v => (v < -0.6 ? 'a' : v < 0.3 ? 'b' : v < 1.2 ? 'c' : 'd') }),
  'hardly any noise (R² 0.99)': rng => made(rng, 500, { noise: () => series(500, () => 0.1 * rng.normal()) }),
  ...Object.fromEntries([0.3, 0.6, 0.9].map(phi => [`target with memory, 500 rows, autocorrelation ${phi}`, rng => made(rng, 500, { noise: () => remembering(rng, 500, phi).map(v => 3 * v) })])),
  'target with memory, 3,000 rows, autocorrelation 0.9': rng => made(rng, 3000, { noise: () => remembering(rng, 3000, 0.9).map(v => 3 * v) }),
  'classes with memory, 500 rows, autocorrelation 0.6': rng => made(rng, 500, { noise: () => remembering(rng, 500, 0.6).map(v => 3 * v), shape: v => (v > 0.9 ? 'yes' : 'no') }),
  'moving average of 5 rows': rng => made(rng, 500, { noise: () => averaged(series(504, () => rng.normal()), 5).map(v => 5 * v) }),
  'one cycle in 50 rows': rng => made(rng, 500, { noise: () => { const from = 6.3 * rng.uniform(); return series(500, i => 2 * Math.sin(from + (i * 2 * Math.PI) / 50) + rng.normal()); } }),
  // These are not clean: how often the drift is found.
  'DRIFT: level rises by 1 SD after 60 %': rng => made(rng, 500, { noise: () => series(500, i => (i < 300 ? 0 : 1.8) + rng.normal()) }),
  'DRIFT: trend of 1.5 SD': rng => made(rng, 500, { noise: () => series(500, i => (2.6 * i) / 500 + rng.normal()) }),
  'DRIFT: level rises by 1 SD, autocorrelation 0.6': rng => made(rng, 500, { noise: () => remembering(rng, 500, 0.6).map((v, i) => 3 * v + (i < 300 ? 0 : 3.3)) }),
};

const student = rng => rng.normal() / Math.sqrt(-Math.log(1 - rng.uniform()));
const averaged = (values, width) => series(values.length - width + 1, i => values.slice(i, i + width).reduce((a, b) => a + b, 0) / width);

/** Clopper & Pearson by bisection on the binomial tail. */
function interval(count, n) {
  const tail = (p, from) => {
    let sum = 0;
    let log = n * Math.log(1 - p);
    for (let k = 0; k <= n; k++) { if (k >= from) sum += Math.exp(log); log += Math.log((n - k) / (k + 1)) + Math.log(p / (1 - p)); }
    return sum;
  };
  const root = f => { let [low, high] = [1e-9, 1 - 1e-9]; for (let i = 0; i < 60; i++) { const middle = (low + high) / 2; if (f(middle) < 0) low = middle; else high = middle; } return (low + high) / 2; };
  return [count === 0 ? 0 : root(p => tail(p, count) - 0.025), count === n ? 1 : root(p => tail(p, count + 1) - 0.975)];
}

/** Milliseconds of the process's own processor time, which other programs do not lengthen as they do the clock's. */
async function timed(work) {
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

if (flags.time) {
  const rng = new Rng(1);
  const columns = series(30, j => (j % 6 === 5 ? category(`c${j}`, series(10_000, () => `level ${rng.integer(6)}`)) : number(`x${j}`, series(10_000, () => rng.normal()))));
  for (const [words, y] of [['number', series(10_000, i => columns[0].values[i] + rng.normal())], ['classes', series(10_000, i => (columns[0].values[i] + rng.normal() > 0 ? 'yes' : 'no'))]]) {
    const input = inputOf(columns, y);
    const runs = [];
    for (let k = 0; k < 6; k++) runs.push(await timed(() => checkData(input, new CancellableContext())));
    const sample = { ...input, dataset: sampleOf(input.dataset) };
    const each = [];
    for (const check of checks) each.push(`${check.id} ${(await timed(() => check.run(check.wantsAllRows ? input : sample))).toFixed(0)}`);
    console.log(`10,000 × 30, ${words}: first ${runs[0].toFixed(0)} ms, then ${runs.slice(1).sort((a, b) => a - b)[2].toFixed(0)} ms of processor time (${each.join(', ')})`);
  }
} else {
  const sets = Number(flags.sets);
  console.log(`| data (${sets} sets each) | any finding | leakage | duplicates | drift | rare levels | collinear | nearly constant | warning or severe |\n|---|---|---|---|---|---|---|---|---|`);
  for (const [kind, make] of Object.entries(kinds)) {
    if (!kind.includes(flags.only)) continue;
    const counts = {};
    for (let seed = 1; seed <= sets; seed++) {
      const { findings } = await checkData(make(new Rng(seed).fork(kind)), new CancellableContext());
      const what = new Set([...findings.map(({ id }) => id), ...(findings.length > 0 ? ['any'] : []), ...(findings.some(({ severity }) => severity !== 'information') ? ['bad'] : [])]);
      for (const one of what) counts[one] = (counts[one] ?? 0) + 1;
    }
    const percent = share => `${Number((100 * share).toFixed(1))}`;
    const shown = name => percent((counts[name] ?? 0) / sets);
    const [low, high] = interval(counts.any ?? 0, sets);
    console.log(`| ${kind} | ${shown('any')} % (${percent(low)} to ${percent(high)}) | ${['leakage', 'duplicates', 'drift', 'rareLevels', 'collinear', 'nearConstant', 'bad'].map(name => `${shown(name)} %`).join(' | ')} |`);
  }
}
