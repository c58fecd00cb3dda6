/** A small regression tree (CART: Breiman, Friedman, Olshen & Stone 1984) that imitates a model so that it can be read. */
import type { Column, Table } from '../../data/table';

export interface TreeOptions {
  readonly depth: number;
  /** Rows that a leaf has at least. */
  readonly leafRows: number;
  /** Share of the whole sum of squares that a split must take away. */
  readonly leastGain: number;
}

export interface TreeNode {
  readonly rows: number;
  readonly mean: number;
  /** Absent: a leaf. */
  readonly split?: TreeSplit;
}

export interface TreeSplit {
  /** Index of the column. */
  readonly column: number;
  readonly feature: string;
  /** Numeric: values up to here go left. */
  readonly threshold?: number;
  /** Categorical: these levels go left. */
  readonly levels?: readonly string[];
  /** Where rows go whose value is missing or a level that was not seen. */
  readonly missingLeft: boolean;
  /** Whether such rows were there. */
  readonly sawMissing: boolean;
  readonly left: TreeNode;
  readonly right: TreeNode;
}

/**
 * Grows the tree on the given rows of the table (all its columns) against `y`, one value a row of `rows`. Splits lower the sum
 * of squares most; the levels of a category are ordered by their mean (Fisher 1958), missing cells take the better side.
 */
export function growTree(table: Table, y: ArrayLike<number>, rows: Int32Array, options: TreeOptions): TreeNode {
  const places = Int32Array.from(rows.keys());
  const job: Job = {
    columns: table.columns, y, rows, options, least: options.leastGain * spread(y, places), member: new Uint8Array(rows.length),
    sorted: table.columns.map(column => (column.storage === 'number' ? sortedPlaces(column.values, rows) : undefined)),
  };
  return grow(job, places, options.depth);
}

/** The tree's value for each of the given rows. */
export function predictTree(tree: TreeNode, table: Table, rows: Int32Array): Float64Array {
  const levelSets = new Map<TreeSplit, ReadonlySet<string>>();
  return Float64Array.from(rows, row => {
    let node = tree;
    while (node.split) node = goesLeft(node.split, table.columns[node.split.column], row, levelSets) ? node.split.left : node.split.right;
    return node.mean;
  });
}

function goesLeft(split: TreeSplit, column: Column, row: number, sets: Map<TreeSplit, ReadonlySet<string>>): boolean {
  if (column.storage === 'number') {
    const value = column.values[row];
    return Number.isNaN(value) ? split.missingLeft : value <= split.threshold!;
  }
  const code = column.codes[row];
  let set = sets.get(split);
  if (!set) sets.set(split, set = new Set(split.levels));
  return code < 0 ? split.missingLeft : set.has(column.levels[code]);
}

interface Job {
  readonly columns: readonly Column[];
  readonly y: ArrayLike<number>;
  readonly rows: Int32Array;
  readonly options: TreeOptions;
  readonly least: number;
  /** Of numeric columns: the places with a value, by rising value; sorted once for all nodes. */
  readonly sorted: readonly (Int32Array | undefined)[];
  /** 1 for the places of the node at work. */
  readonly member: Uint8Array;
}

function sortedPlaces(values: Float64Array, rows: Int32Array): Int32Array {
  return Int32Array.from(rows.keys()).filter(i => !Number.isNaN(values[rows[i]])).sort((a, b) => values[rows[a]] - values[rows[b]]);
}

/** `places`: indices into the job's rows and y. */
function grow(job: Job, places: Int32Array, depth: number): TreeNode {
  let sum = 0;
  for (const i of places) sum += job.y[i];
  const node = { rows: places.length, mean: places.length > 0 ? sum / places.length : 0 };
  if (depth === 0 || places.length < 2 * job.options.leafRows) return node;
  let best: Candidate | undefined;
  job.member.fill(0);
  for (const i of places) job.member[i] = 1;
  job.columns.forEach((column, c) => {
    const found = column.storage === 'number' ? numericSplit(job, places, job.sorted[c]!, column.values, node.mean) : levelSplit(job, places, column, node.mean);
    if (found && found.gain > (best?.gain ?? job.least)) best = { ...found, column: c };
  });
  if (!best) return node;
  const { column: c, threshold, codes, missingLeft, sawMissing } = best;
  const column = job.columns[c];
  const left = places.filter(i => isLeft(column, job.rows[i], best!));
  const right = places.filter(i => !isLeft(column, job.rows[i], best!));
  const levels = codes && column.storage === 'code' ? [...codes].map(code => column.levels[code]) : undefined;
  return {
    ...node,
    split: {
      column: c, feature: column.name, threshold, levels, missingLeft, sawMissing,
      left: grow(job, left, depth - 1), right: grow(job, right, depth - 1),
    },
  };
}

interface Candidate {
  readonly gain: number;
  readonly column: number;
  readonly threshold?: number;
  readonly codes?: ReadonlySet<number>;
  readonly missingLeft: boolean;
  readonly sawMissing: boolean;
}

function isLeft(column: Column, row: number, { threshold, codes, missingLeft }: Candidate): boolean {
  if (column.storage === 'number') return Number.isNaN(column.values[row]) ? missingLeft : column.values[row] <= threshold!;
  return column.codes[row] < 0 ? missingLeft : codes!.has(column.codes[row]);
}

