/** The clusters in rules: a tree of at most four questions in a row, how often it says what the clustering says, and what each rule covers. */
import type { WorkContext } from '../../context';
import { sampleRows } from '../../data/sample';
import { BoundTable, millisecondsPerDay } from '../../data/encoding/binding';
import type { Table } from '../../data/table';
import { normalFactor } from '../../math/distributions';
import { Rng } from '../../math/random';
import { levelPlaces } from '../shared/apply';
import type { Preparation } from '../shared/preparation';
import { growTree, predictTree, type TreeColumn, type TreeNode } from './classTree';
import { wilson } from './profiles';

export type Condition =
  | { readonly name: string; readonly kind: 'number' | 'date'; readonly above?: number; readonly upTo?: number }
  | { readonly name: string; readonly kind: 'category'; readonly levels: readonly string[] };

export interface Rule {
  /** All must hold; numbers: above < value ≤ upTo (dates in milliseconds since 1970). */
  readonly conditions: readonly Condition[];
  readonly cluster: number;
  /** Rows that the rule holds for. */
  readonly rows: number;
  /** Share of these that are in the cluster. */
  readonly precision: number;
  /** Share of the cluster's rows that the rule holds for. */
  readonly coverage: number;
}

export interface ClusterTree {
  readonly depth: number;
  /** Each cluster's rules together, best covering first. */
  readonly rules: readonly Rule[];
  /** Share of held-out rows (five folds) for which a tree of the other rows names the right cluster, with Wilson's interval. */
  readonly fidelity: { readonly value: number; readonly low: number; readonly high: number };
  /** Share of rows in the largest cluster: what naming always that one would give. */
  readonly baseline: number;
  /** Held-out accuracy for depth 1, 2, … */
  readonly byDepth: readonly number[];
  /** Rows that it was made from. */
  readonly rows: number;
}

const mostRows = 10_000;
const mostDepth = 4;
const folds = 5;

/** `rows`: rows of the table that `labels` belong to. Undefined for a single cluster. Missing cells are filled as they were for the clustering. */
export async function describeClusters(
  table: Table, preparation: Preparation, rows: Int32Array, labels: Int32Array, k: number, seed: number, context: WorkContext,
): Promise<ClusterTree | undefined> {
  if (k < 2) return undefined;
  const chosen = sampleRows(rows.length, mostRows, seed);
  const columns = treeColumns(table, preparation, Int32Array.from(chosen, i => rows[i]));
  const own = Int32Array.from(chosen, i => labels[i]);
  const n = own.length;
  const leaf = Math.max(1, Math.min(20, Math.floor(n / 100)));
  const fold = new Rng(seed).fork('tree').shuffle(Int32Array.from({ length: n }, (_, i) => i % folds));
  const byDepth = await heldOut(columns, own, k, fold, leaf, context);
  const best = Math.max(...byDepth);
  const error = Math.sqrt((best * (1 - best)) / n);
  const depth = byDepth.findIndex(value => value >= best - error) + 1;
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const tree = growTree(columns, own, k, all, { depth, leaf });
  const value = byDepth[depth - 1];
  const sizes = new Float64Array(k);
  for (const label of own) sizes[label]++;
  return {
    depth, byDepth, rows: n, baseline: Math.max(...sizes) / n, fidelity: { value, ...wilson(value * n, n, normalFactor(0.95)) },
    rules: rulesOf(tree, columns, [], sizes).sort((a, b) => a.cluster - b.cluster || b.coverage - a.coverage),
  };
}

/** Share of rows that trees of the other folds get right, after 1, 2, … questions: one tree a fold, cut off at each depth. */
async function heldOut(columns: readonly TreeColumn[], labels: Int32Array, k: number, fold: Int32Array, leaf: number, context: WorkContext): Promise<number[]> {
  const right = new Array<number>(mostDepth).fill(0);
  for (let f = 0; f < folds; f++) {
    await context.breathe();
    const tree = growTree(columns, labels, k, Int32Array.from(fold.keys()).filter(i => fold[i] !== f), { depth: mostDepth, leaf });
    for (let i = 0; i < fold.length; i++) {
      if (fold[i] !== f) continue;
      for (let depth = 1; depth <= mostDepth; depth++) if (predictTree(tree, columns, i, depth) === labels[i]) right[depth - 1]++;
    }
  }
  return right.map(count => count / fold.length);
}

function treeColumns(table: Table, preparation: Preparation, rows: Int32Array): TreeColumn[] {
  const bound = new BoundTable(table);
  return preparation.columns.map((column): TreeColumn => {
    const { name } = column;
    if (column.as === 'category') {
      const { codes, levels } = bound.categories(name);
      const places = levelPlaces(levels, column);
      return { name, kind: 'category', levels: column.levels, values: Int32Array.from(rows, row => (codes[row] < 0 ? column.fill : Math.max(0, places[codes[row]]))) };
    }
    const source = bound.numeric(name);
    const fill = column.as === 'date' ? column.origin! + column.fill * millisecondsPerDay : column.fill;
    return { name, kind: column.as, values: Float64Array.from(rows, row => (source[row] - source[row] === 0 ? source[row] : fill)) };
  });
}

interface Step { readonly column: number; readonly above?: number; readonly upTo?: number; readonly codes?: readonly number[] }

function rulesOf(node: TreeNode, columns: readonly TreeColumn[], steps: readonly Step[], sizes: Float64Array): Rule[] {
  if (node.kind === 'leaf') {
    const rows = node.counts.reduce((sum, n) => sum + n, 0);
    const hits = node.counts[node.label];
    return [{ conditions: conditionsOf(steps, columns), cluster: node.label, rows, precision: hits / rows, coverage: hits / sizes[node.label] }];
  }
  const { column, threshold, left } = node;
  const split = columns[column];
  if (split.kind !== 'category') {
    return [...rulesOf(node.yes, columns, [...steps, { column, upTo: threshold }], sizes), ...rulesOf(node.no, columns, [...steps, { column, above: threshold }], sizes)];
  }
  const others = split.levels.map((_, code) => code).filter(code => !left!.includes(code));
  return [...rulesOf(node.yes, columns, [...steps, { column, codes: left! }], sizes), ...rulesOf(node.no, columns, [...steps, { column, codes: others }], sizes)];
}

/** Several questions about one column are one condition. */
function conditionsOf(steps: readonly Step[], columns: readonly TreeColumn[]): Condition[] {
  const order = [...new Set(steps.map(step => step.column))];
  return order.map(index => {
    const column = columns[index];
    const own = steps.filter(step => step.column === index);
    if (column.kind === 'category') {
      const codes = own.reduce<readonly number[]>((kept, step) => kept.filter(code => step.codes!.includes(code)), column.levels.map((_, code) => code));
      return { name: column.name, kind: 'category', levels: codes.map(code => column.levels[code]) };
    }
    const above = own.map(step => step.above).filter(v => v !== undefined);
    const upTo = own.map(step => step.upTo).filter(v => v !== undefined);
    return { name: column.name, kind: column.kind, ...(above.length > 0 && { above: Math.max(...above) }), ...(upTo.length > 0 && { upTo: Math.min(...upTo) }) };
  });
}
