/** What a model adds along each column, as steps between quantiles: the rest of a grey box where it has no terms of its own. */
import type { MainShapeTerm, ShapeAxis } from '../../../../protocol/shapeSections';
import type { WorkContext } from '../../../context';
import type { Column, Table } from '../../../data/table';
import type { Model } from '../../model';

/** Rows that curves are the mean of, bins of a number, levels of a category. */
const most = { rows: 200, bins: 24, levels: 24 };

export async function restCurves(model: Model, table: Table, features: readonly string[], sample: Int32Array, context: WorkContext): Promise<MainShapeTerm[]> {
  const rows = sample.slice(0, most.rows);
  const terms: MainShapeTerm[] = [];
  for (const [term, name] of features.entries()) {
    await context.breathe();
    const found = curveOf(model, table, name, term, rows);
    if (found && found.importance > 0) terms.push(found);
  }
  return terms.sort((a, b) => b.importance - a.importance);
}

interface Bins { readonly axis: ShapeAxis; readonly weights: number[]; readonly middles: number[] }

function curveOf(model: Model, table: Table, name: string, term: number, rows: Int32Array): MainShapeTerm | undefined {
  const column = table.columns.find(each => each.name === name);
  const bins = column && (column.storage === 'number' ? numberBins(column) : levelBins(column));
  if (!column || !bins || bins.middles.length < 2) return undefined;
  const means = bins.middles.map(value => {
    const { mean } = model.predict(withValue(table, column, value), rows);
    return mean!.reduce((sum, v) => sum + v, 0) / rows.length;
  });
  const total = bins.weights.reduce((sum, w) => sum + w, 0);
  const middle = means.reduce((sum, v, k) => sum + v * bins.weights[k]!, 0) / total;
  const scores = means.map(v => Number((v - middle).toPrecision(6)));
  const importance = scores.reduce((sum, v, k) => sum + Math.abs(v) * bins.weights[k]!, 0) / total;
  return { name, term, importance: Number(importance.toPrecision(6)), axis: bins.axis, weights: bins.weights, curves: [{ scores }] };
}

function withValue(table: Table, column: Column, value: number): Table {
  const changed: Column = column.storage === 'number' ? { ...column, values: new Float64Array(table.rows).fill(value) } : { ...column, codes: new Int32Array(table.rows).fill(value) };
  return { rows: table.rows, columns: table.columns.map(each => (each === column ? changed : each)) };
}

function numberBins({ name, kind, values }: Extract<Column, { storage: 'number' }>): Bins | undefined {
  const sorted = values.filter(Number.isFinite).sort();
  if (sorted.length === 0) return undefined;
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const inner = Array.from({ length: most.bins - 1 }, (_, k) => at((k + 1) / most.bins));
  const edges = [...new Set([sorted[0]!, ...inner, sorted.at(-1)!])];
  if (edges.length < 3) return undefined;
  const weights = edges.slice(1).map((high, k) => sorted.filter(v => v >= edges[k]! && (v < high || (k === edges.length - 2 && v === high))).length);
  return { axis: { kind: 'number', feature: name, edges, ...(kind === 'datetime' && { datetime: true as const }) }, weights, middles: edges.slice(1).map((high, k) => (edges[k]! + high) / 2) };
}

function levelBins({ name, levels, codes }: Extract<Column, { storage: 'code' }>): Bins {
  const counts = new Array<number>(levels.length).fill(0);
  for (const code of codes) if (code >= 0) counts[code]!++;
  const shown = [...counts.keys()].filter(k => counts[k]! > 0).sort((a, b) => counts[b]! - counts[a]! || a - b).slice(0, most.levels).sort((a, b) => a - b);
  return { axis: { kind: 'level', feature: name, levels: shown.map(k => levels[k]!) }, weights: shown.map(k => counts[k]!), middles: shown };
}
