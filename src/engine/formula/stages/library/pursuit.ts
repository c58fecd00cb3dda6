// Sums of a few terms c · Π xᵢ^pᵢ · g(…) with free whole or half powers: the terms are too many for a library, so each is
// found by changing one power (or the factor g) at a time to what lowers the description length most, given the other terms.
import type { Rng } from '../../../math/random';
import type { SearchRows } from '../../searchRows';
import { product } from '../../expression';
import { addTo, dot, orthonormal } from './dots';
import { sparse, type Proposal } from './sparse';
import type { Way } from './targets';
import { coefficientBits, costOfTerm, monomial, termOf, type Term } from './terms';

/** A term by its choices: for each variable an index into its powers, and last an index into the factors. */
type Choices = number[];

/** Values of every choice of every slot, on the sampled rows. */
interface Slots {
  tables: Float64Array[][];
  /** Bits of each choice. */
  costs: number[][];
  powers: number[][];
  factors: readonly (Term | undefined)[];
  /** Orthonormal columns that are always there. */
  background: Float64Array[];
  /** Weighted target, without its part along the background. */
  target: Float64Array;
  weights: Float64Array;
  rows: number;
  floor: number;
}

interface Found {
  terms: Choices[];
  bits: number;
}

export interface PursuitOptions {
  most: number;
  sampled: number;
  starts: number;
  /** Terms that may stand beside the found ones at any time, as log xᵢ for the logarithm of a product of powers. */
  background?: readonly Term[];
}

/** Sums of one, two … terms, the best of each size; yields every few milliseconds. */
export function* pursuit(way: Way, factors: readonly Term[], rows: SearchRows, rng: Rng, { most, sampled, starts, background = [] }: PursuitOptions): Generator<undefined, Proposal[]> {
  const slots = slotsOf(way, factors, background, rows, sampled);
  const finer = slotsOf(way, factors, background, rows, 4 * sampled);
  let states: Found[] = [{ terms: [], bits: Infinity }];
  const proposals: Proposal[] = [];
  let best = Infinity;
  for (let size = 1; size <= most; size++) {
    const next = new Map<string, Found>();
    for (const state of states) {
      // One term has few local optima, many have more.
      for (let start = 0; start < (size === 1 ? starts / 3 : starts / Math.sqrt(states.length)); start++) {
        const settled = descended([...state.terms.map(each => [...each]), startOf(slots, state, start, rng)], slots);
        if (Number.isFinite(settled.bits)) next.set(keyOf(settled), settled);
        yield undefined;
      }
    }
    states = [...next.values()].sort((a, b) => a.bits - b.bits).slice(0, 4);
    for (let hop = 0; size > 1 && states.length > 0 && hop < starts; hop++) {
      const settled = descended(hopped(states[hop % 3 === 2 ? states.length - 1 : 0]!, slots, rng), slots);
      if (settled.bits < states[0]!.bits - 1e-6) states = [settled, ...states.slice(0, 3)];
      yield undefined;
    }
    if (states.length === 0) break;
    states[0] = paired(states[0]!, slots);
    yield undefined;
    for (const state of states.slice(0, 2)) {
      const settled = descended(state.terms.map(each => [...each]), finer);
      const terms = [...background, ...settled.terms.map(each => termFrom(each, slots, rows))];
      proposals.push(...(yield* sparse(terms, way, rows, { largest: terms.length, width: 6, keep: 1 })));
    }
    if (states[0].bits > best - 3 && size > 2) break;
    best = Math.min(best, states[0].bits);
  }
  return proposals.sort((a, b) => a.bits - b.bits);
}

const keyOf = ({ terms }: Found): string => terms.map(each => each.join()).sort().join(';');

