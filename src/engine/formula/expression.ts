// Formulas as trees: numbers, variables, sums, products, powers and functions of one argument. Differences are sums
// with a factor −1, quotients are products with a power −1, so that one form stands for all ways to write a formula.

/** Functions of one argument that a formula may hold. */
export const functionNames = ['exp', 'log', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'tanh', 'abs'] as const;
export type FunctionName = (typeof functionNames)[number];

/**
 * A number in a formula. `free`: it was fitted, may be polished and has an interval; otherwise it is part of the structure (an exponent, a 2, a π) and stands as it is.
 * `name`: how it is written if not as a decimal ("pi", "1/3", "sqrt(2)").
 */
export interface NumberNode {
  kind: 'number';
  value: number;
  free: boolean;
  name?: string;
}

export type Expression =
  | NumberNode
  | { kind: 'variable'; index: number }
  | { kind: 'sum'; terms: Expression[] }
  | { kind: 'product'; factors: Expression[] }
  | { kind: 'power'; base: Expression; exponent: Expression }
  | { kind: 'call'; name: FunctionName; argument: Expression };

/** A number of the structure. */
export const exact = (value: number, name?: string): NumberNode => ({ kind: 'number', value, free: false, ...(name ? { name } : {}) });
/** A fitted number. */
export const fitted = (value: number): NumberNode => ({ kind: 'number', value, free: true });
export const variable = (index: number): Expression => ({ kind: 'variable', index });
export const sum = (...terms: Expression[]): Expression => ({ kind: 'sum', terms });
export const product = (...factors: Expression[]): Expression => ({ kind: 'product', factors });
export const power = (base: Expression, exponent: Expression | number): Expression => ({
  kind: 'power',
  base,
  exponent: typeof exponent === 'number' ? exact(exponent) : exponent,
});
export const call = (name: FunctionName, argument: Expression): Expression => ({ kind: 'call', name, argument });
export const negative = (of: Expression): Expression => product(exact(-1), of);
export const difference = (a: Expression, b: Expression): Expression => sum(a, negative(b));
export const quotient = (a: Expression, b: Expression): Expression => product(a, power(b, -1));
export const squareRoot = (of: Expression): Expression => power(of, exact(0.5, '1/2'));

/** The parts that a node is made of, in order. */
export function children(of: Expression): Expression[] {
  switch (of.kind) {
    case 'sum':
      return of.terms;
    case 'product':
      return of.factors;
    case 'power':
      return [of.base, of.exponent];
    case 'call':
      return [of.argument];
    default:
      return [];
  }
}

/** The same node with other parts, given in the order of {@link children}. */
export function withChildren(of: Expression, parts: Expression[]): Expression {
  switch (of.kind) {
    case 'sum':
      return { kind: 'sum', terms: parts };
    case 'product':
      return { kind: 'product', factors: parts };
    case 'power':
      return { kind: 'power', base: parts[0]!, exponent: parts[1]! };
    case 'call':
      return { kind: 'call', name: of.name, argument: parts[0]! };
    default:
      return of;
  }
}

/** The tree with every node replaced by `change` of it, leaves first. */
export function mapTree(of: Expression, change: (node: Expression) => Expression): Expression {
  const parts = children(of);
  return change(parts.length ? withChildren(of, parts.map(part => mapTree(part, change))) : of);
}

/** Calls `visit` on every node, parents first. */
export function walk(of: Expression, visit: (node: Expression) => void): void {
  visit(of);
  for (const part of children(of)) walk(part, visit);
}

/** The free numbers of a formula, in the order of {@link walk}. */
export function freeNumbers(of: Expression): NumberNode[] {
  const found: NumberNode[] = [];
  walk(of, node => node.kind === 'number' && node.free && found.push(node));
  return found;
}

/** The formula with its free numbers set to `values`, in the order of {@link freeNumbers}. */
export function withFreeNumbers(of: Expression, values: ArrayLike<number>): Expression {
  let next = 0;
  const set = (node: Expression): Expression => {
    if (node.kind === 'number') return node.free ? fitted(values[next++]!) : node;
    const parts = children(node);
    return parts.length ? withChildren(node, parts.map(set)) : node;
  };
  return set(of);
}

/** Indices of the variables that occur, ascending. */
export function variablesOf(of: Expression): number[] {
  const found = new Set<number>();
  walk(of, node => node.kind === 'variable' && found.add(node.index));
  return [...found].sort((a, b) => a - b);
}

/** The formula with each variable replaced by a formula of other variables. */
export function substitute(of: Expression, by: readonly Expression[]): Expression {
  return mapTree(of, node => (node.kind === 'variable' ? (by[node.index] ?? node) : node));
}
