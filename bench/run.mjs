// `npm run bench`: read, fit, evaluate and explain per family at 1e3 … 1e6 rows, beside pandas and scikit-learn in the
// same run (python3 with pandas and scikit-learn must be installed, e.g. Debian's python3-pandas and python3-sklearn).
// Every figure is the median of several whole processes, the two programs in turn. Writes docs/benchmarks.md.
import { spawnSync } from 'node:child_process';
import { cpus, tmpdir, totalmem } from 'node:os';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { benchmarkFile } from './makeData.mjs';

const sizes = [1e3, 1e4, 1e5, 1e6];
const repeats = Number(process.env.UNVEIL_BENCH_REPEATS ?? 5);
const folder = join(tmpdir(), 'unveil-bench');
const report = join(folder, 'report.json');

/** The first Python that has the peer's packages. */
const python = [process.env.UNVEIL_PYTHON, 'python3', '/usr/bin/python3'].find(
  command => command && spawnSync(command, ['-c', 'import sklearn, pandas']).status === 0,
);
if (!python) {
  console.error('No python3 with pandas and scikit-learn was found; install them (Debian: python3-pandas python3-sklearn).');
  process.exit(2);
}

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = value => (value === undefined ? '' : value < 0.1 ? value.toFixed(3) : value.toFixed(2));

/** Runs a whole process; wall seconds and peak memory (MB) from GNU time where it is installed. */
function timed(command, args) {
  const hasTime = spawnSync('/usr/bin/time', ['--version']).error === undefined;
  const start = process.hrtime.bigint();
  const run = hasTime
    ? spawnSync('/usr/bin/time', ['-f', 'peak %M', command, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
    : spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  if (run.status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${run.stderr ?? run.error}`);
  const peak = /peak (\d+)/.exec(run.stderr ?? '');
  return { wall, megabytes: peak ? Number(peak[1]) / 1024 : undefined, output: run.stdout };
}

const rows = [];
for (const family of ['linear', 'logistic']) {
  for (const size of sizes) {
    const file = await benchmarkFile(folder, family, size);
    const ours = [];
    const plain = [];
    const peers = [];
    for (let r = 0; r < repeats; r++) {
      const mine = timed('node', ['dist/cli.js', 'explain', file, '--target', 'y', '--model', family, '--json', report, '--quiet']);
      ours.push({ ...mine, ...JSON.parse(readFileSync(report, 'utf8')).timings });
      plain.push(timed('node', ['dist/cli.js', 'explain', file, '--target', 'y', '--model', family, '--holdout', '0', '--json', report, '--quiet']));
      const theirs = timed(python, ['bench/peer.py', file, family, 'fit']);
      peers.push({ ...theirs, ...JSON.parse(theirs.output) });
    }
    const row = {
      family, size,
      ratio: median(ours.map((o, i) => o.wall / peers[i].wall)),
      plain: median(plain.map(p => p.wall)),
      plainRatio: median(plain.map((p, i) => p.wall / peers[i].wall)),
    };
    for (const key of ['wall', 'megabytes', 'read', 'prepare', 'fit', 'evaluate', 'explain']) row[key] = median(ours.map(o => o[key]));
    for (const key of ['wall', 'megabytes', 'import', 'read', 'fit']) row[`peer_${key}`] = median(peers.map(p => p[key]));
    rows.push(row);
    console.log(`${family} ${size}: ours ${seconds(row.wall)} s, peer ${seconds(row.peer_wall)} s, ratio ${row.ratio.toFixed(2)}, without evaluation ${row.plainRatio.toFixed(2)}`);
  }
}

const versions = spawnSync(python, ['-c', 'import sklearn, pandas; print(f"scikit-learn {sklearn.__version__}, pandas {pandas.__version__}")'], { encoding: 'utf8' }).stdout.trim();
const table = rows.map(r =>
  `| ${r.family} | ${r.size.toExponential(0).replace('e+', 'e')} | ${seconds(r.plain)} | ${seconds(r.wall)} | ${seconds(r.peer_wall)} | **${r.plainRatio.toFixed(2)}** | ${r.ratio.toFixed(2)} | ${seconds(r.read)} | ${seconds(r.fit)} | ${seconds(r.evaluate)} | ${seconds(r.explain)} | ${seconds(r.peer_import)} | ${seconds(r.peer_read)} | ${seconds(r.peer_fit)} | ${Math.round(r.megabytes)} | ${Math.round(r.peer_megabytes)} |`);
// Sections that other benchmarks wrote stay.
const others = existsSync('docs/benchmarks.md') ? /\n## [\s\S]*/.exec(readFileSync('docs/benchmarks.md', 'utf8'))?.[0] ?? '' : '';
writeFileSync('docs/benchmarks.md', `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${versions}.

Files of eight numeric columns and a target. The **peer** is the whole process of \`pandas.read_csv\` and scikit-learn's fit of
the same unpenalised model, as a user would write it. **Same work** is the whole process of
\`unveil explain FILE --target y --holdout 0\`: reading, profiling, fitting, coefficient table with intervals, effects, report.
**All** is \`unveil explain FILE --target y\`, which adds five-fold cross-validation, permutation importance and measured
coverage, none of which the peer does. Medians of ${repeats} runs, the programs in turn; ratios are ours over the peer's wall
time, pair by pair (below 1: ours is faster). Seconds and megabytes (peak resident memory); read, fit, evaluate and explain are
parts of *all*.

| family | rows | same work | all | peer | ratio, same work | ratio, all | read | fit | evaluate | explain | peer import | peer read | peer fit | our MB | peer MB |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
${table.join('\n')}
${others}`);
