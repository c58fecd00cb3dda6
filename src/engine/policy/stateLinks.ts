/** Whether the state after one row is the state before another, by the numbers themselves and not by their bins. */
import type { Column } from '../data/table';
import type { CodedField } from './stateFields';

/** Numbers are logged once after an action and once before the next: as single and as double precision, say. As shares of the column's range and of the number. */
const rangeTolerance = 1e-6;
const roundingTolerance = 1e-7;

export type SameState = (after: number, before: number) => boolean;

/** Undefined where no column was cut into bins: then equal states have equal codes, and there is nothing to add. */
export function stateLinks(fields: readonly CodedField[], before: readonly Column[], after: readonly Column[]): SameState | undefined {
  if (after.length === 0 || fields.every(({ field }) => !field.edges)) return undefined;
  const tests = fields.map(({ field, before: codes, after: next }, f): SameState => {
    const [a, b] = [before[f]!, after[f]!];
    if (!field.edges || a.storage !== 'number' || b.storage !== 'number') return (from, to) => next![from] === codes[to];
    const width = rangeTolerance * (field.range![1] - field.range![0]);
    return (from, to) => Math.abs(b.values[from]! - a.values[to]!) <= Math.max(width, roundingTolerance * Math.abs(a.values[to]!));
  });
  return (from, to) => tests.every(test => test(from, to));
}
