// How numbers are written: with the digits that their standard error justifies where a person reads, in full in code.
import type { Expression, NumberNode } from '../expression';
import { freeNumbers } from '../expression';
import type { Layout } from './layout';

export interface Digits {
  /** Standard errors of the fitted numbers in the order of `freeNumbers`; NaN or 0 where unknown. */
  standardErrors?: ArrayLike<number>;
  /** Significant digits of fitted numbers whose error is unknown; 17 for numbers that read back the same. Default 6. */
  significant?: number;
}

/** A decimal for a number of the layout, "1.5e-7" at the outside. */
export type Numeral = (of: Layout & { kind: 'number' }) => string;

export function numerals(of: Expression, { standardErrors, significant = 6 }: Digits = {}): Numeral {
  const errors = new Map<NumberNode, number>(freeNumbers(of).map((node, k) => [node, standardErrors?.[k] ?? NaN]));
  return ({ value, source }) => (source?.free ? rounded(value, errors.get(source) ?? NaN, significant) : shortest(value));
}

/** Two digits of the standard error are worth showing, so the value ends where they do. */
function rounded(value: number, error: number, significant: number): string {
  if (significant >= 17 || value === 0 || !Number.isFinite(value)) return shortest(value);
  const digits = error > 0 && Number.isFinite(error) ? decade(value) - decade(error) + 2 : significant;
  return shortest(Number(value.toPrecision(Math.min(15, Math.max(2, digits)))));
}

const decade = (value: number): number => Math.floor(Math.log10(Math.abs(value)));

/** The shortest decimal that reads back the same. */
export const shortest = (value: number): string => String(value).replace('e+', 'e');
