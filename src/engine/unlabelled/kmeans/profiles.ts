/** What sets each cluster apart: each column's values inside against those of all other rows, with effect sizes and intervals. */
import { normalFactor } from '../../math/distributions';
import { BoundTable, millisecondsPerDay } from '../../data/encoding/binding';
import type { Table } from '../../data/table';
import { levelPlaces } from '../shared/apply';
import type { Preparation, PreparedCategory, PreparedNumber } from '../shared/preparation';

export interface NumberProfile {
  readonly name: string;
  readonly kind: 'number' | 'date';
  /** Means without missing cells (dates in milliseconds since 1970); null where there is no value. */
  readonly mean: number | null;
  readonly rest: number | null;
  /** Standard deviation inside (dates in days). */
  readonly deviation: number | null;
  /** Hedges' g, (mean − rest) / pooled deviation, bias-corrected; null where neither side varies or one has fewer than two values. */
  readonly effect: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly strength: number;
}

export interface LevelProfile {
  readonly name: string;
  readonly kind: 'level';
  readonly level: string;
  readonly share: number;
  readonly rest: number;
  /** share − rest, with Newcombe's interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Cohen's h, 2 asin √share − 2 asin √rest: comparable with g. */
  readonly effect: number;
  readonly strength: number;
}

export type FeatureProfile = NumberProfile | LevelProfile;

export interface ClusterProfile {
  readonly cluster: number;
  readonly rows: number;
  readonly share: number;
  /** Strongest first (by |effect|; columns that separate completely come before all). */
  readonly features: readonly FeatureProfile[];
}

/** To be said wherever these intervals are shown. */
export const profileCaveat = 'The same rows made the clusters and are compared here, so the intervals describe these rows and are no tests: random rows split by k-means would differ too.';

/** `rows`: rows of the table that `labels` belong to. */
export function clusterProfiles(table: Table, preparation: Preparation, rows: Int32Array, labels: Int32Array, k: number, level = 0.95): ClusterProfile[] {
  const bound = new BoundTable(table);
  const z = normalFactor(level);
  const sizes = new Int32Array(k);
  for (const label of labels) sizes[label]++;
  const byCluster: FeatureProfile[][] = Array.from({ length: k }, () => []);
  for (const column of preparation.columns) {
    const profiles = column.as === 'category' ? levelProfiles(bound, column, rows, labels, k, z) : numberProfiles(bound, column, rows, labels, k, z).map(profile => [profile]);
    profiles.forEach((own, c) => byCluster[c].push(...own));
  }
  return byCluster.map((features, cluster) => ({ cluster, rows: sizes[cluster], share: sizes[cluster] / labels.length, features: [...features].sort((a, b) => b.strength - a.strength) }));
}

function numberProfiles(bound: BoundTable, column: PreparedNumber, rows: Int32Array, labels: Int32Array, k: number, z: number): NumberProfile[] {
  const source = bound.numeric(column.name);
  const shift = column.as === 'date' ? column.origin! : column.mean;
  const unit = column.as === 'date' ? millisecondsPerDay : 1;
  const [counts, sums, squares] = [new Float64Array(k), new Float64Array(k), new Float64Array(k)];
  rows.forEach((row, i) => {
    const value = (source[row] - shift) / unit;
    if (value - value !== 0) return;
    counts[labels[i]]++;
    sums[labels[i]] += value;
    squares[labels[i]] += value * value;
  });
  const total = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0);
  const [n, sum, square] = [total(counts), total(sums), total(squares)];
  const back = (value: number): number => shift + value * unit;
  return Array.from({ length: k }, (_, c) => {
    const inside = momentsOf(counts[c], sums[c], squares[c]);
    const outside = momentsOf(n - counts[c], sum - sums[c], square - squares[c]);
    const g = hedges(inside, outside, z);
    return {
      name: column.name, kind: column.as, mean: inside.n > 0 ? back(inside.mean) : null, rest: outside.n > 0 ? back(outside.mean) : null,
      deviation: inside.n > 1 ? Math.sqrt(inside.squares / (inside.n - 1)) : null, ...g,
    };
  });
}

