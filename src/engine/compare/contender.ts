/** A family in a comparison: the data set as it gets it, what was fitted, and how it is reported. */
import type { ComparedModel } from '../../protocol/comparison';
import type { Dataset } from '../data/dataset';
import type { Evaluation } from '../evaluate/crossValidate';
import type { Family, Model } from '../models/model';
import type { FoldLosses } from './losses';
import type { PairedDifference } from './pairedTest';
import { reportDifference } from './recommend';

/** A family as it was fitted on all rows and on the folds. */
export interface Contender {
  readonly family: Family;
  /** With the recipe of this family. */
  readonly dataset: Dataset;
  readonly model: Model;
  readonly evaluation: Evaluation | undefined;
  readonly fitSeconds: number;
  readonly evaluateSeconds: number;
}

export interface Measured extends Contender {
  readonly losses?: FoldLosses;
  readonly scores: ComparedModel['scores'];
  /** Of the fit, the folds and the scores. */
  readonly seconds: number;
}

/** The options of the recipe that the family has. */
export function forFamily(dataset: Dataset, family: Family): Dataset {
  const known = new Set(family.options.map(({ name }) => name));
  const options = Object.fromEntries(Object.entries(dataset.recipe.options).filter(([name]) => known.has(name)));
  return { ...dataset, recipe: { ...dataset.recipe, model: family.id, options } };
}

/** `difference`: from the best; absent for the best and for a model that is not ranked. */
export function comparedModel({ family, model, evaluation, fitSeconds, seconds, scores }: Measured, difference: PairedDifference | undefined): ComparedModel {
  return {
    family: family.id, title: model.title, metrics: evaluation?.metrics ?? [], ...(difference && { difference: reportDifference(difference) }),
    fitSeconds, seconds, scores,
  };
}
