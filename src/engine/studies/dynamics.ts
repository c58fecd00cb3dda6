/** Training as a dynamical system, with its sections. */
import type { Note } from '../../protocol/profile';
import { dynamicsStudy } from '../experiments/dynamics/study';
import type { RunStudy } from '../experiments/studies';
import { countOf, listWords } from '../report/format';
import { dynamicsSections } from '../report/sectionsDynamics';
import { takenOverNote } from './takenOver';

export const runDynamics: RunStudy = async ({ dataset, family, plan: { seconds }, kept }, context) => {
  const study = await dynamicsStudy({ dataset, family, ...(seconds !== undefined && { seconds }), ...(kept && { kept }) }, context);
  const { findings, planned, done, taken, missing, headline, notes } = study;
  const said = notes.map((text): Note => ({ kind: 'information', text }));
  const stopped: Note[] = done < planned ? [{ kind: 'warning', text: `The experiment ended early, after ${countOf(done, 'whole part')} of ${planned}; missing: ${listWords(missing)}.` }] : [];
  return {
    headline, found: { study: 'dynamics', findings, runs: { planned, done } }, sections: dynamicsSections(study, family.title), notes: [...said, ...takenOverNote(taken, planned), ...stopped], runs: study.kept,
  };
};
