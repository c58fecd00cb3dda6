/** From a column to the classes of a classification. */
import type { Note } from '../../protocol/profile';
import { UserError } from '../../protocol/errors';
import { asCategories } from './encoding/binding';
import { levelNumber } from './formula/values';
import type { Column } from './table';

/** More classes than this are refused. */
export const mostClasses = 100;

export interface ClassTarget {
  /** Per row; -1 where missing. */
  readonly codes: Int32Array;
  readonly classes: readonly string[];
}

/** Classes in sort order; of two the positive one last (`positive`, else the later one). Throws 'badTarget' or 'badOption'. */
export function resolveClasses(column: Column, name: string, positive: string | undefined): ClassTarget {
  const { codes, levels } = asCategories(column);
  const counts = new Int32Array(levels.length);
  let rows = 0;
  for (const code of codes) if (code >= 0) { counts[code]++; rows++; }
  const present = levels.map((_, i) => i).filter(i => counts[i] > 0);
  if (present.length === 1) {
    throw new UserError('badTarget', `The target "${name}" has the same value, "${shorten(levels[present[0]])}", in all ${rows} rows, so there is nothing to explain.`, { column: name });
  }
  if (present.length === rows && rows > 2) {
    throw new UserError('badTarget', `Every row has its own value of the target "${name}", so its values cannot be classes.`, { column: name });
  }
  if (present.length > mostClasses) {
    throw new UserError('badTarget', `The target "${name}" has ${present.length} different values; at most ${mostClasses} classes can be told apart.`, { column: name });
  }
  let order = present;
  if (positive !== undefined) {
    const wanted = present.find(i => levels[i] === positive) ?? present.find(i => levelNumber(levels[i]) === levelNumber(positive));
    if (wanted === undefined) {
      const shown = present.slice(0, 10).map(i => `"${shorten(levels[i])}"`).join(', ');
      throw new UserError('badOption', `The target "${name}" has no value "${positive}" to be the positive class; it has ${shown}${present.length > 10 ? ' …' : ''}.`, { column: name });
    }
    if (present.length === 2) order = [...present.filter(i => i !== wanted), wanted];
  }
  const newCode = new Int32Array(levels.length).fill(-1);
  order.forEach((old, code) => { newCode[old] = code; });
  return { codes: codes.map(code => (code < 0 ? -1 : newCode[code])), classes: order.map(i => levels[i]) };
}

/** Notes on classes with very few rows. */
export function classNotes(target: ClassTarget, name: string): Note[] {
  const counts = new Int32Array(target.classes.length);
  for (const code of target.codes) if (code >= 0) counts[code]++;
  const single = target.classes.filter((_, i) => counts[i] === 1);
  if (single.length === 0) return [];
  const shown = single.slice(0, 5).map(c => `"${shorten(c)}"`).join(', ') + (single.length > 5 ? ` and ${single.length - 5} more` : '');
  return [{
    kind: 'warning',
    text: `${single.length === 1 ? 'One class' : `${single.length} classes`} of "${name}" (${shown}) ${single.length === 1 ? 'has' : 'have'} a single row, which can be trained on or measured on but not both.`,
  }];
}

export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
