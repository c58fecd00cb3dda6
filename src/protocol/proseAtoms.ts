/**
 * What of a sentence is no text of the engine: the data's names, what stands in quotes, files, and numbers with a point. Each is one
 * sign of Unicode's private use while templates are fitted, so that no template can take it apart, and is put back afterwards.
 */

/** From U+E000 on; more atoms are not masked. */
const first = 0xe000;
const most = 6000;
/** Names that are looked for in texts. */
const mostNames = 500;

/** A path from the root, which may have blanks in it, or a file's name. */
const filePath = /(?<![^\s(])(?:(?:[A-Za-z]:)?[\\/][^"“”\n]*?|[^\s"“”(),;:]+)\.(?:csv|tsv|txt|parquet|json|ipynb|html)(?:\.gz)?(?![\p{L}\p{N}])/gu;

export class Atoms {
  private readonly held: string[] = [];

  /** `names`: finds the data's names; `known`: numbers and quotations that templates have as words of their own. */
  constructor(private readonly names: RegExp | undefined, private readonly known: ReadonlySet<string>) {}

  mask(text: string): string {
    const quoted = text.replace(filePath, path => this.sign(path)).replace(/(["“])([^"“”]*)(["”])/g, (_, open: string, inside: string, close: string) => `${open}${this.known.has(inside) ? inside : this.sign(inside)}${close}`);
    const named = this.names ? quoted.replace(this.names, name => (this.known.has(name) && /[^\p{L}]/u.test(name) ? name : this.sign(name))) : quoted;
    return named.replace(/[-−+]?\d+(?:[.,]\d+)+(?:e[-+]?\d+)?|\d+e[-+]?\d+/g, number => (this.known.has(number) ? number : this.sign(number)));
  }

  put(text: string): string {
    return text.replace(/[\ue000-\uf8ff]/g, sign => {
      const held = this.held[sign.charCodeAt(0) - first];
      return held === undefined ? sign : this.put(held);
    });
  }

  private sign(text: string): string {
    if (text === '' || this.held.length >= most) return text;
    this.held.push(text);
    return String.fromCharCode(first + this.held.length - 1);
  }
}

/** The numbers with a point and the quotations of a template: words of the engine. */
export function wordsOfItsOwn(template: string): string[] {
  const quotations = [...template.matchAll(/["“]([^"“”{}]*)["”]/g)].map(([, inside]) => inside!);
  return [...quotations, ...(template.match(/\d+(?:[.,]\d+)+|\d+e[-+]?\d+/g) ?? [])];
}

/** Whether a translation has the atoms and whole numbers of a sentence, each as often, and its ranges between the same ends. */
export function isFaithful(text: string, translation: string): boolean {
  const values = (of: string): string => (of.match(/[\ue000-\uf8ff]|\d+/g) ?? []).sort().join(' ');
  if (values(text) !== values(translation)) return false;
  const ends = [...translation.matchAll(/([\ue000-\uf8ff]|\d+)(?: ?%)? ?(?:至|到|to) ?[-−+]?([\ue000-\uf8ff]|\d+)/g)].map(([, low, high]) => `${low} ${high}`);
  return [...text.matchAll(/(?<!from [-−+]?)([\ue000-\uf8ff]|(?<!\d)\d+)(?: ?%)? to [-−+]?([\ue000-\uf8ff]|\d+)/g)].every(([, low, high]) => ends.includes(`${low} ${high}`));
}

/** What finds the data's names in a text, the longest first; undefined without any, and for very many. */
export function findNames(names: readonly string[]): RegExp | undefined {
  const all = names.filter(name => /\p{L}/u.test(name)).sort((a, b) => b.length - a.length);
  if (all.length === 0 || all.length > mostNames) return undefined;
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${all.map(name => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
}
