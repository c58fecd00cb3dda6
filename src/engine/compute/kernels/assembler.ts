/** A small WebAssembly assembler: functions of 32-bit integers over one exported memory, as a module's bytes. */
import { unsigned, type Code } from './instructions';

const i32Type = 0x7f;
const v128Type = 0x7b;

/** A variable of a function. */
export class Local {
  readonly get: Code;

  constructor(private readonly index: number) {
    this.get = [0x20, ...unsigned(index)];
  }

  set(value: Code): Code {
    return [value, 0x21, unsigned(this.index)];
  }

  /** Sets it and leaves the value for the instruction around it. */
  tee(value: Code): Code {
    return [value, 0x22, unsigned(this.index)];
  }
}

/** Makes the variables of one function. */
export class Locals {
  readonly types: number[] = [];

  constructor(private readonly parameters: number) {}

  i32(): Local {
    return this.make(i32Type);
  }

  v128(): Local {
    return this.make(v128Type);
  }

  private make(type: number): Local {
    this.types.push(type);
    return new Local(this.parameters + this.types.length - 1);
  }
}

/** Calls the function. */
export type Callable = (...args: Code[]) => Code;

interface FunctionCode {
  readonly name: string;
  readonly parameters: number;
  readonly bytes: number[];
}

export class Assembler {
  private readonly functions: FunctionCode[] = [];

  /** A function that takes i32s and returns nothing, exported under its name. `write` gets its parameters and a maker of variables. */
  define(name: string, parameters: number, write: (parameters: Local[], locals: Locals) => Code): Callable {
    const locals = new Locals(parameters);
    const body = write(Array.from({ length: parameters }, (_, i) => new Local(i)), locals);
    const declarations = locals.types.map(type => [1, type]);
    const code = flat([vector(declarations), body, 0x0b]);
    const index = this.functions.push({ name, parameters, bytes: [...unsigned(code.length), ...code] }) - 1;
    return (...args) => [args, 0x10, unsigned(index)];
  }

  /** The module; its memory is exported as 'memory'. Sizes in pages of 64 KiB. */
  bytes(initialPages: number, mostPages: number): Uint8Array<ArrayBuffer> {
    const { functions } = this;
    const types = functions.map(({ parameters }) => [0x60, vector(Array.from({ length: parameters }, () => i32Type)), 0]);
    const exports = [[text('memory'), 2, 0], ...functions.map(({ name }, i) => [text(name), 0, unsigned(i)])];
    return Uint8Array.from(flat([
      0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
      section(1, types),
      section(3, functions.map((_, i) => unsigned(i))),
      section(5, [[1, unsigned(initialPages), unsigned(mostPages)]]),
      section(7, exports),
      section(10, functions.map(({ bytes }) => bytes)),
    ]));
  }
}

function vector(items: readonly (number | Code)[]): Code {
  return [unsigned(items.length), ...items];
}

function section(id: number, items: readonly Code[]): Code {
  const content = flat(vector(items));
  return [id, unsigned(content.length), content];
}

function text(name: string): Code {
  return vector([...new TextEncoder().encode(name)]);
}

function flat(code: Code): number[] {
  const bytes: number[] = [];
  const visit = (part: Code): void => {
    for (const item of part) if (typeof item === 'number') bytes.push(item); else visit(item);
  };
  visit(code);
  return bytes;
}
