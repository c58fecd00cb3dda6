// One conformal procedure from end to end on the training part of a data set, and who of the test part it held.
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const names = [
  ['engine/context', 'CancellableContext'], ['engine/data/source', 'openSource'], ['engine/data/target', 'targetCandidates'],
  ['engine/data/prepare', 'prepareDataset'], ['engine/data/defaultFeatures', 'defaultFeatures'], ['engine/data/rows', 'takeRows'],
  ['engine/models/families', 'families'], ['engine/evaluate/crossValidate', 'crossValidate'], ['engine/math/random', 'Rng'],
  ['engine/uncertainty/conformal', 'conformalPrediction'], ['engine/uncertainty/conformalBlock', 'writeConformal, readConformal'],
  ['engine/uncertainty/binomial', 'binomialQuantile, binomialCdf'], ['engine/uncertainty/guarantee', 'guaranteedCoverage'],
];

/** The parts of the engine that the benchmark calls, bundled from the sources as they stand. */
export async function loadEngine() {
  const folder = join(process.cwd(), 'node_modules', '.cache', 'unveil-bench');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `engine-${process.pid}.cjs`);
  await build({
    stdin: { contents: names.map(([file, name]) => `export { ${name} } from './src/${file}';`).join('\n'), resolveDir: process.cwd(), loader: 'ts' },
    bundle: true, platform: 'node', format: 'cjs', target: 'node20', external: ['@duckdb/*'], outfile, logLevel: 'error', supported: { 'dynamic-import': false },
  });
  try {
    return createRequire(import.meta.url)(outfile);
  } finally {
    rmSync(outfile);
  }
}

/** The data set of a task as `explain` would make it; missing cells are filled in within each training part. */
export async function loadDataset(engine, file, { target, task, drop = [] }, { model, options, mostRows }) {
  const context = new engine.CancellableContext();
  const source = await engine.openSource(file, {}, context);
  try {
    const profile = await source.profile();
    const candidate = engine.targetCandidates(profile).find(item => item.column === target);
    const { features } = engine.defaultFeatures(profile, [target], drop);
    const recipe = {
      file, target, task, features, dropped: [], missing: 'impute', model, options, split: { scheme: 'kFold', folds: 5 },
      level: 0.9, seed: 1, maxRows: mostRows, ...(task === 'classification' && candidate?.positive !== undefined ? { positive: candidate.positive } : {}),
    };
    const loaded = await source.load({ columns: [...features, target], maxRows: mostRows, seed: 1 });
    return engine.prepareDataset(loaded.table, profile, recipe, loaded.sourceRows).dataset;
  } finally {
    await source.close();
  }
}

function part(engine, dataset, rows) {
  const { target } = dataset;
  const own = target.task === 'regression'
    ? { ...target, values: Float64Array.from(rows, row => target.values[row]) }
    : { ...target, codes: Int32Array.from(rows, row => target.codes[row]) };
  return { ...dataset, table: engine.takeRows(dataset.table, rows), target: own, everyRow: undefined, sourceRows: undefined };
}

/**
 * Fits, cross-validates and calibrates on `train`, writes and reads the model file's block, and predicts `test` with it.
 * Gives for each method how many of the test rows were held, the sum of widths (or sizes of sets), and its guarantee.
 */
export async function runOnce(engine, dataset, family, train, test, methods, seed) {
  const context = new engine.CancellableContext();
  const data = part(engine, dataset, train);
  const { level } = dataset.recipe;
  const model = await family.fit(data, context);
  const results = {};
  const evaluations = new Map();
  for (const [name, { choice, split }] of Object.entries(methods)) {
    const key = JSON.stringify(split);
    if (!evaluations.has(key)) evaluations.set(key, await engine.crossValidate(family, data, split, context, new engine.Rng(seed), model));
    const evaluation = evaluations.get(key);
    const result = await engine.conformalPrediction(data, evaluation, model, choice, context, new engine.Rng(seed).fork(name));
    const block = JSON.parse(JSON.stringify(engine.writeConformal(result.predictor.state)));
    const predictor = engine.readConformal(block, model, json => family.load(json));
    results[name] = { ...judge(dataset, predictor, level, test), guarantee: predictor.guarantee(level) ?? 0, inside: result.delivered.measured?.coverage };
  }
  return results;
}

function judge({ table, target }, predictor, level, test) {
  let [within, width, infinite] = [0, 0, 0];
  if (target.task === 'regression') {
    const { low, high } = predictor.intervals(table, level, test);
    test.forEach((row, i) => {
      if (target.values[row] >= low[i] && target.values[row] <= high[i]) within++;
      if (Number.isFinite(high[i] - low[i])) width += high[i] - low[i];
      else infinite++;
    });
  } else {
    const sets = predictor.sets(table, level, test);
    const classes = target.classes.length;
    test.forEach((row, i) => {
      if (sets[i * classes + target.codes[row]]) within++;
      for (let k = 0; k < classes; k++) width += sets[i * classes + k];
    });
  }
  return { within, width, infinite, rows: test.length };
}
