/** Parses a formula's text into a syntax tree, with R's operators and precedence. Names are not resolved here. */
import type { CallArgument, Expression } from './expression';
import { formulaError, tokenize, type Token } from './tokens';

/** Binding powers, as `?Syntax` of R: ^ above unary minus above : above %any% above * / above + - above comparison … */
const binaryPower = new Map<string, number>([
  ['~', 1], ['||', 3], ['|', 3], ['&&', 4], ['&', 4],
  ['<', 6], ['>', 6], ['<=', 6], ['>=', 6], ['==', 6], ['!=', 6],
  ['+', 7], ['-', 7], ['*', 8], ['/', 8], [':', 10], ['^', 12], ['**', 12],
]);
const percentPower = 9;
const notPower = 5;
const minusPower = 11;
const deepest = 200;

class Parser {
  private next = 0;
  private depth = 0;
  private readonly tokens: Token[];

  constructor(private readonly text: string) {
    this.tokens = tokenize(text);
  }

  parseAll(): Expression {
    const expression = this.parseExpression(0);
    const rest = this.peek();
    if (rest.kind !== 'end') throw this.unexpected(rest);
    return expression;
  }

  private peek(): Token {
    return this.tokens[this.next]!;
  }

  private isOperator(text: string): boolean {
    const token = this.peek();
    return token.kind === 'operator' && token.text === text;
  }

  private unexpected(token: Token): Error {
    if (token.kind === 'end') return formulaError(this.text, token.at, 'The formula stops where something is still missing');
    return formulaError(this.text, token.at, `"${token.text}" was not expected here`);
  }

  private parseExpression(minimum: number): Expression {
    if (++this.depth > deepest) throw formulaError(this.text, this.peek().at, 'The formula is nested too deeply');
    let left = this.parsePrefix();
    for (;;) {
      const token = this.peek();
      if (token.kind !== 'operator') break;
      const power = token.text.startsWith('%') ? percentPower : binaryPower.get(token.text);
      if (power === undefined || power < minimum) break;
      this.next++;
      // ^ is right-associative (its right side may carry a sign), all others are left-associative.
      const right = this.parseExpression(power === 12 ? minusPower : power + 1);
      left = { kind: 'binary', operator: token.text === '**' ? '^' : token.text, left, right, at: token.at };
    }
    this.depth--;
    return left;
  }

  private parsePrefix(): Expression {
    const token = this.peek();
    if (token.kind === 'operator' && (token.text === '-' || token.text === '+' || token.text === '!')) {
      this.next++;
      const operand = this.parseExpression(token.text === '!' ? notPower : minusPower);
      return { kind: 'unary', operator: token.text, operand, at: token.at };
    }
    if (token.kind === 'operator' && token.text === '~') {
      throw formulaError(this.text, token.at, 'The variable to explain is missing before "~"');
    }
    return this.parsePrimary();
  }

  private parsePrimary(): Expression {
    const token = this.peek();
    this.next++;
    switch (token.kind) {
      case 'number': {
        const integer = token.text.endsWith('L');
        return { kind: 'number', value: Number(integer ? token.text.slice(0, -1) : token.text), ...(integer && { integer }), at: token.at };
      }
      case 'string': return { kind: 'string', value: token.text, at: token.at };
      case 'name':
        if (!token.quoted && this.isOperator('(')) return this.parseCall(token);
        if (!token.quoted && (token.text === 'TRUE' || token.text === 'FALSE')) {
          return { kind: 'logical', value: token.text === 'TRUE', at: token.at };
        }
        return { kind: 'name', name: token.text, ...(token.quoted && { quoted: true }), at: token.at };
      case 'operator':
        if (token.text === '(') {
          const inner = this.parseExpression(0);
          this.expectClosing(token);
          return { kind: 'group', inner, at: token.at };
        }
        throw this.unexpected(token);
      default: throw this.unexpected(token);
    }
  }

  private parseCall(name: Token): Expression {
    const opening = this.peek();
    this.next++;
    const args: CallArgument[] = [];
    if (!this.isOperator(')')) {
      do args.push(this.parseArgument());
      while (this.isOperator(',') && ++this.next);
    }
    this.expectClosing(opening);
    const plain = name.text.startsWith('np.') ? name.text.slice(3) : name.text;
    return { kind: 'call', name: plain, arguments: args, at: name.at };
  }

  private parseArgument(): CallArgument {
    const token = this.peek();
    const following = this.tokens[this.next + 1];
    if (token.kind === 'name' && following?.kind === 'operator' && following.text === '=') {
      this.next += 2;
      return { name: token.text, value: this.parseExpression(0) };
    }
    return { value: this.parseExpression(0) };
  }

  private expectClosing(opening: Token): void {
    if (!this.isOperator(')')) {
      const token = this.peek();
      if (token.kind === 'end') throw formulaError(this.text, opening.at, 'A parenthesis is never closed');
      throw this.unexpected(token);
    }
    this.next++;
  }
}

/** Throws UserError 'badFormula' that names the position of the fault. */
export function parseExpressionText(text: string): Expression {
  return new Parser(text).parseAll();
}
