// AssemblyScript, not TypeScript: the passes of k-means over the rows. Memory is laid out by
// src/engine/unlabelled/kmeans/kernel.ts; rows are row-major, centres come in groups of eight, column by column.

/** First address that is free for the caller. */
export function free(): usize {
  return __heap_base;
}

/** Rows whose sums are kept together, and added up anew only where one of them has changed its cluster. */
const blockRows: i32 = 256;

let columns: i32 = 0;
let clusters: i32 = 0;
let groups: i32 = 0;
let centres: usize = 0;
let halves: usize = 0;
let norms: usize = 0;
let labels: usize = 0;
let gaps: usize = 0;
let rowsAt: usize = 0;
let errorShare: f64 = 0;
let errorBase: f64 = 0;
let changed: i32 = 0;
let dirty: i32 = 0;

/** Where things are. `halves`: half the squared length of each centre, ∞ beyond the last. */
export function layout(p: i32, k: i32, x: usize, normsAt: usize, labelsAt: usize, gapsAt: usize, centresAt: usize, halvesAt: usize): void {
  columns = p;
  clusters = k;
  groups = (k + 7) >> 3;
  rowsAt = x;
  norms = normsAt;
  labels = labelsAt;
  gaps = gapsAt;
  centres = centresAt;
  halves = halvesAt;
}

@inline function rowAt(i: i32): usize {
  return rowsAt + ((<usize>i * <usize>columns) << 3);
}

/** Squared length of each row. */
export function measure(rows: i32): void {
  for (let i = 0; i < rows; i++) {
    const x = rowAt(i);
    let sum: f64 = 0;
    for (let j = 0; j < columns; j++) {
      const v = load<f64>(x + (<usize>j << 3));
      sum += v * v;
    }
    store<f64>(norms + (<usize>i << 3), sum);
  }
}

/** Of each lane: the least score, the least but one, and the centre of the least. */
@inline function taken(v: v128, index: v128, least: v128, which: v128): v128 {
  return v128.bitselect(index, which, f64x2.lt(v, least));
}

/** Joins both lanes and writes the row's label and gap. */
@inline function settle(i: i32, least: v128, second: v128, which: v128): void {
  const a = f64x2.extract_lane(least, 0);
  const b = f64x2.extract_lane(least, 1);
  const ia = f64x2.extract_lane(which, 0);
  const ib = f64x2.extract_lane(which, 1);
  const first = a < b || (a == b && ia < ib);
  const label = <i32>(first ? ia : ib);
  const one = first ? a : b;
  const other = first ? b : a;
  const s0 = f64x2.extract_lane(second, 0);
  const s1 = f64x2.extract_lane(second, 1);
  const rest = s0 < s1 ? s0 : s1;
  const two = rest < other ? rest : other;
  const at = labels + (<usize>i << 2);
  if (load<i32>(at) != label) {
    store<i32>(at, label);
    changed++;
    dirty = 1;
  }
  const norm = load<f64>(norms + (<usize>i << 3));
  const error = errorShare * norm + errorBase;
  const far = norm + 2 * two - error;
  const near = norm + 2 * one + error;
  store<f64>(gaps + (<usize>i << 3), sqrt(far > 0 ? far : 0) - sqrt(near > 0 ? near : 0));
}

