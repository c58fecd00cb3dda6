/**
 * Sentences of the engine in another language. The engine writes English, which files and other programs read; what it wrote is
 * translated when it is shown: the template of a sentence is found again ("{0} rows were left out"), and what fills its places is put
 * into the template's translation. What has no template stays English. `npm run l10n` lists templates without a translation.
 */
import { Atoms, findNames, isFaithful, wordsOfItsOwn } from './proseAtoms';
import { anyWord, fits, indexOf, wordsOf, type ProseTable, type Template } from './proseTemplates';

/** `names`: what the data calls its columns, classes and levels; they are never translated. */
export type Prose = (text: string, names?: ReadonlySet<string>) => string;

const none: ReadonlySet<string> = new Set();
/** Nesting of fragments, at most. */
const deepest = 10;
/** Longer texts are no sentences. */
const longest = 2500;
/** Letters that are looked at for a text, again and again: nothing is drawn before its texts are there. */
const mostWork = 60_000;
/** Templates that are tried for a text, those that say most first. */
const mostTried = 10;
/** Sentences that are one text of the table, at most. */
const mostTogether = 5;
/** Share of the words of a sentence that may stay English. */
const mostLeft = 0;
/** A template with fewer letters of its own, such as "{0} to {1}", joins names, numbers and whole texts only. */
const fewLetters = 12;
/** Sets of names that are remembered, each with so many texts at most. */
const rememberedSets = 4;
const rememberedTexts = 5000;

export function proseOf(table: ProseTable): Prose {
  const index = indexOf(table);
  if (index.size === 0) return text => text;
  const words = new Set(Object.keys(table).flatMap(wordsOf));
  const known = new Set(Object.keys(table).flatMap(wordsOfItsOwn));
  const sets = new Map<string, (text: string) => string>();
  return (text, names = none) => {
    if (text.length > longest || !/\p{L}/u.test(text) || names.has(text.trim())) return text;
    const key = JSON.stringify([...names]);
    let say = sets.get(key);
    if (!say) {
      if (sets.size >= rememberedSets) sets.clear();
      say = translator(table, index, [...names], { words, known });
      sets.set(key, say);
    }
    return say(text);
  };
}

/** Of one set of names: what was translated is remembered. */
function translator(table: ProseTable, index: Index, names: readonly string[], { words, known }: { readonly words: ReadonlySet<string>; readonly known: ReadonlySet<string> }): (text: string) => string {
  const memory = new Map<string, string>();
  const all = findNames(names);
  // A column may be called as a word of the engine is, "target", and what a report names may be a text of the engine: in long sentences the word is tried, too.
  const others = names.filter(name => !words.has(name.toLowerCase()) && !Object.hasOwn(table, name));
  const shown: ReadonlySet<string> = new Set(names.filter(name => !others.includes(name)));
  const finders = [{ finder: all, shown: none }, ...(shown.size > 0 ? [{ finder: findNames(others), shown }] : [])];
  return text => {
    if (Object.hasOwn(table, text)) return table[text]!;
    let found = memory.get(text);
    if (found !== undefined) return found;
    found = text;
    let least = Infinity;
    for (const { finder, shown } of /(?:\p{L}{2,}\P{L}+){5}/u.test(text) ? finders : finders.slice(0, 1)) {
      const atoms = new Atoms(finder, known);
      const masked = atoms.mask(text);
      const said = new Translation(table, index, shown).of(masked);
      const left = wordsLeft(said);
      if (said === masked || left >= least) continue;
      [found, least] = [atoms.put(said), left];
      if (left === 0) break;
    }
    if (memory.size >= rememberedTexts) memory.clear();
    memory.set(text, found);
    return found;
  };
}

type Index = ReadonlyMap<string, readonly Template[]>;

/** A translation, and how many English words it still has: none is best. */
interface Said { readonly text: string; readonly left: number }

class Translation {
  private readonly said = new Map<string, Said>();
  private work = 0;

  /** `names`: of the data, that are words of the engine, too: what fills a place is the data's. */
  constructor(private readonly table: ProseTable, private readonly index: Index, private readonly names: ReadonlySet<string>) {}

  /** Sentence by sentence: one of which too much would stay English is left as it is, for half a translation is none. */
  of(text: string): string {
    const whole = this.best(text, 0);
    if (whole.left === 0 && isFaithful(text, whole.text)) return whole.text;
    return joined(this.bySentences(text, 0).map(({ piece, said }) => (said.left <= mostLeft * wordsLeft(piece) && isFaithful(piece, said.text) ? said.text : piece)));
  }

