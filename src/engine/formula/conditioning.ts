// Whether a formula's value is the small difference of huge parts, such as 1e8 f − 1e8 g: such a formula is no insight, its numbers
// cannot be written down with the digits that they need, and rounding decides what it says.
import type { Expression } from './expression';
import { children } from './expression';
import { fastValues, type SearchRows } from './searchRows';

/** Parts of a sum may be this many times the sum itself: six of the sixteen digits of a number are then gone. */
const most = 1e6;
/** Rows that are looked at. */
const looked = 64;

/** Whether some sum in the formula is more than a million times smaller than the largest of its parts. */
export function cancels(of: Expression, rows: SearchRows): boolean {
  return anySum(of, ({ terms }) => {
    const parts = terms.map(term => fastValues(term, rows));
    let [whole, largest] = [0, 0];
    for (let i = 0; i < Math.min(looked, rows.rows); i++) {
      const total = parts.reduce((sum, part) => sum + part[i]!, 0);
      if (!Number.isFinite(total)) continue;
      whole += total * total;
      largest += parts.reduce((size, part) => Math.max(size, part[i]! ** 2), 0);
    }
    return Math.sqrt(largest) > most * Math.sqrt(whole);
  });
}

function anySum(of: Expression, test: (sum: Extract<Expression, { kind: 'sum' }>) => boolean): boolean {
  return (of.kind === 'sum' && test(of)) || children(of).some(part => anySum(part, test));
}
