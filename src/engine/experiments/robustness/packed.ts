/** Outcomes with arrays of numbers as plain JSON and back: numbers that JSON does not know are written as words. */

type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

const kinds = { Float64Array, Int32Array, Uint8Array } as const;
type Kind = keyof typeof kinds;

/** Names of the places where something else than a plain value stands. */
const arrayKey = 'array of';
const wordKey = 'not finite';

/** Objects without a prototype of their own, arrays of numbers, texts, numbers, truth values; what is undefined is left out. */
export function packed(value: unknown): Plain {
  if (typeof value === 'number') return plainNumber(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(packed);
  const kind = (Object.keys(kinds) as Kind[]).find(name => value instanceof kinds[name]);
  if (kind) return { [arrayKey]: kind, values: Array.from(value as Float64Array, number => (Number.isFinite(number) ? number : String(number))) };
  return Object.fromEntries(Object.entries(value as object).filter(([, item]) => item !== undefined).map(([key, item]) => [key, packed(item)]));
}

/** What `packed` was given, after any trip through JSON. */
export function unpacked(plain: unknown): unknown {
  if (plain === null || typeof plain !== 'object') return plain;
  if (Array.isArray(plain)) return plain.map(unpacked);
  const item = plain as Readonly<Record<string, unknown>>;
  if (wordKey in item && Object.keys(item).length === 1) return Number(item[wordKey]);
  if (arrayKey in item) return kinds[item[arrayKey] as Kind].from((item['values'] as (number | string)[]).map(Number));
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, unpacked(value)]));
}

const plainNumber = (value: number): Plain => (Number.isFinite(value) ? value : { [wordKey]: String(value) });
