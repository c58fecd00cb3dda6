/** Adjusted predictions: the model along one feature, every other column at its typical value. */
import { Encoder } from '../../data/encoding/encoder';
import type { Encoding, TermInfo } from '../../data/encoding/encoding';
import type { Effect } from '../../../protocol/effects';
import { gridTable, shownGrid, type TypicalColumn } from './typical';

/** Features shown at most; fewer of very wide designs, whose grids cost a prediction of every column each. */
const mostEffects = 50;
const mostEffectColumns = 100000;

type Curve = Omit<Effect, 'feature' | 'kind' | 'grid'>;

/** `curvesOf` turns the design of a grid (column-major) into one curve, or one per class. */
export function adjustedEffects(
  encoding: Encoding, typical: readonly TypicalColumn[], curvesOf: (design: Float64Array, rows: number) => readonly Curve[],
): Effect[] {
  return typical.filter(column => column.grid.length > 0).flatMap(column => {
    const table = gridTable(typical, column);
    const encoder = new Encoder(encoding, table);
    const design = new Float64Array(table.rows * encoder.columns);
    encoder.encode({ rows: undefined, from: 0, length: table.rows }, design, 0, table.rows);
    const grid = shownGrid(column);
    return curvesOf(design, table.rows).map(curve => ({ feature: column.name, kind: 'adjusted' as const, grid, ...curve }));
  });
}

/** The features with the largest standardised weights, of which effects are shown. */
export function shownFeatures(
  encoding: Encoding, terms: readonly TermInfo[], coefficients: readonly Float64Array[], columnSd: Float64Array,
): ReadonlySet<string> {
  const largest = new Map(encoding.columns.map(column => [column.name, 0]));
  terms.forEach((term, j) => {
    const size = Math.max(...coefficients.map(b => Math.abs(b[j]))) * columnSd[j] || 0;
    for (const feature of term.features) largest.set(feature, Math.max(largest.get(feature) ?? 0, size));
  });
  return new Set([...largest].sort((a, b) => b[1] - a[1]).slice(0, Math.max(10, Math.min(mostEffects, Math.floor(mostEffectColumns / terms.length)))).map(([feature]) => feature));
}
