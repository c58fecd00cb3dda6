/** Cells of a column as codes, as rewards and as ends of episodes. */
import { UserError } from '../../protocol/errors';
import type { Note } from '../../protocol/profile';
import { booleanMeaning } from '../data/booleanText';
import { sortLevels } from '../data/convert';
import { parsePlain } from '../data/numberText';
import type { Column } from '../data/table';

/** The different values of columns, one code for all of them: a number and a text that spells it are the same. Codes of column c are result.codes[c]. */
export function codeTogether(columns: readonly Column[]): { readonly codes: Int32Array[]; readonly labels: readonly string[]; readonly values?: readonly number[] } {
  if (columns.every(column => column.storage === 'number')) return codeNumbers(columns.map(column => column.values));
  const texts = columns.map(column => (column.storage === 'number' ? numberTexts(column.values) : { codes: column.codes, labels: column.levels }));
  const used = new Set<string>();
  for (const { codes, labels } of texts) {
    const seen = new Uint8Array(labels.length);
    for (let i = 0; i < codes.length; i++) if (codes[i]! >= 0) seen[codes[i]!] = 1;
    labels.forEach((label, code) => { if (seen[code] === 1) used.add(label); });
  }
  const labels = sortLevels([...used]);
  const place = new Map(labels.map((label, code) => [label, code]));
  const codes = texts.map(text => {
    const to = Int32Array.from(text.labels, label => place.get(label) ?? -1);
    return text.codes.map(code => (code < 0 ? -1 : to[code]!));
  });
  const values = labels.map(label => parsePlain(label));
  return { codes, labels, ...(values.every(value => value !== undefined) && { values: values as number[] }) };
}

/** Whole numbers from a range not wider than this, or than a few times the cells, are coded by a table instead of a map. */
const mostDense = 1 << 16;

function codeNumbers(columns: readonly Float64Array[]): { codes: Int32Array[]; labels: string[]; values: number[] } {
  const range = wholeRange(columns);
  if (range) return codeWhole(columns, range);
  const place = new Map<number, number>();
  for (const column of columns) for (let i = 0; i < column.length; i++) {
    const value = column[i]! + 0;
    if (value === value && !place.has(value)) place.set(value, 0);
  }
  const values = [...place.keys()].sort((a, b) => a - b);
  values.forEach((value, code) => place.set(value, code));
  const codes = columns.map(column => {
    const found = new Int32Array(column.length);
    for (let i = 0; i < found.length; i++) found[i] = column[i] === column[i] ? place.get(column[i]! + 0)! : -1;
    return found;
  });
  return { codes, labels: values.map(String), values };
}

/** Smallest and largest number, where all are whole and lie close enough. */
function wholeRange(columns: readonly Float64Array[]): { low: number; high: number } | undefined {
  let [low, high, cells] = [Infinity, -Infinity, 0];
  for (const column of columns) for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    if (value !== value) continue;
    if (!Number.isInteger(value)) return undefined;
    if (value < low) low = value;
    if (value > high) high = value;
    cells++;
  }
  return cells > 0 && high - low < Math.max(mostDense, 4 * cells) ? { low, high } : undefined;
}

function codeWhole(columns: readonly Float64Array[], { low, high }: { low: number; high: number }): { codes: Int32Array[]; labels: string[]; values: number[] } {
  const place = new Int32Array(high - low + 1);
  for (const column of columns) for (let i = 0; i < column.length; i++) if (column[i] === column[i]) place[column[i]! - low] = 1;
  const values: number[] = [];
  for (let k = 0; k < place.length; k++) {
    if (place[k] === 0) continue;
    place[k] = values.length;
    values.push(k + low);
  }
  const codes = columns.map(column => {
    const found = new Int32Array(column.length);
    for (let i = 0; i < found.length; i++) found[i] = column[i] === column[i] ? place[column[i]! - low]! : -1;
    return found;
  });
  return { codes, labels: values.map(String), values };
}

function numberTexts(column: Float64Array): { codes: Int32Array; labels: readonly string[] } {
  const { codes, labels } = codeNumbers([column]);
  return { codes: codes[0]!, labels };
}

