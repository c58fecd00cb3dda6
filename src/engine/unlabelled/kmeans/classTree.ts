/** A small classification tree (CART, Gini; Breiman et al. 1984) over numbers and categories, to say in rules which rows have which label. */

/** Numbers, or codes of a category; no missing cells. */
export type TreeColumn =
  | { readonly name: string; readonly kind: 'number' | 'date'; readonly values: Float64Array }
  | { readonly name: string; readonly kind: 'category'; readonly values: Int32Array; readonly levels: readonly string[] };

export type TreeNode =
  | { readonly kind: 'leaf'; readonly label: number; readonly counts: readonly number[] }
  | {
      readonly kind: 'split';
      readonly column: number;
      /** Numbers: left where value ≤ threshold. */
      readonly threshold?: number;
      /** Categories: codes that go left. */
      readonly left?: readonly number[];
      readonly yes: TreeNode;
      readonly no: TreeNode;
      readonly counts: readonly number[];
    };

export interface TreeLimits {
  readonly depth: number;
  /** Fewest rows of a leaf. */
  readonly leaf: number;
}

interface Split { column: number; threshold?: number; left?: number[]; gain: number }

/** `rows`: indices into the columns and `labels` (0 … k − 1). */
export function growTree(columns: readonly TreeColumn[], labels: Int32Array, k: number, rows: Int32Array, limits: TreeLimits): TreeNode {
  const counts = countLabels(labels, k, rows);
  const label = counts.indexOf(Math.max(...counts));
  const leaf: TreeNode = { kind: 'leaf', label, counts };
  if (limits.depth === 0 || counts[label] === rows.length || rows.length < 2 * limits.leaf) return leaf;
  const split = bestSplit(columns, labels, k, rows, counts, limits.leaf);
  if (!split) return leaf;
  const goes = (row: number): boolean => goesLeft(columns[split.column], split, row);
  const deeper = { ...limits, depth: limits.depth - 1 };
  const yes = growTree(columns, labels, k, rows.filter(row => goes(row)), deeper);
  const no = growTree(columns, labels, k, rows.filter(row => !goes(row)), deeper);
  // Two leaves that say the same are one.
  if (yes.kind === 'leaf' && no.kind === 'leaf' && yes.label === no.label) return leaf;
  const { column, threshold, left } = split;
  return { kind: 'split', column, ...(threshold !== undefined && { threshold }), ...(left && { left }), yes, no, counts };
}

function countLabels(labels: Int32Array, k: number, rows: Int32Array): number[] {
  const counts = new Array<number>(k).fill(0);
  for (const row of rows) counts[labels[row]]++;
  return counts;
}

/** Which side of a split a row falls on. */
function goesLeft(column: TreeColumn, { threshold, left }: Pick<Split, 'threshold'> & { left?: readonly number[] }, row: number): boolean {
  return column.kind === 'category' ? left!.includes(column.values[row]) : column.values[row] <= threshold!;
}

/** Label of a row, after at most `most` questions. */
export function predictTree(tree: TreeNode, columns: readonly TreeColumn[], row: number, most = Infinity): number {
  let node = tree;
  for (let depth = 0; node.kind === 'split' && depth < most; depth++) node = goesLeft(columns[node.column], node, row) ? node.yes : node.no;
  return node.kind === 'leaf' ? node.label : node.counts.indexOf(Math.max(...node.counts));
}

/** Σ counts² / n of both sides is largest where the Gini impurity is smallest. */
function bestSplit(columns: readonly TreeColumn[], labels: Int32Array, k: number, rows: Int32Array, counts: readonly number[], leaf: number): Split | undefined {
  const before = counts.reduce((sum, n) => sum + n * n, 0) / rows.length;
  let best: Split | undefined;
  columns.forEach((column, index) => {
    const split = column.kind === 'category' ? categorySplit(column.values, column.levels.length, labels, k, rows, counts, leaf) : numberSplit(column.values, labels, k, rows, counts, leaf);
    if (split && split.gain > before * (1 + 1e-9) && (!best || split.gain > best.gain * (1 + 1e-9))) best = { ...split, column: index };
  });
  return best;
}

type Found = Omit<Split, 'column'>;

function numberSplit(values: Float64Array, labels: Int32Array, k: number, rows: Int32Array, counts: readonly number[], leaf: number): Found | undefined {
  const order = rows.slice().sort((a, b) => values[a] - values[b]);
  const left = new Float64Array(k);
  let [leftSquares, rightSquares] = [0, counts.reduce((sum, n) => sum + n * n, 0)];
  let best: Found | undefined;
  for (let i = 0; i + 1 < order.length; i++) {
    const label = labels[order[i]];
    leftSquares += 2 * left[label] + 1;
    rightSquares -= 2 * (counts[label] - left[label]) - 1;
    left[label]++;
    const [here, next] = [values[order[i]], values[order[i + 1]]];
    if (here === next || i + 1 < leaf || order.length - i - 1 < leaf) continue;
    const gain = leftSquares / (i + 1) + rightSquares / (order.length - i - 1);
    if (!best || gain > best.gain * (1 + 1e-12)) best = { gain, threshold: here + (next - here) / 2 };
  }
  return best;
}

/** For each label, levels in the order of its share: the split that is best for two classes is among these (Fisher 1958). */
function categorySplit(codes: Int32Array, levels: number, labels: Int32Array, k: number, rows: Int32Array, counts: readonly number[], leaf: number): Found | undefined {
  const table = new Float64Array(levels * k);
  const sizes = new Float64Array(levels);
  for (const row of rows) {
    table[codes[row] * k + labels[row]]++;
    sizes[codes[row]]++;
  }
  const present = [...sizes.keys()].filter(level => sizes[level] > 0);
  let best: Found | undefined;
  for (let label = 0; label < k; label++) {
    const order = [...present].sort((a, b) => table[b * k + label] / sizes[b] - table[a * k + label] / sizes[a] || a - b);
    const left = new Float64Array(k);
    let taken = 0;
    for (let i = 0; i + 1 < order.length; i++) {
      for (let c = 0; c < k; c++) left[c] += table[order[i] * k + c];
      taken += sizes[order[i]];
      if (taken < leaf || rows.length - taken < leaf) continue;
      let [a, b] = [0, 0];
      for (let c = 0; c < k; c++) {
        a += left[c] ** 2;
        b += (counts[c] - left[c]) ** 2;
      }
      const gain = a / taken + b / (rows.length - taken);
      if (!best || gain > best.gain * (1 + 1e-12)) best = { gain, left: order.slice(0, i + 1).sort((x, y) => x - y) };
    }
  }
  return best;
}
