/** Colours as CSS text: just enough to thin a theme's colour and to mix two of them for a canvas. Pure functions. */

export interface Rgba { readonly red: number; readonly green: number; readonly blue: number; readonly alpha: number }

/** Reads #rgb, #rgba, #rrggbb, #rrggbbaa, rgb() and rgba(); undefined for anything else. */
export function parseColour(text: string): Rgba | undefined {
  const trimmed = text.trim().toLowerCase();
  const hex = /^#([0-9a-f]{3,8})$/.exec(trimmed)?.[1];
  if (hex !== undefined) return fromHex(hex);
  const parts = /^rgba?\(([^)]+)\)$/.exec(trimmed)?.[1]?.split(/[\s,/]+/).filter(part => part !== '');
  if (!parts || parts.length < 3) return undefined;
  const [red, green, blue, alpha] = parts.map((part, i) => readPart(part, i === 3 ? 1 : 255));
  if (![red, green, blue].every(Number.isFinite)) return undefined;
  return { red: red as number, green: green as number, blue: blue as number, alpha: alpha ?? 1 };
}

/** The colour with its opacity multiplied; unreadable colours come back as they are. */
export function withAlpha(colour: string, alpha: number): string {
  const parsed = parseColour(colour);
  return parsed ? toText({ ...parsed, alpha: parsed.alpha * alpha }) : colour;
}

/** From `a` (share 0) to `b` (share 1), opaque colours. */
export function mix(a: string, b: string, share: number): string {
  const from = parseColour(a);
  const to = parseColour(b);
  if (!from || !to) return share < 0.5 ? a : b;
  const between = (x: number, y: number): number => x + (y - x) * share;
  return toText({
    red: between(from.red, to.red), green: between(from.green, to.green),
    blue: between(from.blue, to.blue), alpha: between(from.alpha, to.alpha),
  });
}

/** Contrast of two opaque colours, 1 to 21, as WCAG 2 defines it; undefined where one cannot be read. */
export function contrast(a: string, b: string): number | undefined {
  const [one, other] = [luminance(a), luminance(b)];
  return one === undefined || other === undefined ? undefined : (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

function luminance(colour: string): number | undefined {
  const parsed = parseColour(colour);
  if (!parsed) return undefined;
  const linear = (part: number): number => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(parsed.red) + 0.7152 * linear(parsed.green) + 0.0722 * linear(parsed.blue);
}

/** The largest share of a tint, up to `most`, that leaves text on it legible: a contrast of 4.5, or what there is without the tint. */
export function tintShare(text: string, background: string, tint: string, most: number): number {
  const wanted = Math.min(4.5, contrast(text, background) ?? 0);
  for (let share = most; share > 0; share -= 0.01) if ((contrast(text, mix(background, tint, share)) ?? Infinity) >= wanted) return share;
  return 0;
}

function toText({ red, green, blue, alpha }: Rgba): string {
  return `rgba(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)}, ${Number(alpha.toFixed(3))})`;
}

function readPart(part: string, scale: number): number {
  return part.endsWith('%') ? (Number.parseFloat(part) / 100) * scale : Number.parseFloat(part);
}

function fromHex(hex: string): Rgba | undefined {
  const long = hex.length <= 4 ? [...hex].map(digit => digit + digit).join('') : hex;
  if (long.length !== 6 && long.length !== 8) return undefined;
  const at = (i: number): number => Number.parseInt(long.slice(i, i + 2), 16);
  return { red: at(0), green: at(2), blue: at(4), alpha: long.length === 8 ? at(6) / 255 : 1 };
}
