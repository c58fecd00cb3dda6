/** Numbers as people write them: plain, with thousands separators, decimal commas, currency signs or per cent. */

const plainPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const infinitePattern = /^[+-]?(?:inf|infinity|∞)$/i;

/** The number that plain text spells (correctly rounded), Infinity included; undefined when it is none. Hexadecimal is none. */
export function parsePlain(text: string): number | undefined {
  if (plainPattern.test(text)) return Number(text);
  if (infinitePattern.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return undefined;
}

/** How the digits of a column are written. `group` is the thousands separator. */
export interface NumberStyle {
  readonly decimal: '.' | ',';
  readonly group?: string;
}

const plainStyle: NumberStyle = { decimal: '.' };

/** Styles in the order in which they are preferred when they read a column equally well. */
export function numberStyles(fileDecimal: '.' | ','): readonly NumberStyle[] {
  const point: NumberStyle[] = [plainStyle, { decimal: '.', group: ',' }];
  const comma: NumberStyle[] = [{ decimal: ',' }, { decimal: ',', group: '.' }];
  const rest: NumberStyle[] = [
    { decimal: ',', group: ' ' }, { decimal: '.', group: ' ' }, { decimal: '.', group: "'" },
  ];
  return fileDecimal === ',' ? [...comma, ...point, ...rest] : [...point, ...comma, ...rest];
}

const patterns = new Map<string, RegExp>();

/** Source of the pattern of a whole number of a style; group signs are those of the style alone. */
export function styleSource({ decimal: point, group: separator = '' }: NumberStyle): string {
  const decimal = point === '.' ? '\\.' : ',';
  const group = separator === '.' ? '\\.' : separator;
  const grouped = group === '' ? '' : `[1-9]\\d{0,2}(?:${group}\\d{3})+(?:${decimal}\\d*)?|`;
  return `^[+-]?(?:${grouped}\\d+(?:${decimal}\\d*)?|${decimal}\\d+)(?:[eE][+-]?\\d+)?$`;
}

function stylePattern(style: NumberStyle): RegExp {
  const key = style.decimal + (style.group ?? '');
  let pattern = patterns.get(key);
  if (!pattern) {
    pattern = new RegExp(styleSource(style));
    patterns.set(key, pattern);
  }
  return pattern;
}

/** The number that text spells in a style, or undefined. */
export function parseStyled(text: string, style: NumberStyle): number | undefined {
  return styleReader(style)(text);
}

/** Reads numbers of one style, for many texts. */
export function styleReader(style: NumberStyle): (text: string) => number | undefined {
  const { decimal, group } = style;
  if (group === undefined && decimal === '.') return parsePlain;
  const pattern = stylePattern(style);
  return text => {
    const body = group === ' ' ? text.replace(/[\u00a0\u202f\u2009]/g, ' ') : group === "'" ? text.replace(/’/g, "'") : text;
    if (!pattern.test(body)) return infinitePattern.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : undefined;
    const plain = group === undefined ? body : body.replaceAll(group, '');
    return Number(decimal === ',' ? plain.replace(',', '.') : plain);
  };
}

export interface Affixed {
  /** The number's text without sign words. */
  readonly body: string;
  /** Currency sign or code, or '%'. */
  readonly unit: string;
}

/** Alternatives of a regular expression. */
export const currencySigns = '[$€£¥₹₽₩₪₺฿]|USD|EUR|GBP|CHF|JPY|INR|CAD|AUD|US\\$|R\\$|A\\$|C\\$|kr|zł';
const leading = new RegExp(`^([+-]?)\\s?(${currencySigns})\\s?(?=[-+\\d.,(])`);
const trailing = new RegExp(`\\s?(${currencySigns}|%|‰)$`);

/** Takes a currency sign, a per cent sign or the brackets of a negative amount off; undefined when there is none. */
export function stripAffix(text: string): Affixed | undefined {
  const outer = stripUnit(text);
  let { body, unit } = outer;
  const negative = body.length > 2 && body.startsWith('(') && body.endsWith(')');
  if (negative) {
    const inner = stripUnit(body.slice(1, -1).trim());
    if (/^[+-]/.test(inner.body) || (unit !== '' && inner.unit !== '')) return undefined;
    body = `-${inner.body}`;
    unit ||= inner.unit;
  }
  return unit !== '' || negative ? { body, unit } : undefined;
}

function stripUnit(text: string): Affixed {
  const head = leading.exec(text);
  if (head) return { body: head[1]! + text.slice(head[0].length), unit: head[2]! };
  const tail = trailing.exec(text);
  return tail ? { body: text.slice(0, -tail[0].length), unit: tail[1]! } : { body: text, unit: '' };
}

/** Whether text is digits beginning with a needless zero, as codes have it (012, 02134). */
export function hasLeadingZero(text: string): boolean {
  return /^0\d+$/.test(text);
}

/** Whether an integer is written with more digits than a double holds exactly. */
export function losesDigits(text: string): boolean {
  return /^[+-]?\d{16,}$/.test(text) && !Number.isSafeInteger(Number(text));
}
