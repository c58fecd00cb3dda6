// The libraries as a stage: sparse sums of polynomials, of terms with free powers and of functions, under transforms of the
// target, and quotients of polynomials. Cheap parts first; each part offers its few best formulas.
import { Rng } from '../../../math/random';
import type { Expression } from '../../expression';
import { call, exact, variable } from '../../expression';
import type { SearchRows } from '../../searchRows';
import { factorTerms } from './factors';
import { gridded } from './grid';
import { polynomialTerms } from './polynomials';
import { pursuit, type PursuitOptions } from './pursuit';
import { rationals } from './rationals';
import { scanned } from './scan';
import { sparse, type Proposal } from './sparse';
import { waysOf, type Way } from './targets';
import { termOf, type Term } from './terms';
import { transcendentalTerms } from './transcendental';

export interface LibraryOptions {
  seed: number;
}

/** Formulas worth polishing, in the target's own units, and undefined every few milliseconds in between. */
export function* library(rows: SearchRows, { seed }: LibraryOptions): Generator<Expression | undefined, void> {
  const ways = waysOf(rows.target, rows.weights);
  const offers = new Offers();
  yield* offers.of(yield* polynomialParts(ways, rows), 2);
  yield* offers.of(yield* informativePolynomials(ways[0]!, rows), 2);
  yield* offers.of(yield* rationals(rows), 3);
  const rng = new Rng(seed);
  if (rows.variables > 1 && rows.variables <= 10) yield* pursuits(ways, rows, rng, offers);
  yield* offers.of(yield* functionParts(ways, rows), 6);
  if (rows.variables <= 3) yield* (yield* gridded(ways[0]!, rows, 10)).slice(0, 3);
  const width = rows.variables <= 2 ? 6 : 3;
  const found = yield* scanned(rows, { sampled: 160, width, most: rows.variables <= 2 ? 2 : 1 });
  yield* found.slice(0, 6);
}

/** Proposals of a part, unless far worse than the best of all parts so far. */
class Offers {
  private best = Infinity;

  *of(proposals: Proposal[], count: number): Generator<Expression> {
    for (const { expression, bits } of proposals.sort((a, b) => a.bits - b.bits).slice(0, count)) {
      if (bits > this.best + 60) return;
      this.best = Math.min(this.best, bits);
      yield expression;
    }
  }
}

function* polynomialParts(ways: Way[], rows: SearchRows): Generator<undefined, Proposal[]> {
  const terms = polynomialTerms(rows);
  const found: Proposal[] = [];
  for (const way of ways) found.push(...(yield* sparse(terms, way, rows, { largest: 22, width: 12, keep: 3 })));
  return found;
}

/** Sums of monomials by an information criterion: also long terms that the rows support, where their symbols seem to cost too much. */
function* informativePolynomials(way: Way, rows: SearchRows): Generator<undefined, Proposal[]> {
  const terms = polynomialTerms(rows);
  // Extended BIC (Chen & Chen 2008): ½ log₂ n for the number, log₂ m for which of m terms it is.
  const cost = 0.5 * Math.log2(rows.rows) + Math.log2(terms.length);
  return yield* sparse(terms, way, rows, { largest: 16, width: 12, keep: 2, cost });
}

const pursued = ['plain', 'reciprocal', 'square', 'reciprocalSquare', 'logarithm'];

/** Sums of terms with free powers: a quick look at all transforms, then a long one at those that promise most; then with functions. */
function* pursuits(ways: Way[], rows: SearchRows, rng: Rng, offers: Offers): Generator<Expression | undefined, void> {
  const ranked: { way: Way; bits: number }[] = [];
  const first: Proposal[] = [];
  for (const way of ways.filter(({ name }) => pursued.includes(name))) {
    const found = yield* pursuitOf(way, [], rows, rng, { most: 3, sampled: 96, starts: 8 });
    first.push(...found);
    ranked.push({ way, bits: found[0]?.bits ?? Infinity });
  }
  yield* offers.of(first, 3);
  ranked.sort((a, b) => a.bits - b.bits);
  for (const { way } of ranked) yield* offers.of(yield* pursuitOf(way, [], rows, rng, { most: 4, sampled: 96, starts: rows.variables < 6 ? 16 : 10 }), 2);
  const factors = factorTerms(rows);
  for (const { way } of ranked.slice(0, 3)) yield* offers.of(yield* pursuitOf(way, factors, rows, rng, { most: 3, sampled: 80, starts: rows.variables <= 4 ? 18 : 10 }), 3);
}

function* pursuitOf(way: Way, factors: Term[], rows: SearchRows, rng: Rng, options: PursuitOptions): Generator<undefined, Proposal[]> {
  return yield* pursuit(way, factors, rows, rng, { ...options, background: way.name === 'logarithm' ? logarithms(rows) : [termOf(exact(1), rows)!] });
}

/** 1 and log xᵢ: what a product of powers is in logarithms. */
function logarithms(rows: SearchRows): Term[] {
  const positive = rows.columns.map((_, k) => k).filter(k => rows.domain.positive[k]);
  return [exact(1), ...positive.map(k => call('log', variable(k)))].map(each => termOf(each, rows)).filter(each => each !== undefined);
}

function* functionParts(ways: Way[], rows: SearchRows): Generator<undefined, Proposal[]> {
  const terms = yield* transcendentalTerms(rows);
  const found: Proposal[] = [];
  const names = rows.variables <= 2 ? ['plain', 'exponential', 'square', 'reciprocal'] : ['plain'];
  for (const way of ways.filter(({ name }) => names.includes(name))) {
    found.push(...(yield* sparse(terms, way, rows, { largest: 8, width: 10, keep: 4 })));
  }
  return found;
}
