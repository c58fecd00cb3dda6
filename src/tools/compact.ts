/** Answers as compact JSON: few digits, short lists that say how much more there is, a bound on the whole. */

/** Characters that an answer has at most as a rule: a screen of text, about a thousand tokens. */
export const usualSize = 4000;

/** At most four significant digits, whole digits never rounded away; more where a number below 1 would become 1. */
export function rounded(value: number): number {
  if (Math.abs(value) >= 1e4) return Math.round(value);
  let result = Number(value.toPrecision(4));
  for (let more = 5; Math.abs(value) < 1 && Math.abs(result) === 1 && more <= 17; more++) result = Number(value.toPrecision(more));
  return result;
}

/** The value without undefined and with short numbers; what is not finite is left out of objects and null in lists, as JSON has no word for it. */
export function tidy(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? rounded(value) : null;
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== undefined && !(typeof item === 'number' && !Number.isFinite(item)));
  return Object.fromEntries(kept.map(([name, item]) => [name, tidy(item)]));
}

export interface Answer { readonly sentence: string; readonly [field: string]: unknown }

/** How much of its lists an answer shows: the largest of these that keeps it within the usual size. */
const lengths = [40, 25, 15, 10, 6, 3, 1];

/** The answer as JSON. `make` gets the length that lists may have. */
export function compactJson(make: (most: number) => Answer, size = usualSize): string {
  let json = '';
  for (const most of lengths) {
    json = JSON.stringify(tidy(make(most)));
    if (json.length <= size) break;
  }
  return json;
}

/** The first of a list and, under `more…`, how many others there are: `firstOf('columns', all, 3)` → { columns: […], moreColumns: 7 }. */
export function firstOf<T>(name: string, items: readonly T[], most: number): Record<string, unknown> {
  if (items.length === 0) return {};
  const rest = items.length - most;
  return { [name]: items.slice(0, most), ...(rest > 0 && { [`more${name[0]!.toUpperCase()}${name.slice(1)}`]: rest }) };
}

/** Cut to so many characters, with an ellipsis. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}

/** A summary's first sentence. */
export function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s+["“A-Z]|$)/s.exec(text)?.[0] ?? text;
}

/** A number in a sentence. */
export function numberText(value: number): string {
  return Number.isFinite(value) ? String(rounded(value)) : '–';
}

export function percentText(level: number): string {
  return `${Number((100 * level).toPrecision(6))} %`;
}

/** "a, b, c and 4 more" */
export function someOf(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return names.slice(0, most).map(name => shortened(name, 60)).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
