// `node bench/networks.mjs FOLDER [task …]`: cross-validated scores of neural networks on fixed folds, a single network beside
// the ensemble of five, and what other programs reached on the same folds. The folder holds references/cv_tasks.json (tasks:
// file, target, features …), references/folds/ID.json (test_rows, 0-based) and references/cv_sklearn/ID.json. Needs dist/.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readJson, taskFile } from './foldTasks.mjs';

const [root, ...wanted] = process.argv.slice(2);
if (!root) {
  console.error('Usage: node bench/networks.mjs FOLDER [task …]');
  process.exit(2);
}
const cli = process.env.UNVEIL_CLI ?? 'dist/cli.js';
const model = process.env.UNVEIL_MODEL ?? 'neural';
const settings = (process.env.UNVEIL_SET ?? '').split(' ').filter(text => text !== '');
const folder = join(tmpdir(), `unveil-bench-networks-${process.pid}`);
mkdirSync(folder, { recursive: true });
function run(task, members) {
  const { id, target, positive, features, force_categorical: categorical } = task;
  const report = join(folder, `${id}-${members}.json`);
  const args = [
    cli, 'explain', taskFile(root, task, folder), '--target', target, '--model', model, '--fold-column', 'benchFold', '--brief', '--quiet', '--json', report,
    '--task', task.task === 'regression' ? 'regression' : 'classification', '--features', Object.keys(features).map(name => (name.includes(',') ? `"${name}"` : name)).join(','),
    '--set', `ensemble=${members}`, '--set', `foldEnsemble=${members}`, ...settings.flatMap(text => ['--set', text]),
    ...(positive ? ['--positive', positive] : []), ...(categorical.length > 0 ? ['--categorical', categorical.join(',')] : []),
  ];
  const started = performance.now();
  const { status, stderr } = spawnSync('node', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${id}: ${stderr}`);
  const result = readJson(report);
  const metrics = Object.fromEntries(result.performance.metrics.map(({ name, value }) => [name, value]));
  return { metrics, timings: result.timings, wall: (performance.now() - started) / 1000, coverage: result.intervals?.coverage };
}

const number = (value, digits = 4) => (value === undefined ? '' : Math.abs(value) >= 1000 ? Math.round(value).toString() : Number(value).toPrecision(digits));
const header = ['task', 'rows', 'metric', 'MLP', 'best other', 'one network', 'ensemble', 'vs MLP', 'log loss 1', 'log loss E', 'ECE 1', 'ECE E', 'coverage E', 'fit s', 'folds s', 'MLP fit s'];
console.log(`| ${header.join(' | ')} |\n|${header.map(() => '---').join('|')}|`);
let lowered = 0;
let classified = 0;
for (const task of readJson(join(root, 'references/cv_tasks.json')).tasks) {
  if (wanted.length > 0 && !wanted.includes(task.id)) continue;
  const { methods } = readJson(join(root, 'references/cv_sklearn', `${task.id}.json`));
  const [ours, theirs, higher] = task.task === 'regression' ? ['rmse', 'rmse', false] : task.task === 'binary' ? ['auc', 'auc', true] : ['accuracy', 'accuracy', true];
  const mlp = methods['MLP(64,32)'].summary;
  const others = Object.entries(methods).filter(([name]) => !name.startsWith('MLP')).map(([, { summary }]) => summary[theirs]?.mean).filter(Number.isFinite);
  const single = run(task, 1);
  const ensemble = run(task, 5);
  const change = ensemble.metrics[ours] - mlp[theirs].mean;
  if (task.task !== 'regression') {
    classified++;
    if (ensemble.metrics.logLoss < single.metrics.logLoss && ensemble.metrics.ece < single.metrics.ece) lowered++;
  }
  const row = [
    task.id, task.rows, ours, number(mlp[theirs].mean), number(higher ? Math.max(...others) : Math.min(...others)), number(single.metrics[ours]), number(ensemble.metrics[ours]),
    task.task === 'regression' ? `${(100 * change / mlp[theirs].mean).toFixed(1)} %` : (change >= 0 ? '+' : '') + change.toFixed(4),
    number(single.metrics.logLoss), number(ensemble.metrics.logLoss), number(single.metrics.ece, 3), number(ensemble.metrics.ece, 3),
    number(ensemble.coverage, 3), number(ensemble.timings.fit, 3), number(ensemble.timings.evaluate, 3), number(mlp.fit_wall_s.mean, 2),
  ];
  console.log(`| ${row.join(' | ')} |`);
}
console.log(`\nThe ensemble has a lower log loss and a lower ECE than one network on ${lowered} of ${classified} tasks with classes.`);
