// `node bench/boosting.mjs folds FOLDER [task …]`: cross-validated scores of the boosting machine on fixed folds beside InterpretML's.
// The folder holds references/cv_tasks.json, references/folds/ID.json (test_rows, 0-based) and references/cv_ebm/ID.json.
// `node bench/boosting.mjs shapes [--repeats 10]`: pointwise coverage of the bands on simulated data with known shapes.
// `node bench/boosting.mjs recovery`: how well the terms of a function of ten features with pairs are found again.
// `node bench/boosting.mjs growth`: seconds by rows, columns and bins, beside scikit-learn's HistGradientBoosting in the same run.
// Needs dist/; growth needs python3 with scikit-learn and pandas.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeData, recoveryData, shapeFunctions } from './boostingData.mjs';
import { readJson, taskFile } from './foldTasks.mjs';

const [what, ...rest] = process.argv.slice(2);
const cli = process.env.UNVEIL_CLI ?? 'dist/cli.js';
const python = process.env.UNVEIL_PYTHON ?? 'python3';
const folder = join(tmpdir(), `unveil-bench-boosting-${process.pid}`);
mkdirSync(folder, { recursive: true });
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function explain(file, args) {
  const out = join(folder, 'report.json');
  const { status, stderr, stdout } = spawnSync('/usr/bin/env', ['bash', '-c', `TIMEFORMAT='cpu %U %S'; time node "$@"`, 'bash', cli, 'explain', file, '--model', 'ebm', '--quiet', '--json', out, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(stderr + stdout);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
  return { report: readJson(out), cpu: Number(user) + Number(system) };
}

const mean = values => values.reduce((a, b) => a + b, 0) / values.length;
const line = cells => console.log(`| ${cells.join(' | ')} |`);
const head = cells => { line(cells); line(cells.map(() => '---')); };

/** Student's t of paired differences over 5 folds whose training sets overlap (Nadeau & Bengio 2003). */
function pairedT(differences) {
  const m = mean(differences);
  const variance = differences.reduce((sum, d) => sum + (d - m) ** 2, 0) / (differences.length - 1);
  return variance === 0 ? 0 : m / Math.sqrt((1 / differences.length + 1 / (differences.length - 1)) * variance);
}

function folds([root, ...wanted]) {
  head(['task', 'rows', 'metric', 'InterpretML main', 'InterpretML default', 'ours', 't of the difference to the default (|t| > 2.8: 5 %)', 'pairs', 'fit s', 'InterpretML fit CPU s']);
  for (const task of readJson(join(root, 'references/cv_tasks.json')).tasks) {
    if (wanted.length > 0 && !wanted.includes(task.id)) continue;
    let methods = {};
    try {
      methods = readJson(join(root, 'references/cv_ebm', `${task.id}.json`)).methods;
    } catch {
      // No reference of this set.
    }
    const of = text => Object.entries(methods).find(([name]) => name.includes(text))?.[1];
    const metric = task.task === 'regression' ? 'rmse' : task.task === 'binary' ? 'auc' : 'accuracy';
    const { id, target, positive, features, force_categorical: categorical } = task;
    const { report } = explain(taskFile(root, task, folder), [
      '--target', target, '--fold-column', 'benchFold', '--brief', '--task', task.task === 'regression' ? 'regression' : 'classification',
      '--features', Object.keys(features).map(name => (name.includes(',') ? `"${name}"` : name)).join(','),
      ...(positive ? ['--positive', positive] : []), ...(categorical.length > 0 ? ['--categorical', categorical.join(',')] : []),
    ]);
    const { folds: each } = report.performance.metrics.find(({ name }) => name === metric);
    const theirs = of('default') ?? of('main');
    const differences = theirs ? each.map((value, i) => value - theirs.folds[i][metric]) : undefined;
    const show = value => (value === undefined ? '' : value > 1000 ? Math.round(value) : value.toFixed(4));
    const pairs = report.sections.find(section => section.kind === 'fit')?.values.find(({ label }) => label === 'Pairs')?.value;
    line([id, task.rows, metric, show(of('main')?.summary[metric].mean), show(of('default')?.summary[metric].mean), show(mean(each)),
      differences ? pairedT(differences).toFixed(2) : '', pairs ?? '', report.timings.fit.toFixed(1), (of('default') ?? of('main'))?.summary.fit_cpu_s.mean.toFixed(1) ?? '']);
  }
}

/** The terms of single features: bin edges or levels, scores and bounds. */
function mainTerms(report) {
  const terms = report.sections.find(({ kind }) => kind === 'shapes').terms.filter(({ axis }) => axis);
  return new Map(terms.map(({ axis, curves: [{ scores, low, high }], importance }) => [axis.feature, { grid: axis.edges ?? axis.levels, effect: scores, low, high, importance }]));
}

const pairNames = report => report.sections.find(({ kind }) => kind === 'shapes').terms.filter(({ axes }) => axes).map(({ name }) => name);

const truths = Object.entries(shapeFunctions);

/** Coverage of [low, high] at each bin, weighted by the rows of the data in it; the truth of a bin is its mean over those rows, centred. */
function covered(report, data) {
  return truths.map(([name, f]) => {
    const effect = mainTerms(report).get(name);
    if (!effect) return NaN;
    const values = data.columns[name].map(f);
    const centre = mean(values);
    const bins = effect.grid.length - (typeof effect.grid[0] === 'number' ? 1 : 0);
    const [sums, counts] = [new Float64Array(bins), new Float64Array(bins)];
    data.columns[name].forEach((x, i) => {
      const bin = typeof effect.grid[0] === 'number' ? Math.min(bins - 1, Math.max(0, effect.grid.findLastIndex(edge => edge <= x))) : effect.grid.indexOf(x);
      sums[bin] += data.scale * (values[i] - centre);
      counts[bin]++;
    });
    let held = 0;
    counts.forEach((count, b) => { if (count > 0 && effect.low[b] <= sums[b] / count && sums[b] / count <= effect.high[b]) held += count; });
    return held / data.columns[name].length;
  });
}

const shapeCases = [['number', 500], ['number', 2000], ['number', 8000], ['uneven', 2000], ['counts', 2000], ['rare', 2000], ['pairs', 500], ['pairs', 2000], ['classes', 500], ['classes', 2000]];
/** Only where there are interactions are pairs looked for. */
const counted = ['pairs=0', '--task', 'regression', '--set', 'objective=poisson'];
const shapeOptions = { number: ['pairs=0'], uneven: ['pairs=0'], counts: counted, rare: counted, pairs: ['pairs=auto'], classes: ['pairs=0', '--positive', 'yes'] };

function shapes(args) {
  const repeats = Number(args[args.indexOf('--repeats') + 1] || 10) || 10;
  head(['target', 'rows', 'data sets', 'coverage at nominal 90 %', ...truths.map(([name]) => name)]);
  for (const [target, rows] of shapeCases) {
    const each = Array.from({ length: repeats }, (_, r) => {
      const data = makeData(rows, target, 500 + r);
      const file = join(folder, 'shapes.csv');
      writeFileSync(file, data.csv);
      const { report } = explain(file, ['--target', 'y', '--holdout', '0', '--brief', '--level', '0.9', '--seed', String(r), '--set', ...shapeOptions[target]]);
      return covered(report, data);
    });
    const byTerm = truths.map((_, j) => mean(each.map(row => row[j])));
    line([target, rows, repeats, mean(byTerm).toFixed(3), ...byTerm.map(value => value.toFixed(3))]);
  }
}

function recovery() {
  const data = recoveryData(50_000, 7);
  const file = join(folder, 'recovery.csv');
  writeFileSync(file, data.csv);
  const { report, cpu } = explain(file, ['--target', 'y', '--holdout', '0', '--brief', '--set', 'pairs=5']);
  head(['term', 'R² to the truth']);
  for (const name of Object.keys(data.mains)) {
    const effect = mainTerms(report).get(name);
    line([name, effect ? data.recovered(name, effect).toFixed(4) : 'no term']);
  }
  const all = [...mainTerms(report)];
  const total = all.reduce((sum, [, { importance }]) => sum + importance, 0);
  console.log(`\nPairs found: ${pairNames(report).join(', ')}; true: ${data.pairs.join(', ')}. Share of the importance of main effects that the unused x7 has: ${(100 * (mainTerms(report).get('x7')?.importance ?? 0) / total).toFixed(2)} %. ${cpu.toFixed(1)} CPU s.`);
}

const peer = `
import sys, time, pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
d = pd.read_csv(sys.argv[1]); x = d.drop(columns='y').to_numpy(); y = d['y'].to_numpy()
t = time.time(); HistGradientBoostingRegressor(max_bins=int(sys.argv[2]), early_stopping=True).fit(x, y); print(time.time() - t)
`;

function growth() {
  head(['rows', 'columns', 'bins', 'fit s', 'HistGradientBoosting fit s', 'ratio', 'CPU s of the whole', 'peak memory MB']);
  for (const [rows, columns, bins] of [[10_000, 10, 256], [100_000, 10, 256], [1_000_000, 10, 256], [100_000, 5, 256], [100_000, 20, 150], [100_000, 10, 64]]) {
    const file = join(folder, 'growth.csv');
    writeFileSync(file, wide(rows, columns));
    const { report, cpu } = explain(file, ['--target', 'y', '--holdout', '0', '--brief', '--set', `bins=${bins}`]);
    const theirs = Number(spawnSync(python, ['-c', peer, file, String(Math.min(255, bins))], { encoding: 'utf8' }).stdout);
    const memory = report.timings.peakMemory;
    line([rows, columns, bins, report.timings.fit.toFixed(1), theirs.toFixed(1), (report.timings.fit / theirs).toFixed(1), cpu.toFixed(1), memory ? Math.round(memory) : '']);
  }
}

function wide(rows, columns) {
  let seed = 12345;
  const uniform = () => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return seed / 4294967296; };
  const lines = [[...Array.from({ length: columns }, (_, j) => `x${j}`), 'y'].join(',')];
  for (let i = 0; i < rows; i++) {
    const x = Array.from({ length: columns }, uniform);
    const y = Math.sin(6 * x[0]) + x[1] * x[2] + x[3] ** 2 + 0.5 * (uniform() + uniform() + uniform() - 1.5);
    lines.push([...x, y].map(value => value.toFixed(5)).join(','));
  }
  return `${lines.join('\n')}\n`;
}

const jobs = { folds, shapes, recovery, growth };
if (!jobs[what]) {
  console.error('Usage: node bench/boosting.mjs folds FOLDER [task …] | shapes [--repeats 10] | recovery | growth');
  process.exit(2);
}
jobs[what](rest);
