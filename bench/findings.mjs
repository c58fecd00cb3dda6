// `npm run findings`: what Unveil finds on the data sets in examples/, beside the baselines, written to docs/findings.md with the commit that made it.
// `node bench/findings.mjs speed`: the time of a sensitivity study of 60 runs of a 64×64 network on 5,000 rows.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'unveil-findings-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const cli = join(process.cwd(), 'dist', 'cli.js');

/** Runs the program and gives its report. */
function report(args) {
  const out = join(folder, 'report.json');
  execFileSync(process.execPath, [cli, ...args, '--json', out, '--quiet'], { stdio: ['ignore', 'ignore', 'inherit'] });
  return JSON.parse(readFileSync(out, 'utf8'));
}

const sets = [['diabetes', 'target'], ['breast_cancer', 'target'], ['iris', 'target'], ['penguins', 'species'], ['wine', 'target']];
const short = value => (value === undefined ? '' : String(Number(value.toPrecision(3))));
const range = ({ value, low, high }) => `${short(value)}${low === undefined ? '' : ` (${short(low)} to ${short(high)})`}`;

function columnOf(file, target) {
  const [header] = readFileSync(join('examples', `${file}.csv`), 'utf8').split('\n');
  const names = header.trim().split(',').map(name => name.replace(/^"|"$/g, ''));
  return names.includes(target) ? target : names[names.length - 1];
}

function compared(file, target) {
  const { comparison, performance } = report(['compare', join('examples', `${file}.csv`), '--target', target, '--brief']);
  const name = comparison.metric;
  const baseline = performance.metrics.find(metric => metric.name === name)?.baseline;
  const rows = comparison.models.map(({ title, family, metrics, fitSeconds }) => {
    const metric = metrics.find(item => item.name === name);
    return `| ${title}${family === comparison.recommended ? ' (recommended)' : ''} | ${range(metric)} | ${short(metric.train)} | ${short(fitSeconds)} |`;
  });
  return [`**Models** (${comparison.scheme}; ${name === 'rmse' ? 'RMSE' : 'log loss'}, 95 % intervals).`, '', '| model | held out | training | seconds of the fit |', '|---|---|---|---|', `| baseline | ${short(baseline)} | | |`, ...rows, ''];
}

function experiment(title, file, target, args) {
  const { experiment: { findings, runs }, timings } = report(['experiment', join('examples', `${file}.csv`), '--target', target, ...args]);
  return [`**${title}** (\`experiment ${args.join(' ')}\`; ${runs.done} of ${runs.planned} runs or parts, ${short(timings.total)} s)`, '', ...findings.map(text => `- ${text}`), ''];
}

function findings() {
  const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const lines = [
    '# Findings', '', `Made by \`npm run findings\` at commit ${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' with changes'} on ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores.`,
    'Every score is measured on held-out rows; sentences are those of the reports.', '',
  ];
  for (const [file, guess] of sets) {
    const target = columnOf(file, guess);
    lines.push(`## ${file}, ${target}`, '', ...compared(file, target),
      ...experiment('More rows', file, target, ['--vary', 'rows']),
      ...experiment('Learning rate and depth of a network', file, target, ['--vary', 'learningRate=0.0005:0.005:0.05:0.5,depth=1:2:3', '--seconds', '60']),
      ...experiment('Robustness', file, target, ['--study', 'robustness', '--seconds', '40']));
    if (file === 'penguins') lines.push(...experiment('Another island', file, target, ['--study', 'generalisation', '--domain', 'island']));
    if (file === 'diabetes') {
      lines.push(...experiment('Optimisers', file, target, ['--study', 'optimisers', '--seconds', '60']), ...experiment('Training as a flow', file, target, ['--study', 'dynamics']),
        ...experiment('Training a network', file, target, ['--study', 'dynamics', '--model', 'neural', '--seconds', '60']));
    }
    console.log(`${file}: done`);
  }
  writeFileSync(join('docs', 'findings.md'), `${lines.join('\n').trimEnd()}\n`);
}

/** Friedman's first function with noise: ten uniform features, five of which matter. */
function friedman(rows) {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const lines = Array.from({ length: rows }, () => {
    const x = Array.from({ length: 10 }, uniform);
    return [...x, 10 * Math.sin(Math.PI * x[0] * x[1]) + 20 * (x[2] - 0.5) ** 2 + 10 * x[3] + 5 * x[4] + normal()].map(value => value.toFixed(6)).join(',');
  });
  return [[...Array.from({ length: 10 }, (_, i) => `x${i}`), 'y'].join(','), ...lines].join('\n');
}

function speed() {
  const file = join(folder, 'friedman.csv');
  writeFileSync(file, friedman(5000));
  const { experiment: { runs, findings: found }, timings } = report(['experiment', file, '--target', 'y', '--model', 'neural', '--set', 'hidden=64,64', '--vary', 'learningRate=0.0005:0.001:0.002:0.005:0.01:0.02:0.05:0.1:0.2:0.5:1']);
  console.log(`${runs.done} runs of a 64×64 network on 5,000 rows (4,000 a fold): ${short(timings.total)} s on ${cpus().length} cores`);
  for (const text of found) console.log(`- ${text}`);
}

if (process.argv[2] === 'speed') speed();
else findings();
