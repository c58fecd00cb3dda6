// `npm run bench:formula-real -- FOLDER [FILE[:TARGET,…][!DROPPED,…] …] [--seconds 15] [--only PATTERN] [--html FOLDER]`: what the formula and the
// linear model explain of held-out rows, on the same folds, with the nodes of the formula and its verdict.
// FOLDER holds references/cv_tasks.json and references/folds/ID.json: every task whose target is a number runs on its folds.
// FILE, relative to FOLDER: other data, on five plain folds; without targets every numeric column of 10 values or more is one in turn.
// Columns after ! take no part, such as names of the rows. "worse": the linear model's R² on held-out rows is larger by more than rounding.
// Needs dist/.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { readJson, taskFile } from './foldTasks.mjs';

const given = process.argv.slice(2);
const flag = (name, otherwise) => (given.includes(`--${name}`) ? given.splice(given.indexOf(`--${name}`), 2)[1] : otherwise);
const seconds = flag('seconds', '15');
const only = new RegExp(flag('only', '.'));
const [root, ...others] = given;
if (!root) {
  console.error('Usage: node bench/formulaReal.mjs FOLDER [FILE[:TARGET,…][!DROPPED,…] …] [--seconds 15] [--only PATTERN]');
  process.exit(2);
}
const cli = process.env.UNVEIL_CLI ?? 'dist/cli.js';
const folder = mkdtempSync(join(tmpdir(), 'unveil-bench-formula-real-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const quoted = name => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

/** Runs of the tasks on their folds, and of other files on plain ones. */
function runs() {
  const tasks = readJson(join(root, 'references/cv_tasks.json')).tasks.filter(({ task }) => task === 'regression').map(task => ({
    name: task.id, file: () => taskFile(root, task, folder),
    args: ['--target', task.target, '--fold-column', 'benchFold', '--features', Object.keys(task.features).map(quoted).join(',')],
  }));
  const plain = others.flatMap(text => {
    const [rest, dropped] = text.split('!');
    const at = rest.lastIndexOf(':');
    const [file, targets] = at < 0 ? [rest, numericColumns(join(root, rest))] : [rest.slice(0, at), rest.slice(at + 1).split(',')];
    return targets.map(target => ({
      name: `${basename(file, '.csv')}: ${target}`, file: () => join(root, file),
      args: ['--target', target, '--folds', '5', ...(dropped ? ['--drop', dropped] : [])],
    }));
  });
  return [...tasks, ...plain].filter(({ name }) => only.test(name));
}

/** Columns of a file that hold numbers, 10 different ones or more. */
function numericColumns(path) {
  const lines = readFileSync(path, 'utf8').trim().split(/\r?\n/).map(line => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(match => match[1].replace(/^"|"$/g, '')));
  const [head, ...rows] = lines;
  return head.filter((name, k) => {
    const cells = rows.map(row => row[k]).filter(cell => cell !== undefined && !['', 'NA', '?', 'NaN'].includes(cell));
    return name !== '' && new Set(cells).size >= 10 && cells.every(cell => Number.isFinite(Number(cell)));
  });
}

function explain(file, args, model) {
  const out = join(folder, 'report.json');
  const began = performance.now();
  const { status, stderr } = spawnSync('node', [cli, 'explain', file, ...args, '--model', model, '--task', 'regression', '--brief', '--quiet', '--json', out, ...(model === 'formula' ? ['--set', `seconds=${seconds}`] : [])], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(stderr.trim());
  return { report: readJson(out), took: (performance.now() - began) / 1000 };
}

const r2Of = ({ performance: { metrics } }) => metrics.find(({ name }) => name === 'r2').value;
const line = cells => console.log(`| ${cells.join(' | ')} |`);
const head = ['data', 'rows', 'R² linear', 'R² formula', 'difference', 'folds that took the linear model', 'nodes', 'verdict', 'formula', 's'];
line(head);
line(head.map(() => '---'));
const counts = { worse: 0, same: 0, better: 0 };
let large = 0;
let most = 0;
for (const { name, file, args } of runs()) {
  try {
    const path = file();
    const [linear, formula] = [explain(path, args, 'linear'), explain(path, args, 'formula')];
    const section = formula.report.sections.find(({ kind }) => kind === 'formula');
    const chosen = section.candidates[section.chosen];
    const [theirs, ours] = [r2Of(linear.report), r2Of(formula.report)];
    const kind = ours - theirs < -1e-6 ? 'worse' : ours - theirs > 1e-6 ? 'better' : 'same';
    counts[kind]++;
    most = Math.max(most, theirs - ours);
    if (section.verdict === 'compact' && chosen.complexity > 20) large++;
    const [, others_] = /(\d+) of the \d+ searches without the held-out rows/.exec(section.warnings.join(' ')) ?? [];
    const folds = chosen.stage === 'linear model' ? `all but ${others_ ?? 0}` : section.warnings.some(text => text.includes('took the linear model')) ? `up to ${others_}` : 'none';
    line([name, formula.report.data.rows, theirs.toFixed(4), ours.toFixed(4), `${(ours - theirs).toFixed(4)} ${kind}`, folds, chosen.complexity, section.verdict, chosen.text.slice(0, 100).replaceAll('|', '\\|'), formula.took.toFixed(1)]);
  } catch (error) {
    line([name, '', '', '', 'failed', '', '', '', String(error.message).slice(0, 200), '']);
  }
}
console.log(`\nWorse than the linear model on ${counts.worse}, by ${most.toFixed(4)} at most; the same on ${counts.same}; better on ${counts.better}. Formulas called compact with more than 20 nodes: ${large}.`);
