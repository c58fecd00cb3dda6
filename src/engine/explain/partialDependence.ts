/** Partial dependence (Friedman 2001) and individual conditional expectation (Goldstein et al. 2015) along one feature. */
import type { WorkContext } from '../context';
import { asCategories } from '../data/encoding/binding';
import type { Column } from '../data/table';
import { isCategory } from './aleGrid';
import type { ModelFunction } from './modelFunction';

/** The values that the feature is set to in all rows. */
export interface DependenceGrid {
  readonly feature: string;
  readonly kind: 'number' | 'date' | 'category';
  /** Numbers (milliseconds for dates) or level names. */
  readonly values: readonly (number | string)[];
  /** The feature set to the value of the given place in all of `rows` rows. */
  column(place: number, rows: number): Column;
}

/** The distinct values where there are few, else evenly spaced points between the 1 % and the 99 % quantile; the commonest levels in the order of the file. */
export function dependenceGrid(column: Column, points: number): DependenceGrid {
  if (isCategory(column)) return levelGrid(column, points);
  const values = numberPoints((column as { values: Float64Array }).values, points);
  const { name, kind } = column;
  return {
    feature: name, kind: kind === 'datetime' ? 'date' : 'number', values,
    column: (place, rows) => ({ name, kind, storage: 'number', values: new Float64Array(rows).fill(values[place]) }),
  };
}

function levelGrid(column: Column, points: number): DependenceGrid {
  const { codes, levels } = asCategories(column);
  const counts = new Int32Array(levels.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  const kept = Array.from(levels.keys()).filter(k => counts[k] > 0)
    .sort((a, b) => counts[b] - counts[a] || a - b).slice(0, points).sort((a, b) => a - b);
  const values = kept.map(k => levels[k]);
  const { name, kind } = column;
  return {
    feature: name, kind: 'category', values,
    column: (place, rows) => ({ name, kind, storage: 'code', levels: values, codes: new Int32Array(rows).fill(place) }),
  };
}

function numberPoints(values: Float64Array, points: number): number[] {
  const sorted = values.filter(v => v - v === 0).sort();
  const distinct = [...new Set(sorted.map(v => v + 0))];
  if (distinct.length <= Math.min(points, 20)) return distinct;
  const low = sorted[Math.floor(0.01 * (sorted.length - 1))];
  const high = sorted[Math.ceil(0.99 * (sorted.length - 1))];
  if (!(high > low)) return [...new Set([sorted[0], low, sorted[sorted.length - 1]])];
  return Array.from({ length: points }, (_, i) => low + ((high - low) * i) / (points - 1));
}

export interface Dependence {
  /** Mean over the rows (those with a finite value) at each value of the grid. */
  readonly mean: Float64Array;
  /** Curves of the first rows. */
  readonly ice: readonly Float64Array[];
}

/** One result a function; the functions are of one model and its rows. One prediction of the rows for each value of the grid. */
export async function partialDependence(functions: readonly ModelFunction[], grid: DependenceGrid, curves: number, context: WorkContext): Promise<Dependence[]> {
  const [first] = functions;
  const results = functions.map(() => ({
    mean: new Float64Array(grid.values.length),
    ice: Array.from({ length: Math.min(curves, first.rows) }, () => new Float64Array(grid.values.length)),
  }));
  for (let place = 0; place < grid.values.length; place++) {
    const pause = context.breathe();
    if (pause) await pause;
    const prediction = first.predict([grid.column(place, first.rows)]);
    functions.forEach((f, k) => {
      const values = f.read(prediction);
      results[k].mean[place] = finiteMean(values);
      results[k].ice.forEach((curve, i) => (curve[place] = values[i]));
    });
  }
  return results.map(({ mean, ice }) => ({ mean, ice: ice.filter(curve => curve.every(Number.isFinite)) }));
}

/** Mean of the finite values; NaN for none. */
export function finiteMean(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] - values[i] !== 0) continue;
    sum += values[i];
    count++;
  }
  return sum / count;
}
