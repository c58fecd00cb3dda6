/** Expands the right-hand side of a formula into terms: sets of variables, as R's terms.formula does. */
import { deparse } from './deparse';
import { columnExpression, columnsOf, ungroup, type BinaryExpression, type Expression } from './expression';
import { formulaError } from './tokens';

export interface FormulaVariable {
  /** As R prints it, e.g. "I(height^2)"; names the columns of the design. */
  readonly label: string;
  readonly expression: Expression;
  /** Columns that it reads. */
  readonly columns: readonly string[];
}

export interface Terms {
  readonly variables: readonly FormulaVariable[];
  /** Each term: ascending indices into `variables`. By degree, and in the formula's order within a degree. */
  readonly terms: readonly (readonly number[])[];
  readonly intercept: boolean;
  readonly usesDot: boolean;
  readonly notes: readonly string[];
}

/** What a part of the formula stands for; `intercept` is undefined where the part does not speak of it. */
interface Part {
  readonly terms: readonly (readonly number[])[];
  readonly intercept?: boolean;
}

const formulaOperators = new Set(['+', '-', '*', '/', ':', '^', '%in%']);
const mostTerms = 20000;

class Expander {
  readonly variables: FormulaVariable[] = [];
  readonly notes: string[] = [];
  usesDot = false;
  private readonly indexOf = new Map<string, number>();

  constructor(private readonly text: string, private readonly dot: readonly string[]) {}

  expand(expression: Expression): Part {
    switch (expression.kind) {
      case 'group': return this.expand(expression.inner);
      case 'number': return this.expandNumber(expression.value, expression.at);
      case 'unary':
        if (expression.operator === '-') return remove({ terms: [] }, this.expand(expression.operand));
        if (expression.operator === '+') return this.expand(expression.operand);
        return this.variable(expression);
      case 'binary':
        if (expression.operator === '|' || expression.operator === '||') {
          throw formulaError(this.text, expression.at, 'Groups ("|") are not available in these models; for a logical or write I(a | b)');
        }
        return formulaOperators.has(expression.operator) ? this.expandBinary(expression) : this.variable(expression);
      case 'name':
        if (expression.name === '.' && !expression.quoted && expression.column === undefined) {
          this.usesDot = true;
          return { terms: this.dot.map(column => [this.indexOfVariable(columnExpression(column))]) };
        }
        return this.variable(expression);
      case 'call': return this.expandCall(expression.name, expression);
      case 'string': case 'logical':
        throw formulaError(this.text, expression.at, `${deparse(expression)} alone is not a term`);
    }
  }


  private expandCall(name: string, call: Expression): Part {
    if (name === 'offset') throw formulaError(this.text, call.at, 'offset() is not available');
    return this.variable(call);
  }

  private expandNumber(value: number, at: number | undefined): Part {
    if (value === 1) return { terms: [], intercept: true };
    if (value === 0) return { terms: [], intercept: false };
    throw formulaError(this.text, at, `${value} is not a term: only 0 and 1 stand for the intercept, and arithmetic needs I()`);
  }

  private expandBinary(expression: BinaryExpression): Part {
    const { operator, left, right } = expression;
    if (operator === '^') return this.expandPower(expression);
    const a = this.expand(left);
    const b = this.expand(right);
    if (operator === '+') return { terms: union(a.terms, b.terms), intercept: b.intercept ?? a.intercept };
    if (operator === '-') return remove(a, b);
    for (const [part, side] of [[a, left], [b, right]] as const) {
      if (part.terms.length === 0) throw formulaError(this.text, side.at, `"${operator}" needs a variable on both sides`);
    }
    switch (operator) {
      case '*': return { terms: this.limited(union(union(a.terms, b.terms), products(a.terms, b.terms)), expression), intercept: a.intercept };
      case '/': {
        const all = [...new Set(a.terms.flat())].sort((x, y) => x - y);
        return { terms: union(a.terms, products([all], b.terms)), intercept: a.intercept };
      }
      default: return { terms: this.limited(products(a.terms, b.terms), expression) };
    }
  }

  private expandPower(expression: BinaryExpression): Part {
    const power = ungroup(expression.right);
    if (power.kind !== 'number' || !Number.isInteger(power.value) || power.value < 1) {
      throw formulaError(this.text, expression.right.at ?? expression.at, 'In a formula ^ needs a whole number from 1 on; to raise a column to a power write I(x^2)');
    }
    const base = this.expand(expression.left);
    if (power.value > 1 && base.terms.length === 1 && base.terms[0]!.length === 1) {
      const label = this.variables[base.terms[0]![0]!]!.label;
      this.notes.push(`In a formula ${deparse(expression)} means ${label} itself; its power is written I(${deparse(expression)}).`);
    }
    let terms = base.terms;
    for (let i = 1; i < Math.min(power.value, base.terms.length); i++) {
      terms = this.limited(union(terms, products(terms, base.terms)), expression);
    }
    return { terms, intercept: base.intercept };
  }

  private limited(terms: readonly (readonly number[])[], at: Expression): readonly (readonly number[])[] {
    if (terms.length > mostTerms) throw formulaError(this.text, at.at, `The formula stands for more than ${mostTerms} terms`);
    return terms;
  }

  private variable(expression: Expression): Part {
    return { terms: [[this.indexOfVariable(expression)]] };
  }

  private indexOfVariable(expression: Expression): number {
    const label = deparse(expression);
    // The same column written in two ways is one variable.
    const key = expression.kind === 'name' && expression.column !== undefined ? `column ${expression.column}` : `= ${label}`;
    const known = this.indexOf.get(key);
    if (known !== undefined) return known;
    const columns = columnsOf(expression);
    if (columns.length === 0) throw formulaError(this.text, expression.at, `${label} reads no column`);
    this.indexOf.set(key, this.variables.length);
    this.variables.push({ label, expression, columns });
    return this.variables.length - 1;
  }
}

/** Expands a resolved right-hand side; `dot` are the columns that "." stands for. */
export function expandTerms(rightSide: Expression, dot: readonly string[], text: string): Terms {
  const expander = new Expander(text, dot);
  const part = expander.expand(rightSide);
  const ordered = part.terms.map((term, index) => ({ term, index }))
    .sort((a, b) => a.term.length - b.term.length || a.index - b.index)
    .map(t => t.term);
  return {
    variables: expander.variables, terms: ordered, intercept: part.intercept ?? true,
    usesDot: expander.usesDot, notes: expander.notes,
  };
}

function union(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): (readonly number[])[] {
  const seen = new Set(a.map(keyOf));
  const all = [...a];
  for (const term of b) {
    const key = keyOf(term);
    if (seen.has(key)) continue;
    seen.add(key);
    all.push(term);
  }
  return all;
}

function products(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): (readonly number[])[] {
  const all: (readonly number[])[] = [];
  for (const s of a) for (const t of b) all.push([...new Set([...s, ...t])].sort((x, y) => x - y));
  return union([], all);
}

function remove(a: Part, b: Part): Part {
  const gone = new Set(b.terms.map(keyOf));
  const intercept = b.intercept === undefined ? a.intercept : !b.intercept;
  return { terms: a.terms.filter(term => !gone.has(keyOf(term))), intercept };
}

function keyOf(term: readonly number[]): string {
  return term.join(',');
}