  /** The sentences of a text; those that are one text of the table stay together. */
  private bySentences(text: string, depth: number): { readonly piece: string; readonly said: Said }[] {
    const pieces = text.split(sentenceEnd);
    const found: { piece: string; said: Said }[] = [];
    for (let from = 0, next = 0; from < pieces.length; from = next) {
      next = from + 1;
      let piece = pieces[from]!;
      let said = this.best(piece, depth);
      for (let to = Math.min(pieces.length, from + mostTogether); said.left > 0 && to > from + 1; to--) {
        if (from === 0 && to === pieces.length) continue;
        const longer = pieces.slice(from, to).join(' ');
        const one = this.best(longer, depth);
        if (one.left === 0) [piece, said, next] = [longer, one, to];
      }
      found.push({ piece, said });
    }
    return found;
  }

  private best(text: string, depth: number): Said {
    const [, before = '', core = '', after = ''] = /^(\s*)([^]*?)(\s*)$/.exec(text) ?? [];
    const found = this.bestOf(core, depth);
    return before === '' && after === '' ? found : { text: `${before}${found.text}${after}`, left: found.left };
  }

  private bestOf(core: string, depth: number): Said {
    const known = this.said.get(core);
    if (known) return known;
    if (depth > 0 && this.names.has(core)) return { text: core, left: 0 };
    this.work += core.length;
    if (core === '' || !/\p{L}/u.test(core.replace(/[\ue000-\uf8ff]/g, ''))) return { text: core, left: 0 };
    if (this.work > mostWork || depth > deepest) return { text: core, left: core.length };
    const as: Said = { text: core, left: wordsLeft(core) };
    this.said.set(core, as);
    const found = this.search(core, depth, as);
    this.said.set(core, found);
    return found;
  }

  /** The first way that leaves nothing English, else the one that leaves least. */
  private search(core: string, depth: number, as: Said): Said {
    let best = as;
    for (const way of this.ways(core, depth)) {
      if (way.left < best.left || (way.left === 0 && best === as)) best = way;
      if (best.left === 0 && best !== as) break;
    }
    return best;
  }

  private *ways(core: string, depth: number): Generator<Said> {
    const small = `${core[0]!.toLowerCase()}${core.slice(1)}`;
    const forms = small === core ? [core] : [core, small];
    const capital = `${core[0]!.toUpperCase()}${core.slice(1)}`;
    for (const form of [...forms, capital]) if (Object.hasOwn(this.table, form)) yield { text: this.table[form]!, left: 0 };
    if (sentenceEnd.test(core)) {
      const done = this.bySentences(core, depth + 1).map(({ said }) => said);
      yield { text: joined(done.map(one => one.text)), left: sum(done) };
    }
    yield* this.byTemplate(forms, depth);
    yield* this.byParts(core, depth);
  }

  private *byTemplate(forms: readonly string[], depth: number): Generator<Said> {
    const fitting: { readonly template: Template; readonly ways: readonly (readonly string[])[] }[] = [];
    for (const word of new Set([...wordsOf(forms[0]!), ...(depth > 0 ? [anyWord] : [])])) {
      for (const template of this.index.get(word) ?? []) {
        const ways = forms.flatMap(form => fits(template, form));
        if (ways.length > 0) fitting.push({ template, ways });
      }
    }
    fitting.sort((a, b) => b.template.letters - a.template.letters);
    for (const { template, ways } of fitting.slice(0, mostTried)) for (const filled of ways) yield this.fillIn(template, filled, depth);
  }

  private fillIn({ literals, places, to, letters, counts }: Template, filled: readonly string[], depth: number): Said {
    if (counts && / [A-Za-z]|[A-Z]/.test(filled[0]!)) return { text: '', left: Infinity };
    // A fragment with a full stop ends a sentence in the translation, too.
    if (filled.some((part, i) => endsSentence.test(part) && !(/ .*[a-z]/.test(part) && /^(?: |$)/.test(literals[i + 1]!) && endsThere(places[i]!, to)))) return { text: '', left: Infinity };
    if (letters < fewLetters && !filled.every(part => this.isSimple(part))) return { text: '', left: Infinity };
    let left = 0;
    const parts = new Map(places.map((place, i) => {
      // What stands in quotes is somebody's word.
      const quoted = /["“]$/.test(literals[i]!) && /^["”]/.test(literals[i + 1]!);
      const said = quoted ? { text: filled[i]!, left: 0 } : this.best(filled[i]!, depth + 1);
      left += said.left;
      return [place, said.text];
    }));
    return { text: to.replace(/\{(\d+)\}/g, (place, number: string) => parts.get(Number(number)) ?? place), left };
  }