function slotsOf(way: Way, factors: readonly Term[], background: readonly Term[], rows: SearchRows, sampled: number): Slots {
  const count = Math.min(sampled, rows.rows);
  const pick = (column: Float64Array): Float64Array => Float64Array.from({ length: count }, (_, i) => column[Math.floor((i * rows.rows) / count)]!);
  const powers = rows.columns.map((column, k) => powersOf(column, rows.domain.positive[k] ?? false));
  const tables: Float64Array[][] = rows.columns.map((column, k) => powers[k]!.map(p => pick(column).map(x => x ** p)));
  const costs = powers.map((list, k) => list.map(p => (p === 0 ? 0 : costOfTerm(monomial(rows.columns.map((_, j) => (j === k ? p : 0))), rows.variables) - costOfTerm(monomial([]), rows.variables) + 2)));
  const one: Float64Array = new Float64Array(count).fill(1);
  tables.push([one, ...factors.map(({ values }): Float64Array => pick(values))]);
  costs.push([0, ...factors.map(({ cost }) => cost - coefficientBits)]);
  const weights = pick(way.weights);
  const target = pick(way.values).map((t, i) => t * weights[i]!);
  const basis: Float64Array[] = [];
  for (const { values } of background) addBasis(basis, pick(values).map((v, i) => v * weights[i]!), target);
  return { background: basis, tables, costs, powers, factors: [undefined, ...factors], target, weights, rows: count, floor: count * rows.finest ** 2 };
}

/** Powers by what the column allows: halves need positive values, negative ones values that are not zero. */
function powersOf(column: Float64Array, positive: boolean): number[] {
  const nonzero = column.every(x => x !== 0);
  return [0, 1, 2, 3, 4, ...(nonzero ? [-1, -2, -3, -4] : []), ...(positive ? [0.5, -0.5] : [])];
}

function startOf(slots: Slots, { terms }: Found, start: number, rng: Rng): Choices {
  const last = slots.tables.length - 1;
  // First from the constant, then from a term that is there already, then anywhere.
  if (start === 0) return slots.tables.map(() => 0);
  const model = terms[start % Math.max(1, terms.length)];
  if (model && start % 3 !== 0) return model.map((choice, k) => (rng.uniform() < 0.6 ? choice : k === last ? 0 : Math.floor(rng.uniform() * slots.powers[k]!.length)));
  return slots.tables.map((_, k) => (k === last || rng.uniform() < 0.4 ? 0 : Math.floor(rng.uniform() * slots.powers[k]!.length)));
}

/** A settled sum with a few choices changed at random: the way out of a local optimum. */
function hopped({ terms }: Found, slots: Slots, rng: Rng): Choices[] {
  const changed = terms.map(each => [...each]);
  const last = slots.tables.length - 1;
  for (let k = 1 + rng.integer(3); k > 0; k--) {
    const term = changed[rng.integer(changed.length)]!;
    const slot = slots.tables[last]!.length > 1 ? rng.integer(last + 1) : rng.integer(last);
    // Often to what it is in another term: terms of one formula share factors.
    term[slot] = rng.uniform() < 0.4 ? changed[rng.integer(changed.length)]![slot]! : rng.integer(slots.tables[slot]!.length);
  }
  // Now and then one term starts as the other's double.
  if (rng.uniform() < 0.3) changed[changed.length - 1] = changed[0]!.map((choice, k) => (rng.uniform() < 0.7 || k === last ? choice : rng.integer(slots.tables[k]!.length)));
  return changed;
}

/** Choices changed one at a time, term by term, until nothing helps. */
function descended(terms: Choices[], slots: Slots): Found {
  let bits = Infinity;
  for (let sweep = 0; sweep < 8; sweep++) {
    const before = bits;
    // The newest term first: the others have settled.
    for (let k = terms.length - 1; k >= 0; k--) {
      const scorer = new Scorer(terms.filter((_, j) => j !== k), slots);
      bits = settle(terms[k]!, scorer, slots);
    }
    if (!(bits < before - 1e-9)) break;
  }
  return { terms, bits };
}

/** One term's choices, in place: powers until they rest, then the factor, and again if that has changed; the bits of the whole. */
function settle(term: Choices, scorer: Scorer, slots: Slots): number {
  let bits = scorer.bits(valuesOf(term, slots), costOf(term, slots));
  const last = term.length - 1;
  for (let round = 0; round < 4; round++) {
    const before = bits;
    for (let slot = 0; slot < last; slot++) bits = settleSlot(term, [slot], bits, scorer, slots);
    if (bits < before - 1e-9 && round < 2) continue;
    const factor = term[last];
    if (slots.tables[last]!.length > 1) bits = settleSlot(term, [last], bits, scorer, slots);
    if (term[last] === factor && !(bits < before - 1e-9)) return bits;
  }
  return bits;
}

