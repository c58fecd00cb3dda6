/** What a robustness study found, as plain data: scores under attack and under chance, certificates, and what an attacker would use. */
import type { Measured } from '../../../protocol/experiments';
import type { Task } from '../../../protocol/recipe';

/**
 * How the worst rows were looked for. exact: nothing in the box is worse (sums of one part a feature, taken apart). gradient: projected gradient
 * ascent. search: without gradients, coordinate by coordinate.
 */
export type AttackMethod = 'exact' | 'additive' | 'gradient' | 'search';

/** A score against a size: accuracy (a share), or root mean squared error in the target's unit. */
export interface ScoreLine {
  readonly name: string;
  readonly x: readonly number[];
  readonly scores: readonly Measured[];
  /** Of each point from the first, row by row; of chance, which may help. */
  readonly changes?: readonly Measured[];
}

/** How far rows are from another answer, in standard deviations of the features; over the rows that are right as they are. */
export interface Distances {
  readonly name: string;
  /** Infinity is written as absent: more than half of the rows never flip. */
  readonly median?: number;
  readonly rows: number;
  /** Rows for which a distance was found at all. */
  readonly found: number;
}

/** What an attacker changes of a column. */
export interface AttackedFeature {
  readonly name: string;
  readonly kind: 'number' | 'category';
  /** Classes: share of the flips that change it, numbers that are not needed put back. Categories: share of the right rows that a change of it alone makes wrong.
   * Numbers to predict: share of the added error that goes when it is put back. */
  readonly share: number;
  /** Classes: share of the flips that end when it alone is put back. */
  readonly needed?: number;
  /** Mean size of its change in standard deviations, over the attacks that change it; absent: none, or a category. */
  readonly change?: number;
}

/** One held-out row as it was and as the attack made it. */
export interface AttackExample {
  /** 1-based data row of the file. */
  readonly row: number;
  readonly epsilon: number;
  readonly changes: readonly { readonly name: string; readonly before: string; readonly after: string; readonly deviations?: number }[];
  readonly truth: string;
  readonly before: string;
  readonly after: string;
}

export interface TrainedLine extends ScoreLine {
  /** Folds that every point rests on: a score is the mean over them of that of all held-out rows. */
  readonly folds: number;
  /** The score without a model on the same rows. */
  readonly baseline: number;
  /** Of each point from the first, fold by fold. */
  readonly changes: readonly Measured[];
}

export interface AdversarialTraining {
  /** Size of the attacks in training. */
  readonly epsilon: number;
  /** Both networks under the same attack, on the same rows. */
  readonly plain: ScoreLine;
  readonly hardened: ScoreLine;
  readonly certified?: ScoreLine;
  /** Score of the hardened network less that of the plain one, row by row: on the rows as they are, and under attack at the size nearest to that of training. */
  readonly cost: Measured;
  readonly gain: Measured;
  /** Place of that size among those of the lines. */
  readonly at: number;
  /** Of one fit. */
  readonly seconds: number;
  readonly plainSeconds: number;
}

export interface RobustnessResult {
  readonly task: Task;
  readonly family: string;
  readonly target: string;
  readonly score: 'accuracy' | 'RMSE';
  readonly level: number;
  readonly scheme: string;
  readonly folds: { readonly planned: number; readonly done: number };
  /** Held-out rows that were attacked, and all of them. */
  readonly rows: { readonly attacked: number; readonly heldOut: number };
  readonly epsilons: readonly number[];
  readonly method: AttackMethod;
  /** What can be changed: names of numbers, and of categories; whether a column was named that must stay; whether some category has more levels than were tried. */
  readonly open: { readonly numbers: readonly string[]; readonly categories: readonly string[]; readonly manyLevels: boolean };
  /** The score of the attacked rows as they are. */
  readonly clean: Measured;
  /** The score without a model on the attacked rows: the mean, or the commonest class, of the training rows. */
  readonly baseline: number;
  /** Score under the first attack less that without a model on the same rows, of each size. */
  readonly beyond: readonly Measured[];
  /** The first is the strongest attack on numbers; others: with one category changed, the fast gradient sign. None where no number can be changed. */
  readonly attacks: readonly ScoreLine[];
  /** One category of each row changed to its worst level, numbers as they are. */
  readonly oneCategory?: Measured;
  /** At least so many rows stay right (classes), or the error stays below this, whatever the attack on numbers. */
  readonly certified?: ScoreLine;
  readonly distances: readonly Distances[];
  /** Linear models of a number: how much an error can grow for each standard deviation, all features together; mean over folds. */
  readonly growth?: number;
  /** Size in deviations of the attacks that `features` and `example` are about. */
  readonly reach: number;
  readonly features: readonly AttackedFeature[];
  readonly example?: AttackExample;
  readonly noise?: ScoreLine;
  readonly missing?: ScoreLine;
  readonly outliers: readonly TrainedLine[];
  readonly labels: readonly TrainedLine[];
  readonly adversarial?: AdversarialTraining;
  readonly immutable: readonly string[];
  /** Sentences with numbers, the most important first. */
  readonly findings: readonly string[];
  /** What was done otherwise than asked, or could not be done. */
  readonly notes: readonly string[];
  /** The person asked to keep what there was, or the time was over. */
  readonly stopped: boolean;
}
