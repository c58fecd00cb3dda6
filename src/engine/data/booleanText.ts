/** The usual spellings of true and false. 0 and 1 are not among them: they stay numbers. */

const pairs: readonly (readonly [string, string])[] = [
  ['false', 'true'], ['no', 'yes'], ['n', 'y'], ['f', 't'], ['off', 'on'],
];

const meaning = new Map<string, { readonly pair: number; readonly value: boolean }>();
pairs.forEach(([no, yes], pair) => {
  meaning.set(no, { pair, value: false });
  meaning.set(yes, { pair, value: true });
});

/** True or false when text is a usual spelling of one, whatever its case. */
export function booleanMeaning(text: string): boolean | undefined {
  return text.length > 5 ? undefined : meaning.get(text.toLowerCase())?.value;
}

/** Whether the texts are spellings of both true and false out of one pair of words. */
export function areBooleans(texts: readonly string[]): boolean {
  if (texts.length < 2 || texts.length > 12) return false;
  const found = texts.map(text => (text.length > 5 ? undefined : meaning.get(text.toLowerCase())));
  const pair = found[0]?.pair;
  return found.every(f => f !== undefined && f.pair === pair) && new Set(found.map(f => f!.value)).size === 2;
}
