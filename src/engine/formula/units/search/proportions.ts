// Sums whose fitted numbers stand in simple proportions, as c (d² + r² − 2 r d): one number where each alone looks like any other.
import { coefficientOf } from '../../canonical';
import { exact, fitted, mapTree, product, sum, walk, type Expression } from '../../expression';

type Sum = Extract<Expression, { kind: 'sum' }>;

/** Proportions that are meant, and how far a fitted one may be from them. */
const simple = [1, 2, 3, 4, 1 / 2, 1 / 3, 2 / 3, 3 / 2, 1 / 4];
const names = new Map([[1 / 3, '1/3'], [2 / 3, '2/3']]);
const within = 0.12;

/** The formula with one sum's numbers made simple multiples of one of them, for each sum and each choice of that one. */
export function* proportioned(of: Expression): Generator<Expression> {
  const sums: Sum[] = [];
  walk(of, node => node.kind === 'sum' && sums.push(node));
  for (const each of sums) {
    for (const by of opened(each).map(term => coefficientOf(term)[0]).filter(({ free }) => free)) {
      const changed = inProportionTo(each, by.value);
      if (changed) yield mapTree(of, node => drawnOut(node.kind === 'sum' && sameTerms(node, each) ? changed : node));
    }
  }
}

/** (c s)^p as c^p s^p: before a sum alone the canonical form would spread the number over the terms again. */
function drawnOut(of: Expression): Expression {
  if (of.kind !== 'power' || of.base.kind !== 'product' || of.exponent.kind !== 'number') return of;
  const [by, ...rest] = of.base.factors;
  if (by?.kind !== 'number' || !by.free || rest.length !== 1) return of;
  const negative = by.value < 0;
  const inner = negative ? product(exact(-1), rest[0]!) : rest[0]!;
  return product(fitted(Math.abs(by.value) ** of.exponent.value), { ...of, base: inner });
}

/** mapTree makes its nodes anew, but leaves what has no parts as it is: sums are told apart by their terms' text. */
const sameTerms = (a: Sum, b: Sum): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The terms of a sum, those of sums within its products among them: a x + y (b y + c x) are three. */
function opened(of: Sum): Expression[] {
  return of.terms.flatMap(term => {
    const inner = term.kind === 'product' ? term.factors.find((factor): factor is Sum => factor.kind === 'sum') : undefined;
    if (!inner || term.kind !== 'product') return [term];
    const others = term.factors.filter(factor => factor !== inner);
    return opened(inner).map(each => {
      const [by, rest] = coefficientOf(each);
      return product(by, ...(rest ? [rest] : []), ...others);
    });
  });
}

/** by · Σ simpleⱼ · restⱼ; undefined where no other fitted number has a simple proportion. */
function inProportionTo(of: Sum, by: number): Expression | undefined {
  let tied = 0;
  const terms = opened(of).map(term => {
    const [own, rest] = coefficientOf(term);
    const ratio = own.value / by;
    const near = simple.find(each => Math.abs(Math.abs(ratio) / each - 1) < within);
    if (near !== undefined && own.free) tied++;
    const number = near === undefined ? fitted(ratio) : exact(Math.sign(ratio) * near, ratio > 0 ? names.get(near) : undefined);
    return rest ? product(number, rest) : number;
  });
  return tied > 1 ? product(fitted(by), sum(...terms)) : undefined;
}
