/** Edits of an earlier model made again to one that was trained anew: which can be, and words for which cannot. */
import type { ModelEdit } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import type { ModelFile, RecordedEdit } from '../protocol/modelFile';
import type { Note } from '../protocol/profile';
import { editsOf, withEdits, withWish, type NamedEdit } from './models/boosting/edit';
import type { BoostingState } from './models/boosting/state';
import { listWords } from './report/format';
import { orderNotes } from './report/notes';

export interface MadeAgain {
  readonly edits: readonly NamedEdit[];
  /** For the report: what was made again, and what could not be and why. */
  readonly notes: readonly Note[];
}

/** In the order in which they were made; one that cannot be made leaves the others. */
export function madeAgain(state: BoostingState, wanted: readonly RecordedEdit[], now: string): MadeAgain {
  const lost: string[] = [];
  let edited = state;
  for (const one of wanted) {
    try {
      edited = withEdits(edited, withWish(edited, wishOf(one), now));
    } catch (error) {
      if (!UserError.is(error)) throw error;
      lost.push(`${recordWords(one)} (${error.message.replace(/\.$/, '').replace(/; its terms are .*/, '')})`);
    }
  }
  const made = editsOf(edited);
  return {
    edits: made,
    notes: [
      ...(made.length > 0 ? [{ kind: 'information' as const, text: `The model was trained anew, and ${made.length === 1 ? 'the edit' : `${made.length} edits`} by hand of the model before ${made.length === 1 ? 'was' : 'were'} made again.` }] : []),
      ...(lost.length > 0 ? [{ kind: 'warning' as const, text: `The model was trained anew; of the edits by hand of the model before ${lost.length === 1 ? 'this one' : 'these'} could not be made again: ${listWords(lost)}.` }] : []),
    ],
  };
}

/** For a retrained model of another family, which has no terms to edit. */
export function withoutEdits(file: ModelFile, wanted: readonly RecordedEdit[]): ModelFile {
  const text = `The edits by hand of the model before (${listWords(wanted.map(recordWords))}) were dropped when it was trained anew: this model has no terms that can be edited.`;
  return withNotes(file, [{ kind: 'warning', text }]);
}

export function withNotes(file: ModelFile, notes: readonly Note[]): ModelFile {
  return { ...file, report: { ...file.report, notes: orderNotes([...file.report.notes, ...notes]) } };
}

/** "age removed". */
function recordWords({ term, edit, direction }: RecordedEdit): string {
  return `${term} ${edit === 'monotone' ? `made ${direction ?? 'monotone'}` : edit}`;
}

function wishOf({ term, edit, bandwidth, direction }: RecordedEdit): Exclude<ModelEdit, { kind: 'undo' }> {
  if (edit === 'removed') return { kind: 'remove', term };
  return edit === 'smoothed' ? { kind: 'smooth', term, ...(bandwidth !== undefined && { bandwidth }) } : { kind: 'monotone', term, ...(direction && { direction }) };
}
