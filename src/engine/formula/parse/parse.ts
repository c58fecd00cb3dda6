// The formula that a user writes, as a tree: "y = a*x^3 + b*z^2 + c". mathjs parses the arithmetic; what it returns is
// read node by node into our own tree, and nothing of it is ever evaluated.
import { create, parseDependencies, type MathNode } from 'mathjs/number';
import { UserError } from '../../../protocol/errors';
import type { Expression } from '../expression';
import { call, exact, fitted, negative, power, product, quotient, substitute, sum, variable, variablesOf, walk } from '../expression';
import { knownConstants, knownFunctions } from './functions';
import { faultAt, tokensOf, type Token } from './tokens';

export interface ParsedFormula {
  /** Right side. Variable k is column k; from `columns` on, variable columns + k is parameter k. */
  expression: Expression;
  /** How many columns there are to choose from. */
  columns: number;
  /** Names that are no columns, in the order of their first mention: what a fit finds. */
  parameters: string[];
  /** Left side, if it says more than a name: a formula of the target alone, as log(y). */
  left?: Expression;
  /** The column that the left side is about. */
  target?: number;
  /** What the left side calls the result where that is no column. */
  label?: string;
}

/** Most nodes of a formula. */
const mostNodes = 2000;

/** Reads a formula. Throws UserError, one sentence with the place, for what is no formula. */
export function parseFormula(text: string, columns: readonly string[]): ParsedFormula {
  const known = new Map(columns.map((name, k) => [name, k]));
  const tokens = tokensOf(text, new Set(columns));
  const sides = splitAtEquals(tokens);
  const reader = new Reader(known, columns.length);
  const left = sides.length === 2 ? readLeft(sides[0]!, known, columns.length) : {};
  const end = text.length + 1;
  const expression = reader.read(sides.at(-1)!, end);
  if (left.target !== undefined && variablesOf(expression).includes(left.target)) {
    const at = sides[1]!.find(token => token.kind === 'name' && known.get(token.text) === left.target)!;
    throw faultAt(at.position, `The target "${columns[left.target]}" stands on both sides`);
  }
  return { expression, columns: columns.length, parameters: reader.parameters, ...left };
}

/** The formula with values for its parameters, as fitted numbers. */
export function withParameters({ expression, columns }: ParsedFormula, values: ArrayLike<number>): Expression {
  return substitute(expression, [...Array.from({ length: columns }, (_, k) => variable(k)), ...Array.from(values, fitted)]);
}

function splitAtEquals(tokens: readonly Token[]): Token[][] {
  const at = tokens.flatMap(({ kind, text }, k) => (kind === 'mark' && text === '=' ? [k] : []));
  if (at.length > 1) throw faultAt(tokens[at[1]!]!.position, 'A formula has one "="');
  if (!at.length) return [[...tokens]];
  const left = tokens.slice(0, at[0]);
  if (!left.length) throw faultAt(tokens[at[0]!]!.position, 'Nothing stands before the "="');
  return [left, tokens.slice(at[0]! + 1)];
}

function readLeft(tokens: Token[], known: ReadonlyMap<string, number>, columns: number): Pick<ParsedFormula, 'left' | 'target' | 'label'> {
  const first = tokens[0]!;
  if (tokens.length === 1 && first.kind === 'name') {
    const target = known.get(first.text);
    if (target === undefined && first.quoted) throw faultAt(first.position, `There is no column "${first.text}"`);
    return target === undefined ? { label: first.text } : { target };
  }
  const reader = new Reader(known, columns);
  const left = reader.read(tokens, tokens.at(-1)!.position + 1);
  const used = variablesOf(left);
  const stranger = tokens.find(({ kind, text }) => kind === 'name' && reader.parameters.includes(text));
  if (stranger) throw faultAt(stranger.position, `"${stranger.text}" on the left side is no column; parameters stand on the right`);
  if (used.length !== 1) throw faultAt(first.position, 'The left side is the target or a function of it alone');
  return { left, target: used[0]! };
}

type Parse = (text: string) => MathNode;
let parser: Parse | undefined;
/** Only the parser of mathjs, made when first asked for. */
const arithmetic = (text: string): MathNode => (parser ??= create({ ...parseDependencies }).parse as Parse)(text);

class Reader {
  readonly parameters: string[] = [];
  private tokens: Token[] = [];

  constructor(private readonly known: ReadonlyMap<string, number>, private readonly columns: number) {}

  read(tokens: Token[], end: number): Expression {
    if (!tokens.length) throw faultAt(end, 'A formula is missing');
    this.tokens = tokens;
    const { text, starts } = this.rewritten();
    const tree = this.tree(this.parsed(text, starts, end));
    let nodes = 0;
    walk(tree, () => void nodes++);
    if (nodes > mostNodes) throw new UserError('badFormula', `The formula has ${nodes} parts; at most ${mostNodes} are read.`);
    return tree;
  }

  /** The tokens with a name of their own in place of every name, by which a node leads back to its place. */
  private rewritten(): { text: string; starts: number[] } {
    let text = '';
    const starts = this.tokens.map((token, k) => {
      const start = text.length;
      const isFactor = token.kind === 'name' && this.opens(k) && !this.isFunction(k);
      const name = token.kind === 'name' ? `n${k}` : token.text;
      text += isFactor ? `(${name}) ` : `${name} `;
      return start;
    });
    return { text, starts };
  }

