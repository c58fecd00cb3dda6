// What an enumeration by units gets, and what it hands over.
import type { Expression } from '../../expression';
import type { TypedFamily } from './families';
import type { Leaf } from './leaves';
import type { TypedRows } from './typedRows';

export interface TypedProblem {
  typed: TypedRows;
  leaves: readonly Leaf[];
  families: readonly TypedFamily[];
  /** Rows that expressions are tested on. */
  picked: Int32Array;
  capacity: number;
  largest: number;
  /** Size of the largest products; sums, powers and functions may be larger. */
  products: number;
  /** Only sums, no powers, no functions. */
  sumsOnly?: boolean;
  /** Expressions to try at most. */
  most: number;
  keep: number;
  /** This worker's share of the largest expressions. */
  lane: number;
  lanes: number;
}

/** One or two expressions behind the target in the way of `family`. */
export interface TypedHit {
  family: TypedFamily;
  parts: Expression[];
  unexplained: number;
}
