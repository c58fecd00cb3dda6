/** What a reader has to know of how the columns were turned into numbers. */
import type { Encoding } from '../../data/encoding/encoding';
import type { Note } from '../../../protocol/profile';

const listed = 12;

/** The first ones, and how many more there are. */
export function list(items: readonly string[]): string {
  return items.slice(0, listed).join('; ') + (items.length > listed ? `; and ${items.length - listed} more` : '');
}

function plain(value: number): string {
  return String(Number(value.toPrecision(6)));
}

export const standardisedNote: Note = { kind: 'information', text: 'Numeric features were standardised before the fit: their weights are per standard deviation, not on the scale of the data.' };

export function encodingNotes(encoding: Encoding, standardised: boolean): Note[] {
  const notes: Note[] = [];
  const imputed = encoding.missing === 'drop' ? [] : encoding.columns.filter(c => c.as !== 'category' && c.missing > 0);
  if (imputed.length > 0) {
    const parts = imputed.map(c => `${c.name} (${c.missing} ${rowWord(c.missing)}${c.as === 'number' ? `, median ${plain(c.fill)}` : ''})`);
    notes.push({ kind: 'imputed', text: `Missing numbers were replaced by the column's median, with an indicator column "… (missing)": ${list(parts)}.` });
  }
  const own = encoding.variables.flatMap(v => (v.kind === 'category' && v.missingLevel !== undefined ? [v.label] : []));
  if (own.length > 0) notes.push({ kind: 'imputed', text: `Missing categories are a level of their own, "(missing)": ${list(own)}.` });
  const references = encoding.variables.flatMap(v => (v.kind === 'category' && v.levels.length > 1 ? [`${v.label}: ${v.levels[v.reference]}`] : []));
  if (references.length > 0) notes.push({ kind: 'information', text: `Categories are compared with a reference level: ${list(references)}.` });
  const pooled = encoding.variables.flatMap(v => (v.kind === 'category' && v.otherLevel !== undefined ? [`${v.label} (${v.levels.length - 1 - (v.missingLevel === undefined ? 0 : 1)} most frequent levels kept)`] : []));
  if (pooled.length > 0) notes.push({ kind: 'column', text: `Rare levels were pooled into "(other)": ${list(pooled)}.` });
  for (const column of encoding.columns) {
    if (column.as !== 'date') continue;
    notes.push({ kind: 'column', text: `${column.name} is counted in days since ${new Date(column.origin ?? 0).toISOString().slice(0, 10)}, the first date.` });
  }
  if (standardised) notes.push(standardisedNote);
  return notes;
}

export function rowWord(count: number): string {
  return count === 1 ? 'row' : 'rows';
}
