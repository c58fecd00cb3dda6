/** How the values of one column differ between two sets of rows: PSI, Wasserstein distance, total variation. */
import { quantileOfSorted } from '../../evaluate/order';
import type { Column, Table } from '../../data/table';
import type { FeatureDrift } from './result';

/** Shares of 0 count as this in the PSI, whose logarithm would have no end. */
export const leastShare = 1e-4;
const bins = 10;

/** Reading of a PSI that is usual in credit scoring; a convention, no test. */
export function psiWords(psi: number): 'stable' | 'moderate shift' | 'large shift' {
  return psi < 0.1 ? 'stable' : psi <= 0.25 ? 'moderate shift' : 'large shift';
}

/** Σ (p − q) ln(p / q) over the bins, p and q the shares of the two sides (Siddiqi 2006). */
export function psiOf(source: ArrayLike<number>, target: ArrayLike<number>): number {
  const [n, m] = [total(source), total(target)];
  let sum = 0;
  for (let k = 0; k < source.length; k++) {
    if (source[k] === 0 && target[k] === 0) continue;
    const p = Math.max(leastShare, source[k]! / n);
    const q = Math.max(leastShare, target[k]! / m);
    sum += (p - q) * Math.log(p / q);
  }
  return sum;
}

/** ½ Σ |p − q|. */
export function totalVariation(source: ArrayLike<number>, target: ArrayLike<number>): number {
  const [n, m] = [total(source), total(target)];
  let sum = 0;
  for (let k = 0; k < source.length; k++) sum += Math.abs(source[k]! / n - target[k]! / m) / 2;
  return sum;
}

/** ∫ |F − G|: the 1-Wasserstein distance of two samples, sorted ascending. */
export function wassersteinOf(a: Float64Array, b: Float64Array): number {
  let distance = 0;
  let i = 0;
  let j = 0;
  let last = Math.min(a[0]!, b[0]!);
  while (i < a.length || j < b.length) {
    const next = i < a.length && (j >= b.length || a[i]! <= b[j]!) ? a[i]! : b[j]!;
    distance += Math.abs(i / a.length - j / b.length) * (next - last);
    while (i < a.length && a[i] === next) i++;
    while (j < b.length && b[j] === next) j++;
    last = next;
  }
  return distance;
}

/** The largest PSI first. */
export function driftOf({ columns }: Table, features: readonly string[], source: Int32Array, target: Int32Array): FeatureDrift[] {
  const used = new Set(features);
  return columns.filter(({ name }) => used.has(name)).map(column => columnDrift(column, source, target)).sort((a, b) => b.psi - a.psi);
}

export function columnDrift(column: Column, source: Int32Array, target: Int32Array): FeatureDrift {
  return column.storage === 'number' ? numberDrift(column.name, column.values, source, target) : levelDrift(column.name, column.codes, column.levels.length, source, target);
}

function numberDrift(name: string, values: Float64Array, source: Int32Array, target: Int32Array): FeatureDrift {
  const [a, b] = [present(values, source), present(values, target)];
  const edges = [...new Set(Array.from({ length: bins - 1 }, (_, k) => (a.length > 0 ? quantileOfSorted(a, (k + 1) / bins) : 0)))];
  const counts = (sorted: Float64Array, all: number): number[] => {
    const result = new Array<number>(edges.length + 2).fill(0);
    for (const value of sorted) result[edges.filter(edge => value > edge).length]!++;
    result[edges.length + 1] = all - sorted.length;
    return result;
  };
  const deviation = deviationOf(a);
  const beyond = b.filter(value => value < a[0]! || value > a[a.length - 1]!).length;
  return {
    name, kind: 'number', psi: psiOf(counts(a, source.length), counts(b, target.length)), ...(deviation > 0 && b.length > 0 && { distance: wassersteinOf(a, b) / deviation }),
    missingSource: 1 - a.length / source.length, missingTarget: 1 - b.length / target.length, unseen: b.length === 0 ? 0 : beyond / b.length,
  };
}

function levelDrift(name: string, codes: Int32Array, levels: number, source: Int32Array, target: Int32Array): FeatureDrift {
  const counts = (rows: Int32Array): number[] => {
    const result = new Array<number>(levels + 1).fill(0);
    for (const row of rows) result[codes[row]! < 0 ? levels : codes[row]!]!++;
    return result;
  };
  const [a, b] = [counts(source), counts(target)];
  const [inSource, inTarget] = [a, b].map(list => total(list) - list[levels]!);
  const unseen = b.slice(0, levels).reduce((sum, count, k) => sum + (a[k] === 0 ? count : 0), 0);
  return {
    name, kind: 'category', psi: psiOf(a, b), ...(inSource! > 0 && inTarget! > 0 && { distance: totalVariation(a.slice(0, levels), b.slice(0, levels)) }),
    missingSource: a[levels]! / source.length, missingTarget: b[levels]! / target.length, unseen: inTarget === 0 ? 0 : unseen / inTarget!,
  };
}

/** The finite values at the rows, ascending. */
export function present(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, row => values[row]!).filter(Number.isFinite).sort();
}

function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0));
}

function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < counts.length; k++) sum += counts[k]!;
  return sum;
}
