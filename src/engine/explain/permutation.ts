/** Permutation importance: how much worse held-out predictions get when one feature is shuffled. Needs predict only. */
import type { Note } from '../../protocol/profile';
import type { Importance } from '../../protocol/effects';
import type { Estimate } from '../../protocol/measures';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Evaluation } from '../evaluate/crossValidate';
import type { Rng } from '../math/random';
import type { Model } from '../models/model';
import { risesByFold, risesOverRows } from './rises';

export interface PermutationResult {
  /** Largest rise first. Features that were not shuffled by themselves are absent. */
  readonly importance: readonly Importance[];
  /** Loss that rises. */
  readonly loss: 'rmse' | 'logLoss';
  /** Unit in words, e.g. "rise of RMSE in units of price". */
  readonly unit: string;
  /** Loss of the unshuffled held-out rows. */
  readonly baseLoss: number;
  /** The same shuffles seen by a second measure: fall of R² (regression) or of the AUC (two classes). */
  readonly fall?: { readonly measure: 'r2' | 'auc'; readonly byFeature: ReadonlyMap<string, Estimate> };
  /** All features that were not shuffled one by one, shuffled together. */
  readonly rest?: { readonly features: number; readonly rise: Estimate };
  /** Shuffles of each feature in each fold. */
  readonly repeats: number;
  /** Held-out rows used, all folds together. */
  readonly rows: number;
  readonly level: number;
  /** Words: method, rows, repeats, interval. */
  readonly method: string;
  readonly notes: readonly Note[];
}

/** Held-out rows at most, all folds together. */
const mostRows = 20_000;
const fewestRows = 250;
/** Rows × shuffles of one feature where intervals are over rows: with many rows fewer shuffles say as much. */
const mostShuffledRows = 100_000;
/** Cells (rows × features read) that all predictions together may cost. */
const cellBudget = 3e8;
/** With more features than this only the strongest are shuffled one by one. */
const mostFeatures = 200;
const strongestOnly = 50;
/** Folds smaller than this are not shuffled within themselves: too few values to exchange. */
const smallestFold = 30;

/**
 * Shuffles each feature on held-out rows (a sample when there are many) and measures the rise of the loss: RMSE, or log
 * loss (Breiman 2001; Fisher, Rudin & Dominici 2019). Each fold's model predicts its own held-out rows; five shuffles
 * a fold, or more so that there are at least 20. Intervals: corrected resampled t over the folds' means; for one
 * hold-out or folds under 30 rows, 5 to 20 shuffles and t over rows. `full` ranks the features of very wide tables by its weights.
 * Undefined when there is nothing to shuffle or no finite loss.
 */
export async function permutationImportance(
  dataset: Dataset, evaluation: Evaluation, context: WorkContext, rng: Rng, full?: Model,
): Promise<PermutationResult | undefined> {
  const folds = evaluation.folds.length;
  const all = [...new Set(evaluation.foldModels.flatMap(model => model.features))];
  if (folds === 0 || all.length === 0) return undefined;
  const level = dataset.recipe.level;
  const byFold = folds > 1 && evaluation.folds.every(fold => fold.test.length >= smallestFold);
  const repeats = byFold ? Math.max(5, Math.ceil(20 / folds)) : Math.max(5, Math.min(20, Math.ceil(mostShuffledRows / evaluation.rows)));
  const wide = all.length > mostFeatures;
  const ranking = full ?? evaluation.foldModels[0];
  const features = wide ? strongestFeatures(all, ranking, level) : all;
  const chosen = new Set(features);
  const rest = all.filter(name => !chosen.has(name));
  const groups: (readonly string[])[] = [...features.map(name => [name]), ...(rest.length > 0 ? [rest] : [])];
  const affordable = Math.floor(cellBudget / (all.length * groups.length * repeats));
  const job = { dataset, evaluation, groups, repeats, level, rows: Math.min(mostRows, Math.max(affordable, fewestRows)) };

  const rises = await (byFold ? risesByFold(job, context, rng) : risesOverRows(job, context, rng));
  if (!rises) return undefined;
  const regression = dataset.target.task === 'regression';
  const fall = new Map(features.flatMap((name, i) => (rises.fall[i] ? [[name, rises.fall[i]] as const] : [])));
  return {
    importance: features
      .map((feature, i) => ({ feature, permutation: rises.rise[i] }))
      .filter(item => Number.isFinite(item.permutation.value))
      .sort((a, b) => b.permutation.value - a.permutation.value),
    loss: regression ? 'rmse' : 'logLoss',
    unit: regression ? `rise of RMSE in units of ${dataset.target.name}` : 'rise of log loss',
    baseLoss: rises.baseLoss, repeats, rows: rises.rows, level,
    ...(fall.size > 0 ? { fall: { measure: regression ? 'r2' : 'auc', byFeature: fall } as const } : {}),
    ...(rest.length > 0 ? { rest: { features: rest.length, rise: rises.rise[features.length] } } : {}),
    method: methodWords({ regression, folds, byFold, repeats, rows: rises.rows, heldOut: evaluation.rows, level }),
    notes: wide ? [wideNote(features.length, all.length, ranking)] : [],
  };
}

/** The features with the largest |standardised weight| of any of their terms; the first ones for a model without weights. */
function strongestFeatures(features: readonly string[], model: Model, level: number): string[] {
  const known = new Set(features);
  const strength = new Map<string, number>();
  for (const { feature, standardised } of model.weights?.(level) ?? []) {
    if (feature === undefined || standardised === undefined) continue;
    // The feature of an interaction joins its columns by ":".
    for (const name of known.has(feature) ? [feature] : feature.split(':')) {
      strength.set(name, Math.max(Math.abs(standardised), strength.get(name) ?? 0));
    }
  }
  return features
    .map((name, place) => ({ name, place, size: strength.get(name) ?? 0 }))
    .sort((a, b) => b.size - a.size || a.place - b.place)
    .slice(0, strongestOnly)
    .map(item => item.name);
}

function wideNote(shuffled: number, all: number, model: Model): Note {
  const which = model.weights ? 'those with the largest standardised weights' : 'the first ones';
  return {
    kind: 'evaluation',
    text: `Of ${all.toLocaleString('en-US')} features only ${shuffled} (${which}) were shuffled one by one for the permutation importance; the others were shuffled all together.`,
  };
}

interface MethodFacts {
  readonly regression: boolean;
  readonly folds: number;
  readonly byFold: boolean;
  readonly repeats: number;
  readonly rows: number;
  readonly heldOut: number;
  readonly level: number;
}

function methodWords({ regression, folds, byFold, repeats, rows, heldOut, level }: MethodFacts): string {
  const count = (n: number): string => n.toLocaleString('en-US');
  const which = rows < heldOut ? `a random sample of ${count(rows)} of the ${count(heldOut)} held-out rows` : `${count(rows)} held-out rows`;
  const models = folds === 1 ? 'the model of the training rows' : `the models of the ${folds} folds`;
  const interval = byFold ? 'corrected resampled t over the folds' : 't over the rows';
  return `Permutation importance: rise of ${regression ? 'RMSE' : 'log loss'} when the feature is shuffled, ${repeats} shuffles` +
    `${byFold ? ' a fold' : ''}, on ${which}, predicted by ${models}; ${Number((100 * level).toPrecision(4))} % intervals: ${interval}.`;
}
