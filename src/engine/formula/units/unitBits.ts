// What units add to the length of a formula's description.
import type { Expression } from '../expression';
import { dimensionOf, type ColumnUnits } from './dimensionOf';

/** Bits of a formula whose units contradict each other: odds of 10¹² to one against it, so that only clear data outweigh them (units may be wrong). */
export const contradictionBits = 40;
/** Bits of a fitted number that needs a unit: which one of some hundreds has to be told. At most as many in all as a contradiction costs. */
export const carriedBits = 8;

export function contradicts(of: Expression, units: ColumnUnits | undefined): boolean {
  return units !== undefined && !dimensionOf(of, units).consistent;
}

export function unitBits(of: Expression, units: ColumnUnits | undefined): number {
  if (!units) return 0;
  const { consistent, carrying } = dimensionOf(of, units);
  return consistent ? Math.min(contradictionBits, carriedBits * carrying) : contradictionBits;
}