  private opens(k: number): boolean {
    const next = this.tokens[k + 1];
    return next?.kind === 'mark' && next.text === '(';
  }

  /** A name before a bracket is a function, unless it is in quotes or only a column has it. */
  private isFunction(k: number): boolean {
    const { text, quoted } = this.tokens[k]!;
    return !quoted && this.opens(k) && (knownFunctions.has(text.toLowerCase()) || !(this.known.has(text) || knownConstants.has(text)));
  }

  private parsed(text: string, starts: readonly number[], end: number): MathNode {
    try {
      return arithmetic(text);
    } catch (error) {
      if (error instanceof RangeError) throw new UserError('badFormula', 'The formula is nested too deeply.');
      const at = (error as { char?: number }).char ?? 1;
      const token = this.tokens[starts.findLastIndex(start => start < at)];
      const beyond = at > text.trimEnd().length;
      if (beyond || !token) throw faultAt(end, 'The formula breaks off');
      throw faultAt(token.position, `"${token.text}" cannot stand here`);
    }
  }

  private tree(node: MathNode): Expression {
    const of = node as unknown as { type: string; name: string; value: unknown; content: MathNode; args: MathNode[]; fn: { name?: string } | string };
    switch (of.type) {
      case 'ConstantNode':
        return this.number(of.value);
      case 'SymbolNode':
        return this.name(this.tokenOf(of.name));
      case 'ParenthesisNode':
        return this.tree(of.content);
      case 'OperatorNode':
        return this.operation(of.fn as string, of.args);
      case 'FunctionNode':
        return this.applied(this.tokenOf((of.fn as { name: string }).name), of.args);
      default:
        throw new UserError('badFormula', 'The formula holds something else than sums, products, powers and functions.');
    }
  }

  private tokenOf(name: string): Token {
    return this.tokens[Number(name.slice(1))]!;
  }

  private number(value: unknown): Expression {
    if (typeof value === 'number' && Number.isFinite(value)) return exact(value);
    const at = this.tokens.find(({ kind, text }) => kind === 'number' && !Number.isFinite(Number(text)))?.position ?? this.tokens[0]!.position;
    throw faultAt(at, 'A number is too large');
  }

  private name(token: Token): Expression {
    const { text, quoted, position } = token;
    const column = this.known.get(text);
    if (column !== undefined) return variable(column);
    if (quoted) throw faultAt(position, `There is no column "${text}"`);
    const constant = knownConstants.get(text);
    if (constant) return constant;
    if (knownFunctions.has(text.toLowerCase()) && text.length > 1) throw faultAt(position, `The function "${text}" needs brackets around its argument`);
    if (!this.parameters.includes(text)) this.parameters.push(text);
    return variable(this.columns + this.parameters.indexOf(text));
  }

  private applied({ text, position }: Token, parts: MathNode[]): Expression {
    const found = knownFunctions.get(text.toLowerCase());
    if (!found) throw faultAt(position, `There is no function "${text}"; to multiply, write ${text}*( … )`);
    const isLog = text.toLowerCase() === 'log' && parts.length === 2;
    if (parts.length !== found.arguments && !isLog) {
      throw faultAt(position, `"${text}" takes ${found.arguments === 1 ? 'one argument' : 'two arguments'}, not ${parts.length}`);
    }
    const [a, b] = parts.map(part => this.tree(part));
    return isLog ? quotient(call('log', a!), call('log', b!)) : found.build(a!, b ?? a!);
  }

  private operation(name: string, parts: MathNode[]): Expression {
    const [a, b] = parts.map(part => this.tree(part)) as [Expression, Expression];
    switch (name) {
      case 'add':
        return sum(...(a.kind === 'sum' ? a.terms : [a]), b);
      case 'subtract':
        return sum(...(a.kind === 'sum' ? a.terms : [a]), opposite(b));
      case 'multiply':
        return product(...(a.kind === 'product' ? a.factors : [a]), b);
      case 'divide':
        return fraction(a, b) ?? product(...(a.kind === 'product' ? a.factors : [a]), power(b, -1));
      case 'pow':
        return power(a, b);
      case 'unaryMinus':
        return opposite(a);
      case 'unaryPlus':
        return a;
      default:
        throw new UserError('badFormula', 'The formula holds something else than sums, products, powers and functions.');
    }
  }
}

/** −a, without a node of its own for a number. */
function opposite(of: Expression): Expression {
  return of.kind === 'number' && !of.free ? exact(-of.value, of.name && `-${of.name}`) : negative(of);
}

/** A quotient of whole numbers is one number, as an exponent 1/2 must be. */
function fraction(a: Expression, b: Expression): Expression | undefined {
  if (a.kind !== 'number' || b.kind !== 'number' || a.name || b.name || b.value === 0) return undefined;
  if (!Number.isInteger(a.value) || !Number.isInteger(b.value)) return exact(a.value / b.value);
  return Number.isInteger(a.value / b.value) ? exact(a.value / b.value) : exact(a.value / b.value, `${a.value}/${b.value}`);
}
