/** What is said of runs that an earlier file of the same study held. */
import type { Note } from '../../protocol/profile';
import { countOf } from '../report/format';

/** No note where nothing was taken over. */
export function takenOverNote(count: number, of: number): Note[] {
  return count === 0 ? [] : [{ kind: 'information', text: `${countOf(count, 'run')} of ${of} ${count === 1 ? 'was' : 'were'} taken over from the earlier file.` }];
}
