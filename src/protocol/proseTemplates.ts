/** Templates of sentences, "{0} rows were left out", with their translations: found by a word of theirs, and fitted to a text. */

/** Texts or templates with {0}, {1} … → their translations. */
export type ProseTable = Readonly<Record<string, string>>;

export interface Template {
  /** What stands before, between and after the places. */
  readonly literals: readonly string[];
  readonly places: readonly number[];
  readonly to: string;
  /** Letters of the literals: of two templates that fit, the one that says more is taken. */
  readonly letters: number;
  /** A number of things, "{0} models": nothing but a number is in its place. */
  readonly counts: boolean;
}

/** Ways in which a template can stand in a text, at most. */
const mostFits = 5;
/** Places that are tried for the literals of a template, at most. */
const mostPlaces = 60;

/** The place in the index of templates without a whole word. */
export const anyWord = '';

/** The templates by the longest whole word of their literals; those without one under ''. */
export function indexOf(table: ProseTable): ReadonlyMap<string, readonly Template[]> {
  const index = new Map<string, Template[]>();
  for (const [key, to] of Object.entries(table)) {
    const template = templateOf(key, to);
    if (!template) continue;
    const word = wordsOf(key.replace(/\{\d+\}/g, '\u0001')).reduce((best, one) => (one.length > best.length ? one : best), anyWord);
    const others = index.get(word);
    if (others) others.push(template);
    else index.set(word, [template]);
  }
  return index;
}

/** Whole words, in small letters; one beside a place may be a part of a longer one. */
export function wordsOf(text: string): string[] {
  return [...text.toLowerCase().matchAll(/(?<![\p{L}\p{N}\u0001])\p{L}{2,}(?![\p{L}\p{N}\u0001])/gu)].map(([word]) => word);
}

function templateOf(key: string, to: string): Template | undefined {
  const places = [...key.matchAll(/\{(\d+)\}/g)].map(([, number]) => Number(number));
  if (places.length === 0) return undefined;
  const literals = key.split(/\{\d+\}/);
  const counts = places.length === 1 && literals[0] === '' && /^\{\d+\} ?[个次行列折步种项层遍轮条组对]/u.test(to);
  return { literals, places, to, letters: literals.join('').replace(/[^\p{L}]/gu, '').length, counts };
}

/** No bracket is open at its end or closed without having been opened, and no quotation is cut. */
function isClosed(part: string): boolean {
  let depth = 0;
  for (const sign of part) {
    if (sign === '(') depth++;
    else if (sign === ')' && --depth < 0) return false;
  }
  return depth === 0 && (part.match(/"/g)?.length ?? 0) % 2 === 0;
}

function placesOf(literal: string, text: string, from: number): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(literal, from); at >= 0 && found.length < mostPlaces; at = text.indexOf(literal, at + 1)) found.push(at);
  return found;
}

/** What may fill the places: the literals can stand in a text in several ways, of which the first few are tried. */
export function fits({ literals }: Template, text: string): string[][] {
  const [first, last] = [literals[0]!, literals.at(-1)!];
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return [];
  const end = text.length - last.length;
  const found: string[][] = [];
  let tried = 0;
  const place = (i: number, at: number, filled: readonly string[]): void => {
    if (i === literals.length - 1) {
      const all = [...filled, text.slice(at, end)];
      if (all.every((part, k) => isClosed(part) && !(part.includes('"') && literals[k]!.endsWith('"') && literals[k + 1]!.startsWith('"')))) found.push(all);
      return;
    }
    const literal = literals[i]!;
    if (literal === '') return beside(i, at, filled);
    // What follows the last "and" of a list ends it.
    const places = placesOf(literal, text.slice(0, end), at);
    for (const next of / (and|or) $/.test(literal) ? places.reverse() : places) {
      if (found.length >= mostFits || ++tried >= mostPlaces) return;
      place(i + 1, next + literal.length, [...filled, text.slice(at, next)]);
    }
  };
  /** Two places without anything between them: a fragment begins with a bracket or a comma, or there is none. */
  const beside = (i: number, at: number, filled: readonly string[]): void => {
    const after = literals[i + 1]!;
    const stop = i + 1 === literals.length - 1 ? end : after === '' ? end : text.indexOf(after, at);
    if (stop < 0) return;
    const starts = [...text.slice(at, stop).matchAll(/ \(|[,;:] /g)].map(({ index }) => at + index).slice(0, 3);
    for (const next of [...starts, stop, at]) place(i + 1, next, [...filled, text.slice(at, next)]);
  };
  place(1, first.length, []);
  return found;
}
