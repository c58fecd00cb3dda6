/** Decides what a column is (its kind) and how its texts are read, by looking at all of its values. */
import type { ColumnKind, ColumnReading, LevelCount } from '../../protocol/profile';
import { areBooleans, booleanMeaning } from './booleanText';
import { looksLikeDate, readDates } from './dateText';
import { isMissing, isMissingAmongNumbers, trimCell } from './missing';
import { hasLeadingZero, losesDigits, numberStyles, parsePlain, stripAffix, styleReader, type NumberStyle } from './numberText';
import { levelCounts, type RawColumn, type RawNumbers, type RawTexts } from './rawColumn';

export interface KindOptions {
  readonly name: string;
  /** Place among the columns, 0 is the first. */
  readonly index: number;
  readonly decimal: '.' | ',';
  readonly hint?: 'categorical' | 'numeric' | 'datetime';
}

/** What was decided. A value is read from its trimmed text; undefined and NaN mean missing. */
export interface Decision {
  readonly kind: ColumnKind;
  readonly storage: 'number' | 'code';
  readonly note?: string;
  /** Of numbers that are not written plainly, and of dates. */
  readonly reading?: ColumnReading;
  readonly number?: (text: string) => number;
  readonly label?: (text: string) => string | undefined;
  /** Of texts that are no categories: counted once here, for there may be as many as rows. */
  readonly summary?: { readonly missing: number; readonly distinct: number; readonly levels: readonly LevelCount[] };
}

/** A distinct value that is not missing, with its number of cells. */
interface Level { readonly text: string; readonly count: number }