/** Rewards; NaN where missing. Yes and no are 1 and 0 (said). Throws 'badFeatures' where the column holds text. */
export function rewardNumbers(column: Column, notes: Note[]): Float64Array {
  if (column.storage === 'number') return column.values;
  const words = column.levels.map(booleanMeaning);
  const boolean = column.levels.length > 0 && words.every(word => word !== undefined);
  const numbers = column.levels.map((level, i) => (boolean ? Number(words[i]) : parsePlain(level) ?? NaN));
  const used = new Uint8Array(numbers.length);
  for (let i = 0; i < column.codes.length; i++) if (column.codes[i]! >= 0) used[column.codes[i]!] = 1;
  const strange = column.levels.find((_, i) => used[i] === 1 && Number.isNaN(numbers[i]!));
  if (strange !== undefined) throw new UserError('badFeatures', `The reward "${column.name}" holds text such as "${strange.slice(0, 60)}"; a reward has to be a number.`, { column: column.name });
  if (boolean) notes.push({ kind: 'reading', text: `The reward "${column.name}" holds words: ${column.levels.map((level, i) => `"${level}" counts as ${numbers[i]}`).join(', ')}.` });
  return Float64Array.from(column.codes, code => (code < 0 ? NaN : numbers[code]!));
}

/** 1 at ends of episodes, 0 elsewhere, -1 where missing. Where the only value means yes, empty cells mean no (said). Throws 'badFeatures'. */
export function doneFlags(column: Column, notes: Note[]): Int8Array {
  const flags = column.storage === 'number' ? Int8Array.from(column.values, value => (Number.isNaN(value) ? -1 : flagOfNumber(value, column.name))) : wordFlags(column);
  let [no, yes, none] = [0, 0, 0];
  for (let i = 0; i < flags.length; i++) if (flags[i] === 0) no++; else if (flags[i] === 1) yes++; else none++;
  if (no === 0 && yes > 0 && none > 0) {
    notes.push({ kind: 'reading', text: `"${column.name}" has no other value than yes: its ${none} empty cells were read as no.` });
    return flags.map(flag => (flag < 0 ? 0 : flag));
  }
  return flags;
}

function flagOfNumber(value: number, name: string): number {
  if (value === 0 || value === 1) return value;
  throw notBoolean(name, String(value));
}

function wordFlags(column: Extract<Column, { storage: 'code' }>): Int8Array {
  const meanings = column.levels.map(level => {
    const number = parsePlain(level);
    return number === 0 || number === 1 ? number === 1 : booleanMeaning(level) ?? usualWords.get(level.toLowerCase());
  });
  const flags = new Int8Array(column.codes.length);
  for (let i = 0; i < flags.length; i++) {
    const code = column.codes[i]!;
    if (code >= 0 && meanings[code] === undefined) throw notBoolean(column.name, column.levels[code]!);
    flags[i] = code < 0 ? -1 : Number(meanings[code]);
  }
  return flags;
}

const usualWords = new Map([['done', true], ['terminal', true], ['terminated', true], ['end', true], ['not done', false], ['ongoing', false], ['continue', false]]);

function notBoolean(name: string, text: string): UserError {
  return new UserError('badFeatures', `The column "${name}", which should say where episodes end, holds "${text.slice(0, 60)}"; only true and false, yes and no, or 1 and 0 can be understood.`, { column: name });
}

/** Numbers of a column, those that its text spells included; NaN where missing. Throws 'badFeatures' where the text spells none. */
export function numbersOf(column: Column): Float64Array {
  if (column.storage === 'number') return column.values;
  const numbers = column.levels.map(level => parsePlain(level));
  const strange = column.levels[numbers.indexOf(undefined)];
  if (strange !== undefined) throw new UserError('badFeatures', `The column "${column.name}" holds "${strange.slice(0, 60)}", which is no number; the policy was learned from numbers.`, { column: column.name });
  return Float64Array.from(column.codes, code => (code < 0 ? NaN : numbers[code]!));
}
