/** A sensitivity study from the dataset to its result: settings, folds, runs, summaries, shares, findings. */
import type { MeasuredSetting, Varied } from '../../../protocol/experiments';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { meanOf, testToTrainRatio } from '../../evaluate/intervals';
import type { Fold } from '../../evaluate/splits';
import type { Family } from '../../models/model';
import { repeatedFolds, type RepeatedFolds } from '../runs/folds';
import { sharedDataset } from '../runs/runAll';
import { choiceShares, type Shares } from './anova';
import { comparisonOf, differBeyondChance } from './compare';
import { designOf, spreadOrder } from './design';
import { findingsOf } from './findings';
import { countRuns, keptSettings, knownOutcomes, within, type KeptSetting } from './kept';
import { liveCurve } from './live';
import { measureSettings, type Outcomes } from './measure';
import { usualDeals } from './repeats';
import { differentRows, searchSeconds } from './sameRuns';
import { summarise } from './summary';
import { usualValues, type UsualValues } from './usual';

export interface SensitivityInput {
  readonly dataset: Dataset;
  readonly family: Family;
  readonly varied: readonly Varied[];
  /** Absent: three where that is cheap, one where there is a time to keep to. */
  readonly repeats?: number;
  readonly seconds?: number;
  /** What an earlier part of the study has measured. */
  readonly kept?: readonly KeptSetting[];
}

export interface Sensitivity {
  readonly family: string;
  readonly varied: readonly Varied[];
  readonly usual: UsualValues;
  /** Combinations of the varied values, and whether each of them is a setting. */
  readonly combinations: number;
  readonly complete: boolean;
  /** The usual setting first. */
  readonly settings: readonly MeasuredSetting[];
  /** Mean losses on the folds that every setting was run on that was run at all, and how many folds these are: what settings can be averaged with one another on. */
  readonly common: { readonly folds: number; readonly losses: readonly (number | undefined)[] };
  readonly shares: Shares;
  readonly findings: readonly string[];
  readonly headline: string;
  /** What was merged or set for the study. */
  readonly notes: readonly string[];
  readonly scheme: string;
  readonly folds: number;
  /** The number of deals follows from the size of the study. */
  readonly dealsChosen: boolean;
  /** Runs; those of an earlier file; settings that were left behind when time was short, and that were never run. */
  readonly planned: number;
  readonly done: number;
  readonly takenOver: number;
  readonly leftBehind: number;
  readonly neverRun: number;
  readonly loss: 'RMSE' | 'log loss';
  readonly skill: 'R²' | 'accuracy';
  readonly level: number;
  /** The person asked to keep what there was. */
  readonly stopped: boolean;
  readonly kept: readonly KeptSetting[];
}

/** Throws UserError where no fold can be made, CancelledError. */
export async function sensitivityStudy(input: SensitivityInput, context: WorkContext): Promise<Sensitivity> {
  const { family, seconds, kept = [] } = input;
  const first = repeatedFolds(input.dataset, 1).folds;
  const { dataset, note: timeNote } = searchSeconds(sharedDataset(input.dataset), family.id, first.length);
  const { recipe } = dataset;
  const { varied, notes: mergedNotes } = differentRows(input.varied, first);
  const { settings, combinations, complete } = designOf(varied, recipe.seed);
  const { folds, scheme } = dealt(input, settings.length, first);
  const testToTrain = testToTrainRatio(folds);
  const whole = settings.length * folds.length;
  const shape = { settings, testToTrain, level: recipe.level };
  const names = lossNames(dataset);
  const before = knownOutcomes(settings, kept);
  const known = within(before, folds.length);
  context.progress(`Run ${countRuns(known)} of ${whole}`, countRuns(known) / whole);
  const { outcomes: all, finished, leftBehind, neverRun } = await measureSettings({ dataset, family, settings, order: spreadOrder(settings, varied), folds, known, ...(seconds !== undefined && { seconds }) }, context, (soFar, done, planned) => {
    context.progress(`Run ${done} of ${planned}`, done / planned, liveCurve(varied, summarise({ ...shape, outcomes: soFar }), names.loss));
  });
  // A fold that was cut short would compare settings on different rows.
  const outcomes = all.map(runs => new Map([...runs].filter(([fold]) => finished.includes(fold))));
  const measured = summarise({ ...shape, outcomes });
  const found = comparisonOf({ settings: measured, outcomes, testToTrain, level: recipe.level });
  // Of losses that chance alone may have made differ there is nothing to share out.
  const shares: Shares = found && !differBeyondChance(found) ? { shares: [], settings: 0, folds: 0, why: 'chance' } : choiceShares({ varied, settings: settings.slice(1), outcomes: outcomes.slice(1), complete, testToTrain, level: recipe.level, seed: recipe.seed });
  const usual = usualValues(varied, family, dataset, Math.round(meanOf(first.map(({ train }) => train.length))));
  return {
    family: family.id, varied, usual, combinations, complete, settings: measured, common: commonLosses(outcomes), shares,
    ...findingsOf({ varied, usual, settings: measured, outcomes, shares, testToTrain, level: recipe.level, lossName: names.loss }),
    notes: [...mergedNotes, ...timeNote], scheme, folds: folds.length, dealsChosen: input.repeats === undefined && folds.length > first.length,
    planned: whole, done: countRuns(all), takenOver: countRuns(known), leftBehind, neverRun, ...names, level: recipe.level,
    stopped: context.finishing?.() === true, kept: keptSettings(settings, before, all),
  };
}

function lossNames({ target }: Dataset): Pick<Sensitivity, 'loss' | 'skill'> {
  return target.task === 'regression' ? { loss: 'RMSE', skill: 'R²' } : { loss: 'log loss', skill: 'accuracy' };
}

/** As often as asked; else as often as is cheap, or with a time to keep to as often as was done before. */
function dealt({ dataset, family, repeats, seconds, kept = [] }: SensitivityInput, settings: number, first: readonly Fold[]): RepeatedFolds {
  const reached = kept.reduce((most, { outcomes }) => outcomes.reduce((last, [fold]) => Math.max(last, fold + 1), most), 1);
  return repeatedFolds(dataset, repeats ?? (seconds === undefined ? usualDeals(dataset, family.id, settings, first.length) : Math.ceil(reached / first.length)));
}

function commonLosses(outcomes: Outcomes): Sensitivity['common'] {
  const run = outcomes.filter(runs => runs.size > 0);
  const folds = [...run[0]?.keys() ?? []].filter(fold => run.every(runs => runs.has(fold)));
  return {
    folds: folds.length,
    losses: outcomes.map(runs => {
      const found = folds.map(fold => runs.get(fold));
      const losses = found.flatMap(item => (item?.loss === undefined || item.status === 'diverged' ? [] : [item.loss]));
      return folds.length > 0 && losses.length === folds.length ? meanOf(losses) : undefined;
    }),
  };
}
