/** The notes at the top of a report: complete, each once, what matters most first. */
import type { Note } from '../../protocol/profile';
import { countOf, formatCount, listWords } from './format';
import type { Facts } from './input';
import { checkNotes } from './sectionsChecks';
import { droppedRowsWords } from './sectionsData';

const order: readonly Note['kind'][] = [
  'edited', 'sampling', 'guess', 'dropped', 'imputed', 'column', 'separation', 'aliased', 'penalty', 'warning', 'reading',
  'evaluation', 'information',
];

/** Notes of the run, the reading, the model and the measurements; adds those on sampling, dropped rows and columns that are missing. */
export function reportNotes(facts: Facts): Note[] {
  const given = [
    ...facts.notes,
    ...facts.profile.notes,
    ...facts.model.notes,
    ...(facts.evaluation?.notes ?? []),
    ...(facts.importance?.notes ?? []),
    ...(facts.measurements.notes ?? []),
    ...(facts.checks ? checkNotes(facts.checks, facts.notes) : []),
  ];
  return orderNotes([...given, ...missingNotes(facts, given)]);
}

/** By kind, each text once; notes of a kind stay in their order. */
export function orderNotes(notes: readonly Note[]): Note[] {
  const seen = new Set<string>();
  const once = notes.filter(note => !seen.has(note.text) && seen.add(note.text));
  const rank = (note: Note): number => (order.includes(note.kind) ? order.indexOf(note.kind) : order.length);
  return once.sort((a, b) => rank(a) - rank(b));
}

function missingNotes(facts: Facts, given: readonly Note[]): Note[] {
  const { load, dataset, recipe } = facts;
  const has = (kind: Note['kind']): boolean => given.some(note => note.kind === kind);
  const notes: Note[] = [];
  if (load.sampled && !has('sampling')) {
    notes.push({ kind: 'sampling', text: `Fitted on a random sample: ${formatCount(dataset.table.rows)} of ${countOf(load.rowsInFile, 'row')}.` });
  }
  const lost = load.dropped.filter(d => d.rows > 0);
  if (lost.length > 0 && !has('dropped')) {
    notes.push({ kind: 'dropped', text: droppedRowsWords(lost) });
  }
  const columnTexts = given.filter(note => note.kind === 'column' || note.kind === 'dropped').map(note => note.text);
  const untold = recipe.dropped.filter(d => !columnTexts.some(text => text.includes(d.column)));
  if (untold.length > 0) {
    notes.push({ kind: 'column', text: `${countOf(untold.length, 'column is', 'columns are')} not used: ${listWords(untold.map(d => `${d.column} (${d.reason})`))}.` });
  }
  return notes;
}