/** A run of rows that a split keeps together: equal values, or a level. Sums of y − mean. */
interface Group { readonly key: number; readonly count: number; readonly sum: number }

function numericSplit(job: Job, places: Int32Array, sorted: Int32Array, values: Float64Array, mean: number): Omit<Candidate, 'column'> | undefined {
  const known = sorted.filter(i => job.member[i] === 1);
  const groups: Group[] = [];
  for (let from = 0; from < known.length;) {
    const key = values[job.rows[known[from]]];
    let sum = 0;
    let to = from;
    for (; to < known.length && values[job.rows[known[to]]] === key; to++) sum += job.y[known[to]] - mean;
    groups.push({ key, count: to - from, sum });
    from = to;
  }
  const cut = bestCut(groups, missingGroup(job, places, mean, i => Number.isNaN(values[job.rows[i]])), job.options.leafRows);
  return cut && { gain: cut.gain, threshold: between(groups[cut.after].key, groups[cut.after + 1].key), missingLeft: cut.missingLeft, sawMissing: cut.sawMissing };
}

function levelSplit(job: Job, places: Int32Array, column: Column & { storage: 'code' }, mean: number): Omit<Candidate, 'column'> | undefined {
  const counts = new Float64Array(column.levels.length);
  const sums = new Float64Array(column.levels.length);
  for (const i of places) {
    const code = column.codes[job.rows[i]];
    if (code < 0) continue;
    counts[code]++;
    sums[code] += job.y[i] - mean;
  }
  const groups = column.levels.map((_, key) => ({ key, count: counts[key], sum: sums[key] }))
    .filter(g => g.count > 0).sort((a, b) => a.sum / a.count - b.sum / b.count || a.key - b.key);
  const cut = bestCut(groups, missingGroup(job, places, mean, i => column.codes[job.rows[i]] < 0), job.options.leafRows);
  return cut && { gain: cut.gain, codes: new Set(groups.slice(0, cut.after + 1).map(g => g.key)), missingLeft: cut.missingLeft, sawMissing: cut.sawMissing };
}

function missingGroup(job: Job, places: Int32Array, mean: number, isMissing: (i: number) => boolean): Group {
  let count = 0;
  let sum = 0;
  for (const i of places) if (isMissing(i)) { count++; sum += job.y[i] - mean; }
  return { key: NaN, count, sum };
}

/** The cut after a group that takes most off the sum of squares, Σ sum²/count of the two sides, missing rows on the better side. */
function bestCut(groups: readonly Group[], missing: Group, leafRows: number) {
  const all = groups.reduce((a, g) => ({ count: a.count + g.count, sum: a.sum + g.sum }), { count: 0, sum: 0 });
  let best: { gain: number; after: number; missingLeft: boolean; sawMissing: boolean } | undefined;
  let count = 0;
  let sum = 0;
  for (let after = 0; after < groups.length - 1; after++) {
    count += groups[after].count;
    sum += groups[after].sum;
    for (const missingLeft of missing.count > 0 ? [true, false] : [count * 2 >= all.count]) {
      const side = missing.count > 0 && missingLeft ? missing : none;
      const other = missing.count > 0 && !missingLeft ? missing : none;
      const [n, m] = [count + side.count, all.count - count + other.count];
      if (n < leafRows || m < leafRows) continue;
      const gain = (sum + side.sum) ** 2 / n + (all.sum - sum + other.sum) ** 2 / m;
      if (gain > (best?.gain ?? 0)) best = { gain, after, missingLeft, sawMissing: missing.count > 0 };
    }
  }
  return best;
}

const none: Group = { key: NaN, count: 0, sum: 0 };

/** Half way between two neighbours, but never the upper one. */
function between(low: number, high: number): number {
  const middle = low + (high - low) / 2;
  return middle < high ? middle : low;
}

function spread(y: ArrayLike<number>, places: Int32Array): number {
  let sum = 0;
  for (const i of places) sum += y[i];
  const mean = sum / places.length;
  let squares = 0;
  for (const i of places) squares += (y[i] - mean) ** 2;
  return squares;
}

export interface Leaf {
  /** Conditions from the root, joined features: one a feature side, e.g. "age ≤ 31.5". */
  readonly conditions: readonly TreeCondition[];
  readonly rows: number;
  readonly mean: number;
}

export interface TreeCondition {
  readonly feature: string;
  readonly relation: '≤' | '>' | 'in' | 'not in';
  readonly threshold?: number;
  readonly levels?: readonly string[];
  readonly orMissing: boolean;
}

/** The leaves from left to right, each with the conditions that lead to it. */
export function leavesOf(tree: TreeNode, conditions: readonly TreeCondition[] = []): Leaf[] {
  const { split } = tree;
  if (!split) return [{ conditions, rows: tree.rows, mean: tree.mean }];
  const { feature, threshold, levels } = split;
  const condition = (left: boolean): TreeCondition => ({
    feature, orMissing: split.sawMissing && split.missingLeft === left,
    ...(threshold !== undefined ? { relation: left ? '≤' : '>', threshold } : { relation: left ? 'in' : 'not in', levels }),
  });
  return [...leavesOf(split.left, [...conditions, condition(true)]), ...leavesOf(split.right, [...conditions, condition(false)])];
}
