/** What an experiment asks and what it found: designed, repeated, held-out measurements around one model. */
import type { OptionValue } from './recipe';

export type StudyKind = 'sensitivity' | 'optimisers' | 'dynamics' | 'generalisation' | 'robustness';

/** One choice that is varied: an option of the family, or one of ours such as `rows`. */
export interface Varied {
  readonly name: string;
  /** In the order in which they are shown. */
  readonly values: readonly OptionValue[];
  /** Numbers that are read on a logarithmic axis. */
  readonly log?: boolean;
}

/** What is offered to be varied, by family: the choices that people ask about, the commonest first. */
export const choicesToVary: Readonly<Record<string, readonly string[]>> = {
  neural: ['learningRate', 'l2', 'l1', 'dropout', 'width', 'depth', 'batchSize', 'optimiser', 'activation', 'components', 'polynomial', 'rows'],
  attention: ['learningRate', 'l2', 'dropout', 'width', 'layers', 'heads', 'batchSize', 'components', 'rows'],
  ebm: ['learningRate', 'leaves', 'bins', 'pairs', 'components', 'rows'],
  linear: ['l2', 'l1', 'polynomial', 'interactions', 'loss', 'components', 'rows'],
  logistic: ['l2', 'l1', 'polynomial', 'interactions', 'components', 'rows'],
  bayes: ['prior', 'polynomial', 'interactions', 'components', 'rows'],
  formula: ['largest', 'rows'],
};

/** What was asked of an experiment; `vary` as text: "learningRate", "depth=1:2:3". */
export interface StudyRequest extends Omit<StudyPlan, 'vary'> {
  readonly vary?: readonly string[];
}

/** What an experiment does, complete. */
export interface StudyPlan {
  readonly kind: StudyKind;
  /** Of 'sensitivity'. */
  readonly vary?: readonly Varied[];
  /** How often the folds are dealt anew. */
  readonly repeats?: number;
  /** Time budget; absent: everything is run. */
  readonly seconds?: number;
  /** Of 'generalisation': the column whose values are domains, or the other file. */
  readonly domain?: string;
  readonly testFile?: string;
  /** Of 'robustness': sizes of attacks in standard deviations, columns that an attacker cannot change, and whether a network is trained on attacked rows too. */
  readonly epsilons?: readonly number[];
  readonly immutable?: readonly string[];
  readonly adversarial?: boolean;
}

/** One setting of a sensitivity study, measured on the same folds as the others. */
export interface MeasuredSetting {
  /** The varied choices; empty: the usual setting. */
  readonly setting: Readonly<Record<string, OptionValue>>;
  /** Folds it was measured on, and those in which training diverged, gave one prediction for all rows, or failed. */
  readonly folds: number;
  readonly diverged: number;
  readonly constant: number;
  readonly failed: number;
  /** Mean over folds, with an interval from two folds on. Root mean squared error, or log loss. */
  readonly loss?: Measured;
  readonly trainLoss?: number;
  /** Held-out less training loss. */
  readonly gap?: Measured;
  /** R², or accuracy. */
  readonly skill?: number;
  /** From the usual setting, fold by fold; below 0 is better. */
  readonly difference?: Measured;
  /** Of one fit on one core. */
  readonly seconds?: number;
  readonly epochs?: number;
  /** Until 95 % of the fall of the loss was done. */
  readonly settledEpochs?: number;
  readonly settledSeconds?: number;
  /** Steps of the fit until it converged, where the family tells of them: Newton's, rounds of boosting. */
  readonly iterations?: number;
  /** Why it failed, of the first fold that did. */
  readonly why?: string;
}

export interface Measured { readonly value: number; readonly low?: number; readonly high?: number }

/** How much of the variance between settings a choice, or two together, accounts for. */
export interface ChoiceShare { readonly choices: readonly string[]; readonly share: number; readonly low?: number; readonly high?: number }

/** What a file of findings keeps of its runs, so that they can go on later; plain JSON of the engine. */
export interface KeptRuns {
  /** Of the data file when the runs were made. */
  readonly madeOn: string;
  readonly runs: readonly unknown[];
}

export interface ReportExperiment {
  readonly study: StudyKind;
  /** Sentences with numbers, the most important first. */
  readonly findings: readonly string[];
  /** Runs that were planned and those that were made. */
  readonly runs?: { readonly planned: number; readonly done: number };
  readonly settings?: readonly MeasuredSetting[];
  readonly shares?: readonly ChoiceShare[];
}
