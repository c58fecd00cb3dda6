// `node bench/coverage.mjs FOLDER [--regression linear] [--classification logistic] [--set name=value]… [--repeats 3]
// [--rows 1500] [--only text] [--out docs/coverage.md]`:
// measured coverage of conformal intervals and sets at nominal 90 % on real data sets, by an outer cross-validation around the
// whole procedure. Prints the table and writes docs/coverage.md (not with --only).
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { loadDataset, loadEngine, runOnce } from './coverageProcedure.mjs';

const { values: flags, positionals: [folder] } = parseArgs({
  allowPositionals: true,
  options: {
    regression: { type: 'string', default: 'linear' }, classification: { type: 'string', default: 'logistic' },
    set: { type: 'string', multiple: true, default: [] }, repeats: { type: 'string', default: '3' },
    only: { type: 'string', default: '' }, rows: { type: 'string', default: '1500' }, out: { type: 'string', default: 'docs/coverage.md' },
  },
});
if (!folder || !existsSync(folder)) {
  console.error('Name the folder of the data sets (CSV files as R, scikit-learn and UCI have them).');
  process.exit(2);
}

const regression = (file, target, drop) => ({ file, target, task: 'regression', drop });
const classes = (file, target, drop) => ({ file, target, task: 'classification', drop });
const tasks = [
  regression('MASS_Boston', 'medv'), regression('MASS_birthwt', 'bwt', ['low']), regression('ToothGrowth', 'len'),
  regression('USArrests', 'Murder', ['state']), regression('airquality', 'Ozone'), regression('california_housing', 'median_house_value'),
  regression('carData_Salaries', 'salary'), regression('chickwts', 'weight'), regression('faithful', 'waiting'),
  regression('modeldata_ames', 'Sale_Price'), regression('modeldata_concrete', 'compressive_strength'), regression('mtcars', 'mpg', ['model']),
  regression('palmer_penguins', 'body_mass_g'), regression('seaborn_mpg', 'mpg', ['name']), regression('sklearn_diabetes', 'target'),
  regression('warpbreaks', 'breaks'),
  classes('MASS_birthwt', 'low', ['bwt']), classes('UCBAdmissions_expanded', 'Admit'), classes('adult', 'income'), classes('german_credit', 'credit_risk'),
  classes('heart_cleveland', 'num'), classes('infert', 'case', ['stratum', 'pooled.stratum']), classes('palmer_penguins', 'species'),
  classes('sklearn_breast_cancer', 'target'), classes('sklearn_iris', 'target'), classes('sklearn_wine', 'target'), classes('titanic_r_expanded', 'Survived'),
];
const folds = { scheme: 'kFold', folds: 5 };
const holdout = { scheme: 'holdout', share: 1 / 3 };
const methods = {
  regression: {
    'split': { choice: 'split', split: holdout }, 'CV+': { choice: 'cv+', split: folds },
    'CQR, split': { choice: 'cqr', split: holdout }, 'CQR, folds': { choice: 'cqr', split: folds },
  },
  classification: { 'APS, split': { choice: 'split', split: holdout }, 'APS, CV+': { choice: 'cv+', split: folds } },
};
const level = 0.9;
const tolerance = 0.01;

const options = Object.fromEntries(flags.set.map(text => {
  const [name, value] = text.split('=');
  return [name, Number.isFinite(Number(value)) ? Number(value) : value];
}));
const engine = await loadEngine();
const lines = [];
const failures = [];
const datasets = new Set();
for (const task of tasks) {
  if (!`${task.file} ${task.target}`.includes(flags.only)) continue;
  const path = join(folder, `${task.file}.csv`);
  if (!existsSync(path)) {
    console.log(`${task.file} is not in the folder`);
    continue;
  }
  const model = flags[task.task];
  const family = engine.families.find(item => item.id === model);
  const dataset = await loadDataset(engine, path, task, { model, options, mostRows: Number(flags.rows) });
  const totals = await measure(task, dataset, family);
  datasets.add(task.file);
  for (const [name, total] of Object.entries(totals)) report(task, dataset, name, total);
}
const summary = `${datasets.size} data sets, ${lines.length} measurements, ${failures.length} below the guarantee beyond the tolerance${failures.length > 0 ? `: ${failures.join('; ')}` : ''}.`;
console.log(summary);
if (flags.only === '') writeFileSync(flags.out, document());
process.exitCode = failures.length > 0 ? 1 : 0;

