// From expressions that stand behind the target to a formula for it: the numbers by least squares, the powers such that units agree.
import type { Expression } from '../../expression';
import { call, exact, fitted, power, product, sum } from '../../expression';
import { leastSquares } from '../../leastSquares';
import { fastValues } from '../../searchRows';
import { logGroups, type TypedFamily } from './families';
import { back } from './transforms';
import type { TypedHit } from './typedProblem';
import { byPivots, productExpression, productValues, type TypedRows } from './typedRows';

/** The formula of a hit; undefined where it has no values or no simple powers. */
export function typedFormula({ family, parts }: TypedHit, typed: TypedRows): Expression | undefined {
  const values = parts.map(part => fastValues(part, typed.rows));
  if (values.some(column => column.some(v => !Number.isFinite(v)))) return undefined;
  return family.kind === 'linear' ? linearForm(family, parts, values, typed) : powerForm(family, parts, values, typed);
}

function linearForm({ power: k, prefix, constant, whole }: TypedFamily, parts: Expression[], values: Float64Array[], typed: TypedRows): Expression | undefined {
  const front = whole.multiplier;
  const numbers = leastSquares([...(constant ? [front] : []), ...values.map(column => column.map((v, i) => v * front[i]!))], whole.target);
  if (!numbers) return undefined;
  const terms = parts.map((part, j) => product(fitted(numbers[j + (constant ? 1 : 0)]!), part));
  const inner = constant ? sum(fitted(numbers[0]!), ...terms) : terms.length === 1 ? terms[0]! : sum(...terms);
  return back(product(productExpression(typed, prefix), inner), k, whole.sign);
}

/** c Π xᵢ^pᵢ times powers of the parts, or times their exponential. */
function powerForm({ kind, whole }: TypedFamily, parts: Expression[], values: Float64Array[], typed: TypedRows): Expression | undefined {
  const weights = whole.multiplier;
  const log = kind === 'log';
  const dimensions = log ? parts.map(part => dimensionOfPart(part, typed)) : [];
  const groups = logGroups(typed);
  const own = values.map((column, j) => {
    const by = log ? productValues(typed, dimensions[j]!) : undefined;
    return column.map((v, i) => (by ? Math.log(Math.abs(v / by[i]!) + 1e-300) : v) * weights[i]!);
  });
  const numbers = leastSquares([weights, ...own, ...groups.map(each => each.values.map((v, i) => v * weights[i]!))], whole.target);
  if (!numbers) return undefined;
  const q = parts.map((_, j) => (log ? halved(numbers[1 + j]!, values[j]!.every(v => v > 0)) : numbers[1 + j]!));
  if (q.some(each => Math.abs(each) < 1e-3)) return undefined;
  const exponents = exponentsOf(groups.map(({ column }, g) => ({ column, p: numbers[1 + parts.length + g]! })), q, dimensions, typed);
  if (!exponents) return undefined;
  const last = log ? parts.map((part, j) => power(part, exact(q[j]!, Number.isInteger(q[j]!) ? undefined : `${2 * q[j]!}/2`))) : [call('exp', sum(...parts.map((part, j) => product(fitted(q[j]!), part))))];
  return scaledTo(product(productExpression(typed, exponents), ...last), typed);
}

const halved = (p: number, positive: boolean): number => (positive ? Math.round(2 * p) / 2 : Math.round(p));

/** Exponents of all columns: of those that are no pivots the nearest half, of the pivots what units ask for. */
function exponentsOf(free: { column: number; p: number }[], q: number[], parts: (readonly number[])[], typed: TypedRows): number[] | undefined {
  const others = typed.dimensions.map(() => 0);
  for (const { column, p } of free) others[column] = halved(p, typed.positive[column] ?? false);
  // What is left for the pivots: the target's dimension without the parts' and the other columns'.
  const rest = typed.target.map((e, b) => e - others.reduce((total, p, k) => total + p * typed.dimensions[k]![b]!, 0)
    - parts.reduce((total, own, j) => total + q[j]! * own.reduce((all, p, k) => all + p * typed.dimensions[k]![b]!, 0), 0));
  const own = byPivots(typed, rest);
  const all = own?.map((p, k) => p + others[k]!);
  return all && all.every(p => Math.abs(4 * p - Math.round(4 * p)) < 1e-6) ? all.map(p => Math.round(4 * p) / 4) : undefined;
}

/** By pivots, as exponents of columns. */
function dimensionOfPart(part: Expression, typed: TypedRows): readonly number[] {
  const own = unitVector(part, typed);
  return byPivots(typed, own) ?? typed.dimensions.map(() => 0);
}

function unitVector(of: Expression, typed: TypedRows): readonly number[] {
  switch (of.kind) {
    case 'variable': return typed.variables[of.index]!;
    case 'sum': {
      const term = of.terms.find(each => each.kind !== 'number') ?? of.terms[0]!;
      return unitVector(term, typed);
    }
    case 'product': return of.factors.map(factor => unitVector(factor, typed)).reduce((a, b) => a.map((e, k) => e + b[k]!));
    case 'power': {
      const p = of.exponent.kind === 'number' ? of.exponent.value : 1;
      return unitVector(of.base, typed).map(e => p * e);
    }
    default: return typed.target.map(() => 0);
  }
}

function scaledTo(shape: Expression, typed: TypedRows): Expression | undefined {
  const values = fastValues(shape, typed.rows);
  let dot = 0;
  let squares = 0;
  values.forEach((v, i) => {
    dot += v * typed.rows.target[i]!;
    squares += v * v;
  });
  const scale = dot / squares;
  return Number.isFinite(scale) && scale !== 0 ? product(fitted(scale), shape) : undefined;
}
