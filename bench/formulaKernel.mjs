// `node bench/formulaKernel.mjs`: expressions a second of the WebAssembly interpreter beside a plain JavaScript one, on random
// programs of 15 nodes (13 % exp, log, sin) over 256 rows, in CPU seconds of one core. Fails below 300,000.
import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { kernelModules } from '../scripts/tools/kernels.mjs';

const folder = mkdtempSync(join(tmpdir(), 'unveil-formula-'));
const outfile = join(folder, 'bench.cjs');
const contents = ['interpreter', 'program'].map(name => `export * from './src/engine/formula/${name}';`).concat("export * from './src/engine/math/random';").join('\n');
await build({ stdin: { contents, resolveDir: '.', loader: 'ts' }, outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20', plugins: [kernelModules] });
const { Interpreter, Rng, instruction, operations: op } = createRequire(import.meta.url)(outfile);
rmSync(folder, { recursive: true });

const rows = 256;
const random = new Rng(1);
const columns = Array.from({ length: 4 }, () => Float64Array.from({ length: rows }, () => 0.5 + 2 * random.uniform()));
const target = Float64Array.from({ length: rows }, () => random.normal());

/** A random program of 15 nodes: 8 leaves of which a quarter are constants, 7 operations; 2 of 15 nodes are transcendental. */
function randomProgram() {
  const code = [];
  const leaf = () => code.push(random.uniform() < 0.25 ? instruction(op.constant, random.integer(3)) : instruction(op.variable, random.integer(4)));
  const binary = [op.add, op.subtract, op.multiply, op.divide];
  const unary = [op.exp, op.log, op.sin];
  let left = 15;
  let transcendental = 2;
  leaf();
  left--;
  while (left > 0) {
    if (left % 2 === 1 || (transcendental > 0 && random.uniform() < 0.3)) {
      const most = transcendental-- > 0;
      code.push(instruction(most ? unary[random.integer(3)] : random.uniform() < 0.5 ? op.square : op.root));
      left--;
    } else {
      leaf();
      code.push(instruction(binary[random.integer(4)]));
      left -= 2;
    }
  }
  return { code: Int32Array.from(code), constants: Float64Array.from([1, 2.5, -0.3]) };
}

const binaryOf = { [op.add]: (a, b) => a + b, [op.subtract]: (a, b) => a - b, [op.multiply]: (a, b) => a * b, [op.divide]: (a, b) => a / b };
const unaryOf = { [op.exp]: Math.exp, [op.log]: Math.log, [op.sin]: Math.sin, [op.square]: x => x * x, [op.root]: Math.sqrt };
const stack = Array.from({ length: 16 }, () => new Float64Array(rows));
function plain({ code, constants }) {
  let top = -1;
  for (const word of code) {
    const operation = word & 255;
    if (operation === op.variable) stack[++top].set(columns[word >> 8]);
    else if (operation === op.constant) stack[++top].fill(constants[word >> 8]);
    else if (binaryOf[operation]) {
      const b = stack[top--];
      const a = stack[top];
      if (operation === op.add) for (let i = 0; i < rows; i++) a[i] += b[i];
      else if (operation === op.subtract) for (let i = 0; i < rows; i++) a[i] -= b[i];
      else if (operation === op.multiply) for (let i = 0; i < rows; i++) a[i] *= b[i];
      else for (let i = 0; i < rows; i++) a[i] /= b[i];
    } else {
      const a = stack[top];
      const f = unaryOf[operation];
      for (let i = 0; i < rows; i++) a[i] = f(a[i]);
    }
  }
  return stack[0];
}

const programs = Array.from({ length: 2000 }, randomProgram);
const share = programs.flatMap(({ code }) => [...code]).filter(word => [op.exp, op.log, op.sin].includes(word & 255)).length / (15 * programs.length);
const interpreter = new Interpreter(columns, target);
const out = new Float64Array(rows);

function rate(work) {
  for (const program of programs) work(program);
  const start = process.cpuUsage();
  let count = 0;
  let seconds = 0;
  while (seconds < 2) {
    for (const program of programs) work(program);
    count += programs.length;
    const { user, system } = process.cpuUsage(start);
    seconds = (user + system) / 1e6;
  }
  return count / seconds;
}

const values = rate(({ code, constants }) => interpreter.evaluate(code, constants, out));
const fits = rate(({ code, constants }) => interpreter.linearFit(code, constants));
const jacobians = rate(({ code, constants }) => interpreter.gaussNewton(code, constants, [1, 1, 1]));
const script = rate(plain);
const line = (name, perSecond) => console.log(`${name.padEnd(44)} ${Math.round(perSecond).toLocaleString('en-US').padStart(10)} a second`);
console.log(`Programs of 15 nodes, ${(100 * share).toFixed(0)} % exp, log, sin; 256 rows.`);
line('values, WebAssembly', values);
line('values and line through the target', fits);
line('values, three derivatives, normal equations', jacobians);
line('values, plain JavaScript', script);
if (values < 300_000) {
  console.error('Below 300,000.');
  process.exitCode = 1;
}