/** The best choices of one slot or of two at once. */
function settleSlot(term: Choices, [slot, other]: [number, number?], bits: number, scorer: Scorer, slots: Slots): number {
  const base = valuesOf(term.map((choice, k) => (k === slot || k === other ? 0 : choice)), slots);
  const trial = new Float64Array(slots.rows);
  const tried = [...term];
  for (const [second, by] of other === undefined ? [[-1, undefined] as const] : slots.tables[other]!.entries()) {
    const from = by ? multiplied(base, by) : base;
    if (other !== undefined) tried[other] = second;
    for (let choice = 0; choice < slots.tables[slot]!.length; choice++) {
      const table = slots.tables[slot]![choice]!;
      for (let i = 0; i < trial.length; i++) trial[i] = from[i]! * table[i]!;
      tried[slot] = choice;
      const now = scorer.bits(trial, costOf(tried, slots));
      if (!(now < bits - 1e-9)) continue;
      bits = now;
      term[slot] = choice;
      if (other !== undefined) term[other] = second;
    }
  }
  return bits;
}

/** Two powers of a term changed together, which single changes cannot reach. */
function paired(state: Found, slots: Slots): Found {
  const terms = state.terms.map(each => [...each]);
  let { bits } = state;
  const variables = slots.tables.length - 1;
  if (variables > 6) return state;
  for (let k = 0; k < terms.length; k++) {
    const scorer = new Scorer(terms.filter((_, j) => j !== k), slots);
    bits = scorer.bits(valuesOf(terms[k]!, slots), costOf(terms[k]!, slots));
    for (let a = 1; a < variables; a++) for (let b = 0; b < a; b++) bits = settleSlot(terms[k]!, [a, b], bits, scorer, slots);
  }
  const settled = descended(terms, slots);
  return settled.bits < state.bits ? settled : state;
}

const multiplied = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v * b[i]!);

/** Weighted values of a term. */
function valuesOf(term: Choices, { tables, weights }: Slots): Float64Array {
  const values: Float64Array = Float64Array.from(weights);
  term.forEach((choice, k) => {
    if (choice === 0) return;
    const table = tables[k]![choice]!;
    for (let i = 0; i < values.length; i++) values[i]! *= table[i]!;
  });
  return values;
}

const costOf = (term: Choices, { costs }: Slots): number => term.reduce((total, choice, k) => total + costs[k]![choice]!, 0);

function termFrom(term: Choices, slots: Slots, rows: SearchRows): Term {
  const powers = monomial(term.slice(0, -1).map((choice, k) => slots.powers[k]![choice]!));
  const factor = slots.factors[term.at(-1)!];
  const expression = !factor ? powers : powers.kind === 'number' ? factor.expression : product(powers, factor.expression);
  return termOf(expression, rows) ?? { expression, values: new Float64Array(rows.rows), cost: Infinity };
}

/** Bits of a sum of given terms and one more. */
class Scorer {
  private readonly basis: Float64Array[];
  private readonly residual: Float64Array;
  private readonly sse: number;
  private readonly fixed: number;

  constructor(others: Choices[], private readonly slots: Slots) {
    this.basis = [...slots.background];
    this.residual = Float64Array.from(slots.target);
    for (const other of others) addBasis(this.basis, valuesOf(other, slots), this.residual);
    this.sse = dot(this.residual, this.residual);
    this.fixed = others.reduce((total, each) => total + costOf(each, slots) + coefficientBits + 4, 0);
  }

  /** `column`: weighted values of the term. */
  bits(column: Float64Array, cost: number): number {
    const { rows, floor } = this.slots;
    const r = this.residual;
    const along = dot(column, r);
    const squares = dot(column, column);
    let left = squares;
    for (const q of this.basis) left -= dot(column, q) ** 2;
    if (!(left > 1e-9 * squares)) return Infinity;
    const sse = Math.max(this.sse - (along * along) / left, 1e-14 * this.sse, floor);
    return (rows / 2) * Math.log2(sse / rows + 1e-300) + this.fixed + cost;
  }
}

/** One more orthonormal column, taken out of the residual; none where it depends on those before. */
function addBasis(basis: Float64Array[], column: Float64Array, residual: Float64Array): void {
  const q = orthonormal(basis, column);
  if (!q) return;
  addTo(residual, q, -dot(residual, q));
  basis.push(q);
}
