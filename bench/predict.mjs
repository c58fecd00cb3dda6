// `node bench/predict.mjs [--rows 1e4,1e6,1e7] [--models linear,ebm] [--sklearn] [--heap 64]`: seconds (wall clock, and of processor on all threads,
// which other work on the machine hardly changes) and peak memory of `unveil predict` (dist/cli.js) on a CSV of ten columns (eight numbers, two of words), with intervals
// and the top three contributions; each prediction is a process of its own.
// `--heap`: megabytes that the heap may have at most, which tells what is needed from what is only collected late.
// `--sklearn`: a linear regression of the eight numbers is predicted by scikit-learn from the same file in the same run, read by pandas 100,000
// rows at a time, or by numpy where there is no pandas, and written with its prediction. Needs dist (node esbuild.mjs).
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: { rows: { type: 'string', default: '1e4,1e6,1e7' }, models: { type: 'string', default: 'linear,ebm' }, sklearn: { type: 'boolean', default: false }, cli: { type: 'string', default: 'dist/cli.js' }, heap: { type: 'string' } },
});
const folder = mkdtempSync(join(tmpdir(), 'unveil-predict-'));

/** Rows by a small generator (mulberry32), so that every run has the same. */
function makeCsv(path, rows, target) {
  let state = 1;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const file = openSync(path, 'w');
  let text = `a,b,c,d,e,f,g,h,colour,shape${target ? ',y' : ''}\n`;
  for (let i = 0; i < rows; i++) {
    const x = Array.from({ length: 8 }, () => uniform().toFixed(4));
    const [colour, shape] = [Math.floor(5 * uniform()), Math.floor(3 * uniform())];
    text += `${x.join(',')},c${colour},s${shape}`;
    if (target) text += `,${(3 * x[0] - 2 * x[1] + Math.sin(6 * x[2]) + colour / 2 + uniform()).toFixed(4)}`;
    text += '\n';
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
}

/** Seconds, and what the process writes when it ends: seconds of processor and the peak of resident memory in MB. */
function measured(command, args, after) {
  const from = performance.now();
  const { status, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(stderr || stdout);
  const seconds = (performance.now() - from) / 1000;
  const [processor, megabytes] = after(stdout, stderr);
  return { seconds, processor, megabytes };
}

const peakFile = join(folder, 'peak');
const hook = join(folder, 'peak.cjs');
writeFileSync(hook, `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(peakFile)}, JSON.stringify((({ userCPUTime, systemCPUTime, maxRSS }) => [(userCPUTime + systemCPUTime) / 1e6, maxRSS / 1024])(process.resourceUsage()))));\n`);
const heap = flags.heap ? [`--max-old-space-size=${flags.heap}`] : [];
const unveil = args => measured(process.execPath, [...(args[0] === 'predict' ? heap : []), '--require', hook, flags.cli, ...args, '--quiet'], () => JSON.parse(readFileSync(peakFile, 'utf8')));

const python = `
import sys, time, resource
import numpy as np
from sklearn.linear_model import LinearRegression
train, file, out = sys.argv[1:4]
t = np.genfromtxt(train, delimiter=',', skip_header=1, usecols=list(range(8)) + [10])
m = LinearRegression().fit(t[:, :8], t[:, 8])
start, before = time.perf_counter(), time.process_time()
try:
    import pandas as pd
    how = 'pandas'
    for i, d in enumerate(pd.read_csv(file, chunksize=100_000)):
        d['prediction'] = m.predict(d[list('abcdefgh')].to_numpy())
        d.to_csv(out, index=False, header=i == 0, mode='w' if i == 0 else 'a')
except ImportError:
    d = np.loadtxt(file, delimiter=',', skiprows=1, usecols=range(8))
    np.savetxt(out, np.column_stack([d, m.predict(d)]), delimiter=',', fmt='%.17g')
    how = 'numpy'
print(time.perf_counter() - start, time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, how)
`;

try {
  const train = join(folder, 'train.csv');
  makeCsv(train, 5000, true);
  const models = flags.models.split(',');
  for (const model of models) unveil(['explain', train, '--target', 'y', '--model', model, '--brief', '--save', join(folder, `${model}.unveil.json`)]);
  console.log('| rows × 10 | what | seconds | of processor | rows a second | peak memory, MB | file read, MB |\n|---|---|---|---|---|---|---|');
  for (const rows of flags.rows.split(',').map(Number)) {
    const [file, out] = [join(folder, 'new.csv'), join(folder, 'out.csv')];
    makeCsv(file, rows, false);
    const line = (what, { seconds, processor, megabytes }) => console.log(`| ${rows.toLocaleString('en-US')} | ${what} | ${seconds.toFixed(1)} | ${processor.toFixed(1)} | ${Math.round(rows / seconds).toLocaleString('en-US')} | ${megabytes.toFixed(0)} | ${(statSync(file).size / 1e6).toFixed(1)} |`);
    for (const model of models) line(`unveil predict, ${model}`, unveil(['predict', join(folder, `${model}.unveil.json`), file, '--out', out]));
    if (models.includes('linear')) line('unveil predict, linear, own intervals, no contributions', unveil(['predict', join(folder, 'linear.unveil.json'), file, '--out', out, '--intervals', 'model', '--contributions', '0']));
    if (!flags.sklearn) continue;
    let told;
    measured(process.env.UNVEIL_PYTHON ?? '/usr/bin/python3', ['-c', python, train, file, out], stdout => (told = stdout.trim().split(' ')).map(Number));
    line(`scikit-learn, linear, read by ${told[3]}`, { seconds: Number(told[0]), processor: Number(told[1]), megabytes: Number(told[2]) });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
