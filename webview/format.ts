/** How numbers and names are written in every view: one set of rules, the same in every locale. Pure functions. */
import { known, t } from './l10n';

const minus = '-';

/**
 * A measured number at four significant digits, whole digits never rounded away; exponent notation from 1e7 up and
 * below 1e-4. Integers are written as integers. Values that are not finite are written in words.
 */
export function formatNumber(value: number | undefined): string {
  if (value === undefined || value === null) return '–';
  if (Number.isNaN(value)) return t('not defined');
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${minus}∞`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return tidyExponent(value.toExponential(3));
  if (Number.isInteger(value)) return groupThousands(String(value));
  let decimals = Math.max(0, 3 - Math.floor(Math.log10(size)));
  // A share or score below 1 is never shown as 1.
  while (size < 1 && decimals < 15 && Math.abs(Number(value.toFixed(decimals))) === 1) decimals++;
  return groupThousands(value.toFixed(decimals));
}

/** A number where there is little room (in a cell, at a bar): three significant digits, no zeros at the end. */
export function formatShort(value: number | undefined): string {
  return value === undefined || value === null || !Number.isFinite(value) ? formatNumber(value) : formatTick(Number(value.toPrecision(3)));
}

/** A count: all digits, thousands separated by commas. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? groupThousands(String(Math.round(value))) : formatNumber(value);
}

/** A p-value: four decimals, exponent notation below 0.001, and never zero. */
export function formatPValue(value: number | undefined): string {
  if (value === undefined || value === null || Number.isNaN(value)) return formatNumber(value);
  if (value < 1e-300) return '< 1e-300';
  return value < 0.001 ? tidyExponent(value.toExponential(2)) : value.toFixed(4);
}

/** A share between 0 and 1 as a percentage with three significant digits at most: "12.3 %". */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return formatNumber(share);
  const percent = share * 100;
  if (percent !== 0 && percent < 0.1) return '< 0.1 %';
  if (percent !== 100 && percent > 99.9) return '> 99.9 %';
  return `${percent.toFixed(percent === 0 || percent === 100 ? 0 : 1)} %`;
}

/** A level such as 0.95 as "95 %". */
export function formatLevel(level: number): string {
  return `${Number((level * 100).toPrecision(6))} %`;
}

/** An interval as "0.81 to 0.86"; a dash when there is none. */
export function formatInterval(low: number | undefined, high: number | undefined): string {
  if (low === undefined && high === undefined) return '–';
  return t('{0} to {1}', formatNumber(low), formatNumber(high));
}

/** A number for an axis tick: as short as it can be without loss at four digits. */
export function formatTick(value: number): string {
  if (!Number.isFinite(value)) return '';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return tidyExponent(Number(value.toPrecision(3)).toExponential());
  return groupThousands(String(Number(value.toPrecision(4))));
}

/** A point in time (milliseconds since 1970, UTC) as ISO 8601, the time left out at midnight. */
export function formatTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return formatNumber(milliseconds);
  const text = date.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}

/** Seconds in words: "3.2 s", "450 ms". */
export function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${Number(seconds.toPrecision(3))} s`;
}

/** All digits that JSON would write: for titles and the clipboard. */
export function fullPrecision(value: number): string {
  return String(value);
}

/** A count with its noun: "1 row", "12 rows". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return known(`{0} ${count === 1 ? one : many}`).replace('{0}', formatCount(count));
}

/**
 * A name from data, safe to look at: control characters as their pictures, characters that turn the direction of
 * writing as their code points, an empty name in words.
 */
export function visibleName(name: string): string {
  if (name === '') return t('(no name)');
  return name
    .replace(/[\u0000-\u001f]/g, character => String.fromCharCode(0x2400 + character.charCodeAt(0)))
    .replace(/\u007f/g, '\u2421')
    .replace(/[\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, character =>
      `‹U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`);
}

/** At most `limit` characters, the middle replaced by an ellipsis; never cuts a surrogate pair. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters = Array.from(text.slice(0, limit * 4 + 4));
  const whole = text.length > limit * 4 + 4 ? undefined : characters;
  if (whole && whole.length <= limit) return text;
  const head = characters.slice(0, Math.ceil((limit - 1) * 0.7)).join('');
  const tailLength = limit - 1 - Math.ceil((limit - 1) * 0.7);
  const tail = tailLength > 0 ? Array.from(text.slice(-tailLength * 2)).slice(-tailLength).join('') : '';
  return `${head}…${tail}`;
}

/** A sentence that may hold names of any length: overlong words and overlong texts are shortened. */
export function shortenSentence(text: string, word = 60, limit = 700): string {
  return shorten(visibleText(text).replace(/\S+/g, run => shorten(run, word)), limit);
}

/** Like visibleName, for running text: line breaks become spaces. */
export function visibleText(text: string): string {
  const oneLine = text.replace(/[\r\n\t]+/g, ' ');
  return oneLine === '' ? '' : visibleName(oneLine);
}

/** A name short enough for a chart's axis or an option list. */
export function shortName(name: string, limit = 28): string {
  return shorten(visibleName(name), limit);
}

function groupThousands(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function tidyExponent(text: string): string {
  return text.replace('e+', 'e').replace(/\.?0+e/, 'e');
}
