/** The rows of a clustering in WebAssembly: nearest centres (with Hamerly's bounds), sums by cluster and distances. One memory each. */
import { UserError } from '../../../protocol/errors';
import { base64 } from '../../math/kernels/clusters.wasm';

/** Rows whose sums are added up together; see math/kernels/clusters.ts. */
export const blockRows = 256;

interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

interface Exports {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  free(): number;
  layout(p: number, k: number, rows: number, norms: number, labels: number, gaps: number, centres: number, halves: number): void;
  measure(rows: number): void;
  assign(from: number, to: number, bounds: number, fresh: number, drift: number, share: number, base: number, margin: number, sums: number, list: number): number;
  total(from: number, to: number, sums: number, out: number): void;
  closer(rows: number, c: number, near: number, out: number): number;
  own(from: number, to: number, plain: number, out: number): number;
}

let compiled: object | undefined;

function instance(): Exports {
  const api = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
  if (!api) throw new Error('This JavaScript engine has no WebAssembly.');
  compiled ??= new api.Module(Buffer.from(base64, 'base64'));
  const abort = (): never => {
    throw new Error('The kernel of the clusters stopped.');
  };
  return new api.Instance(compiled, { env: { abort, seed: () => 0 } }).exports as Exports;
}

/** What WebAssembly's 32-bit addresses hold, with room to spare. */
const mostBytes = 3.9e9;

export class RowKernel {
  private readonly wasm = instance();
  private readonly at: Readonly<Record<'rows' | 'norms' | 'gaps' | 'labels' | 'distances' | 'near' | 'spare' | 'centres' | 'halves' | 'plain' | 'drift' | 'list' | 'out' | 'sums', number>>;
  private readonly f64: Float64Array;
  private readonly i32: Int32Array;
  private readonly errorShare: number;
  private longest = 0;
  private k = 0;
  private bounded = false;

  /** `data`: rows × columns, row-major, best with columns of mean 0. Throws 'outOfMemory' where they do not fit. */
  constructor(data: Float64Array, readonly rows: number, readonly columns: number, readonly mostClusters: number) {
    const padded = 8 * Math.ceil(mostClusters / 8);
    const block = mostClusters * (columns + 1);
    const sizes = {
      rows: rows * columns, norms: rows, gaps: rows, labels: rows / 2, distances: rows, near: rows, spare: rows, centres: padded * columns, halves: padded,
      plain: mostClusters * columns, drift: mostClusters, list: blockRows / 2, out: block, sums: Math.ceil(rows / blockRows) * block,
    };
    let next = (this.wasm.free() + 15) & ~15;
    this.at = Object.fromEntries(Object.entries(sizes).map(([name, doubles]) => {
      const start = next;
      next += 16 * Math.ceil(doubles / 2 + 1);
      return [name, start];
    })) as RowKernel['at'];
    reserve(this.wasm, next);
    this.f64 = new Float64Array(this.wasm.memory.buffer);
    this.i32 = new Int32Array(this.wasm.memory.buffer);
    this.f64.set(data, this.at.rows >>> 3);
    // Rounding of |x|² + |c|² − 2x·c, by |x|² + |c|²; four times what a sum of so many products can be off by.
    this.errorShare = 4 * (columns + 4) * 2 ** -52;
    this.setClusters(mostClusters);
    this.wasm.measure(rows);
    for (let i = 0; i < rows; i++) this.longest = Math.max(this.longest, this.f64[(this.at.norms >>> 3) + i]);
  }

  private setClusters(k: number): void {
    const { at } = this;
    this.k = k;
    this.bounded = false;
    this.wasm.layout(this.columns, k, at.rows, at.norms, at.labels, at.gaps, at.centres, at.halves);
  }

  /** Label of each row; the kernel's own memory. */
  get labels(): Int32Array {
    return this.i32.subarray(this.at.labels >>> 2, (this.at.labels >>> 2) + this.rows);
  }

  /** Squared distances that `own` or `closer` left; the kernel's own memory. */
  get distances(): Float64Array {
    return this.f64.subarray(this.at.distances >>> 3, (this.at.distances >>> 3) + this.rows);
  }

  row(i: number): Float64Array {
    const start = (this.at.rows >>> 3) + i * this.columns;
    return this.f64.subarray(start, start + this.columns);
  }

