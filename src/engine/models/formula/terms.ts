/** The additive terms that a formula is shown as: those that are written, or those of its products multiplied out, where these say more. */
import { canonical } from '../../formula/canonical';
import { product, sum, type Expression } from '../../formula/expression';

/** More terms than this say less than the product that they come from. */
const most = 6;
/** Terms that vary by more than this many times what the written ones do cancel each other: each by itself says nothing. */
const cancelling = 2;
/** Products of more terms are not multiplied out. */
const tried = 40;

/** Terms of the formula as it is written, numbers by themselves left out. */
export function writtenTerms(of: Expression): Expression[] {
  return (of.kind === 'sum' ? of.terms : [of]).filter(term => term.kind !== 'number');
}

/** Its terms with products and squares of sums multiplied out; undefined where that gives no more of them, or too many. */
export function expandedTerms(of: Expression): Expression[] | undefined {
  const all = expanded(of);
  if (!all) return undefined;
  const terms = writtenTerms(canonical(sum(...all)));
  return terms.length > writtenTerms(of).length && terms.length <= most ? terms : undefined;
}

/** `deviationOf`: standard deviation of a term over the rows. */
export function tellingTerms(of: Expression, deviationOf: (term: Expression) => number): Expression[] {
  const written = writtenTerms(of);
  const out = expandedTerms(of);
  if (!out) return written;
  const [before, after] = [written, out].map(terms => terms.reduce((total, term) => total + deviationOf(term), 0)) as [number, number];
  return after <= cancelling * before ? out : written;
}

/** The terms that so many shares were measured of: multiplied out there are always more than written. */
export function termsOfShares(of: Expression, shares: number): Expression[] {
  const written = writtenTerms(of);
  return written.length === shares ? written : expandedTerms(of) ?? written;
}

/** Undefined where there would be too many. */
function expanded(of: Expression): Expression[] | undefined {
  if (of.kind === 'sum') return joined(of.terms.map(expanded));
  if (of.kind === 'product') return of.factors.map(expanded).reduce(multiplied, [product()]);
  if (of.kind === 'power' && of.exponent.kind === 'number' && !of.exponent.free && (of.exponent.value === 2 || of.exponent.value === 3) && of.base.kind === 'sum') {
    return expanded(product(...Array.from({ length: of.exponent.value }, () => of.base)));
  }
  return [of];
}

function joined(parts: readonly (Expression[] | undefined)[]): Expression[] | undefined {
  const all = parts.flatMap(part => part ?? []);
  return parts.includes(undefined) || all.length > tried ? undefined : all;
}

function multiplied(some: Expression[] | undefined, by: Expression[] | undefined): Expression[] | undefined {
  if (!some || !by || some.length * by.length > tried) return undefined;
  return some.flatMap(one => by.map(other => product(...factorsOf(one), ...factorsOf(other))));
}

const factorsOf = (of: Expression): Expression[] => (of.kind === 'product' ? of.factors : [of]);
