/** How a model does on domains that it has not seen, or on another file, with the sections. */
import { basename } from 'node:path';
import type { Note } from '../../protocol/profile';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import { openSource } from '../data/source';
import { generalisationHeadline } from '../experiments/generalisation/findings';
import type { KeptRun } from '../experiments/generalisation/ledger';
import type { OtherTable } from '../experiments/generalisation/match';
import { generalisationStudy } from '../experiments/generalisation/study';
import type { RunStudy } from '../experiments/studies';
import { countOf } from '../report/format';
import { generalisationSections } from '../report/sectionsGeneralisation';
import { overrunNote, secondsSince } from './overrun';
import { takenOverNote } from './takenOver';

export const runGeneralisation: RunStudy = async ({ dataset, family, plan: { seconds, domain, testFile }, kept }, context) => {
  const other = testFile === undefined ? undefined : await readOther(testFile, dataset, context);
  const started = performance.now();
  const { study, kept: runs } = await generalisationStudy({
    dataset, family: family.id, workers: true, ...(domain !== undefined && { groupColumn: domain }), ...(other && { other }), ...(seconds !== undefined && { seconds }), ...(kept && { kept: kept as readonly KeptRun[] }),
  }, context);
  const overrun = overrunNote(seconds, secondsSince(started));
  const { findings, planned, done, stopped, takenOver, notes } = study;
  const early: Note[] = done >= planned ? [] : stopped ? [{ kind: 'warning', text: `The experiment was stopped early, after ${countOf(done, 'run')} of ${planned}.` }]
    : [{ kind: 'sampling', text: `The time held ${countOf(done, 'run')} of ${planned}: what is missing was not run.` }];
  const headline = generalisationHeadline(study);
  return {
    headline, found: { study: 'generalisation', findings, runs: { planned, done } }, sections: generalisationSections(study, family.title), notes: [...early, ...notes, ...takenOverNote(takenOver, planned), ...overrun], runs,
  };
};

/** The other file as it stands there, sampled down as the first is. */
async function readOther(file: string, { recipe: { maxRows, seed, categorical, numeric } }: Dataset, context: WorkContext): Promise<OtherTable> {
  context.progress('Reading the other file');
  const source = await openSource(file, { categorical, numeric }, context);
  try {
    const { table } = await source.load({ maxRows, seed });
    return { name: basename(file), table };
  } finally {
    await source.close();
  }
}
