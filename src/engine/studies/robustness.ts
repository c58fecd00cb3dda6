/** How a model stands attacks, noise and spoiled rows, with the sections. */
import type { KeptPart } from '../experiments/robustness/kept';
import { robustnessHeadline } from '../experiments/robustness/findings';
import { robustnessStudy } from '../experiments/robustness/study';
import type { RunStudy } from '../experiments/studies';
import { robustnessSections } from '../report/sectionsRobustness';
import { overrunNote, secondsSince } from './overrun';
import { takenOverNote } from './takenOver';

export const runRobustness: RunStudy = async ({ dataset, family, kept, plan: { seconds, epsilons = [], immutable = [], adversarial } }, context) => {
  const started = performance.now();
  const { result, parts, kept: runs } = await robustnessStudy({
    dataset, family, epsilons, immutable, workers: true, ...(seconds !== undefined && { seconds }), ...(adversarial !== undefined && { adversarial }),
    ...(kept && { kept: kept as readonly KeptPart[] }),
  }, context);
  const overrun = overrunNote(seconds, secondsSince(started));
  const { findings, stopped } = result;
  const { planned, done, takenOver } = parts;
  return {
    headline: robustnessHeadline(result),
    found: { study: 'robustness', findings, runs: { planned, done } },
    sections: robustnessSections(result, family.title), runs,
    notes: [
      ...result.notes.map(text => ({ kind: 'information' as const, text })), ...takenOverNote(takenOver, planned),
      ...(stopped ? [{ kind: 'warning' as const, text: `The experiment was ended early, after ${done} of ${planned} runs (folds attacked, and fits on spoiled rows).` }] : []), ...overrun,
    ],
  };
};
