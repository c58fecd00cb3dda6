/** Makes the steps of a program: every cell is read once, arguments of functions are values or constants. */
import { missingMarkers } from '../data/missing';
import type { Expr, LevelTable, Name, Operation, Step } from './program';

export type StepWithout<S> = S extends { readonly result: Name } ? Omit<S, 'result'> : never;

/** Summands after which a sum goes on in a value of its own: parsers limit the depth of expressions. */
const longestSum = 50;

export class Builder {
  readonly steps: Step[] = [];
  private count = 0;
  private readonly cells = new Map<string, Name>();

  newName(): Name {
    return ++this.count;
  }

  add(step: StepWithout<Step>): Expr {
    const result = this.newName();
    this.steps.push({ ...step, result } as Step);
    return { kind: 'value', name: result };
  }

  /** The cell as a finite number or NaN. */
  number(column: string): Expr {
    return this.cell(`number ${column}`, { kind: 'numberCell', column });
  }

  /** The cell in milliseconds since 1970. */
  date(column: string): Expr {
    return this.cell(`date ${column}`, { kind: 'dateCell', column });
  }

  /** The cell as text. `levels`: those of the data, for a missing marker among them is a value ("-" beside "+"). */
  text(column: string, levels: readonly string[] = []): Name {
    const cell = this.cell(`text ${column}`, { kind: 'textCell', column, missing: missingMarkers.filter(marker => !levels.includes(marker)) });
    return (cell as { name: Name }).name;
  }

  /** A number that is worked out from cells, under the name that a model reads it by. */
  derive(column: string, value: Expr): void {
    const own = value.kind === 'value' ? value : this.add({ kind: 'value', value });
    this.cells.set(`number ${column}`, (own as { name: Name }).name);
  }

  private cell(key: string, step: StepWithout<Step>): Expr {
    let name = this.cells.get(key);
    if (name === undefined) {
      name = (this.add(step) as { name: Name }).name;
      this.cells.set(key, name);
    }
    return { kind: 'value', name };
  }

  lookup(text: Name, table: LevelTable): Expr {
    return this.add({ kind: 'lookup', text, table });
  }

  /** A value of its own, unless it is one or a constant. */
  atom(expression: Expr): Expr {
    return expression.kind === 'value' || expression.kind === 'constant' ? expression : this.add({ kind: 'value', value: expression });
  }

  call(operation: Operation, ...of: readonly Expr[]): Expr {
    const nested = operation === '+' || operation === '-' || operation === '*';
    return { kind: 'call', operation, of: nested ? of : of.map(argument => this.atom(argument)) };
  }

  pick(code: Expr, values: readonly number[]): Expr {
    return { kind: 'pick', code: this.atom(code), values };
  }

  /** first + second + …, from the left. */
  sum(parts: readonly Expr[]): Expr {
    if (parts.length === 0) return constant(0);
    let total = parts[0];
    for (let i = 1; i < parts.length; i++) {
      if (i % longestSum === 0) total = this.atom(total);
      total = this.call('+', total, parts[i]);
    }
    return total;
  }

  product(parts: readonly Expr[]): Expr {
    return parts.slice(1).reduce((product, part) => this.call('*', product, part), parts[0]);
  }
}

export function constant(value: number): Expr {
  return { kind: 'constant', value };
}
