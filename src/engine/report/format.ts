/** Numbers as words: how every sentence of a report writes them. */

/**
 * A number with at most `digits` significant digits, but whole digits never rounded away: thousands separators for
 * large ones, powers of ten from 1e15 up and below 1e-4, no trailing zeros, never "-0". What is not finite is a dash.
 */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return '–';
  const whole = Math.abs(value) >= 10 ** digits && Math.abs(value) < 1e15;
  const rounded = whole ? Math.round(value) : belowOne(value, digits);
  if (rounded === 0) return '0';
  const size = Math.abs(rounded);
  if (size >= 1e15 || size < 1e-4) return rounded.toExponential().replace('e+', 'e');
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 20 });
}

/** Rounded to `digits`; to more where a score below 1 would become 1. */
function belowOne(value: number, digits: number): number {
  let rounded = Number(value.toPrecision(digits));
  for (let more = digits + 1; Math.abs(value) < 1 && Math.abs(rounded) === 1 && more <= 17; more++) rounded = Number(value.toPrecision(more));
  return rounded;
}

/** A whole number in full, with thousands separators: "32,561". */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** "1 row", "1,309 rows". */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A share as a percentage: 0.9483 is "94.8 %". Never "100 %" for less than all, nor "0 %" for more than none. */
export function formatPercent(share: number): string {
  const percent = 100 * share;
  if (percent > 99.9 && percent < 100) return 'over 99.9 %';
  if (percent > 0 && percent < 0.05) return 'under 0.1 %';
  return `${formatNumber(Number(percent.toFixed(1)))} %`;
}

/** A level as a percentage: 0.95 is "95 %". */
export function formatLevel(level: number): string {
  return `${Number((100 * level).toPrecision(6))} %`;
}

export interface Bounds { readonly low?: number; readonly high?: number }

/** " (95 % interval 0.81 to 0.85)", or nothing when a bound is missing. */
export function intervalWords({ low, high }: Bounds, level: number, digits = 3): string {
  if (low === undefined || high === undefined) return '';
  return ` (${formatLevel(level)} interval ${formatNumber(low, digits)} to ${formatNumber(high, digits)})`;
}

/** A ratio: beside 1 with three digits of its difference from 1, so that 1.00032 does not read "1". */
export function formatRatio(ratio: number): string {
  const difference = Math.abs(ratio - 1);
  if (difference === 0 || difference >= 0.1 || difference < 1e-12) return formatNumber(ratio, 3);
  return formatNumber(ratio, 3 - Math.floor(Math.log10(difference)));
}

/** "a", "a and b", "a, b and c"; beyond `most` items "a, b and 7 more". */
export function listWords(items: readonly string[], most = 5): string {
  if (items.length > most) return `${items.slice(0, most).join(', ')} and ${formatCount(items.length - most)} more`;
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}

/** A column's name in a sentence: in quotation marks, so that it is told from the words and from a pair of terms. */
export function columnName(name: string): string {
  return `"${name}"`;
}

/** The words with a capital first letter. */
export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