const idName = /(?:^|[\s_.\-:#])(?:ids?|idx|index|key|uuid|guid|row|rows|rowid|rownum|row_?names?|nr|no|sno|serial)\.?$|[a-z](?:Id|ID|Idx|Index|Key)$|^unnamed:\s*\d+$|^(?:id|idx|index|row)[_\s.]|^$/i;

/** Whether a name says that the column numbers or names its rows. */
export function isIdName(name: string): boolean {
  if (/[a-z](?:id|idx|key|index)$/i.test(name) && !/[a-z](?:Id|ID|Idx|Index|Key)$/.test(name)) return /(?:^|[\s_.\-:#])(?:id|ids|idx|index|key|uuid|guid|rowid)$/i.test(name);
  return idName.test(name);
}

export function decideKind(raw: RawColumn, options: KindOptions): Decision {
  return raw.storage === 'number' ? decideNumbers(raw, options) : decideTexts(raw, options);
}

const asText = (value: number): string => String(value === 0 ? 0 : value);

function decideNumbers(raw: RawNumbers, options: KindOptions): Decision {
  const { values } = raw;
  let low = Infinity;
  let high = -Infinity;
  let present = 0;
  let integers = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value - value !== 0) continue;
    present++;
    if (value < low) low = value;
    if (value > high) high = value;
    if (integers && !Number.isInteger(value)) integers = false;
  }
  if (present === 0) return options.hint === 'numeric' ? { ...emptyDecision(), storage: 'number' } : emptyDecision();
  if (options.hint === 'categorical') return { kind: 'categorical', storage: 'code', note: 'Numbers taken as categories, as asked.' };
  if (low === high) return constantNumber(asText(low));
  if (options.hint !== 'numeric' && integers && isIdName(options.name) && present === values.length && allDistinct(values)) return identifierNumber();
  // A reader that knows the file's decimal comma gives numbers, but the cells are texts with a comma.
  return { kind: 'numeric', storage: 'number', ...(options.decimal === ',' && { reading: { kind: 'number', decimal: ',', signs: false } }) };
}

function allDistinct(values: Float64Array): boolean {
  const sorted = values.slice().sort();
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) return false;
  return sorted.length > 2;
}

const emptyDecision = (): Decision => ({ kind: 'empty', storage: 'code', note: 'No values at all.', label: () => undefined });
const constantNumber = (text: string): Decision => ({ kind: 'constant', storage: 'number', note: `Every value is ${text}.` });
const identifierNumber = (): Decision => ({ kind: 'identifier', storage: 'code', note: 'A different whole number in every row, named like an identifier.' });

/** Distinct trimmed texts that are no missing marker; "-" is a value where "+" stands beside it. */
function levelsOf(raw: RawTexts): { levels: Level[]; rows: number } {
  const counts = levelCounts(raw.codes, raw.levels.length);
  const merged = new Map<string, number>();
  raw.levels.forEach((text, i) => {
    if (counts[i]! > 0) merged.set(trimCell(text), (merged.get(trimCell(text)) ?? 0) + counts[i]!);
  });
  const signs = merged.has('+');
  const levels: Level[] = [];
  for (const [text, count] of merged) if (!isMissing(text) || (signs && text === '-')) levels.push({ text, count });
  return { levels, rows: raw.codes.length };
}

/** More different words than these make a column of numbers one of words. */
const mostWords = 5;

const cells = (levels: readonly Level[]): number => levels.reduce((sum, level) => sum + level.count, 0);

function decideTexts(raw: RawTexts, options: KindOptions): Decision {
  const { levels, rows } = levelsOf(raw);
  if (levels.length === 0) return options.hint === 'numeric' ? { ...emptyDecision(), storage: 'number', number: () => NaN } : emptyDecision();
  const signs = levels.some(level => level.text === '-');
  if (options.hint === 'categorical') return { ...labelled('categorical', signs), ...shortNumbers(levels), note: 'Taken as categories, as asked.' };
  const texts = levels.map(level => level.text);
  if (options.hint !== 'numeric' && areBooleans(texts)) return booleanDecision(levels);
  const asked = options.hint === 'datetime' ? forcedDates(levels) : undefined;
  if (asked) return asked;
  const numbers = readNumbers(levels, options);
  if (options.hint === 'numeric') return forcedNumeric(numbers, levels);
  const decided = numbers && decideReadNumbers(numbers, levels, rows, options);
  if (decided) return decided;
  const words = decideDates(levels) ?? decideWords(levels, rows, signs, options);
  return words.kind === 'text' || words.kind === 'identifier' ? { ...words, summary: countTexts(levels, rows) } : words;
}

function countTexts(levels: readonly Level[], rows: number): Decision['summary'] {
  // Levels in sort order break ties; where all texts occur once, any twenty will do and the first of the file are taken.
  const repeated = levels.some(level => level.count > 1);
  const ordered = repeated ? [...levels].sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1)) : levels;
  return { missing: rows - cells(levels), distinct: levels.length, levels: ordered.slice(0, 20).map(({ text, count }) => ({ level: text, count })) };
}

function decideDates(levels: readonly Level[]): Decision | undefined {
  const values = levels.filter(level => !isMissingAmongNumbers(level.text)).map(level => level.text);
  const dates = readDates(values);
  if (!dates) return undefined;
  const doubt = dates.ambiguous ? '; day and month could be the other way round in every value' : '';
  const note = `Dates read as ${dates.format}${doubt}.`;
  if (values.length === 1) return { kind: 'constant', storage: 'number', note: `Every value is ${clip(values[0]!)}.`, number: dates.read };
  return { kind: 'datetime', storage: 'number', note, reading: { kind: 'date', order: dates.order }, number: dates.read };
}

/** Dates where dates are expected: cells that are none count as missing, and are named. Undefined when none is a date. */
function forcedDates(levels: readonly Level[]): Decision | undefined {
  const given = levels.filter(level => !isMissingAmongNumbers(level.text));
  const dates = readDates(given.filter(level => looksLikeDate(level.text)).map(level => level.text));
  if (!dates) return undefined;
  const strange = given.filter(level => !looksLikeDate(level.text));
  const total = cells(strange);
  const note = strange.length === 0 ? '' : ` ${total} ${total === 1 ? 'cell is no date and counts' : 'cells are no dates and count'} as missing: ${strange.slice(0, 3).map(level => `"${clip(level.text)}"`).join(', ')}.`;
  return { kind: 'datetime', storage: 'number', note: `Dates read as ${dates.format}.${note}`, reading: { kind: 'date', order: dates.order }, number: text => (looksLikeDate(text) ? dates.read(text) : NaN) };
}

