// Which few columns of many explain a target: a beam of forward selections, backward elimination and swaps, all on the
// Gram matrix, so that a step costs columns × chosen instead of columns × rows. Subsets compete by description length.

/** Columns of unit length (of weighted rows) and a target, by their products. */
export interface SubsetProblem {
  /** m × m products of the columns. */
  gram: Float64Array;
  /** Products of the columns with the target. */
  right: Float64Array;
  /** Target's sum of squares. */
  total: number;
  rows: number;
  /** Sum of squares below which a misfit is rounding. */
  floor: number;
  /** Bits that each column takes in a formula, its coefficient included. */
  costs: ArrayLike<number>;
  /** Most columns in a subset. */
  largest: number;
  /** States kept at each size. */
  width: number;
  /** Columns that may not be used. */
  barred?: ReadonlySet<number>;
  /** Column of the constant: all pairs of others beside it are tried. */
  constant?: number;
}

export interface Subset {
  /** Ascending. */
  members: number[];
  sse: number;
  bits: number;
}

/** A subset with the products of all columns with its orthonormal basis. */
interface State extends Subset {
  basis: Float64Array[];
  /** Squared length of each column that the basis leaves. */
  left: Float64Array;
  /** Product of each column with the residual. */
  along: Float64Array;
}

/** Share of a column's squared length below which it depends on the chosen ones. */
const dependent = 1e-9;
/** Products of columns know a sum of squares to this share of the total. */
const resolution = 1e-14;

/** Best subsets over all sizes, best first; yields between sizes. */
export function* bestSubsets(problem: SubsetProblem, keep = 6): Generator<undefined, Subset[]> {
  const found = new Map<string, Subset>();
  const note = (each: Subset): void => void found.set(each.members.join(), { members: each.members, sse: each.sse, bits: each.bits });
  let beam = [emptyState(problem)];
  let best = beam[0]!;
  let stale = 0;
  for (let size = 1; size <= problem.largest && stale < 6; size++) {
    beam = grown(beam, problem);
    if (size === 2) beam = [...beam, ...(yield* bestPairs(emptyState(problem), problem))];
    if (size === 3 && problem.constant !== undefined) {
      beam = [...beam, ...(yield* bestPairs(extended(emptyState(problem), problem.constant, problem), problem))];
    }
    if (beam.length === 0) break;
    beam = distinct(beam);
    beam.slice(0, 3).forEach(note);
    const shorter = beam[0]!.bits < best.bits;
    stale = shorter ? 0 : stale + 1;
    if (shorter) best = beam[0]!;
    yield undefined;
  }
  for (const start of beam.slice(0, 4)) for (const each of eliminated(start, problem)) note(each);
  yield undefined;
  for (const start of top(found, 3)) for (const each of swapped(start, problem)) note(each);
  yield undefined;
  return top(found, keep);
}

const top = (of: Map<string, Subset>, count: number): Subset[] => [...of.values()].sort((a, b) => a.bits - b.bits).slice(0, count);

/** Bits of a misfit. */
function misfitBits(sse: number, { rows, floor, total }: SubsetProblem): number {
  return (rows / 2) * Math.log2(Math.max(sse, floor, resolution * total, 1e-300) / rows);
}

function emptyState(problem: SubsetProblem): State {
  const m = problem.right.length;
  const left = Float64Array.from({ length: m }, (_, j) => problem.gram[j * m + j]!);
  return { members: [], sse: problem.total, bits: misfitBits(problem.total, problem), basis: [], left, along: Float64Array.from(problem.right) };
}

/** The best extensions of all states by one column. */
function grown(beam: State[], problem: SubsetProblem): State[] {
  const m = problem.right.length;
  const choices: { from: State; column: number; bits: number }[] = [];
  for (const from of beam) {
    const cost = costOf(from.members, problem);
    const own: typeof choices = [];
    for (let j = 0; j < m; j++) {
      if (!(from.left[j]! > dependent) || problem.barred?.has(j)) continue;
      const sse = from.sse - (from.along[j]! * from.along[j]!) / from.left[j]!;
      own.push({ from, column: j, bits: misfitBits(sse, problem) + cost + problem.costs[j]! });
    }
    choices.push(...own.sort((a, b) => a.bits - b.bits).slice(0, problem.width));
  }
  const seen = new Set<string>();
  const next: State[] = [];
  for (const { from, column } of choices.sort((a, b) => a.bits - b.bits)) {
    const key = [...from.members, column].sort((a, b) => a - b).join();
    if (seen.has(key)) continue;
    seen.add(key);
    next.push(extended(from, column, problem));
    if (next.length === problem.width) break;
  }
  return next;
}

