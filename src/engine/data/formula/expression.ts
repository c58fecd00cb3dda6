/** The syntax tree of a formula and of the expressions in it. Plain JSON, so that an encoding can keep it. */

export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly integer?: boolean; readonly at?: number }
  | { readonly kind: 'string'; readonly value: string; readonly at?: number }
  | { readonly kind: 'logical'; readonly value: boolean; readonly at?: number }
  | NameExpression
  | CallExpression
  | { readonly kind: 'unary'; readonly operator: '-' | '+' | '!'; readonly operand: Expression; readonly at?: number }
  | BinaryExpression
  | { readonly kind: 'group'; readonly inner: Expression; readonly at?: number };

export interface NameExpression {
  readonly kind: 'name';
  /** As written in the formula. */
  readonly name: string;
  /** Written between backquotes. */
  readonly quoted?: boolean;
  /** The column that the name stands for, once resolved. */
  readonly column?: string;
  /** Offset in the formula's text, 0-based. */
  readonly at?: number;
}

export interface CallExpression {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly CallArgument[];
  readonly at?: number;
}

export interface CallArgument {
  readonly name?: string;
  readonly value: Expression;
}

export interface BinaryExpression {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
  readonly at?: number;
}

/** The tree of a column by itself. */
export function columnExpression(column: string): NameExpression {
  return { kind: 'name', name: column, column };
}

/** The expression within any number of parentheses. */
export function ungroup(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'group') inner = inner.inner;
  return inner;
}

/** Calls `visit` for the expression and everything in it, parents first. */
export function walk(expression: Expression, visit: (part: Expression) => void): void {
  visit(expression);
  switch (expression.kind) {
    case 'call': for (const argument of expression.arguments) walk(argument.value, visit); break;
    case 'unary': walk(expression.operand, visit); break;
    case 'binary': walk(expression.left, visit); walk(expression.right, visit); break;
    case 'group': walk(expression.inner, visit); break;
    default:
  }
}

/** Rebuilds the tree bottom-up; `change` gets each rebuilt part. */
export function rebuild(expression: Expression, change: (part: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'call':
      return change({ ...expression, arguments: expression.arguments.map(a => ({ ...a, value: rebuild(a.value, change) })) });
    case 'unary': return change({ ...expression, operand: rebuild(expression.operand, change) });
    case 'binary':
      return change({ ...expression, left: rebuild(expression.left, change), right: rebuild(expression.right, change) });
    case 'group': return change({ ...expression, inner: rebuild(expression.inner, change) });
    default: return change(expression);
  }
}

/** The same tree without positions, as it is kept in a model file. */
export function withoutPositions(expression: Expression): Expression {
  return rebuild(expression, part => {
    const { at: _at, ...rest } = part as { at?: number } & Expression;
    return rest as Expression;
  });
}

/** Columns that the expression reads, in order of appearance. */
export function columnsOf(expression: Expression): string[] {
  const columns = new Set<string>();
  walk(expression, part => {
    if (part.kind === 'name' && part.column !== undefined) columns.add(part.column);
  });
  return [...columns];
}