interface Moments { readonly n: number; readonly mean: number; readonly squares: number }

function momentsOf(n: number, sum: number, square: number): Moments {
  return { n, mean: n > 0 ? sum / n : NaN, squares: n > 0 ? Math.max(0, square - (sum * sum) / n) : 0 };
}

/** Hedges & Olkin (1985): g = J d, J = 1 − 3/(4 df − 1), variance (n₁ + n₂)/(n₁ n₂) + g²/(2 (n₁ + n₂)). */
function hedges(a: Moments, b: Moments, z: number): Pick<NumberProfile, 'effect' | 'low' | 'high' | 'strength'> {
  const df = a.n + b.n - 2;
  if (a.n < 1 || b.n < 1 || df < 1) return { effect: null, low: null, high: null, strength: 0 };
  const pooled = Math.sqrt((a.squares + b.squares) / df);
  const difference = a.mean - b.mean;
  // What is left of the squares when neither side varies is rounding.
  if (!(pooled > 1e-9 * Math.abs(difference))) return { effect: null, low: null, high: null, strength: difference === 0 ? 0 : 1e9 };
  const effect = (1 - 3 / (4 * df - 1)) * (difference / pooled);
  const half = z * Math.sqrt((a.n + b.n) / (a.n * b.n) + effect ** 2 / (2 * (a.n + b.n)));
  return { effect, low: effect - half, high: effect + half, strength: Math.abs(effect) };
}

/** Of each cluster the level whose share differs most, and every other that differs by |h| ≥ 0.2 (small by Cohen's words). */
function levelProfiles(bound: BoundTable, column: PreparedCategory, rows: Int32Array, labels: Int32Array, k: number, z: number): LevelProfile[][] {
  const { codes, levels } = bound.categories(column.name);
  const places = levelPlaces(levels, column);
  const count = column.levels.length;
  const table = new Float64Array(k * count);
  const sizes = new Float64Array(k);
  rows.forEach((row, i) => {
    if (codes[row] < 0 || places[codes[row]] < 0) return;
    table[labels[i] * count + places[codes[row]]]++;
    sizes[labels[i]]++;
  });
  const all = sizes.reduce((sum, n) => sum + n, 0);
  return Array.from({ length: k }, (_, c) => {
    const profiles = column.levels.map((level, l) => {
      let whole = 0;
      for (let other = 0; other < k; other++) whole += table[other * count + l];
      return levelProfile(column.name, level, table[c * count + l], sizes[c], whole - table[c * count + l], all - sizes[c], z);
    });
    const sorted = profiles.filter((p): p is LevelProfile => p !== undefined).sort((a, b) => b.strength - a.strength);
    return sorted.filter((p, place) => place === 0 || p.strength >= 0.2);
  });
}

function levelProfile(name: string, level: string, x1: number, n1: number, x2: number, n2: number, z: number): LevelProfile | undefined {
  if (n1 === 0 || n2 === 0) return undefined;
  const [share, rest] = [x1 / n1, x2 / n2];
  const effect = 2 * Math.asin(Math.sqrt(share)) - 2 * Math.asin(Math.sqrt(rest));
  return { name, kind: 'level', level, share, rest, difference: share - rest, ...newcombe(x1, n1, x2, n2, z), effect, strength: Math.abs(effect) };
}

/** Wilson's interval of a share (1927). */
export function wilson(x: number, n: number, z: number): { low: number; high: number } {
  const p = x / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Interval of a difference of two shares out of Wilson's (Newcombe 1998, method 10). */
export function newcombe(x1: number, n1: number, x2: number, n2: number, z: number): { low: number; high: number } {
  const [p1, p2] = [x1 / n1, x2 / n2];
  const [a, b] = [wilson(x1, n1, z), wilson(x2, n2, z)];
  return { low: p1 - p2 - Math.hypot(p1 - a.low, b.high - p2), high: p1 - p2 + Math.hypot(a.high - p1, p2 - b.low) };
}
