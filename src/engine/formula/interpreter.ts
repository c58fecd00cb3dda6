// Runs postfix programs (program.ts) over columns, in WebAssembly: values, the line that fits them to a target, and their
// derivatives by the constants. Each interpreter has its own memory; programs and constants are given per call.
import { base64 } from '../math/kernels/formula.wasm';
import { arity, operandOf, operationOf, operations } from './program';

/** Least squares of the target on 1 and f. `sse`: the weighted sum of squared residuals, ∞ where f has no value. */
export interface LinearFit {
  slope: number;
  intercept: number;
  sse: number;
}

/** Values of f, and a column ∂f/∂c for every free constant. */
export interface Jacobian {
  values: Float64Array;
  columns: Float64Array[];
}

/**
 * The system of a Gauss–Newton step on y ≈ intercept + slope·f: `gram` holds Σ w a b for a ≤ b among the columns 1, f,
 * ∂f/∂c of every free constant, residual (upper triangle by rows).
 */
export interface GaussNewtonSystem extends LinearFit {
  gram: Float64Array;
}

/** What is used of the engine's WebAssembly object: Node's types do not declare it. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

interface Kernel {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  free(): number;
  layout(columns: number, columnBytes: number, slots: number, tape: number): void;
  evaluate(code: number, length: number, constants: number, bytes: number, out: number): void;
  linearFit(code: number, length: number, constants: number, y: number, w: number, mass: number, mean: number, bytes: number, out: number, result: number): void;
  jacobian(code: number, length: number, constants: number, wanted: number, bytes: number, out: number, at: number, stride: number, stack: number): void;
  gaussNewton(
    code: number, length: number, constants: number, wanted: number, count: number, y: number, w: number, mass: number, mean: number, bytes: number,
    at: number, stride: number, stack: number, line: number, result: number,
  ): void;
}

let compiled: object | undefined;

function newKernel(): Kernel {
  const api = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
  if (!api) throw new Error('This JavaScript engine has no WebAssembly.');
  compiled ??= new api.Module(Buffer.from(base64, 'base64'));
  const abort = (): never => {
    throw new Error('The formula kernel stopped.');
  };
  return new api.Instance(compiled, { env: { abort, seed: () => 0 } }).exports as Kernel;
}

const blockBytes = 2048;
const up32 = (bytes: number): number => (bytes + 31) & ~31;
const roomier = (needed: number, have: number): number => Math.max(needed, 2 * have, 32);

/** Where the parts of the memory that depend on a program's size start. */
interface WorkSpace {
  instructions: number;
  constants: number;
  free: number;
  code: number;
  numbers: number;
  wanted: number;
  stack: number;
  result: number;
  gram: number;
  system: number;
}

export class Interpreter {
  readonly rows: number;
  private readonly kernel = newKernel();
  private readonly columnBytes: number;
  private readonly targetAt: number;
  private readonly weightsAt: number;
  private readonly outAt: number;
  private readonly workAt: number;
  private work: WorkSpace;
  private f64 = new Float64Array(0);
  private i32 = new Int32Array(0);
  /** Sums of the weights and of the weighted target over the first k rows, for fits to a part of the rows. */
  private readonly masses: Float64Array;
  private readonly means: Float64Array;

  /** `columns`: the variables, all of one length; padded to a multiple of four with the last row, at weight 0. Weights are 1 if absent. */
  constructor(private readonly columns: readonly Float64Array[], target?: Float64Array, weights?: Float64Array) {
    this.rows = target?.length ?? columns[0]?.length ?? 0;
    if (!this.rows || columns.some(column => column.length !== this.rows)) throw new RangeError('The interpreter needs columns of one length.');
    this.columnBytes = up32(8 * this.rows);
    const start = up32(this.kernel.free());
    this.targetAt = start + columns.length * this.columnBytes;
    this.weightsAt = this.targetAt + this.columnBytes;
    this.outAt = this.weightsAt + this.columnBytes;
    this.workAt = this.outAt + this.columnBytes;
    this.work = this.makeWorkSpace(32, 16, 8, start);
    columns.forEach((column, k) => this.write(column, start + k * this.columnBytes));
    const y = target ?? new Float64Array(this.rows);
    const w = weights ?? new Float64Array(this.rows).fill(1);
    this.write(y, this.targetAt);
    this.write(w, this.weightsAt);
    this.f64.fill(0, (this.weightsAt >> 3) + this.rows, (this.weightsAt + this.columnBytes) >> 3);
    this.masses = new Float64Array(this.rows + 1);
    this.means = new Float64Array(this.rows + 1);
    this.sumUp(y, w);
  }

  private sumUp(y: Float64Array, w: Float64Array): void {
    for (let i = 0; i < this.rows; i++) {
      this.masses[i + 1] = this.masses[i]! + w[i]!;
      const mean = this.means[i]!;
      this.means[i + 1] = this.masses[i + 1]! > 0 ? mean + (w[i]! / this.masses[i + 1]!) * (y[i]! - mean) : mean;
    }
  }

  private write(values: Float64Array, at: number): void {
    this.f64.set(values, at >> 3);
    this.f64.fill(values[this.rows - 1]!, (at >> 3) + this.rows, (at + this.columnBytes) >> 3);
  }

