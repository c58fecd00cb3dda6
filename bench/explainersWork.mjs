// The work of bench/explainers.mjs: its data, the engine bundled from the sources, and one process of timings.
// `node bench/explainersWork.mjs BUNDLE families`, `… BUNDLE time FAMILY FILE`: prints a line of JSON.
import { build } from 'esbuild';
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { kernelModules } from '../scripts/tools/kernels.mjs';
import { tensorflowApart } from '../scripts/tools/tensorflow.mjs';

const columns = 20;

const names = [
  ['context', 'CancellableContext'], ['math/random', 'Rng'], ['models/families', 'families'], ['evaluate/crossValidate', 'crossValidate'],
  ['compute/pool', 'useWorkers'], ['explain/permutation', 'permutationImportance'], ['explain/ale', 'firstOrderAle'], ['explain/modelFunction', 'ModelFunction'],
  ['explain/partialDependence', 'partialDependence, dependenceGrid'], ['explain/shapleyValues', 'shapleyValues'],
  ['explain/scores/interpretability', 'interpretabilityScores'], ['uncertainty/conformal', 'conformalPrediction'],
];

/** The parts of the engine that are timed, bundled from the sources beside the rest of the build: networks load files from there. */
export async function bundleEngine() {
  if (!existsSync('dist/worker.js')) throw new Error('Run `npm run build` first: networks train in dist/worker.js.');
  const outfile = resolve('dist', `bench-explainers-${process.pid}.cjs`);
  await build({
    stdin: { contents: names.map(([file, name]) => `export { ${name} } from './src/engine/${file}';`).join('\n'), resolveDir: process.cwd(), loader: 'ts' },
    bundle: true, platform: 'node', format: 'cjs', target: 'node20', outfile, logLevel: 'error', external: ['@duckdb/*'],
    plugins: [tensorflowApart, kernelModules], supported: { 'dynamic-import': false },
  });
  return outfile;
}

/** 32-bit generator (mulberry32), enough for made-up data. */
function generator(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()) };
}

/** Path of a CSV of x1 … x20, a number y and a class c (0 or 1), made when missing. Half of the columns act, one of them bent. */
export async function explainerFile(folder, rows) {
  const path = join(folder, `explainers-${rows}.csv`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const { uniform, normal } = generator(40 + rows);
  const stream = createWriteStream(`${path}.part`);
  stream.write(`${Array.from({ length: columns }, (_, j) => `x${j + 1}`).join(',')},y,c\n`);
  for (let i = 0; i < rows; i++) {
    const x = Array.from({ length: columns }, normal);
    let eta = 0.5 * (x[0] ** 2 - 1);
    for (let j = 1; j < columns / 2; j++) eta += x[j] / (j + 1);
    if (!stream.write(`${x.join(',')},${eta + normal()},${uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
  renameSync(`${path}.part`, path);
  return path;
}

function readDataset(file, family) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const rows = lines.length - 1;
  const features = lines[0].split(',').slice(0, columns);
  const values = Array.from({ length: columns + 2 }, () => new Float64Array(rows));
  for (let i = 0; i < rows; i++) lines[i + 1].split(',').forEach((cell, j) => { values[j][i] = Number(cell); });
  const task = family.tasks.includes('regression') ? 'regression' : 'classification';
  return {
    table: { rows, columns: features.map((name, j) => ({ name, kind: 'numeric', storage: 'number', values: values[j] })) },
    target: task === 'regression'
      ? { task, name: 'y', values: values[columns] }
      : { task, name: 'c', codes: Int32Array.from(values[columns + 1]), classes: ['0', '1'] },
    features,
    recipe: {
      file, target: task === 'regression' ? 'y' : 'c', task, features, dropped: [], missing: 'impute', model: family.id, options: {},
      split: { scheme: 'kFold', folds: 5 }, level: 0.95, seed: 1, maxRows: 1e6,
    },
  };
}

/** Seconds of each explainer in this process, and what the peer must know to do the same. */
async function time(engine, name, file) {
  engine.useWorkers(resolve('dist', 'worker.js'));
  const family = engine.families.find(f => f.id === name);
  const dataset = readDataset(file, family);
  const context = new engine.CancellableContext();
  const seconds = {};
  const lap = async (label, work) => {
    const start = performance.now();
    const value = await work();
    seconds[label] = (performance.now() - start) / 1000;
    return value;
  };
  const rng = new engine.Rng(1);
  const model = await lap('fit', () => family.fit(dataset, context));
  const evaluation = await lap('evaluate', () => engine.crossValidate(family, dataset, dataset.recipe.split, context, rng.fork('evaluate'), model));
  const importance = await lap('permutation', () => engine.permutationImportance(dataset, evaluation, context, rng.fork('importance'), model));
  // Networks: at most 10,000 rows, or the table would take hours.
  const curveRows = Math.min(dataset.table.rows, model.shufflePredictor ? 1e5 : 1e4);
  const rows = Int32Array.from({ length: curveRows }, (_, i) => i);
  const gridPoints = 20;
  const f = new engine.ModelFunction(model, dataset.table, rows, { scale: 'link' });
  await lap('ale', async () => { for (const column of f.table.columns) engine.firstOrderAle(f, column, { bins: 40 }); });
  await lap('dependence', async () => { for (const column of f.table.columns) await engine.partialDependence([f], engine.dependenceGrid(column, gridPoints), 0, context); });
  await lap('shapley', () => engine.shapleyValues({ model, table: dataset.table, rows: rows.slice(0, 100), background: rows.slice(100, 200), pairs: 20 }, context, rng.fork('shapley')));
  await lap('scores', () => engine.interpretabilityScores({ dataset, model, family, evaluation, importance, context, rng: rng.fork('scores') }));
  await lap('conformal', () => engine.conformalPrediction(dataset, evaluation, model, 'auto', context, rng.fork('conformal')));
  return { seconds, shuffledRows: importance.rows, shuffles: importance.repeats, curveRows, gridPoints };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [bundle, what, name, file] = process.argv.slice(2);
  const engine = createRequire(import.meta.url)(bundle);
  console.log(JSON.stringify(what === 'families' ? engine.families.map(f => f.id) : await time(engine, name, file)));
  process.exit(0);
}
