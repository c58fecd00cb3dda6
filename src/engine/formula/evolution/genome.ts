// The genome of the evolution: a postfix program whose constants stand beside their instructions, so that parts can be cut
// and pasted without renumbering.
import { arity, instruction, operandOf, operationOf, operations, type Program } from '../program';

/** `words[i]`: an instruction (of constants, the operand means nothing); `numbers[i]`: its value where it is a constant. */
export interface Genome {
  words: number[];
  numbers: number[];
}

export const isConstant = (word: number): boolean => operationOf(word) === operations.constant;

export function fromProgram({ code, constants }: Program): Genome {
  return {
    words: Array.from(code, word => (isConstant(word) ? operations.constant : word)),
    numbers: Array.from(code, word => (isConstant(word) ? constants[operandOf(word)]! : 0)),
  };
}

/** Where the sub-tree that ends at `end` begins. */
export function startOf(words: readonly number[], end: number): number {
  let missing = 1;
  let at = end;
  for (;;) {
    missing += arity(operationOf(words[at]!)) - 1;
    if (missing === 0) return at;
    at--;
  }
}

/** The genome with the instructions `from` … `to` replaced by a part of another (or the same). */
export function splice(into: Genome, from: number, to: number, part: Genome): Genome {
  return {
    words: [...into.words.slice(0, from), ...part.words, ...into.words.slice(to + 1)],
    numbers: [...into.numbers.slice(0, from), ...part.numbers, ...into.numbers.slice(to + 1)],
  };
}

export function slice(of: Genome, from: number, to: number): Genome {
  return { words: of.words.slice(from, to + 1), numbers: of.numbers.slice(from, to + 1) };
}

export function join(...parts: (Genome | number)[]): Genome {
  const words: number[] = [];
  const numbers: number[] = [];
  for (const part of parts) {
    if (typeof part === 'number') {
      words.push(part);
      numbers.push(0);
    } else {
      words.push(...part.words);
      numbers.push(...part.numbers);
    }
  }
  return { words, numbers };
}

export const constant = (value: number): Genome => ({ words: [operations.constant], numbers: [value] });

/** Operations of constants alone are done, and a double negation or inversion is taken away. */
export function folded(of: Genome): Genome {
  const stack: Genome[] = [];
  for (let k = 0; k < of.words.length; k++) {
    const word = of.words[k]!;
    const operation = operationOf(word);
    const taken = arity(operation);
    if (taken === 0) {
      stack.push({ words: [word], numbers: [of.numbers[k]!] });
      continue;
    }
    const second = taken === 2 ? stack.pop() : undefined;
    const first = stack.pop()!;
    const value = isNumber(first) && (!second || isNumber(second)) ? apply(operation, operandOf(word), first.numbers[0]!, second?.numbers[0] ?? 0) : NaN;
    if (Number.isFinite(value)) stack.push(constant(value));
    else if (undoes(first, operation)) stack.push(slice(first, 0, first.words.length - 2));
    else stack.push(second ? join(first, second, word) : join(first, word));
  }
  return stack[0]!;
}

const isNumber = (of: Genome): boolean => of.words.length === 1 && isConstant(of.words[0]!);

function undoes(of: Genome, operation: number): boolean {
  const last = operationOf(of.words.at(-1)!);
  if (operation === operations.negate || operation === operations.invert) return last === operation;
  return (operation === operations.log && last === operations.exp) || (operation === operations.abs && last === operation);
}

function apply(operation: number, operand: number, a: number, b: number): number {
  switch (operation) {
    case operations.add: return a + b;
    case operations.subtract: return a - b;
    case operations.multiply: return a * b;
    case operations.divide: return a / b;
    case operations.power: return a ** b;
    case operations.negate: return -a;
    case operations.invert: return 1 / a;
    case operations.square: return a * a;
    case operations.cube: return a * a * a;
    case operations.root: return Math.sqrt(a);
    case operations.exp: return Math.exp(a);
    case operations.log: return Math.log(a);
    case operations.sin: return Math.sin(a);
    case operations.cos: return Math.cos(a);
    case operations.abs: return Math.abs(a);
    case operations.whole: return a ** operand;
    default: return NaN;
  }
}

/** A genome made ready for the fit: its top-level terms but the first carry coefficients. */
export interface Expanded {
  code: Int32Array;
  constants: Float64Array;
  /** For each constant the place in the genome that it comes from, or −1 for a coefficient of a term. */
  places: Int32Array;
}

/** `base`: instructions that stand for terms that every formula has. a·x + b·y has the coefficients that least squares finds for x and y, so the genome need not hold them. */
export function expanded({ words, numbers }: Genome, base: readonly number[] = []): Expanded {
  const code: number[] = [];
  const constants: number[] = [];
  const places: number[] = [];
  const put = (value: number, place: number): void => {
    code.push(instruction(operations.constant, constants.length));
    constants.push(value);
    places.push(place);
  };
  const go = (end: number, first: boolean): void => {
    const operation = operationOf(words[end]!);
    if (operation === operations.add || operation === operations.subtract) {
      const middle = startOf(words, end - 1);
      go(middle - 1, first);
      go(end - 1, false);
      code.push(words[end]!);
      return;
    }
    for (let k = startOf(words, end); k <= end; k++) {
      if (isConstant(words[k]!)) put(numbers[k]!, k);
      else code.push(words[k]!);
    }
    if (first) return;
    put(1, -1);
    code.push(operations.multiply);
  };
  go(words.length - 1, true);
  for (const word of base) {
    code.push(word);
    put(0, -1);
    code.push(operations.multiply, operations.add);
  }
  return { code: Int32Array.from(code), constants: Float64Array.from(constants), places: Int32Array.from(places) };
}
