/** What a comparison of optimisers gives back: plain data, from which its sections are made. */
import type { Measured } from '../../../protocol/experiments';

export const optimiserIds = ['gd', 'sgd', 'momentum', 'nesterov', 'rmsprop', 'adagrad', 'adam', 'adamw', 'lbfgs'] as const;
export type OptimiserId = (typeof optimiserIds)[number];

export const optimiserTitles: Readonly<Record<OptimiserId, string>> = {
  gd: 'Gradient descent', sgd: 'SGD', momentum: 'Momentum', nesterov: 'Nesterov', rmsprop: 'RMSProp', adagrad: 'AdaGrad', adam: 'Adam', adamw: 'AdamW', lbfgs: 'L-BFGS',
};

/** 'above': ended above the loss of the start, but finite; 'still': fell by less than a thousandth. */
export type RunEnd = 'trained' | 'still' | 'above' | 'diverged';

/** A training followed: losses of all training rows and of the held-out rows, at some passes from 0 on. */
export interface Trajectory {
  readonly end: RunEnd;
  readonly points: readonly TrajectoryPoint[];
}

export interface TrajectoryPoint {
  /** Passes over the training rows: gradient evaluations of the full batch, or as many rows in batches. */
  readonly pass: number;
  /** Updates of the parameters so far; L-BFGS: trials that lowered the loss. */
  readonly steps: number;
  /** Of gradients and updates; without what it takes to look at the losses. */
  readonly seconds: number;
  readonly train: number;
  readonly heldOut: number;
}

/** One optimiser at one learning rate, over those of the compared folds that it was run on. */
export interface RateMeasured {
  readonly rate: number;
  readonly folds: number;
  readonly ends: Readonly<Record<RunEnd, number>>;
  /** Final losses, of the runs that did not diverge. */
  readonly trainLoss?: number;
  readonly heldOutLoss?: number;
  /** Final training loss between the best of all runs on the fold (0) and that of the start, or worse (1); over the folds with the whole grid, if any. */
  readonly normalised: number;
}

export interface OptimiserCurve {
  readonly passes: readonly number[];
  readonly steps: readonly number[];
  readonly seconds: readonly number[];
  readonly train: readonly number[];
  readonly heldOut: readonly number[];
  /** Intervals over the folds; absent for one fold. */
  readonly trainLow?: readonly number[];
  readonly trainHigh?: readonly number[];
  readonly heldOutLow?: readonly number[];
  readonly heldOutHigh?: readonly number[];
}

export interface OptimiserMeasured {
  readonly id: OptimiserId;
  readonly title: string;
  /** The learning rate with the lowest final training loss; absent for L-BFGS, which searches along a line, and where none trained. */
  readonly rate?: number;
  /** That rate is the smallest or the largest that was run. */
  readonly atEdge?: true;
  /** All compared folds, or 0 where no rate trained on each of them; but for the held-out losses the rest is at that rate. */
  readonly folds: number;
  readonly trainLoss?: Measured;
  /** On each fold at the rate with the lowest held-out loss on the other folds, so that what tests has no say. */
  readonly heldOutLoss?: Measured;
  /** The commonest of those rates. */
  readonly heldOutRate?: number;
  /** Fold by fold from the optimiser with the lowest training resp. held-out loss; absent for that one. */
  readonly trainDifference?: Measured;
  readonly heldOutDifference?: Measured;
  readonly steps?: number;
  readonly seconds?: number;
  /** When 95 % of the largest fall of the training loss that any optimiser made was done; folds on which it was. */
  readonly toTarget?: { readonly passes: number; readonly seconds: number; readonly folds: number };
  readonly curve?: OptimiserCurve;
  /** Least squares and logistic regression: final training loss above that of the exact optimum. */
  readonly aboveOptimum?: Measured;
  /** By rate, ascending; empty for L-BFGS. */
  readonly rates: readonly RateMeasured[];
  /** Mean of the normalised final loss over the grid of rates: 0 where every rate does as well as the best, 1 where none helps. */
  readonly area?: Measured;
  /** Fold by fold from the optimiser with the least area; absent for that one. */
  readonly areaDifference?: Measured;
}

/** One run as a file keeps it: plain JSON, for runs that go on later. */
export interface KeptDescent {
  readonly optimiser: OptimiserId;
  readonly rate: number;
  readonly fold: number;
  readonly passes: number;
  readonly batchSize: number;
  readonly end: RunEnd;
  readonly parameters: number;
  readonly took: number;
  /** Pass, steps, seconds, training and held-out loss; of a run that diverged only the start. */
  readonly points: readonly (readonly [number, number, number, number, number])[];
}

export interface OptimiserStudy {
  readonly problem: 'least squares' | 'logistic regression' | 'neural network';
  /** "½ mean squared error of the standardised target", "log loss". */
  readonly lossName: string;
  readonly parameters: number;
  /** Training rows of a fold, the mean. */
  readonly rows: number;
  readonly passes: number;
  readonly batchSize: number;
  readonly rates: readonly number[];
  readonly scheme: string;
  /** On which the optimisers are compared: those on which none was cut short (or the first, where that was cut short itself). */
  readonly folds: number;
  /** Not one fold was run whole: each optimiser has only some rates, those that are usual first. */
  readonly partial?: true;
  /** Folds on which the whole grid of rates was run; on the others only the best rates, as time was short. */
  readonly gridFolds: number;
  readonly startLoss: number;
  readonly optimisers: readonly OptimiserMeasured[];
  /** Mean training loss of the exact optimum. */
  readonly optimum?: number;
  /** Least squares: bound of stable learning rates of gradient descent, 2 / λmax, and condition number λmax / λmin, on the first fold. */
  readonly theory?: { readonly largestRate: number; readonly condition: number };
  readonly planned: number;
  readonly done: number;
  readonly level: number;
  /** Of those done, the runs of an earlier file. */
  readonly takenOver: number;
  /** The person asked to keep what there was. */
  readonly stopped: boolean;
  readonly kept: readonly KeptDescent[];
  readonly findings: readonly string[];
  readonly notes: readonly string[];
}
