// `npm run bench:formula -- LIST.csv [--noise 0,0.001,0.01,0.1] [--seconds 60] [--rows 1000] [--only PATTERN] [--seed 1] [--units] [--trajectories]`: how many formulas
// of a list are found again. The list has columns formula, variables or train_ranges (JSON: name, low, high) and id or name.
// Data: uniform on the box; noise: normal, its standard deviation a share of the root mean square of y, on the training rows only.
// Found: equal to the truth up to a constant summand or factor on 64 points in and 20 % around the box, and at most 1.2 times its size.
// --trajectories: rows not of the box but on the solutions of a system of two equations (RK4), as differential equations are recovered from; the list
// then has columns state and partner (this equation's variable, the other equation's id), starts (JSON) and time, see bench/lists/strogatz.csv.
// --units: tells the units of the list (`unit` of each variable, output_unit), in which T is the kelvin.
// Needs dist/ for the worker threads.
import { build } from 'esbuild';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { kernelModules } from '../scripts/tools/kernels.mjs';

const [list, ...flags] = process.argv.slice(2);
const flag = (name, otherwise) => (flags.includes(`--${name}`) ? flags[flags.indexOf(`--${name}`) + 1] : otherwise);
const noises = flag('noise', '0,0.001,0.01,0.1').split(',').map(Number);
const seconds = Number(flag('seconds', '60'));
const rows = Number(flag('rows', '1000'));
const seed = Number(flag('seed', '1'));
const withUnits = flags.includes('--units');
const onTrajectories = flags.includes('--trajectories');
const only = new RegExp(flag('only', '.'));

