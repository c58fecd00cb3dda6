// Formulas in a line, with as few brackets as the notation allows: the frame that text, Python, TypeScript, Excel and SQL share.
import type { FunctionName } from '../expression';
import type { Layout } from './layout';

export interface Notation {
  variable(index: number): string;
  number(of: Layout & { kind: 'number' }): string;
  call(name: FunctionName, argument: string): string;
  root(of: string): string;
  /** `base` and `exponent` are in brackets where they are no atoms. */
  power(base: string, exponent: string, layout: Layout & { kind: 'power' }): string;
  /** True where power() writes a function, whose arguments need no brackets. */
  powerIsCall(layout: Layout & { kind: 'power' }): boolean;
  /** True where −a^b would mean (−a)^b or is not allowed. */
  signBindsTighter: boolean;
}

/** How tightly a piece of text holds together. */
const tightness = { sum: 1, sign: 2, product: 3, power: 4, atom: 5 } as const;

interface Piece {
  text: string;
  tight: number;
}

export const infix = (of: Layout, notation: Notation): string => write(of, notation).text;

function write(of: Layout, notation: Notation): Piece {
  const within = (part: Layout, least: number): string => {
    const { text, tight } = write(part, notation);
    return tight >= least ? text : `(${text})`;
  };
  switch (of.kind) {
    case 'number': {
      const text = notation.number(of);
      return { text, tight: /^[\w.]+(\([^()]*\))?$/.test(text) ? tightness.atom : tightness.product };
    }
    case 'variable':
      return { text: notation.variable(of.index), tight: tightness.atom };
    case 'sum':
      return { text: of.terms.map(({ negative, of: term }, k) => sign(negative, k > 0) + within(term, negative && k === 0 ? firstAfterSign(notation) : tightness.product)).join(''), tight: tightness.sum };
    case 'negative':
      return { text: `-${within(of.of, firstAfterSign(notation))}`, tight: tightness.sign };
    case 'product':
      return product(of, within);
    case 'power': {
      const least = notation.powerIsCall(of) ? 0 : tightness.atom;
      const text = notation.power(within(of.base, least), within(of.exponent, least), of);
      return { text, tight: least ? tightness.power : tightness.atom };
    }
    case 'root':
      return { text: notation.root(within(of.of, 0)), tight: tightness.atom };
    case 'call':
      return { text: notation.call(of.name, within(of.argument, 0)), tight: tightness.atom };
  }
}

const sign = (negative: boolean, between: boolean): string => (between ? (negative ? ' - ' : ' + ') : negative ? '-' : '');
const firstAfterSign = ({ signBindsTighter }: Notation): number => (signBindsTighter ? tightness.atom : tightness.product);

function product({ above, below }: Layout & { kind: 'product' }, within: (part: Layout, least: number) => string): Piece {
  const chain = (parts: readonly Layout[], least: number): string => parts.map(part => within(part, least)).join('*');
  // A factor that is itself a fraction by name ("1/3") is a product already and needs brackets after the first place.
  const top = above.length ? above.map((part, k) => within(part, k ? tightness.power : tightness.product)).join('*') : '1';
  if (!below.length) return { text: top, tight: tightness.product };
  const bottom = below.length === 1 ? chain(below, tightness.power) : `(${below.map((part, k) => within(part, k ? tightness.power : tightness.product)).join('*')})`;
  return { text: `${top}/${bottom}`, tight: tightness.product };
}