/** Nearest centres of two rows by |c|²/2 − x·c; every row's numbers come out alike, whatever row stands beside it. */
function nearestOfTwo(i0: i32, i1: i32): void {
  const x0 = rowAt(i0);
  const x1 = rowAt(i1);
  let least0 = f64x2.splat(Infinity);
  let least1 = least0;
  let second0 = least0;
  let second1 = least0;
  let which0 = f64x2.splat(0);
  let which1 = which0;
  let index: v128 = f64x2.replace_lane(f64x2.splat(0), 1, 1);
  const two = f64x2.splat(2);
  const p8 = <usize>columns << 3;
  let c = centres;
  for (let g = 0; g < groups; g++) {
    const h = halves + (<usize>g << 6);
    let a0 = v128.load(h);
    let a1 = v128.load(h, 16);
    let a2 = v128.load(h, 32);
    let a3 = v128.load(h, 48);
    let b0 = a0;
    let b1 = a1;
    let b2 = a2;
    let b3 = a3;
    for (let j: usize = 0; j < p8; j += 8) {
      const u = v128.load64_splat(x0 + j);
      const v = v128.load64_splat(x1 + j);
      const c0 = v128.load(c);
      const c1 = v128.load(c, 16);
      const c2 = v128.load(c, 32);
      const c3 = v128.load(c, 48);
      a0 = f64x2.sub(a0, f64x2.mul(u, c0));
      b0 = f64x2.sub(b0, f64x2.mul(v, c0));
      a1 = f64x2.sub(a1, f64x2.mul(u, c1));
      b1 = f64x2.sub(b1, f64x2.mul(v, c1));
      a2 = f64x2.sub(a2, f64x2.mul(u, c2));
      b2 = f64x2.sub(b2, f64x2.mul(v, c2));
      a3 = f64x2.sub(a3, f64x2.mul(u, c3));
      b3 = f64x2.sub(b3, f64x2.mul(v, c3));
      c += 64;
    }
    which0 = taken(a0, index, least0, which0);
    which1 = taken(b0, index, least1, which1);
    second0 = f64x2.pmin(second0, f64x2.pmax(least0, a0));
    second1 = f64x2.pmin(second1, f64x2.pmax(least1, b0));
    least0 = f64x2.pmin(least0, a0);
    least1 = f64x2.pmin(least1, b0);
    index = f64x2.add(index, two);
    which0 = taken(a1, index, least0, which0);
    which1 = taken(b1, index, least1, which1);
    second0 = f64x2.pmin(second0, f64x2.pmax(least0, a1));
    second1 = f64x2.pmin(second1, f64x2.pmax(least1, b1));
    least0 = f64x2.pmin(least0, a1);
    least1 = f64x2.pmin(least1, b1);
    index = f64x2.add(index, two);
    which0 = taken(a2, index, least0, which0);
    which1 = taken(b2, index, least1, which1);
    second0 = f64x2.pmin(second0, f64x2.pmax(least0, a2));
    second1 = f64x2.pmin(second1, f64x2.pmax(least1, b2));
    least0 = f64x2.pmin(least0, a2);
    least1 = f64x2.pmin(least1, b2);
    index = f64x2.add(index, two);
    which0 = taken(a3, index, least0, which0);
    which1 = taken(b3, index, least1, which1);
    second0 = f64x2.pmin(second0, f64x2.pmax(least0, a3));
    second1 = f64x2.pmin(second1, f64x2.pmax(least1, b3));
    least0 = f64x2.pmin(least0, a3);
    least1 = f64x2.pmin(least1, b3);
    index = f64x2.add(index, two);
  }
  settle(i0, least0, second0, which0);
  if (i1 != i0) settle(i1, least1, second1, which1);
}

/** Adds up the rows from `from` to `to` by cluster: columns + 1 numbers each, the last the count. */
function addUp(from: i32, to: i32, sums: usize): void {
  const width = (<usize>columns + 1) << 3;
  const bytes = <usize>columns << 3;
  memory.fill(sums, 0, <usize>clusters * width);
  for (let i = from; i < to; i++) {
    const x = rowAt(i);
    const s = sums + <usize>load<i32>(labels + (<usize>i << 2)) * width;
    let j: usize = 0;
    for (; j + 16 <= bytes; j += 16) v128.store(s + j, f64x2.add(v128.load(s + j), v128.load(x + j)));
    if (j < bytes) store<f64>(s + j, load<f64>(s + j) + load<f64>(x + j));
    store<f64>(s + bytes, load<f64>(s + bytes) + 1);
  }
}

/**
 * Gives rows `from` … `to` (a multiple of the block's 256 to start with) their nearest centres and brings the blocks' sums up to date.
 * `bounds`: rows whose gap (distance to the second nearest centre less that to the nearest) stays above `margin` after taking off
 * the drift of their cluster keep their label unseen. `list`: work space for 256 numbers. Returns how many labels changed.
 */
