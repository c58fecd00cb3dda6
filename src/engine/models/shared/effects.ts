/** Adjusted predictions: the model along one feature, every other column at its typical value. */
import { encodeRows } from '../../data/design';
import type { DesignMatrix, Encoding } from '../../data/encoding/encoding';
import type { Effect } from '../../../protocol/report';
import { gridTable, shownGrid, type TypicalColumn } from './typical';

/** Features shown at most. */
const mostEffects = 100;

type Curve = Omit<Effect, 'feature' | 'kind' | 'grid'>;

/** `curvesOf` turns the design of a grid into one curve, or one per class. `order`: features, the most important first. */
export function adjustedEffects(
  encoding: Encoding, typical: readonly TypicalColumn[], order: readonly string[], curvesOf: (design: DesignMatrix) => readonly Curve[],
): Effect[] {
  const shown = new Set(order.slice(0, mostEffects));
  return typical.filter(column => shown.has(column.name) && column.grid.length > 0).flatMap(column => {
    const design = encodeRows(encoding, gridTable(typical, column));
    const grid = shownGrid(column);
    return curvesOf(design).map(curve => ({ feature: column.name, kind: 'adjusted' as const, grid, ...curve }));
  });
}

/** Features by their largest standardised weight. */
export function featuresByWeight(encoding: Encoding, terms: readonly { readonly features: readonly string[] }[], sizes: ArrayLike<number>): string[] {
  const largest = new Map(encoding.columns.map(column => [column.name, 0]));
  terms.forEach((term, j) => {
    for (const feature of term.features) largest.set(feature, Math.max(largest.get(feature) ?? 0, Math.abs(sizes[j]) || 0));
  });
  return [...largest].sort((a, b) => b[1] - a[1]).map(([feature]) => feature);
}
