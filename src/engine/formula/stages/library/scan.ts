// Functions with a number inside, as sin(ω u) or exp(k u): the number is scanned over a grid on what simpler terms leave of the
// target, refined, and fitted together with all others by the archive. A periodogram is the case of sin and cos of a variable.
import type { Expression, FunctionName } from '../../expression';
import { call, exact, fitted, power, product, sum, variable } from '../../expression';
import { leastSquares } from '../../leastSquares';
import { polish } from '../../polish';
import type { SearchRows } from '../../searchRows';
import { valuesOf } from '../../values';
import { addTo, dot, orthonormal } from './dots';
import { weightedSum } from './terms';

/** A function of k and u; two columns where the phase is free. */
interface Kind {
  columns: ((k: number, u: number) => number)[];
  /** The function as formulas, one a column. */
  formulas(k: Expression, u: Expression): Expression[];
  /** Numbers to try for arguments within [least, most]. */
  grid(least: number, most: number, rows: number): number[];
}

const of = (name: FunctionName) => (k: Expression, u: Expression): Expression => call(name, product(k, u));

const kinds: Kind[] = [
  {
    columns: [(k, u) => Math.sin(k * u), (k, u) => Math.cos(k * u)],
    formulas: (k, u) => [of('sin')(k, u), of('cos')(k, u)],
    grid: (least, most, rows) => steps(Math.PI / (2 * (most - least)), Math.min(100, rows / 4)),
  },
  {
    columns: [(k, u) => Math.exp(k * u)],
    formulas: (k, u) => [of('exp')(k, u)],
    grid: (least, most) => [0.3, 0.6, 1, 1.5, 2.2, 3.2, 5, 8, 14, 25].flatMap(v => [v / span(least, most), -v / span(least, most)]),
  },
  {
    columns: [(k, u) => Math.log(Math.abs(u + k))],
    formulas: (k, u) => [call('log', sum(u, k))],
    grid: (least, most) => [0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6].map(v => v * (most - least) - least),
  },
  {
    columns: [(k, u) => 1 / (u + k)],
    formulas: (k, u) => [power(sum(u, k), -1)],
    grid: (least, most) => [0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3].flatMap(v => [v * (most - least) - least, -v * (most - least) - most]),
  },
  {
    columns: [(k, u) => Math.tanh(k * u)],
    formulas: (k, u) => [of('tanh')(k, u)],
    grid: (least, most) => [1, 2, 4, 8, 16].map(v => v / span(least, most)),
  },
];

const span = (least: number, most: number): number => Math.max(Math.abs(least), Math.abs(most));
const steps = (step: number, count: number): number[] => Array.from({ length: Math.floor(count) }, (_, i) => (i + 1) * step);

/** One function with its number, a monomial in front. */
interface Hit {
  formulas: Expression[];
  sse: number;
}

export interface ScanOptions {
  sampled: number;
  /** Hits kept after each round. */
  width: number;
  /** Functions in a formula at most. */
  most: number;
}

/** Formulas of low polynomials and one, two … scanned functions; best first, polished. */
export function* scanned(rows: SearchRows, options: ScanOptions): Generator<undefined, Expression[]> {
  let states: Expression[][] = [[]];
  const found: { expression: Expression; bits: number }[] = [];
  for (let round = 0; round < options.most; round++) {
    const next: { terms: Expression[]; expression: Expression; bits: number }[] = [];
    for (const state of states) {
      for (const hit of yield* hits(state, rows, options)) {
        const terms = [...state, ...hit.formulas];
        const expression = fittedSum(terms, rows);
        const polished = expression && polish(expression, rows, 12);
        yield undefined;
        if (polished) next.push({ terms: innerOf(polished.expression), expression: polished.expression, bits: polished.bits });
      }
    }
    if (next.length === 0) break;
    next.sort((a, b) => a.bits - b.bits);
    found.push(...next.slice(0, 5));
    states = next.slice(0, options.width).map(({ terms }) => terms);
  }
  return found.sort((a, b) => a.bits - b.bits).map(({ expression }) => expression);
}

/** The terms with functions of a fitted sum, without their coefficients: their inner numbers have moved. */
function innerOf(of: Expression): Expression[] {
  const terms = of.kind === 'sum' ? of.terms : [of];
  return terms.filter(hasFunction).map(term => {
    if (term.kind !== 'product') return term;
    const rest = term.factors.filter((factor, k) => k > 0 || factor.kind !== 'number');
    return rest.length === 1 ? rest[0]! : product(...rest);
  });
}

