/** The comparison of optimisers with its sections. */
import type { KeptDescent, OptimiserStudy } from '../experiments/optimisers/result';
import { optimiserStudy } from '../experiments/optimisers/study';
import { lowest } from '../experiments/optimisers/summary';
import type { RunStudy } from '../experiments/studies';
import { countOf } from '../report/format';
import type { Note } from '../../protocol/profile';
import { optimiserSections } from '../report/sectionsOptimisers';
import { overrunNote, secondsSince } from './overrun';
import { takenOverNote } from './takenOver';

export const runOptimisers: RunStudy = async ({ dataset, family, plan: { seconds, repeats }, kept }, context) => {
  const given = { ...(seconds !== undefined && { seconds }), ...(repeats !== undefined && { repeats }), ...(kept && { kept: kept as readonly KeptDescent[] }) };
  const started = performance.now();
  const study = await optimiserStudy({ dataset, family: family.id, ...given }, context);
  const overrun = overrunNote(seconds, secondsSince(started));
  const { findings, planned, done, optimisers, takenOver } = study;
  const best = lowest(optimisers, item => item.trainLoss?.value);
  return {
    headline: best ? `lowest training loss: ${best.title}` : 'no optimiser trained on every fold', found: { study: 'optimisers', findings, runs: { planned, done } }, sections: optimiserSections(study, family.title),
    notes: [...study.notes.map(text => ({ kind: 'information' as const, text })), ...takenOverNote(takenOver, planned), ...endNotes(study), ...overrun], runs: study.kept,
  };
};

/** What was given up, for the person or for the time. */
function endNotes({ stopped, done, planned, folds, gridFolds, partial }: OptimiserStudy): Note[] {
  if (done >= planned) return [];
  const left = partial ? 'the first fold was cut short' : `the optimisers are compared on ${countOf(folds, 'fold')}, ${gridFolds === folds ? 'with all learning rates' : `of which ${gridFolds} ${gridFolds === 1 ? 'has' : 'have'} all learning rates`}`;
  return [stopped ? { kind: 'warning', text: `The experiment was stopped early, after ${countOf(done, 'run')} of ${planned}: ${left}.` } : { kind: 'sampling', text: `The time held ${countOf(done, 'run')} of ${planned}: ${left}.` }];
}
