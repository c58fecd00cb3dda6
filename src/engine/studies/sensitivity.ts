/** The sensitivity study with its sections. */
import type { Note } from '../../protocol/profile';
import { sensitivityStudy, type Sensitivity } from '../experiments/sensitivity/study';
import type { KeptSetting } from '../experiments/sensitivity/kept';
import type { RunStudy } from '../experiments/studies';
import { sensitivitySections } from '../report/sectionsSensitivity';
import { countOf } from '../report/format';
import { overrunNote, secondsSince } from './overrun';
import { takenOverNote } from './takenOver';

/** What was given up for the time. */
function cutWords({ neverRun, leftBehind }: Sensitivity): string {
  const parts = [
    ...(neverRun > 0 ? [`${countOf(neverRun, 'setting was', 'settings were')} never run (those that were are spread over the values)`] : []),
    ...(leftBehind > 0 ? [`${countOf(leftBehind, 'setting was', 'settings were')} left behind on fewer folds`] : []),
  ];
  return parts.length === 0 ? 'every setting was run on fewer folds than planned' : parts.join(' and ');
}

function notesOf(study: Sensitivity): Note[] {
  const { planned, done, stopped, takenOver } = study;
  const text = (how: string): string => `${how} ${countOf(done, 'run')} of ${planned}: ${cutWords(study)}.`;
  return [
    ...takenOverNote(takenOver, planned),
    ...(done === planned ? [] : stopped ? [{ kind: 'warning' as const, text: text('The experiment was stopped early, after') }] : [{ kind: 'sampling' as const, text: text('The time held') }]),
    ...study.notes.map(note => ({ kind: 'information' as const, text: note })),
  ];
}

export const runSensitivity: RunStudy = async ({ dataset, family, plan, kept }, context) => {
  const { vary = [], repeats, seconds } = plan;
  const started = performance.now();
  const study = await sensitivityStudy({ dataset, family, varied: vary, ...(repeats !== undefined && { repeats }), ...(seconds !== undefined && { seconds }), ...(kept && { kept: kept as readonly KeptSetting[] }) }, context);
  const overrun = overrunNote(seconds, secondsSince(started));
  const { settings, shares: { shares }, findings, planned, done } = study;
  return {
    headline: study.headline, found: { study: 'sensitivity', findings, runs: { planned, done }, settings, ...(shares.length > 0 && { shares }) },
    sections: sensitivitySections(study, family.title), notes: [...notesOf(study), ...overrun], runs: study.kept,
  };
};
