// `node bench/kmeans.mjs [--rows 1e5,1e6] [--columns 10] [--clusters 8] [--repeats 3]`: seconds of k-means beside scikit-learn's in the
// same run, in turn: a cloud without clusters (31 passes less one pass, over 30: the time of an iteration) and eight groups (to
// convergence, tol 1e-4, one start each). Medians of wall-clock and, in brackets, CPU milliseconds of all threads. Needs python3 with numpy and scikit-learn.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { kernelModules } from '../scripts/tools/kernels.mjs';
import { tensorflowApart } from '../scripts/tools/tensorflow.mjs';

const { values: flags } = parseArgs({
  options: { rows: { type: 'string', default: '1e5,1e6' }, columns: { type: 'string', default: '10' }, clusters: { type: 'string', default: '8' }, repeats: { type: 'string', default: '3' } },
});
const [columns, k, repeats] = [flags.columns, flags.clusters, flags.repeats].map(Number);
const python = [process.env.UNVEIL_PYTHON, 'python3', '/usr/bin/python3'].find(command => command && spawnSync(command, ['-c', 'import sklearn']).status === 0);
if (!python) {
  console.error('No python3 with scikit-learn was found.');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'unveil-kmeans-'));
const common = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'warning', supported: { 'dynamic-import': false } };
const contents = ['unlabelled/kmeans/fit', 'compute/pool', 'context', 'math/random'].map(name => `export * from './src/engine/${name}';`).join('\n');
await build({ ...common, stdin: { contents, resolveDir: '.', loader: 'ts' }, outfile: join(folder, 'engine.js'), plugins: [kernelModules] });
await build({ ...common, entryPoints: ['src/engine/worker.ts'], outfile: join(folder, 'worker.js'), plugins: [tensorflowApart, kernelModules] });
const { kMeans, useWorkers, closePool, CancellableContext, Rng } = createRequire(import.meta.url)(join(folder, 'engine.js'));

function makeData(rows, apart) {
  const rng = new Rng(1);
  const corners = Float64Array.from({ length: k * columns }, () => apart * rng.normal());
  return Float64Array.from({ length: rows * columns }, (_, at) => rng.normal() + corners[(Math.floor(at / columns) % k) * columns + (at % columns)]);
}

async function ours(data, rows, options, workers) {
  useWorkers(workers ? join(folder, 'worker.js') : undefined);
  const [from, used] = [performance.now(), process.cpuUsage()];
  const fit = await kMeans({ data, rows, columns }, { k, seed: 1, restarts: 1, ...options }, new CancellableContext());
  const { user, system } = process.cpuUsage(used);
  return { seconds: (performance.now() - from) / 1000, cpu: (user + system) / 1e6, iterations: fit.iterations, inertia: fit.inertia };
}

function theirs(file, rows, iterations, tolerance) {
  const { status, stdout, stderr } = spawnSync(python, [join(import.meta.dirname, 'kmeans.py'), file, rows, columns, k, iterations, tolerance].map(String), { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const median = values => values.sort((a, b) => a - b)[values.length >> 1];
console.log(`| rows × ${columns}, k = ${k} | what | one thread | without bounds | workers | scikit-learn | iterations |\n|---|---|---|---|---|---|---|`);
for (const rows of flags.rows.split(',').map(Number)) {
  for (const [name, apart] of [['cloud: an iteration', 0], ['groups: whole fit', 4]]) {
    const data = makeData(rows, apart);
    const file = join(folder, 'data.bin');
    writeFileSync(file, data);
    const figures = { one: [], plain: [], many: [], other: [] };
    let iterations = '';
    // The threads start once a session.
    await ours(data, rows, { maxIterations: 1 }, true);
    for (let repeat = 0; repeat < repeats; repeat++) {
      if (apart === 0) {
        const difference = async run => {
          const [long, short] = [await run(31), await run(1)];
          return { seconds: (long.seconds - short.seconds) / 30, cpu: (long.cpu - short.cpu) / 30 };
        };
        figures.one.push(await difference(n => ours(data, rows, { maxIterations: n, tolerance: 0 }, false)));
        figures.plain.push(await difference(n => ours(data, rows, { maxIterations: n, tolerance: 0, bounds: false }, false)));
        figures.many.push(await difference(n => ours(data, rows, { maxIterations: n, tolerance: 0 }, true)));
        figures.other.push(await difference(n => Promise.resolve(theirs(file, rows, n, 0))));
        iterations = '30';
      } else {
        const all = [await ours(data, rows, {}, false), await ours(data, rows, { bounds: false }, false), await ours(data, rows, {}, true), theirs(file, rows, 300, 1e-4)];
        ['one', 'plain', 'many', 'other'].forEach((key, i) => figures[key].push(all[i]));
        iterations = `${all[2].iterations} / ${all[3].iterations}`;
      }
    }
    const part = (key, name) => (median(figures[key].map(figure => figure[name])) * 1000).toFixed(1);
    const show = key => `${part(key, 'seconds')} (${part(key, 'cpu')})`;
    console.log(`| ${rows.toLocaleString('en')} | ${name}, ms | ${show('one')} | ${show('plain')} | ${show('many')} | ${show('other')} | ${iterations} |`);
  }
}
await closePool();
rmSync(folder, { recursive: true });
