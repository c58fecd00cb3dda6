/** What two models of the same rows make of each feature: accumulated local effects of both, on one grid. */
import type { WorkContext } from '../context';
import { findColumn, type Table } from '../data/table';
import type { Model } from '../models/model';
import { firstOrderAles, type Ale } from './ale';
import { aleGrid } from './aleGrid';
import { rounder, roundedGrid, shownOrder, wholeDates } from './effectCurves';
import { ModelFunction } from './modelFunction';
import { subsetTable } from './shuffle';

export interface BesideCurve {
  readonly feature: string;
  readonly kind: Ale['kind'];
  /** Numbers (dates in milliseconds since 1970), or the commonest levels. */
  readonly grid: readonly (number | string)[];
  /** Of the first and of the second model, centred on the mean over the rows, in the target's unit. */
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** Root mean square, over the rows, of the difference of the two curves. */
  readonly apart: number;
}

export interface BesideInput {
  readonly first: Model;
  readonly second: Model;
  readonly table: Table;
  readonly rows: Int32Array;
  /** Columns to look along. */
  readonly features: readonly string[];
  readonly bins: number;
  readonly context: WorkContext;
}

/** A curve that moves by less than this share of the largest one is that of a feature that its model does not use. */
const still = 1e-9;

/** For regressions. One curve for each feature that either model uses, that with the largest movement first. */
export async function besideCurves({ first, second, table, rows, features, bins, context }: BesideInput): Promise<BesideCurve[]> {
  const shared = subsetTable(table, [...new Set([...first.features, ...second.features, ...features])], rows);
  const every = Int32Array.from({ length: rows.length }, (_, i) => i);
  const [one, other] = [first, second].map(model => new ModelFunction(model, shared, every, { scale: 'response' })) as [ModelFunction, ModelFunction];
  const found: { curve: BesideCurve; moves: number }[] = [];
  for (const feature of features) {
    const pause = context.breathe();
    if (pause) await pause;
    const column = findColumn(shared, feature);
    if (!column) continue;
    // The grid of a category orders its levels by the other columns: it is made once, of the columns that both models see.
    const grid = aleGrid(shared, column, bins);
    const [a, b] = [one, other].map(f => firstOrderAles([f], grid)[0]!) as [Ale, Ale];
    if (a.edges.length < 2) continue;
    found.push({ curve: curveOf(a, b, bins + 1), moves: Math.max(rangeOf(a.effect), rangeOf(b.effect)) });
  }
  const largest = Math.max(0, ...found.map(({ moves }) => moves));
  return found.filter(({ moves }) => moves > still * largest).sort((a, b) => b.moves - a.moves).map(({ curve }) => curve);
}

function curveOf(a: Ale, b: Ale, most: number): BesideCurve {
  const order = shownOrder(a, most);
  const take = (values: Float64Array): Float64Array => Float64Array.from(order, k => values[k]!);
  const [first, second] = [take(a.effect), take(b.effect)];
  const round = rounder([first, second]);
  const squares = a.atRows.reduce((sum, v, i) => sum + (v - b.atRows[i]!) ** 2, 0);
  return {
    feature: a.feature, kind: a.kind,
    grid: a.levels ? order.map(k => a.levels![k]!) : a.kind === 'date' ? wholeDates([...a.edges]) : roundedGrid([...a.edges]),
    first: round(first), second: round(second), apart: Math.sqrt(squares / Math.max(1, a.atRows.length)),
  };
}

function rangeOf(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity) - values.reduce((a, b) => Math.min(a, b), Infinity);
}