const folder = mkdtempSync(join(tmpdir(), 'unveil-bench-formula-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const bundle = join(folder, 'entry.cjs');
await build({ entryPoints: [resolve('bench/formulaEntry.mjs')], bundle: true, platform: 'node', format: 'cjs', outfile: bundle, plugins: [kernelModules], external: ['@duckdb/*'], logLevel: 'error' });
const engine = createRequire(resolve('bench/x.js'))(bundle);
engine.useWorkers(resolve('dist/worker.js'));

function csv(text) {
  const records = [];
  let record = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (record.length > 1) records.push(record);
    record = [];
  }
  const [head, ...body] = records;
  return body.map(cells => Object.fromEntries(head.map((name, k) => [name, cells[k]])));
}

function problems() {
  const records = csv(readFileSync(list, 'utf8'));
  return records.flatMap(({ id, name, formula, variables, train_ranges: ranges, output_unit: output, state, partner, starts, time }) => {
    const inputs = JSON.parse(variables ?? ranges);
    const other = records.find(record => record.id === partner)?.formula;
    const system = onTrajectories && { starts: JSON.parse(starts), time: Number(time), equations: inputs.map(input => (input.name === state ? formula : other)) };
    return only.test(id ?? name) ? [{ id: id ?? name, formula, inputs, output, system }] : [];
  });
}

function sample({ formula, inputs }, count, random, beyond) {
  const names = inputs.map(({ name }) => name);
  const { expression } = engine.parseFormula(formula, names);
  const columns = inputs.map(({ low, high }) => Float64Array.from({ length: count }, () => low + (high - low) * (random.uniform() * (1 + beyond) - (low < 0 ? beyond / 2 : 0))));
  return { names, expression, columns, y: engine.valuesOf(expression, columns, count) };
}

/** A column of each state: points at equal times on the solution from each start, by Runge and Kutta's method. */
function trajectories({ inputs, system: { equations, starts, time } }, count) {
  const names = inputs.map(({ name }) => name);
  const parsed = equations.map(text => engine.parseFormula(text, names).expression);
  const slope = at => parsed.map(each => engine.valuesOf(each, at.map(v => Float64Array.of(v)), 1)[0]);
  const moved = (at, by, h) => at.map((v, k) => v + h * by[k]);
  const points = Math.floor(count / starts.length);
  const [steps, found] = [20, []];
  const h = time / points / steps;
  for (const start of starts) {
    let at = start;
    for (let i = 0; i < points * steps; i++) {
      if (i % steps === 0) found.push(at);
      const a = slope(at);
      const b = slope(moved(at, a, h / 2));
      const c = slope(moved(at, b, h / 2));
      const d = slope(moved(at, c, h));
      at = at.map((v, k) => v + (h / 6) * (a[k] + 2 * b[k] + 2 * c[k] + d[k]));
    }
  }
  return inputs.map((_, k) => Float64Array.from(found, at => at[k]));
}

function sampleTrajectories(problem, count, random) {
  const names = problem.inputs.map(({ name }) => name);
  const { expression } = engine.parseFormula(problem.formula, names);
  const all = trajectories(problem, count);
  const order = random.shuffle(Int32Array.from(all[0].keys()));
  const columns = all.map(column => Float64Array.from(order, i => column[i]));
  return { names, expression, columns, y: engine.valuesOf(expression, columns, order.length) };
}

/** Equal up to a constant summand or a constant factor. */
function same(truth, found) {
  const spread = values => Math.max(...values) - Math.min(...values);
  const size = Math.max(...truth.map(Math.abs));
  const ratios = found.map((value, i) => value / truth[i]).filter((_, i) => Math.abs(truth[i]) > 1e-6 * size);
  return spread(truth.map((value, i) => value - found[i])) < 1e-7 * size || spread(ratios) < 1e-7 * Math.abs(ratios[0]);
}

const unitOf = text => text && engine.parseUnit(text.replace(/\bT\b(?=\^)/g, 'K'));
/** What recover takes of units. */
const unitsOf = ({ inputs, output }) => (withUnits ? { units: inputs.map(({ unit }) => unitOf(unit)), targetUnit: unitOf(output) } : {});

async function tryOne(problem, noise) {
  const random = new engine.Rng(seed).fork(`${problem.id} ${noise}`);
  const { names, expression, columns, y } = problem.system ? sampleTrajectories(problem, rows, random) : sample(problem, rows, random, 0);
  const size = Math.sqrt(y.reduce((total, v) => total + v * v, 0) / y.length);
  const target = y.map(v => v + noise * size * random.normal());
  const finite = [...target.keys()].filter(i => Number.isFinite(target[i]));
  const pick = column => Float64Array.from(finite, i => column[i]);
  const began = performance.now();
  const { candidates: [best] } = await engine.recover({ columns: columns.map(pick), target: pick(target), seconds, seed, ...unitsOf(problem) }, new engine.CancellableContext());
  const took = (performance.now() - began) / 1000;
  const check = sample(problem, 400, random, 0.2);
  const usable = [...check.y.keys()].filter(i => Number.isFinite(check.y[i])).slice(0, 64);
  const at = values => usable.map(i => values[i]);
  const exact = best !== undefined && same(at(check.y), at(engine.valuesOf(best.expression, check.columns, 400)));
  const found = exact && best.complexity <= 1.2 * engine.complexity(expression);
  console.error(`${noise}\t${found ? 'found' : exact ? 'long' : 'missed'}\t${problem.id}\t${took.toFixed(1)} s\t${best?.found.toFixed(1)} s\t${best?.stage}\t${found ? '' : problem.formula}\t${best ? engine.formulaText(best.expression, names) : ''}`);
  return { found, exact, took, at: best?.found ?? took };
}

const median = values => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
console.log('| noise | formulas | found | share | exact, but longer | median seconds to the right formula | to the end |');
console.log('|---|---|---|---|---|---|---|');
for (const noise of noises) {
  const results = [];
  for (const problem of problems()) results.push(await tryOne(problem, noise));
  const right = results.filter(({ found }) => found);
  const share = (100 * right.length) / results.length;
  console.log(`| ${noise} | ${results.length} | ${right.length} | ${share.toFixed(1)} % | ${results.filter(({ found, exact }) => exact && !found).length} | ${median(right.map(({ at }) => at)).toFixed(1)} | ${median(results.map(({ took }) => took)).toFixed(1)} |`);
}
await engine.closePool();