  private makeWorkSpace(instructions: number, constants: number, free: number, columnsAt: number): WorkSpace {
    let next = this.workAt;
    const take = (bytes: number): number => {
      const at = next;
      next = up32(next + bytes);
      return at;
    };
    const work = {
      instructions, constants, free,
      code: take(4 * instructions), numbers: take(16 * constants), wanted: take(4 * constants), stack: take(4 * instructions), result: take(32),
      gram: take(8 * (free + 3) * (free + 4)), system: take((free + 3) * this.columnBytes),
    };
    const tape = take(32 * instructions);
    const slots = take((2 * instructions + 1) * blockBytes);
    const missing = next - this.kernel.memory.buffer.byteLength;
    if (missing > 0) this.kernel.memory.grow(Math.ceil(missing / 65536));
    this.f64 = new Float64Array(this.kernel.memory.buffer);
    this.i32 = new Int32Array(this.kernel.memory.buffer);
    this.kernel.layout(columnsAt, this.columnBytes, slots, tape);
    return work;
  }

  /** Puts a program into the memory, which grows when the program needs more of it. */
  private load(code: Int32Array, constants: Float64Array, free: number): WorkSpace {
    const { work } = this;
    if (code.length > work.instructions || constants.length > work.constants || free > work.free) {
      const start = this.targetAt - this.columns.length * this.columnBytes;
      this.work = this.makeWorkSpace(roomier(code.length, work.instructions), roomier(constants.length, work.constants), roomier(free, work.free), start);
      return this.load(code, constants, free);
    }
    this.i32.set(code, work.code >> 2);
    const { f64 } = this;
    for (let k = 0, at = work.numbers >> 3; k < constants.length; k++) f64[at++] = f64[at++] = constants[k]!;
    return work;
  }

  private bytes(rows: number): number {
    return up32(8 * rows);
  }

  /** f at every row, to `out` if given. The program must be whole ({@link isWhole}). */
  evaluate(code: Int32Array, constants: Float64Array, out = new Float64Array(this.rows), rows = Math.min(this.rows, out.length)): Float64Array {
    const work = this.load(code, constants, 0);
    this.kernel.evaluate(work.code, code.length, work.numbers, this.bytes(rows), this.outAt);
    const at = this.outAt >> 3;
    if (rows === out.length) out.set(this.f64.subarray(at, at + rows));
    else for (let i = 0; i < rows; i++) out[i] = this.f64[at + i]!;
    return out;
  }

  /** The line that brings f nearest to the target, over the first `rows` (a multiple of four, or all). */
  linearFit(code: Int32Array, constants: Float64Array, rows = this.rows): LinearFit {
    const work = this.load(code, constants, 0);
    this.kernel.linearFit(
      work.code, code.length, work.numbers, this.targetAt, this.weightsAt, this.masses[rows]!, this.means[rows]!, this.bytes(rows), this.outAt, work.result,
    );
    return this.lineAt(work.result);
  }

  /** The first values of what {@link linearFit} or {@link evaluate} ran last; valid until the next call. */
  lastValues(rows: number): Float64Array {
    return this.f64.subarray(this.outAt >> 3, (this.outAt >> 3) + rows);
  }

  private lineAt(result: number): LinearFit {
    const at = result >> 3;
    return { slope: this.f64[at]!, intercept: this.f64[at + 1]!, sse: this.f64[at + 2]! };
  }

  /** Notes which constants are free (in order), and returns how many. */
  private want(free: ArrayLike<number>, constants: number): number {
    let count = 0;
    for (let k = 0; k < constants; k++) this.i32[(this.work.wanted >> 2) + k] = free[k] ? count++ : -1;
    return count;
  }

  /** Values and derivatives by the constants with `free[k]` not 0, in their order. */
  jacobian(code: Int32Array, constants: Float64Array, free: ArrayLike<number>): Jacobian {
    const work = this.load(code, constants, constants.length);
    const count = this.want(free, constants.length);
    const at = work.system >> 3;
    const stride = this.columnBytes >> 3;
    this.f64.fill(0, at, at + count * stride);
    this.kernel.jacobian(work.code, code.length, work.numbers, work.wanted, this.columnBytes, this.outAt, work.system, this.columnBytes, work.stack);
    const column = (place: number): Float64Array => this.f64.slice(place, place + this.rows);
    return { values: column(this.outAt >> 3), columns: Array.from({ length: count }, (_, k) => column(at + k * stride)) };
  }

  /** The system of a Gauss–Newton step for the free constants, over the first `rows` (a multiple of four, or all). `gram` is valid until the next call. */
  gaussNewton(code: Int32Array, constants: Float64Array, free: ArrayLike<number>, rows = this.rows): GaussNewtonSystem {
    const work = this.load(code, constants, constants.length);
    const count = this.want(free, constants.length);
    this.kernel.gaussNewton(
      work.code, code.length, work.numbers, work.wanted, count, this.targetAt, this.weightsAt, this.masses[rows]!, this.means[rows]!, this.bytes(rows),
      work.system, this.columnBytes, work.stack, work.result, work.gram,
    );
    const at = work.gram >> 3;
    return { ...this.lineAt(work.result), gram: this.f64.subarray(at, at + ((count + 3) * (count + 4)) / 2) };
  }
}

/** Whether a program leaves exactly one column, never lacks an operand, and names only variables and constants that exist. */
export function isWhole(code: Int32Array, variables: number, constants: number): boolean {
  let depth = 0;
  for (const word of code) {
    const operation = operationOf(word);
    const operand = operandOf(word);
    if (operation > operations.whole) return false;
    if (operation <= operations.constant && (operand < 0 || operand >= (operation === operations.variable ? variables : constants))) return false;
    const taken = arity(operation);
    if (depth < taken) return false;
    depth += 1 - taken;
  }
  return depth === 1;
}
