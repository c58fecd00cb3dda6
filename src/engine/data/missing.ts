/** The texts that stand for "no value" in a data file. */

/** Markers that mean missing in every column. The empty and the blank cell count too. */
export const missingMarkers: readonly string[] = [
  '', 'NA', 'N/A', 'n/a', 'NaN', 'nan', 'NAN', 'null', 'NULL', 'Null', '?', '-', '#N/A', '#NA', '<NA>',
];

/**
 * Further markers, believed only among numbers and dates: in a column of words "None" is often a value
 * (no alley, no other debtor).
 */
const missingAmongNumbers: readonly string[] = [
  'None', 'none', 'NONE', 'na', 'Na', 'n.a.', 'N.A.', '.', '..', '--', '---', '*', 'nil', 'missing', 'MISSING', 'Missing', '#N/A N/A', '#VALUE!', '#DIV/0!', '#REF!', '#NUM!',
];

const always = new Set(missingMarkers);
const amongNumbers = new Set([...missingMarkers, ...missingAmongNumbers]);

/** Whether trimmed text stands for a missing value in any column. */
export function isMissing(text: string): boolean {
  return always.has(text);
}

/** Whether trimmed text stands for a missing value in a column of numbers or dates. */
export function isMissingAmongNumbers(text: string): boolean {
  return amongNumbers.has(text);
}

/** Blanks, tabs, line ends, no-break spaces and stray byte order marks at both ends taken off. */
export function trimCell(text: string): string {
  if (text.length === 0) return text;
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  if (first > 32 && first < 128 && last > 32 && last < 128) return text;
  return text.trim();
}