const labelled = (kind: ColumnKind, signs: boolean): Decision => ({
  kind, storage: 'code', label: text => (isMissing(text) && !(signs && text === '-') ? undefined : text),
});

/** Plain numbers as categories are printed in their shortest form: 1.0 and 1 are one level. */
function shortNumbers(levels: readonly Level[]): Partial<Decision> {
  if (!levels.every(level => parsePlain(level.text) !== undefined && !hasLeadingZero(level.text) && !losesDigits(level.text))) return {};
  return { label: text => (isMissing(text) ? undefined : shortest(text)) };
}

function shortest(text: string): string {
  const value = parsePlain(text);
  return value === undefined ? text : asText(value);
}

function booleanDecision(levels: readonly Level[]): Decision {
  const spelling = new Map<boolean, Level>();
  for (const level of levels) {
    const value = booleanMeaning(level.text)!;
    if ((spelling.get(value)?.count ?? 0) < level.count) spelling.set(value, level);
  }
  const note = levels.length > 2 ? `Spellings of the same word put together: ${list(levels.map(l => l.text))}.` : undefined;
  return {
    kind: 'boolean', storage: 'code', note,
    label: text => {
      const value = isMissing(text) ? undefined : booleanMeaning(text);
      return value === undefined ? undefined : spelling.get(value)?.text;
    },
  };
}

/** The best way found to read the texts as numbers. */
interface NumberReading {
  readonly style: NumberStyle;
  /** Currency or per cent sign that was taken off. */
  readonly unit: string;
  readonly read: (text: string) => number;
  readonly words: readonly Level[];
  readonly numbers: readonly Level[];
}

function readNumbers(levels: readonly Level[], options: KindOptions): NumberReading | undefined {
  const candidates = levels.filter(level => !isMissingAmongNumbers(level.text));
  if (candidates.length === 0 || (options.hint !== 'numeric' && candidates.length > 2000 && !mayBeNumbers(candidates))) return undefined;
  const affixes = new Map<string, number>();
  const bodies = candidates.map(level => {
    const affix = stripAffix(level.text);
    if (affix && affix.unit !== '') affixes.set(affix.unit, (affixes.get(affix.unit) ?? 0) + 1);
    return affix?.body ?? level.text;
  });
  // Amounts in two currencies, or per cent beside plain numbers, are not one quantity.
  const unit = affixes.size === 1 ? [...affixes.keys()][0]! : '';
  const usable = affixes.size <= 1 && !(/[%‰]/.test(unit) && affixes.get(unit)! < 0.9 * candidates.length);
  const texts = usable ? bodies : candidates.map(level => level.text);
  let style: NumberStyle | undefined;
  let most = 0;
  for (const candidate of numberStyles(options.decimal)) {
    const reader = styleReader(candidate);
    let read = 0;
    for (let i = 0; i < texts.length; i++) if (reader(texts[i]!) !== undefined) read++;
    if (read > most || (style && read === most && prefersGroups(texts, style, candidate))) [style, most] = [candidate, read];
    if (most === texts.length && style?.group === undefined && style?.decimal === '.' && options.decimal === '.') break;
  }
  if (!style) return undefined;
  const reader = styleReader(style);
  const read = (text: string): number => {
    if (isMissingAmongNumbers(text)) return NaN;
    return reader((usable && stripAffix(text)?.body) || text) ?? NaN;
  };
  const words = candidates.filter(level => Number.isNaN(read(level.text)));
  const numbers = candidates.filter(level => !Number.isNaN(read(level.text)));
  return { style, unit: usable ? unit : '', read, words, numbers };
}