/** One more column, by a step of Gram–Schmidt in products. */
function extended(from: State, column: number, problem: SubsetProblem): State {
  const m = problem.right.length;
  const row = problem.gram.slice(column * m, column * m + m);
  for (const q of from.basis) {
    const by = q[column]!;
    for (let j = 0; j < m; j++) row[j] = row[j]! - by * q[j]!;
  }
  const length = Math.sqrt(from.left[column]!);
  const along = Float64Array.from(from.along);
  const left = Float64Array.from(from.left);
  const part = from.along[column]! / length;
  for (let j = 0; j < m; j++) {
    const q = (row[j] = row[j]! / length);
    along[j] = along[j]! - part * q;
    left[j] = left[j]! - q * q;
  }
  left[column] = 0;
  const members = [...from.members, column].sort((a, b) => a - b);
  const sse = Math.max(0, from.sse - part * part);
  return { members, sse, bits: misfitBits(sse, problem) + costOf(members, problem), basis: [...from.basis, row], left, along };
}

/** The best pairs of columns to add, of all: two columns may explain together what neither does alone. */
function* bestPairs(from: State, problem: SubsetProblem): Generator<undefined, State[]> {
  const m = problem.right.length;
  const count = problem.width;
  const cost = costOf(from.members, problem);
  const best: { i: number; j: number; bits: number }[] = [];
  let worst = Infinity;
  for (let j = 1; j < m; j++) {
    if (j % 100 === 0) yield undefined;
    const [dj, rj] = [from.left[j]!, from.along[j]!];
    if (!(dj > dependent) || problem.barred?.has(j)) continue;
    for (let i = 0; i < j; i++) {
      const [di, ri] = [from.left[i]!, from.along[i]!];
      if (!(di > dependent) || problem.barred?.has(i)) continue;
      let g = problem.gram[j * m + i]!;
      for (const q of from.basis) g -= q[i]! * q[j]!;
      const determinant = di * dj - g * g;
      if (!(determinant > dependent * di * dj)) continue;
      const sse = from.sse - (ri * ri * dj - 2 * g * ri * rj + rj * rj * di) / determinant;
      const bits = misfitBits(sse, problem) + cost + problem.costs[i]! + problem.costs[j]!;
      if (!(bits < worst)) continue;
      best.push({ i, j, bits });
      if (best.length < 4 * count) continue;
      best.sort((a, b) => a.bits - b.bits).length = count;
      worst = best.at(-1)!.bits;
    }
  }
  return best.sort((a, b) => a.bits - b.bits).slice(0, count).map(({ i, j }) => extended(extended(from, i, problem), j, problem));
}

/** Best first, each subset once. */
function distinct(of: State[]): State[] {
  return [...new Map(of.map(each => [each.members.join(), each])).values()].sort((a, b) => a.bits - b.bits);
}

const costOf = (members: readonly number[], { costs }: SubsetProblem): number => members.reduce((total, j) => total + costs[j]!, 0);

function stateOf(members: readonly number[], problem: SubsetProblem): State {
  let state = emptyState(problem);
  for (const column of members) if (state.left[column]! > dependent) state = extended(state, column, problem);
  return state;
}

/** All subsets on the way down, each without the column that is missed least. */
function* eliminated(from: Subset, problem: SubsetProblem): Generator<Subset> {
  let members = from.members;
  while (members.length > 1) {
    let best: Subset | undefined;
    for (const gone of members) {
      const next = solved(members.filter(each => each !== gone), problem);
      if (!best || next.bits < best.bits) best = next;
    }
    yield best!;
    members = best!.members;
  }
}

/** Subsets with one column exchanged, as long as that helps. */
function* swapped(from: Subset, problem: SubsetProblem): Generator<Subset> {
  let best = from;
  for (let round = 0; round < 4; round++) {
    const before = best;
    for (const gone of before.members) {
      const rest = stateOf(before.members.filter(each => each !== gone), problem);
      const next = grown([rest], { ...problem, width: 1 })[0];
      if (!next) continue;
      yield next;
      if (next.bits < best.bits - 1e-6) best = next;
    }
    if (best === before) return;
  }
}

/** Misfit of a subset alone, without products with the other columns. */
function solved(members: number[], problem: SubsetProblem): Subset {
  const k = members.length;
  const m = problem.right.length;
  const r = new Float64Array(k * k);
  let sse = problem.total;
  const part = new Float64Array(k);
  for (let j = 0; j < k; j++) {
    let s = problem.gram[members[j]! * m + members[j]!]!;
    let along = problem.right[members[j]!]!;
    for (let i = 0; i < j; i++) {
      let g = problem.gram[members[j]! * m + members[i]!]!;
      for (let l = 0; l < i; l++) g -= r[i * k + l]! * r[j * k + l]!;
      const entry = (r[j * k + i] = r[i * k + i]! > 0 ? g / r[i * k + i]! : 0);
      s -= entry * entry;
      along -= entry * part[i]!;
    }
    if (!(s > dependent)) continue;
    r[j * k + j] = Math.sqrt(s);
    part[j] = along / r[j * k + j]!;
    sse -= part[j]! * part[j]!;
  }
  sse = Math.max(0, sse);
  return { members, sse, bits: misfitBits(sse, problem) + costOf(members, problem) };
}
