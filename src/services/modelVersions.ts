/** What a stored model keeps when another one takes its place. Pure, no vscode. */
import { factsOf, mostEarlier } from '../protocol/modelFacts';
import type { AnyModelFile } from '../protocol/modelFile';

/** `next` with the name, note and tags of the model that it replaces; where it was trained anew, with that one as an earlier version. */
export function inPlaceOf<M extends AnyModelFile>(replaced: AnyModelFile, next: M): M {
  const { note: _note, tags: _tags, earlier: _earlier, ...rest } = next;
  const { name, note, tags, earlier = [] } = replaced;
  // An edit or a comparison changes the model that there is: it has the time of its training.
  const versions = replaced.created === next.created ? earlier : [...earlier, factsOf(replaced)].slice(-mostEarlier);
  return { ...rest, name, ...(note !== undefined && { note }), ...(tags && { tags }), ...(versions.length > 0 && { earlier: versions }) } as M;
}
