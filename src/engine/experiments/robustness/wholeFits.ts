/** The context of a fit that a study rests on: cancelling ends it, but the wish to end the study early does not cut its training short. */
import type { WorkContext } from '../../context';

/** Without `finishing`: a model whose training was cut would be measured as one that was trained to its end. */
export function wholeFits(context: WorkContext): WorkContext {
  return {
    parent: context, progress: (stage, fraction, live, comparison) => context.progress(stage, fraction, live, comparison),
    breathe: () => context.breathe(), onCancel: listener => context.onCancel(listener),
  };
}