/** A look at some of many levels: words among them in every style mean words. */
function mayBeNumbers(levels: readonly Level[]): boolean {
  const step = Math.floor(levels.length / 500);
  const some = levels.filter((_, i) => i % step === 0).map(level => stripAffix(level.text)?.body ?? level.text);
  return numberStyles('.').some(style => {
    const reader = styleReader(style);
    return some.filter(text => reader(text) === undefined).length <= mostWords;
  });
}

/** In a file with decimal commas, 1.234 beside 2.500 and nothing else is written with thousands points. */
function prefersGroups(texts: readonly string[], style: NumberStyle, candidate: NumberStyle): boolean {
  return style.decimal === ',' && style.group === undefined && candidate.group === '.' && texts.some(text => text.includes('.'));
}

function decideReadNumbers(reading: NumberReading, levels: readonly Level[], rows: number, options: KindOptions): Decision | undefined {
  const { numbers, words } = reading;
  if (numbers.length === 0) return undefined;
  if (words.length > 0) return nearlyNumeric(reading);
  const digits = numbers.map(level => level.text);
  const widths = new Set(digits.map(text => text.length));
  if (digits.length > 1 && digits.some(hasLeadingZero) && widths.size === 1 && digits.every(text => /^\d+$/.test(text))) {
    return codeDecision(levels, rows, `Digits of one length with leading zeros (such as ${digits.find(hasLeadingZero)}) are codes, not numbers.`);
  }
  const values = new Set(numbers.map(level => reading.read(level.text)));
  const present = cells(numbers);
  const integers = digits.every(text => /^[+-]?\d+(?:\.0*)?$/.test(text));
  const unique = digits.length === present && present === rows && rows > 2;
  if (unique && integers && (isIdName(options.name) || digits.some(losesDigits))) return { ...identifierNumber(), ...shortLabel() };
  const note = numberNote(reading, digits);
  if (values.size === 1) return { ...constantNumber(clip(digits[0]!)), number: reading.read };
  return { kind: 'numeric', storage: 'number', note, ...styleOf(reading), number: reading.read };
}

/** Absent for plain numbers. */
function styleOf({ style: { decimal, group }, numbers }: NumberReading): { readonly reading?: ColumnReading } {
  const signs = numbers.some(level => stripAffix(level.text) !== undefined);
  if (decimal === '.' && group === undefined && !signs) return {};
  return { reading: { kind: 'number', decimal, ...(group !== undefined && { group }), signs } };
}

const shortLabel = (): Partial<Decision> => ({ label: text => (isMissing(text) ? undefined : losesDigits(text) ? text : shortest(text)) });

/** Codes of digits: an identifier when each row has its own, else categories. */
function codeDecision(levels: readonly Level[], rows: number, note: string): Decision {
  const kind = levels.length === cells(levels) && rows > 2 ? 'identifier' : 'categorical';
  return { ...labelled(kind, false), note };
}

function numberNote(reading: NumberReading, texts: readonly string[]): string | undefined {
  const parts: string[] = [];
  const { style, unit } = reading;
  if (/[%‰]/.test(unit)) parts.push(`"${unit}" left out, so ${clip(texts[0]!)} is read as ${reading.read(texts[0]!)}`);
  else if (unit !== '') parts.push(`amounts in ${unit}, the sign left out`);
  if (style.decimal === ',' && texts.some(text => text.includes(','))) parts.push('decimal commas');
  if (style.group !== undefined && texts.some(text => text.includes(style.group!) || /[\u00a0\u202f’]/.test(text))) parts.push(`"${style.group}" separates thousands`);
  if (texts.some(text => text.startsWith('('))) parts.push('amounts in brackets are negative');
  if (texts.some(hasLeadingZero)) parts.push(`leading zeros dropped (${texts.find(hasLeadingZero)} is read as ${Number(texts.find(hasLeadingZero))})`);
  if (texts.some(text => losesDigits(text) && Number.isFinite(Number(text)))) parts.push('some whole numbers have more digits than can be held exactly');
  return parts.length === 0 ? undefined : `Read as numbers: ${parts.join('; ')}.`;
}