  /** A name, a number, a text of the table, a number of things, or a list of these. */
  private isSimple(part: string): boolean {
    const text = part.trim();
    if (!/[A-Za-z]/.test(text) || Object.hasOwn(this.table, text)) return true;
    const parts = text.split(/, | and | or /);
    if (parts.length > 1) return parts.every(one => this.isSimple(one));
    const [, things] = /^[\d\ue000-\uf8ff]+ ([^\d]+)$/.exec(text) ?? [];
    return things !== undefined && Object.hasOwn(this.table, `{0} ${things}`);
  }

  /** What templates are put together with: a full stop, brackets, a colon, lists. */
  private *byParts(text: string, depth: number): Generator<Said> {
    if (text.includes('; ')) yield this.together(text.split('; '), depth, parts => parts.join('；'));
    yield* this.inTwo(text, depth);
    if (/[^.]\.$/.test(text)) yield this.together([text.slice(0, -1)], depth, ([one]) => `${one}。`);
    const bracket = /^([^()]+) \(((?:[^()]|\([^()]*\))+)\)([^]*)$/.exec(text);
    if (bracket) yield this.together(bracket.slice(1), depth, ([head, inside, rest]) => `${head}（${inside}）${rest}`);
    const colon = /^([^:]+): ([^]+)$/.exec(text);
    if (colon) yield this.together(colon.slice(1), depth, parts => parts.join('：'));
    const words = /^([^]*) (and|or) ([^]*)$/.exec(text);
    if (words) yield this.together([...words[1]!.split(', '), words[3]!], depth, parts => `${parts.slice(0, -1).join('、')}${words[2] === 'and' ? '和' : '或'}${parts.at(-1)}`);
    if (text.includes(', ')) yield this.together(text.split(', '), depth, parts => parts.join('，'));
  }

  /** A text and one that was put behind it. */
  private *inTwo(text: string, depth: number): Generator<Said> {
    for (const { index } of text.matchAll(/(?=,(?!\d)|[;(]| and | where | which )/g)) {
      if (index === 0) continue;
      const end = this.best(text.slice(index), depth + 1);
      if (end.left > 0) continue;
      const start = this.best(text.slice(0, index), depth + 1);
      yield { text: `${start.text.trimEnd()}${end.text.trimStart()}`, left: start.left };
    }
  }

  private together(parts: readonly string[], depth: number, join: (parts: readonly string[]) => string): Said {
    const done = parts.map(part => this.best(part, depth + 1));
    return { text: join(done.map(one => one.text)), left: sum(done) };
  }
}

/** Whether a blank, another place or nothing follows a place. */
const endsThere = (place: number, to: string): boolean => /^(?:\s|\{\d+\}|$)/.test(to.slice(to.lastIndexOf(`{${place}}`) + `{${place}}`.length));

const sum = (all: readonly Said[]): number => all.reduce((total, { left }) => total + left, 0);

/** Sentences after each other: Chinese ones without a blank between them. */
function joined(sentences: readonly string[]): string {
  return sentences.reduce((all, one) => `${all}${/[。！？；：，]$/.test(all) ? '' : ' '}${one}`);
}

/** English words of a text that are no units, functions or authors: those in small letters. */
function wordsLeft(text: string): number {
  const bare = text.replace(/\([^()]*\b(?:19|20)\d\d[a-z]?\)/g, ' ').replace(/--?[a-z][\w-]*(?:[ =][\w.:=-]+)?/gi, ' ');
  return (bare.match(/(?<![\w_])[a-z]{2,}(?![\w_])/g) ?? []).filter(word => !units.has(word)).length;
}

const units: ReadonlySet<string> = new Set(['ms', 'vs', 'relu', 'tanh', 'gelu', 'sigmoid']);

const endsSentence = /[\p{L}\d)%”"’²\ue000-\uf8ff][.!?]$/u;

/** After a full stop that a capital or what is masked follows. */
const sentenceEnd = /(?<!\b(?:al|cf|e\.g|i\.e|[A-Z])\.)(?<=[a-z0-9)%”"’²\p{L}\ue000-\uf8ff][.!?]) +(?=["“(]?[\p{Lu}\d\ue000-\uf8ff])/u;
