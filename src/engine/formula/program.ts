// Formulas as postfix programs, the form in which the search holds them and the interpreter runs them: a list of
// instructions on a stack of columns. An instruction is one 32-bit number: its operation in the low 8 bits, its
// operand (which variable, which constant, which whole exponent) above.
import type { Expression, FunctionName } from './expression';
import { call, exact, fitted, power, product, sum, variable } from './expression';

export const operations = {
  variable: 0, constant: 1,
  add: 2, subtract: 3, multiply: 4, divide: 5, power: 6,
  negate: 7, invert: 8, square: 9, cube: 10, root: 11,
  exp: 12, log: 13, sin: 14, cos: 15, tan: 16, asin: 17, acos: 18, atan: 19, tanh: 20, abs: 21,
  /** x to a whole power, the operand (8 … 24 bits, signed). */
  whole: 22,
} as const;
export type Operation = (typeof operations)[keyof typeof operations];

/** `code`: instructions; `constants`: the numbers that `constant` instructions name; `free[k]`: 1 where constant k was fitted. */
export interface Program {
  code: Int32Array;
  constants: Float64Array;
  free: Uint8Array;
}

export const instruction = (operation: Operation, operand = 0): number => operation | (operand << 8);
export const operationOf = (instruction: number): number => instruction & 0xff;
export const operandOf = (instruction: number): number => instruction >> 8;

/** How many columns an operation takes from the stack; it leaves one. */
export function arity(operation: number): 0 | 1 | 2 {
  if (operation <= operations.constant) return 0;
  return operation <= operations.power ? 2 : 1;
}

const functionOperations: Record<FunctionName, Operation> = {
  exp: operations.exp, log: operations.log, sin: operations.sin, cos: operations.cos, tan: operations.tan,
  asin: operations.asin, acos: operations.acos, atan: operations.atan, tanh: operations.tanh, abs: operations.abs,
};
const functionOf = new Map(Object.entries(functionOperations).map(([name, operation]) => [operation as number, name as FunctionName]));

/** A tree as a program. Order of the constants: as the program meets them, which is also the order of `freeNumbers` for the free ones. */
export function compile(of: Expression): Program {
  const code: number[] = [];
  const constants: number[] = [];
  const free: number[] = [];
  const emit = (operation: Operation, operand = 0): void => void code.push(instruction(operation, operand));
  const number = (value: number, isFree: boolean): void => {
    emit(operations.constant, constants.length);
    constants.push(value);
    free.push(isFree ? 1 : 0);
  };
  const go = (node: Expression): void => {
    switch (node.kind) {
      case 'number':
        return number(node.value, node.free);
      case 'variable':
        return emit(operations.variable, node.index);
      case 'call':
        go(node.argument);
        return emit(functionOperations[node.name]);
      case 'power':
        return powerOf(node.base, node.exponent);
      case 'sum':
        return chain(node.terms, operations.add, 0);
      case 'product':
        return chain(node.factors, operations.multiply, 1);
    }
  };
  const chain = (parts: Expression[], operation: Operation, empty: number): void => {
    if (!parts.length) return number(empty, false);
    parts.forEach((part, k) => {
      go(part);
      if (k) emit(operation);
    });
  };
  const powerOf = (base: Expression, exponent: Expression): void => {
    go(base);
    if (exponent.kind !== 'number' || exponent.free) {
      go(exponent);
      return emit(operations.power);
    }
    const value = exponent.value;
    if (value === -1) return emit(operations.invert);
    if (value === 0.5) return emit(operations.root);
    if (value === 2) return emit(operations.square);
    if (value === 3) return emit(operations.cube);
    if (Number.isInteger(value) && Math.abs(value) < 1000) return emit(operations.whole, value);
    go(exponent);
    return emit(operations.power);
  };
  go(of);
  return { code: Int32Array.from(code), constants: Float64Array.from(constants), free: Uint8Array.from(free) };
}

/** The tree of a program. */
export function decompile({ code, constants, free }: Program): Expression {
  const stack: Expression[] = [];
  const pop = (): Expression => stack.pop()!;
  for (const each of code) {
    const operation = operationOf(each);
    const operand = operandOf(each);
    if (operation === operations.variable) stack.push(variable(operand));
    else if (operation === operations.constant) stack.push(free[operand] ? fitted(constants[operand]!) : exact(constants[operand]!));
    else if (arity(operation) === 2) {
      const second = pop();
      stack.push(binary(operation, pop(), second));
    } else stack.push(unary(operation, operand, pop()));
  }
  return stack[0]!;
}

function binary(operation: number, a: Expression, b: Expression): Expression {
  if (operation === operations.add) return sum(a, b);
  if (operation === operations.subtract) return sum(a, product(exact(-1), b));
  if (operation === operations.multiply) return product(a, b);
  if (operation === operations.divide) return product(a, power(b, -1));
  return power(a, b);
}

function unary(operation: number, operand: number, a: Expression): Expression {
  switch (operation) {
    case operations.negate:
      return product(exact(-1), a);
    case operations.invert:
      return power(a, -1);
    case operations.square:
      return power(a, 2);
    case operations.cube:
      return power(a, 3);
    case operations.root:
      return power(a, exact(0.5, '1/2'));
    case operations.whole:
      return power(a, operand);
    default:
      return call(functionOf.get(operation)!, a);
  }
}
