/** From a name in a formula to a column: the exact name first, then R's make.names form where that is unique. */
import { nearest } from '../nearest';
import type { CallExpression, Expression, NameExpression } from './expression';
import { rebuild } from './expression';
import { formulaError } from './tokens';

/** The name that R's read.csv gives a column (make.names without the numbering of duplicates). */
export function makeName(name: string): string {
  let made = name.replace(/[^\p{L}\p{N}._]/gu, '.');
  if (!/^(?:\p{L}|\.(?!\d))/u.test(made)) made = `X${made}`;
  return made;
}

export class NameResolver {
  private readonly exact: Set<string>;
  private readonly made = new Map<string, string[]>();

  constructor(private readonly formula: string, private readonly columns: readonly string[]) {
    this.exact = new Set(columns);
    for (const column of columns) {
      const name = makeName(column);
      const sharing = this.made.get(name);
      if (sharing) sharing.push(column);
      else this.made.set(name, [column]);
    }
  }

  /** The column, or undefined when no column has that name. Throws when several columns could be meant. */
  find(name: string, at?: number): string | undefined {
    if (this.exact.has(name)) return name;
    const candidates = this.made.get(name);
    if (candidates === undefined) return undefined;
    if (candidates.length > 1) {
      const list = candidates.map(c => `"${c}"`).join(', ');
      throw formulaError(this.formula, at, `${name} could mean any of the columns ${list}; write one of them in backquotes`);
    }
    return candidates[0];
  }

  /** The tree with every name bound to its column; `.` and constants are left as they are. */
  resolve(expression: Expression): Expression {
    return rebuild(expression, part => {
      if (part.kind === 'name') return this.resolveName(part);
      if (part.kind === 'call' && part.name === 'Q') return this.resolveQuoted(part);
      return part;
    });
  }

  private resolveName(part: NameExpression): Expression {
    if (part.name === '.' && !part.quoted) return part;
    const column = this.find(part.name, part.at);
    if (column !== undefined) return { ...part, column };
    if (!part.quoted && (part.name === 'T' || part.name === 'F')) return { kind: 'logical', value: part.name === 'T', at: part.at };
    if (!part.quoted && part.name === 'pi') return { kind: 'number', value: Math.PI, at: part.at };
    // Names of contrast functions stand where a column cannot.
    if (part.name === 'Treatment' || part.name === 'contr.treatment') return part;
    throw this.unknown(part.name, part.at);
  }

  private resolveQuoted(part: CallExpression): Expression {
    const only = part.arguments[0]?.value;
    if (part.arguments.length !== 1 || only?.kind !== 'string') {
      throw formulaError(this.formula, part.at, 'Q() takes one column name in quotes');
    }
    const column = this.find(only.value, part.at);
    if (column === undefined) throw this.unknown(only.value, part.at);
    return { kind: 'name', name: `Q("${only.value}")`, column, at: part.at };
  }

  private unknown(name: string, at?: number): Error {
    const shown = nearest(name, this.columns, 8).map(c => `"${c}"`).join(', ');
    const more = this.columns.length > 8 ? ` and ${this.columns.length - 8} more` : '';
    return formulaError(this.formula, at, `There is no column "${name}"; the columns are ${shown}${more}`);
  }
}
