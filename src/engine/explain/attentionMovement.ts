/**
 * How attention to one feature moves with the values of another. In a model with one layer of attention only [CLS] asks, so
 * attention between features does not reach the prediction; what does is how one feature's value draws attention elsewhere.
 */
import { asCategories, columnsByName } from '../data/encoding/binding';
import type { Column, Table } from '../data/table';
import type { AttentionSample } from './attentionRows';

/** Groups that the values of a number fall into. */
const quantileGroups = 5;
const fewestInGroup = 10;

/**
 * values[i][j]: standard deviation, over the groups of feature i's values (its levels, or fifths of a number), of the mean
 * attention to feature j, without what chance adds. In units of attention. `chosen`: places among the sample's features.
 */
export function attentionMovement({ parts, features }: AttentionSample, table: Table, chosen: readonly number[]): number[][] {
  const rows = parts.flatMap(part => Array.from(part.rows));
  const residuals = withoutFoldMeans(parts.map(part => part.attention), features.length);
  const byName = columnsByName(table);
  return chosen.map(i => {
    const column = byName.get(features[i]);
    const groups = column ? groupsOf(column, rows) : new Int32Array(rows.length);
    return chosen.map(j => spreadBetween(groups, residuals, features.length, j));
  });
}

/** All parts' rows below each other, each part centred at its own means: models differ, and that is not movement. */
function withoutFoldMeans(attentions: readonly Float64Array[], features: number): Float64Array {
  const result = new Float64Array(attentions.reduce((n, a) => n + a.length, 0));
  let at = 0;
  for (const attention of attentions) {
    const count = attention.length / features;
    const mean = new Float64Array(features);
    for (let k = 0; k < attention.length; k++) mean[k % features] += attention[k] / count;
    for (let k = 0; k < attention.length; k++) result[at++] = attention[k] - mean[k % features];
  }
  return result;
}

/** Group of each row; −1 for rows that count for none (missing cells, rare levels). */
function groupsOf(column: Column, rows: readonly number[]): Int32Array {
  const groups = column.storage === 'number' && column.kind !== 'categorical' ? quantileGroupsOf(column.values, rows) : codesOf(column, rows);
  const counts = new Map<number, number>();
  for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  return groups.map(group => (counts.get(group)! >= fewestInGroup ? group : -1));
}

function codesOf(column: Column, rows: readonly number[]): Int32Array {
  const { codes } = asCategories(column);
  return Int32Array.from(rows, row => codes[row]);
}

function quantileGroupsOf(values: Float64Array, rows: readonly number[]): Int32Array {
  const sorted = rows.map(row => values[row]).filter(Number.isFinite).sort((a, b) => a - b);
  const cuts = [...new Set(Array.from({ length: quantileGroups - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / quantileGroups)]))];
  return Int32Array.from(rows, row => (Number.isFinite(values[row]) ? cuts.filter(cut => values[row] >= cut).length : -1));
}

/** √ of the variance between groups, after taking off what equal groups would show by chance. */
function spreadBetween(groups: Int32Array, values: Float64Array, features: number, j: number): number {
  const sums = new Map<number, { n: number; sum: number; square: number }>();
  let total = 0;
  groups.forEach((group, i) => {
    if (group < 0) return;
    const own = sums.get(group) ?? { n: 0, sum: 0, square: 0 };
    const value = values[i * features + j];
    own.n++;
    own.sum += value;
    own.square += value * value;
    sums.set(group, own);
    total++;
  });
  if (sums.size < 2 || total <= sums.size) return 0;
  let mean = 0;
  for (const { sum } of sums.values()) mean += sum / total;
  let between = 0;
  let within = 0;
  for (const { n, sum, square } of sums.values()) {
    between += n * (sum / n - mean) ** 2;
    within += square - (sum * sum) / n;
  }
  const noise = (within / (total - sums.size)) * (sums.size - 1);
  return Math.sqrt(Math.max(0, between - noise) / total);
}