const hasFunction = (term: Expression): boolean =>
  term.kind === 'call' || (term.kind === 'product' && term.factors.some(hasFunction)) || (term.kind === 'power' && hasFunction(term.base)) || (term.kind === 'power' && term.base.kind === 'sum');

/** Low monomials that stand beside functions. */
function background(rows: SearchRows): Expression[] {
  return [exact(1), ...rows.columns.map((_, k) => variable(k))];
}

function fittedSum(terms: Expression[], rows: SearchRows): Expression | undefined {
  const all = [...background(rows), ...terms];
  const coefficients = leastSquares(all.map(each => valuesOf(each, rows.columns, rows.rows)), rows.target);
  return coefficients && weightedSum(all, coefficients);
}

/** The best functions on what `state` leaves, one for each kind and argument. */
function* hits(state: Expression[], rows: SearchRows, { sampled, width }: ScanOptions): Generator<undefined, Hit[]> {
  const count = Math.min(sampled, rows.rows);
  const pick = (column: Float64Array): Float64Array => Float64Array.from({ length: count }, (_, i) => column[Math.floor((i * rows.rows) / count)]!);
  const basis: Float64Array[] = [];
  for (const each of [...background(rows), ...state]) {
    const q = orthonormal(basis, pick(valuesOf(each, rows.columns, rows.rows)));
    if (q) basis.push(q);
  }
  const residual = pick(rows.target);
  for (const q of basis) addTo(residual, q, -dot(residual, q));
  const found: Hit[] = [];
  const multipliers = [exact(1), ...rows.columns.map((_, k) => variable(k))];
  const multiplied = multipliers.map(each => pick(valuesOf(each, rows.columns, rows.rows)));
  for (const argument of scannedArguments(rows)) {
    const u = pick(valuesOf(argument, rows.columns, rows.rows));
    for (const kind of kinds) {
      for (const [m, by] of multiplied.entries()) {
        const best = bestNumber(kind, u, by, basis, residual);
        if (!best) continue;
        const formulas = kind.formulas(fitted(best.k), argument).map(f => (m === 0 ? f : product(multipliers[m]!, f)));
        found.push({ formulas, sse: best.sse });
      }
      yield undefined;
    }
  }
  return found.sort((a, b) => a.sse - b.sse).slice(0, width);
}

function scannedArguments({ columns, variables }: SearchRows): Expression[] {
  const found: Expression[] = columns.flatMap((_, k) => (variables <= 3 ? [variable(k), power(variable(k), 2)] : [variable(k)]));
  if (variables <= 3) for (let j = 1; j < variables; j++) for (let i = 0; i < j; i++) found.push(product(variable(i), variable(j)));
  return found;
}

/** The number with the least misfit: the grid, then thirds of its step. */
function bestNumber(kind: Kind, u: Float64Array, by: Float64Array, basis: Float64Array[], residual: Float64Array): { k: number; sse: number } | undefined {
  const least = u.reduce((a, b) => Math.min(a, b), Infinity);
  const most = u.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!(most > least)) return undefined;
  let best: { k: number; sse: number; step: number } | undefined;
  const grid = kind.grid(least, most, u.length);
  grid.forEach((k, at) => {
    const sse = misfit(kind, k, u, by, basis, residual);
    if (!best || sse < best.sse) best = { k, sse, step: Math.abs((grid[at + kind.columns.length === 2 ? at + 1 : at] ?? grid[at - 1]!) - k) || Math.abs(k) / 3 };
  });
  if (!best) return undefined;
  let { k, sse, step } = best;
  for (let round = 0; round < 8; round++) {
    step /= 2.2;
    for (const trial of [k - step, k + step]) {
      const now = misfit(kind, trial, u, by, basis, residual);
      if (now < sse) [k, sse] = [trial, now];
    }
  }
  return { k, sse };
}

function misfit(kind: Kind, k: number, u: Float64Array, by: Float64Array, basis: Float64Array[], residual: Float64Array): number {
  let sse = dot(residual, residual);
  const own: Float64Array[] = [];
  for (const f of kind.columns) {
    const column = Float64Array.from(u);
    for (let i = 0; i < column.length; i++) column[i] = f(k, u[i]!) * by[i]!;
    const before = dot(column, column);
    if (!Number.isFinite(before)) return Infinity;
    for (const q of basis) addTo(column, q, -dot(column, q));
    for (const q of own) addTo(column, q, -dot(column, q));
    const squares = dot(column, column);
    if (!(squares > 1e-10 * before)) continue;
    sse -= dot(column, residual) ** 2 / squares;
    own.push(column.map(v => v / Math.sqrt(squares)));
  }
  return sse;
}
