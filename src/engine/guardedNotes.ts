/** Says which cells of a written table got an apostrophe, so that nobody takes it for the data's. */
import type { Guarded } from './data/writeCsv';
import { countOf, listWords } from './report/format';

/** Columns named at most. */
const mostNamed = 12;

/** One sentence, or none where every cell was written as it is. */
export function guardedNotes(header: readonly string[], guarded: Guarded): string[] {
  const columns = header.flatMap((name, j) => (guarded[j]! > 0 ? [`"${name.slice(0, 60)}" (${countOf(guarded[j]!, 'cell')})`] : []));
  if (columns.length === 0) return [];
  return [`So that no spreadsheet runs them as formulas, cells of ${listWords(columns, mostNamed)} were written with an apostrophe in front of =, +, - or @.`];
}
