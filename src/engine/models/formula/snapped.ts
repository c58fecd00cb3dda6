/** What the rows say of the numbers of a formula that were replaced by simple ones: each is let go by itself, beside the fitted ones, and fitted. */
import { fitted, freeNumbers, mapTree, walk, type Expression, type NumberNode } from '../../formula/expression';
import { polish } from '../../formula/polish';
import type { SearchRows } from '../../formula/searchRows';

/** NaN where the rows do not determine the number. */
export interface SnappedEstimate { readonly estimate: number; readonly standardError: number }

/** Numbers that a fit once gave: coefficients and summands that are not free, 1 and −1 and exponents left out; in the order of the text. */
export function snappedNumbers(of: Expression): NumberNode[] {
  const found: NumberNode[] = [];
  const exponents = new Set<Expression>();
  walk(of, node => {
    if (node.kind === 'power') exponents.add(node.exponent);
    if (node.kind === 'number' && !node.free && Math.abs(node.value) !== 1 && !exponents.has(node)) found.push(node);
  });
  return found;
}

/** One estimate for each of `snappedNumbers`, by least squares on these rows. */
export function snappedEstimates(of: Expression, rows: SearchRows): SnappedEstimate[] {
  return snappedNumbers(of).map(number => {
    const letGo = fitted(number.value);
    const free = mapTree(of, node => (node === number ? letGo : node));
    const which = freeNumbers(free).indexOf(letGo);
    const fit = which < 0 ? undefined : polish(free, rows, 10);
    const standardError = fit?.standardErrors[which] ?? NaN;
    return Number.isFinite(standardError) ? { estimate: freeNumbers(fit!.expression)[which]!.value, standardError } : { estimate: NaN, standardError: NaN };
  });
}
