// How many bits a formula and its misfit take (Rissanen's minimum description length): the residuals coded by a normal
// distribution, each symbol by a choice among those at hand, each fitted number to the precision that the rows support.
// Formulas of any length compete by this one number. After Bartlett, Desmond & Ferreira, "Exhaustive symbolic regression" (2022).
import type { Expression } from './expression';
import { exact, mapTree, walk } from './expression';
import { complexity } from './complexity';

/** What the code of the residuals needs to know of the rows. */
export interface CodedRows {
  rows: number;
  variables: number;
  /** Standard deviation below which a residual is rounding, in the target's unit. */
  finest: number;
}

/** Bits of the residuals, up to a constant that depends on the rows alone. */
export function residualBits(sse: number, { rows, finest }: CodedRows): number {
  return (rows / 2) * Math.log2(Math.max(sse / rows, finest * finest));
}

/** Kinds of symbols besides variables, as they occur: + − × ÷ ^ and functions take twelve signs, but some are far more common than others. */
const symbols = 5;

/** Bits of the formula's shape and of the numbers that belong to it. */
export function structureBits(of: Expression, variables: number): number {
  let bits = 0;
  // A number is one symbol, however it is written: what it says is counted by itself.
  const bare = mapTree(of, node => {
    if (node.kind !== 'number' || node.free) return node;
    bits += plainBits(node);
    // √ is a sign of its own, by whatever name its exponent goes.
    return node.name && Math.abs(node.value) !== 0.5 ? exact(Math.sign(node.value) * 3) : node;
  });
  return bits + complexity(bare) * Math.log2(symbols + variables);
}

/** Bits of a number that was meant: of its whole parts, and of the signs it is made with. */
export function plainBits({ value, name }: { value: number; name?: string }): number {
  if (Math.abs(value) === 0.5) return 2.5;
  if (!name) {
    if (Number.isInteger(value)) return 1.5 * Math.log2(1 + Math.abs(value));
    const places = String(value).split('.')[1]?.length ?? 0;
    return places + Math.log2(1 + Math.abs(value) * 10 ** places);
  }
  const wholes = (name.match(/\d+/g) ?? []).reduce((total, digits) => total + 1.5 * Math.log2(Number(digits)), 0);
  return 1 + wholes + (name.includes('pi') ? 3 : 0) + (name.includes('sqrt') ? 4 : 0);
}

/** Bits of a fitted number: how many steps of its standard error it is away from zero, at least one bit. */
export function numberBits(value: number, standardError: number): number {
  if (!(standardError > 0)) return most;
  return Math.min(most, 1 + Math.log2(1 + Math.abs(value) / standardError));
}
const most = 40;

/** Bits in all; `standardErrors`: of each free number with the others held, in the order of `freeNumbers`. */
export function descriptionLength(of: Expression, sse: number, standardErrors: ArrayLike<number>, given: CodedRows): number {
  let bits = residualBits(sse, given) + structureBits(of, given.variables);
  let next = 0;
  walk(of, node => {
    if (node.kind === 'number' && node.free) bits += numberBits(node.value, standardErrors[next++] ?? 0);
  });
  return bits;
}
