// Ways in which one expression e can stand behind the target y, each tested for all expressions by one projection:
// the target, transformed, against e, transformed, after both are cleared of a basis that costs nothing.
//   y = a + b e;  1/y = a + b e;  y² = a + b e;  y = a + Σ cᵢ xᵢ + b e;  |y| = c Π xᵢ^pᵢ |e|^q;  |y| = c Π xᵢ^pᵢ exp(q e)

export type FamilyName = 'affine' | 'inverse' | 'squared' | 'linear' | 'powers' | 'exponential';

import { weightsUnder, type Transform } from '../rowWeights';
import { projectionOf, type Projection } from './projection';

/** A family as numbers: the transformed target in its projection. */
export interface Family extends Projection {
  name: FamilyName;
  /** What becomes of e before the projection. */
  ofLogarithm: boolean;
  /** What rows count; the target and the basis have been multiplied by it. */
  weights?: Float64Array;
}

/** All families that the target allows: `y`, `columns` and weights on the sampled rows. */
export function familiesOf(y: Float64Array, columns: readonly Float64Array[], weights?: Float64Array): Family[] {
  const family = (name: FamilyName, transformed: Float64Array, basis: Float64Array[]): Family | undefined => familyOf(name, transformed, basis, weightsUnder(transformOf[name], y, weights));
  const ones = new Float64Array(y.length).fill(1);
  const families: (Family | undefined)[] = [family('affine', y, [ones])];
  if (columns.length > 1) families.push(family('linear', y, [ones, ...columns]));
  if (y.every(v => Math.abs(v) > 1e-12)) {
    families.push(family('inverse', y.map(v => 1 / v), [ones]));
    const logs = columns.filter(column => column.every(v => Math.abs(v) > 1e-12)).map(column => column.map(v => Math.log(Math.abs(v))));
    const logY = y.map(v => Math.log(Math.abs(v)));
    families.push(family('powers', logY, [ones, ...logs]), family('exponential', logY, [ones, ...logs]));
  }
  if (y.every(v => v > 0)) families.push(family('squared', y.map(v => v * v), [ones]));
  return families.filter(each => each !== undefined);
}

/** The transform of the target in each family. */
export const transformOf: Readonly<Record<FamilyName, Transform>> = {
  affine: 'plain', linear: 'plain', inverse: 'inverse', squared: 'squared', powers: 'logarithm', exponential: 'logarithm',
};

function familyOf(name: FamilyName, target: Float64Array, columns: Float64Array[], weights: Float64Array | undefined): Family | undefined {
  const times = (column: Float64Array): Float64Array => (weights ? column.map((v, i) => v * weights[i]!) : column);
  const projection = projectionOf(times(target), columns.map(times));
  return projection && { name, ofLogarithm: name === 'powers', ...projection, ...(weights && { weights }) };
}
