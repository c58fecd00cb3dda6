/** A small tree as rules: one line a leaf. */
import type { Table } from '../data/table';
import { findColumn } from '../data/table';
import { leavesOf, type Leaf, type TreeCondition, type TreeNode } from '../explain/scores/regressionTree';
import { formatNumber } from './format';

export interface LeafRow {
  /** E.g. "31.5 < age ≤ 50 and sex is male". */
  readonly rule: string;
  /** Share of the rows that the tree was grown on. */
  readonly share: number;
  readonly mean: number;
}

/** The leaves by falling mean. `table` says which columns are dates. */
export function leafRows(tree: TreeNode, table: Table): LeafRow[] {
  return leavesOf(tree)
    .map(leaf => ({ rule: ruleOf(leaf, table), share: leaf.rows / tree.rows, mean: leaf.mean }))
    .sort((a, b) => b.mean - a.mean);
}

function ruleOf({ conditions }: Leaf, table: Table): string {
  const byFeature = new Map<string, TreeCondition[]>();
  for (const condition of conditions) byFeature.set(condition.feature, [...(byFeature.get(condition.feature) ?? []), condition]);
  return [...byFeature].map(([feature, list]) => words(feature, list, table)).join(' and ') || 'all rows';
}

function words(feature: string, list: readonly TreeCondition[], table: Table): string {
  // A missing cell stays only where every question on the way lets it pass.
  const missing = list.every(c => c.orMissing) ? ' or missing' : '';
  const column = findColumn(table, feature);
  if (list[0].threshold === undefined) return `${feature} ${levelWords(list, column?.storage === 'code' ? column.levels : [])}${missing}`;
  const isDate = column?.kind === 'datetime';
  const show = (value: number): string => (isDate ? new Date(value).toISOString().replace(/T00:00:00.000Z$/, '').replace(/\.\d+Z$/, 'Z') : formatNumber(value, 4));
  const above = list.filter(c => c.relation === '>').map(c => c.threshold!);
  const upTo = list.filter(c => c.relation === '≤').map(c => c.threshold!);
  const low = above.length > 0 ? show(Math.max(...above)) : undefined;
  const high = upTo.length > 0 ? show(Math.min(...upTo)) : undefined;
  if (low === undefined) return `${feature} ≤ ${high}${missing}`;
  return high === undefined ? `${feature} > ${low}${missing}` : `${low} < ${feature} ≤ ${high}${missing}`;
}

/** Levels shown one by one at most. */
const mostLevels = 6;

/** "is a or b", or what it is not where that is shorter. Levels that the rows did not have go with "not". */
function levelWords(list: readonly TreeCondition[], levels: readonly string[]): string {
  const out = new Set(list.filter(c => c.relation === 'not in').flatMap(c => c.levels!));
  const inside = list.filter(c => c.relation === 'in').map(c => c.levels!).reduce((a, b) => a.filter(level => b.includes(level)), levels).filter(level => !out.has(level));
  const outside = levels.filter(level => !inside.includes(level));
  return inside.length <= Math.max(outside.length, 1) ? `is ${either(inside)}` : `is not ${either(outside)}`;
}

function either(levels: readonly string[]): string {
  if (levels.length > mostLevels) return `${levels.slice(0, mostLevels - 1).join(', ')} or ${levels.length - mostLevels + 1} others`;
  return levels.length < 2 ? levels.join('') : `${levels.slice(0, -1).join(', ')} or ${levels[levels.length - 1]}`;
}