/** A few words in a column of many numbers are values that could not be had; otherwise the words decide. */
function nearlyNumeric(reading: NumberReading): Decision | undefined {
  const wordCells = cells(reading.words);
  const numberCells = cells(reading.numbers);
  if (reading.words.length > mostWords || reading.numbers.length < 20 || wordCells > 0.02 * (wordCells + numberCells)) return undefined;
  const many = wordCells === 1 ? '1 cell is' : `${wordCells} cells are`;
  const note = `Read as numbers; ${many} no number and taken as missing: ${list(reading.words.map(l => l.text))}.`;
  return { kind: 'numeric', storage: 'number', note, ...styleOf(reading), number: reading.read };
}

function forcedNumeric(reading: NumberReading | undefined, levels: readonly Level[]): Decision {
  if (!reading || reading.numbers.length === 0) return { kind: 'empty', storage: 'number', note: 'Taken as numbers, as asked, but no value is a number.', number: () => NaN };
  const lost = cells(reading.words);
  const values = new Set(reading.numbers.map(level => reading.read(level.text)));
  const words = lost === 0 ? '' : ` ${lost} of ${cells(levels)} values are no numbers and count as missing: ${list(reading.words.map(l => l.text))}.`;
  if (values.size === 1) return { ...constantNumber(clip(reading.numbers[0]!.text)), number: reading.read };
  return { kind: 'numeric', storage: 'number', note: `Taken as numbers, as asked.${words}`, ...styleOf(reading), number: reading.read };
}

function decideWords(levels: readonly Level[], rows: number, signs: boolean, options: KindOptions): Decision {
  const present = cells(levels);
  const distinct = levels.length;
  if (distinct === 1) return { ...labelled('constant', signs), note: `Every value is ${clip(levels[0]!.text)}.` };
  const wordCount = (text: string): number => text.split(/\s+/).length;
  const words = levels.reduce((sum, level) => sum + wordCount(level.text) * level.count, 0) / present;
  const length = levels.reduce((sum, level) => sum + level.text.length * level.count, 0) / present;
  const mixture = mixtureNote(levels);
  if (distinct === present && present > 2 && (present >= 10 || present === rows)) {
    if (words > 4 || length > 60) return { ...labelled('text', signs), note: 'Free text, different in every row.' };
    return { ...labelled('identifier', signs), note: 'A different value in every row.' };
  }
  const share = distinct / present;
  if (distinct > 20 && share > 0.5) return { ...labelled('text', signs), note: `${distinct} different values in ${present} rows: free text, not categories.` };
  if (distinct > 20 && share > 0.2 && (words > 3 || length > 40)) return { ...labelled('text', signs), note: `Long texts, ${distinct} different ones.` };
  if (isIdName(options.name) && share > 0.5 && distinct > 10) return { ...labelled('identifier', signs), note: 'Nearly a different value in every row, named like an identifier.' };
  return { ...labelled('categorical', signs), note: mixture };
}

/** Says so when a column of words holds numbers or dates as well. */
function mixtureNote(levels: readonly Level[]): string | undefined {
  const numbers = levels.filter(level => parsePlain(level.text) !== undefined);
  const odd = levels.filter(level => /^0[xX][\da-fA-F]+$/.test(level.text) || /^[\uff10-\uff19]+$/.test(level.text));
  if (numbers.length === levels.length || numbers.length + odd.length === 0) return undefined;
  const others = levels.filter(level => !numbers.includes(level));
  return `Numbers and words mixed (${cells(numbers)} of ${cells(levels)} values are numbers; no numbers are ${list(others.map(l => l.text))}): read as categories, each text as it stands.`;
}

/** A text short enough for a sentence. */
export function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

function list(texts: readonly string[]): string {
  const head = texts.slice(0, 5).map(text => `"${clip(text)}"`).join(', ');
  return texts.length > 5 ? `${head} and ${texts.length - 5} more` : head;
}