export function assign(from: i32, to: i32, bounds: i32, fresh: i32, drift: usize, share: f64, base: f64, margin: f64, blockSums: usize, list: usize): i32 {
  changed = 0;
  errorShare = share;
  errorBase = base;
  const blockBytes = (<usize>clusters * (<usize>columns + 1)) << 3;
  for (let start = from; start < to; start += blockRows) {
    const end = start + blockRows < to ? start + blockRows : to;
    let count = 0;
    dirty = fresh;
    if (bounds != 0) {
      for (let i = start; i < end; i++) {
        const at = gaps + (<usize>i << 3);
        const gap = load<f64>(at) - load<f64>(drift + (<usize>load<i32>(labels + (<usize>i << 2)) << 3));
        store<f64>(at, gap);
        store<i32>(list + (<usize>count << 2), i);
        count += gap > margin ? 0 : 1;
      }
      let m = 0;
      for (; m + 1 < count; m += 2) nearestOfTwo(load<i32>(list + (<usize>m << 2)), load<i32>(list + (<usize>m << 2), 4));
      if (m < count) {
        const last = load<i32>(list + (<usize>m << 2));
        nearestOfTwo(last, last);
      }
    } else {
      let i = start;
      for (; i + 1 < end; i += 2) nearestOfTwo(i, i + 1);
      if (i < end) nearestOfTwo(i, i);
    }
    if (dirty != 0) addUp(start, end, blockSums + <usize>(start / blockRows) * blockBytes);
  }
  return changed;
}

/** Σ of blocks `from` … `to` (numbers of blocks) into `out`, in their order. */
export function total(from: i32, to: i32, blockSums: usize, out: usize): void {
  const blockBytes = (<usize>clusters * (<usize>columns + 1)) << 3;
  memory.fill(out, 0, blockBytes);
  for (let b = from; b < to; b++) {
    const at = blockSums + <usize>b * blockBytes;
    for (let j: usize = 0; j < blockBytes; j += 8) store<f64>(out + j, load<f64>(out + j) + load<f64>(at + j));
  }
}

/** Squared distance of row i to the numbers at `c`, by differences, so that equal rows have distance 0. */
@inline function squared(x: usize, c: usize): f64 {
  const bytes = <usize>columns << 3;
  let sum = f64x2.splat(0);
  let j: usize = 0;
  for (; j + 16 <= bytes; j += 16) {
    const d = f64x2.sub(v128.load(x + j), v128.load(c + j));
    sum = f64x2.add(sum, f64x2.mul(d, d));
  }
  let last: f64 = 0;
  if (j < bytes) last = load<f64>(x + j) - load<f64>(c + j);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1) + last * last;
}

/** out[i] = min(near[i], squared distance to the numbers at `c`); returns their sum, block by block. */
export function closer(rows: i32, c: usize, near: usize, out: usize): f64 {
  let sum: f64 = 0;
  for (let start = 0; start < rows; start += blockRows) {
    const end = start + blockRows < rows ? start + blockRows : rows;
    let part: f64 = 0;
    for (let i = start; i < end; i++) {
      const d = squared(rowAt(i), c);
      const old = load<f64>(near + (<usize>i << 3));
      const least = d < old ? d : old;
      store<f64>(out + (<usize>i << 3), least);
      part += least;
    }
    sum += part;
  }
  return sum;
}

/** out[i] = squared distance of row i to its own centre; `plain`: the centres row by row. Returns the sum over from … to, block by block. */
export function own(from: i32, to: i32, plain: usize, out: usize): f64 {
  let sum: f64 = 0;
  for (let start = from; start < to; start += blockRows) {
    const end = start + blockRows < to ? start + blockRows : to;
    let part: f64 = 0;
    for (let i = start; i < end; i++) {
      const d = squared(rowAt(i), plain + ((<usize>load<i32>(labels + (<usize>i << 2)) * <usize>columns) << 3));
      store<f64>(out + (<usize>i << 3), d);
      part += d;
    }
    sum += part;
  }
  return sum;
}
