// Reads a unit as people write it: "m/s^2", "kg*m/s²", "m s^-1", "mol/L", "Mass, kg^1", "m^3 * s^(-2)"; and the one in a column's header.
import { unitNamed } from './symbols';
import { dimensionless, timesPower, type Unit } from './unit';

/** The unit; undefined where the text is not understood, or has two readings ("J/kg K"). A part before a comma is a description. */
export function parseUnit(text: string): Unit | undefined {
  const own = text.slice(text.lastIndexOf(',') + 1).trim();
  if (own === '-') return dimensionless;
  const tokens = tokensOf(own);
  if (!tokens || tokens.length === 0) return undefined;
  const reader = new Reader(tokens);
  const unit = reader.product();
  return unit && reader.ended && Number.isFinite(unit.scale) && unit.scale > 0 ? unit : undefined;
}

/** The unit in the brackets that end a header, as in "speed [m/s]" or "speed (m/s)"; undefined where they hold no unit. */
export function unitOfHeader(header: string): string | undefined {
  const text = (/\[([^[\]]+)\]\s*$/.exec(header) ?? /\s\(((?:[^()]|\([^()]*\))+)\)\s*$/.exec(header))?.[1]?.trim();
  // A number in brackets is a count or a version, not a unit.
  return text !== undefined && (/^[^,\d]/.test(text) || /^1\s*\//.test(text)) && !text.includes(',') && parseUnit(text) ? text : undefined;
}

interface Token { kind: 'name' | 'number' | 'sign'; text: string; /** Nothing stands between it and the token before. */ close: boolean }

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function tokensOf(text: string): Token[] | undefined {
  const usual = text.replaceAll('μ', 'µ').replaceAll('\u2126', 'Ω').replaceAll('−', '-').replaceAll('**', '^').replace(/[·⋅×]/g, '*').replace(/\bper\b/g, '/')
    .replace(/(?:\bdeg(?:rees?)?\.?|°)\s*([CFK])(?:elsius|ahrenheit|elvin)?\b/gi, (_, letter: string) => `°${letter.toUpperCase()}`)
    .replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, run => `^${[...run].map(c => (c === '⁻' ? '-' : String(superscripts.indexOf(c)))).join('')}`);
  const tokens: Token[] = [];
  let at = 0;
  while (at < usual.length) {
    const [all, space, name, number, sign] = /^(\s*)(?:(°?[A-Za-zµΩÅ]+|[°%‰])|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([*/^()+-]))/.exec(usual.slice(at)) ?? [];
    if (all === undefined) return undefined;
    tokens.push({ kind: name !== undefined ? 'name' : number !== undefined ? 'number' : 'sign', text: (name ?? number ?? sign)!, close: space === '' });
    at += all.length;
  }
  return tokens;
}

class Reader {
  private at = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  get ended(): boolean {
    return this.at === this.tokens.length;
  }

  /** Factors from left to right. */
  product(): Unit | undefined {
    let unit = this.factor();
    let divided = false;
    while (unit && !this.ended && this.tokens[this.at]!.text !== ')') {
      const over = this.take('/');
      const times = !over && this.take('*');
      // a/b c: over c or times c, nobody knows.
      if (!over && !times && divided) return undefined;
      divided ||= over;
      const next = this.factor();
      unit = next && timesPower(unit, next, over ? -1 : 1);
    }
    return unit;
  }

  private factor(): Unit | undefined {
    const base = this.base();
    if (!base) return undefined;
    const exponent = this.exponent(this.tokens[this.at - 1]!.kind === 'name');
    return exponent === undefined ? undefined : timesPower(dimensionless, base, exponent);
  }

  private base(): Unit | undefined {
    const token = this.tokens[this.at++];
    if (token?.kind === 'name') return unitNamed(token.text);
    if (token?.kind === 'number') return { ...dimensionless, scale: Number(token.text) };
    if (token?.text !== '(') return undefined;
    const unit = this.product();
    return this.take(')') ? unit : undefined;
  }

  /** 1 where there is none; `bare`: "m2" and "s-1" are powers too. Undefined where it is none. */
  private exponent(bare: boolean): number | undefined {
    if (this.take('^')) {
      if (!this.take('(')) return this.signed();
      const above = this.signed();
      const below = this.take('/') ? this.signed() : 1;
      return above === undefined || below === undefined || below === 0 || !this.take(')') ? undefined : above / below;
    }
    const [next, after] = [this.tokens[this.at], this.tokens[this.at + 1]];
    const joined = next?.close === true && (next.kind === 'number' || ('+-'.includes(next.text) && after?.kind === 'number' && after.close));
    return bare && joined ? this.signed() : 1;
  }

  private signed(): number | undefined {
    const sign = this.take('-') ? -1 : (this.take('+'), 1);
    const token = this.tokens[this.at++];
    return token?.kind === 'number' ? sign * Number(token.text) : undefined;
  }

  private take(sign: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.at++;
    return true;
  }
}
