/** One study a kind: what it needs of a request, and how it is run and told. */
import { UserError } from '../../protocol/errors';
import type { ReportExperiment, StudyKind, StudyPlan, StudyRequest, Varied } from '../../protocol/experiments';
import type { Note } from '../../protocol/profile';
import type { Section } from '../../protocol/report';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Family } from '../models/model';
import { choicesOf, firstChoice, readVaried } from './sensitivity/axes';

export const studyKinds: readonly StudyKind[] = ['sensitivity', 'optimisers', 'dynamics', 'generalisation', 'robustness'];

/** Those in which folds may be dealt anew. */
const repeated: readonly StudyKind[] = ['sensitivity', 'optimisers'];

export interface StudyInput {
  readonly dataset: Dataset;
  readonly family: Family;
  readonly plan: StudyPlan;
  /** Runs of an earlier part of the study on the same data. */
  readonly kept?: readonly unknown[];
}

export interface StudyFound {
  /** What a list says of it in few words. */
  readonly headline: string;
  readonly found: ReportExperiment;
  readonly sections: readonly Section[];
  readonly notes: readonly Note[];
  /** What a later part of the study need not do again. */
  readonly runs?: readonly unknown[];
}

export type RunStudy = (input: StudyInput, context: WorkContext) => Promise<StudyFound>;

/** Checks what does not depend on the file. Throws UserError 'badOption'. */
export function checkStudy({ kind, repeats, seconds, vary, domain, testFile, epsilons, immutable, adversarial }: StudyRequest): void {
  if (!studyKinds.includes(kind)) throw new UserError('badOption', `There is no study "${String(kind)}"; there are ${studyKinds.join(', ')}.`);
  if (repeats !== undefined && !(Number.isInteger(repeats) && repeats >= 1 && repeats <= 100)) throw new UserError('badOption', `The folds are dealt 1 to 100 times, not ${repeats}.`);
  if (seconds !== undefined && !(seconds > 0)) throw new UserError('badOption', `The seconds of an experiment are above 0, not ${seconds}.`);
  const only = (given: unknown, what: string, study: StudyKind): void => {
    if (given !== undefined && kind !== study) throw new UserError('badOption', `${what} goes with the study ${study}, not with ${kind}.`);
  };
  only(vary, 'vary', 'sensitivity');
  only(domain, 'The column of domains', 'generalisation');
  only(testFile, 'A file to test on', 'generalisation');
  only(epsilons, 'The size of attacks', 'robustness');
  only(immutable, 'What an attacker cannot change', 'robustness');
  if (repeats !== undefined && !repeated.includes(kind)) throw new UserError('badOption', `Folds are dealt anew in the studies ${repeated.join(', ')}; leave the repeats out of ${kind}.`);
  only(adversarial, 'Training on attacked rows', 'robustness');
}

/** The choices that a model is guessed by: the first of these that has all of them. */
const preference = ['neural', 'ebm', 'linear', 'logistic', 'attention', 'bayes', 'formula'];

/** The family for choices to vary where none was named; undefined: none has them all. */
export function familyWith(vary: readonly string[], families: readonly Family[]): Family | undefined {
  const names = vary.map(text => text.split('=')[0]!.trim());
  const sorted = [...families].sort((a, b) => preference.indexOf(a.id) - preference.indexOf(b.id));
  // What every model has says nothing of which is meant: then the simplest.
  const all = names.every(name => families.every(family => choicesOf(family).includes(name)));
  return all ? families[0] : sorted.find(family => names.every(name => choicesOf(family).includes(name)));
}

/** The request completed for the dataset; where nothing is named the family's first choice is varied. Throws UserError 'badOption'. */
export function planStudy(request: StudyRequest, family: Family, dataset: Dataset): StudyPlan {
  const { vary, ...same } = request;
  const varied: readonly Varied[] | undefined = request.kind === 'sensitivity' ? readVaried(vary?.length ? vary : [firstChoice(family)], family, dataset) : undefined;
  return { ...same, ...(varied && { vary: varied }) };
}