/** Outer ten-fold cross-validation, repeated with other folds: sums over all test rows. */
async function measure(task, dataset, family) {
  const totals = {};
  const n = dataset.table.rows;
  for (let repeat = 0; repeat < Number(flags.repeats); repeat++) {
    const order = new engine.Rng(100 + repeat).shuffle(Int32Array.from({ length: n }, (_, i) => i));
    for (let k = 0; k < 10; k++) {
      const test = order.filter((_, i) => i % 10 === k).sort();
      const train = order.filter((_, i) => i % 10 !== k).sort();
      const results = await runOnce(engine, dataset, family, train, test, methods[task.task], 1000 * repeat + k);
      for (const [name, result] of Object.entries(results)) add(totals, name, result);
    }
  }
  return totals;
}

function add(totals, name, result) {
  const total = (totals[name] ??= { within: 0, width: 0, infinite: 0, rows: 0, guarantee: 1, inside: [] });
  for (const key of ['within', 'width', 'infinite', 'rows']) total[key] += result[key];
  total.guarantee = Math.min(total.guarantee, result.guarantee);
  if (result.inside !== undefined) total.inside.push(result.inside);
}

function report(task, dataset, name, total) {
  const n = dataset.table.rows;
  const coverage = total.within / total.rows;
  // The rows of a data set are one sample of n: repeats lessen the noise of the folds, not that of the sample.
  const least = engine.binomialQuantile(tolerance, n, total.guarantee) / n;
  const typical = engine.binomialQuantile(tolerance, n, level) / n;
  const held = coverage >= least;
  if (!held) failures.push(`${task.file} ${name} ${percent(coverage)}`);
  const finite = total.rows - total.infinite;
  const inside = total.inside.length === 0 ? undefined : total.inside.reduce((a, b) => a + b, 0) / total.inside.length;
  const cells = [
    `${task.file} · ${task.target}`, n, name, percent(total.guarantee), percent(least), `**${percent(coverage)}**`, held ? 'yes' : 'NO', coverage >= typical ? 'yes' : 'no',
    inside === undefined ? '' : percent(inside), finite === 0 ? '∞' : short(total.width / finite), total.infinite === 0 ? '' : percent(total.infinite / total.rows),
  ];
  lines.push(`| ${cells.join(' | ')} |`);
  console.log(cells.join('  ').replaceAll('**', ''));
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

function short(value) {
  return Number(value.toPrecision(4)).toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

function document() {
  return `# Coverage of conformal intervals

Written by \`node bench/coverage.mjs FOLDER\` (models: ${flags.regression} for numbers, ${flags.classification} for classes${flags.set.length > 0 ? `, ${flags.set.join(', ')}` : ''}; data sets of more than
${Number(flags.rows).toLocaleString('en-US')} rows are sampled to that many). Nominal level 90 %.

The whole procedure (fit, folds, calibration, writing and reading the model file) runs on nine tenths of the rows and predicts
the last tenth; every row is in a tenth once, and all is repeated ${flags.repeats} times with other tenths. *Guarantee*: what theory
promises for any exchangeable rows. *Least*: the ${100 * tolerance} % point of the binomial of n rows at the guarantee, over n; *held*: coverage is
at least that. *Typical*: coverage is at least the ${100 * tolerance} % point at the nominal 90 %, which is promised for split only. *Inside*: what the
report itself says of the coverage, measured within the training part. Width is the mean width of finite intervals in the
target's unit, or the mean number of classes in a set. Split methods hold out a third of the training part; CV+ and CQR by folds use five folds.

${summary}

| data set · target | rows | method | guarantee | least | coverage | held | typical | inside | width or size | infinite |
|---|---|---|---|---|---|---|---|---|---|---|
${lines.join('\n')}
`;
}
