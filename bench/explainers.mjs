// `node bench/explainers.mjs [--families linear,logistic,…] [--sizes 1e3,1e4,1e5] [--repeats 3] [--limit 1200] [--out docs/benchmarks.md]`:
// seconds of each explainer for each family on 20 numeric columns, beside scikit-learn's where it has one, in the same run
// (python3 with pandas and scikit-learn). Every figure is the median of several processes, the two programs in turn.
// Writes the section "Explainers" of docs/benchmarks.md; the other sections stay.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { bundleEngine, explainerFile } from './explainersWork.mjs';

const { values: flags } = parseArgs({
  options: {
    families: { type: 'string', default: '' }, sizes: { type: 'string', default: '1e3,1e4,1e5' }, repeats: { type: 'string', default: '3' },
    limit: { type: 'string', default: '1200' }, out: { type: 'string', default: 'docs/benchmarks.md' },
  },
});
const sizes = flags.sizes.split(',').map(Number);
const repeats = Number(flags.repeats);
const limit = 1000 * Number(flags.limit);

/** Whether the family has a peer in scikit-learn: see explainersPeer.py. */
const peers = new Set(['linear', 'logistic', 'bayes', 'neural']);
const explainers = ['fit', 'evaluate', 'permutation', 'ale', 'dependence', 'shapley', 'scores', 'conformal'];

const python = [process.env.UNVEIL_PYTHON, 'python3', '/usr/bin/python3'].find(
  command => command && spawnSync(command, ['-c', 'import sklearn, pandas']).status === 0,
);
if (!python) {
  console.error('No python3 with pandas and scikit-learn was found; install them (Debian: python3-pandas python3-sklearn).');
  process.exit(2);
}

const median = values => {
  const sorted = values.filter(v => v !== undefined).sort((a, b) => a - b);
  return sorted.length === 0 ? undefined : sorted[sorted.length >> 1];
};
const seconds = value => (value === undefined ? '' : value < 0.1 ? value.toFixed(3) : value < 10 ? value.toFixed(2) : value.toFixed(1));

/** Last line of a process as JSON; undefined when it took longer than the limit. */
function run(command, args) {
  const child = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, timeout: limit });
  if (child.error?.code === 'ETIMEDOUT') return undefined;
  if (child.status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${child.stderr || child.error}`);
  return JSON.parse(child.stdout.trim().split('\n').at(-1));
}

const engine = await bundleEngine();
const known = run(process.execPath, ['bench/explainersWork.mjs', engine, 'families']);
const families = flags.families === '' ? known : flags.families.split(',').filter(name => known.includes(name));
const rows = [];
try {
  for (const family of families) {
    for (const size of sizes) {
      const file = await explainerFile(join(tmpdir(), 'unveil-bench'), size);
      const ours = [];
      const theirs = [];
      for (let r = 0; r < repeats; r++) {
        const mine = run(process.execPath, ['bench/explainersWork.mjs', engine, 'time', family, file]);
        if (!mine) break;
        ours.push(mine);
        // The peer shuffles as many rows as often, and averages over as many rows and grid points.
        if (peers.has(family)) theirs.push(run(python, ['bench/explainersPeer.py', file, family, String(mine.shuffledRows), String(mine.shuffles), String(mine.curveRows), String(mine.gridPoints)]) ?? {});
      }
      const row = { family, size, finished: ours.length > 0 };
      for (const name of explainers) row[name] = median(ours.map(o => o.seconds[name]));
      for (const name of ['fit', 'permutation', 'dependence']) row[`peer_${name}`] = median(theirs.map(t => t[name]));
      Object.assign(row, ours[0] && { shuffledRows: ours[0].shuffledRows, shuffles: ours[0].shuffles, curveRows: ours[0].curveRows });
      rows.push(row);
      console.log(row.finished
        ? `${family} ${size}: ${explainers.map(name => `${name} ${seconds(row[name])}`).join(', ')}; peer: permutation ${seconds(row.peer_permutation)}, dependence ${seconds(row.peer_dependence)}`
        : `${family} ${size}: more than ${flags.limit} s`);
    }
  }
} finally {
  rmSync(engine, { force: true });
}

const versions = spawnSync(python, ['-c', 'import sklearn, pandas; print(f"scikit-learn {sklearn.__version__}, pandas {pandas.__version__}")'], { encoding: 'utf8' }).stdout.trim();
const ratio = (ours, peer) => (ours === undefined || peer === undefined ? '' : `**${(ours / peer).toFixed(2)}**`);
const table = rows.map(r => (r.finished
  ? `| ${r.family} | ${r.size.toExponential(0).replace('e+', 'e')} | ${seconds(r.fit)} | ${seconds(r.peer_fit)} | ${seconds(r.permutation)} | ${seconds(r.peer_permutation)} | ${ratio(r.permutation, r.peer_permutation)} | ${seconds(r.dependence)} | ${seconds(r.peer_dependence)} | ${ratio(r.dependence, r.peer_dependence)} | ${seconds(r.ale)} | ${seconds(r.shapley)} | ${seconds(r.scores)} | ${seconds(r.conformal)} | ${seconds(r.evaluate)} | ${r.shuffledRows} × ${r.shuffles} | ${r.curveRows} |`
  : `| ${r.family} | ${r.size.toExponential(0).replace('e+', 'e')} | over ${flags.limit} in all |${' |'.repeat(14)}`));
const section = `## Explainers

Written by \`node bench/explainers.mjs\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${versions}.

Seconds on files of twenty numeric columns. *Fit* is the model of all rows, *folds* the five-fold cross-validation that the explainers
rest on. *Permutation*, *scores* and *conformal* are what \`explain\` does, intervals and all. The **peer** is scikit-learn on the same
file: \`permutation_importance\` with as many shuffles of as many held-out rows (column *shuffled*) by one model, and
\`partial_dependence\` (brute) of each column by itself over as many rows (column *curve rows*) and grid points (20), as *PDP* is.
*ALE* is first order, 40 bins, the same rows; *Shapley* explains 100 rows against 100 (exact for sums of effects). Its
models: LinearRegression, LogisticRegression without penalty, BayesianRidge, and MLPRegressor with layers of 64 and 64 and early
stopping, each on standardised columns. Medians of ${repeats} processes, the programs in turn; ratios below 1: ours is faster.

| family | rows | fit | peer fit | permutation | peer | ratio | PDP | peer | ratio | ALE | Shapley | scores | conformal | folds | shuffled | curve rows |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
${table.join('\n')}
`;
const before = existsSync(flags.out) ? readFileSync(flags.out, 'utf8').trimEnd() : '# Benchmarks';
const own = /\n## Explainers\n[\s\S]*?(?=\n## |$)/;
writeFileSync(flags.out, `${own.test(before) ? before.replace(own, () => `\n${section.trimEnd()}`) : `${before}\n\n${section.trimEnd()}`}\n`);
