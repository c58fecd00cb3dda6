/** Numbers, shares and lists as the sentences of findings write them. */

/** Three significant digits, whole digits in full with thousands separators: "0.123", "23,228"; powers of ten below 1e-4 and from 1e15 on. */
export function numberWords(value: number): string {
  const size = Math.abs(value);
  const rounded = size >= 1000 && size < 1e15 ? Math.round(value) : Number(value.toPrecision(3));
  if (rounded === 0) return '0';
  return Math.abs(rounded) < 1e-4 || Math.abs(rounded) >= 1e15 ? rounded.toExponential().replace('e+', 'e') : rounded.toLocaleString('en-US', { maximumFractionDigits: 20 });
}

/** "97.4 %"; never all for less than all, nor none for more than none. */
export function percentWords(share: number): string {
  const percent = 100 * share;
  if (percent > 99.9 && percent < 100) return 'over 99.9 %';
  if (percent > 0 && percent < 0.05) return 'under 0.1 %';
  return `${Number(percent.toFixed(1))} %`;
}

/** "1 row", "5 rows". */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** "a", "a and b", "a, b and c". */
export function wordsOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}