  /**
   * Gives every row its nearest centre (`centres`: k × columns, row by row) and returns how many labels changed. `drift`: how far each
   * centre has moved since the last call, with which rows whose nearest centre cannot have changed are passed over; absent: no row is.
   */
  assign(centres: Float64Array, k: number, drift?: Float64Array): number {
    const fresh = k !== this.k || drift === undefined;
    if (k !== this.k) this.setClusters(k);
    const longestCentre = this.writeCentres(centres, k);
    const bounds = drift !== undefined && this.bounded;
    if (bounds) this.writeDrift(drift, k);
    this.bounded = true;
    const base = this.errorShare * longestCentre;
    const margin = Math.sqrt(4 * (this.errorShare * this.longest + base));
    const { at } = this;
    return this.wasm.assign(0, this.rows, Number(bounds), Number(fresh || !bounds), at.drift, this.errorShare, base, margin, at.sums, at.list);
  }

  /** Returns the squared length of the longest centre. */
  private writeCentres(centres: Float64Array, k: number): number {
    const { columns, at, f64 } = this;
    const padded = 8 * Math.ceil(k / 8);
    f64.set(centres.subarray(0, k * columns), at.plain >>> 3);
    let longest = 0;
    for (let c = 0; c < padded; c++) {
      const start = (at.centres >>> 3) + (c >>> 3) * 8 * columns + (c & 7);
      let sum = c < k ? 0 : Infinity;
      for (let j = 0; j < columns; j++) {
        const value = c < k ? centres[c * columns + j] : 0;
        f64[start + 8 * j] = value;
        sum += value * value;
      }
      f64[(at.halves >>> 3) + c] = sum / 2;
      if (c < k) longest = Math.max(longest, sum);
    }
    return longest;
  }

  /** A row's gap shrinks by no more than its own centre's drift and the largest of the others. */
  private writeDrift(drift: Float64Array, k: number): void {
    let most = 0;
    for (let c = 1; c < k; c++) if (drift[c] > drift[most]) most = c;
    let second = 0;
    for (let c = 0; c < k; c++) if (c !== most && drift[c] > second) second = drift[c];
    for (let c = 0; c < k; c++) this.f64[(this.at.drift >>> 3) + c] = (drift[c] + (c === most ? second : drift[most])) * (1 + 1e-10);
  }

  /** Sums (columns) and count of each cluster over the blocks from `fromBlock` on, into `out` (k × (columns + 1)). */
  sums(fromBlock: number, toBlock: number, out: Float64Array): void {
    this.wasm.total(fromBlock, Math.min(toBlock, Math.ceil(this.rows / blockRows)), this.at.sums, this.at.out);
    out.set(this.f64.subarray(this.at.out >>> 3, (this.at.out >>> 3) + this.k * (this.columns + 1)));
  }

  /** Fills `distances` with those to the rows' own centres, from row `from` to row `to`; returns their sum. */
  own(centres: Float64Array, from = 0, to = this.rows): number {
    this.f64.set(centres, this.at.plain >>> 3);
    return this.wasm.own(from, Math.min(to, this.rows), this.at.plain, this.at.distances);
  }

  /** `distances` = min(distances, squared distance to `point`); returns their sum. */
  approach(point: Float64Array): number {
    this.f64.set(point, this.at.plain >>> 3);
    return this.wasm.closer(this.rows, this.at.plain, this.at.distances, this.at.distances);
  }

  /** What `approach` would return, for the best of several points; that point is then taken. Returns its place and the sum. */
  approachBest(points: readonly Float64Array[]): { best: number; sum: number } {
    const { at, wasm, rows } = this;
    let [held, free] = [at.near, at.spare];
    let best = -1;
    let sum = Infinity;
    points.forEach((point, place) => {
      this.f64.set(point, at.plain >>> 3);
      const reached = wasm.closer(rows, at.plain, at.distances, free);
      if (best >= 0 && !(reached < sum)) return;
      [best, sum] = [place, reached];
      [held, free] = [free, held];
    });
    this.f64.copyWithin(at.distances >>> 3, held >>> 3, (held >>> 3) + rows);
    return { best, sum };
  }
}

function reserve(wasm: Exports, bytes: number): void {
  const pages = Math.ceil((bytes - wasm.memory.buffer.byteLength) / 65536);
  try {
    if (bytes > mostBytes) throw new RangeError('too large');
    if (pages > 0) wasm.memory.grow(pages);
  } catch {
    throw new UserError('outOfMemory', 'The rows do not fit into memory for clustering; use fewer rows, columns or clusters.');
  }
}
