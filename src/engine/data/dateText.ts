/** Dates as people write them, resolved over a whole column. Values are milliseconds since 1970, UTC. */

export interface DateReading {
  /** Milliseconds since 1970 of a text in this format; NaN where it is none. */
  readonly read: (text: string) => number;
  readonly order: 'year' | 'name' | 'monthFirst' | 'dayFirst';
  /** What the dates look like, in words, e.g. "month/day/year". */
  readonly format: string;
  /** True when day and month could be the other way round in every value. */
  readonly ambiguous: boolean;
}

const time = '(?:[T\\s]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?\\s*([AaPp]\\.?[Mm]\\.?)?\\s*(Z|z|UTC|GMT|[+-]\\d{2}:?\\d{2}|[+-]\\d{2})?)?';
const yearFirst = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${time}$`);
const yearLast = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})${time}$`);
const dayMonthName = new RegExp(`^(?:[A-Za-z]{3,9},?\\s+)?(\\d{1,2})[\\s-]+([A-Za-z]{3,9})\\.?,?[\\s-]+(\\d{4})${time}$`);
const monthNameDay = new RegExp(`^(?:[A-Za-z]{3,9},\\s+)?([A-Za-z]{3,9})\\.?\\s+(\\d{1,2})(?:st|nd|rd|th)?,?\\s+(\\d{4})${time}$`);
const compact = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})?(Z)?$/;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const monthNames = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];

function monthOf(word: string): number {
  const lower = word.toLowerCase();
  if (lower === 'sept') return 9;
  const index = lower.length === 3 ? months.indexOf(lower) : monthNames.indexOf(lower);
  return index + 1;
}

function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.length > 3 ? zone.slice(-2) : 0);
  return zone.startsWith('-') ? -minutes : minutes;
}

/** Parts at `at`… of a match of `time`: hour, minute, second, fraction, AM/PM, zone. NaN when out of range. */
function timeOf(match: RegExpExecArray, at: number): number {
  if (match[at] === undefined) return 0;
  let hour = Number(match[at]);
  const minute = Number(match[at + 1]);
  const second = Number(match[at + 2] ?? 0);
  const millisecond = Math.round(Number(`0.${match[at + 3] ?? '0'}`) * 1000);
  const half = match[at + 4];
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return NaN;
    hour = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  }
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return NaN;
  return ((hour * 60 + minute - zoneMinutes(match[at + 5])) * 60 + second) * 1000 + millisecond;
}

function dayOf(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > 31) return NaN;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 ? date.getTime() : NaN;
}

function fullYear(text: string): number {
  const year = Number(text);
  return text.length === 4 ? year : year < 70 ? 2000 + year : 1900 + year;
}

type Reader = (text: string) => number;

const isoReader: Reader = text => {
  const match = yearFirst.exec(text);
  if (match) return dayOf(Number(match[1]), Number(match[3]), Number(match[4])) + timeOf(match, 5);
  const tight = compact.exec(text);
  if (!tight) return NaN;
  const clock = (Number(tight[4]) * 60 + Number(tight[5])) * 60 + Number(tight[6] ?? 0);
  return dayOf(Number(tight[1]), Number(tight[2]), Number(tight[3])) + clock * 1000;
};

function numericReader(monthFirst: boolean): Reader {
  return text => {
    const match = yearLast.exec(text);
    if (!match) return NaN;
    const [day, month] = monthFirst ? [match[3], match[1]] : [match[1], match[3]];
    return dayOf(fullYear(match[4]!), Number(month), Number(day)) + timeOf(match, 5);
  };
}

const nameReader: Reader = text => {
  const first = dayMonthName.exec(text);
  if (first) return dayOf(Number(first[3]), monthOf(first[2]!), Number(first[1])) + timeOf(first, 4);
  const second = monthNameDay.exec(text);
  if (second) return dayOf(Number(second[3]), monthOf(second[1]!), Number(second[2])) + timeOf(second, 4);
  return NaN;
};

function readsAll(texts: readonly string[], reader: Reader): boolean {
  return texts.every(text => !Number.isNaN(reader(text)));
}

/** Whether one text looks like a date in any of the forms that are read. */
export function looksLikeDate(text: string): boolean {
  if (text.length < 6 || text.length > 40 || !/\d/.test(text)) return false;
  return [isoReader, numericReader(true), numericReader(false), nameReader].some(reader => !Number.isNaN(reader(text)));
}

/**
 * Reads every text by one format, or returns undefined when no single format reads them all. Where both orders of day
 * and month fit, "/" is read month first (as in the United States) and "." or "-" day first (as in Europe).
 */
export function readDates(texts: readonly string[]): DateReading | undefined {
  if (texts.length === 0 || !looksLikeDate(texts[0]!)) return undefined;
  if (readsAll(texts, isoReader)) return { read: isoReader, order: 'year', format: 'year-month-day', ambiguous: false };
  if (readsAll(texts, nameReader)) return { read: nameReader, order: 'name', format: 'with the name of the month', ambiguous: false };
  const monthFirst = readsAll(texts, numericReader(true));
  const dayFirst = readsAll(texts, numericReader(false));
  if (!monthFirst && !dayFirst) return undefined;
  const american = monthFirst && (!dayFirst || texts[0]!.includes('/'));
  return {
    read: numericReader(american),
    order: american ? 'monthFirst' : 'dayFirst',
    format: american ? 'month/day/year' : 'day/month/year',
    ambiguous: monthFirst && dayFirst,
  };
}
