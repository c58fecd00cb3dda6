/** The folds that models are ranked on: those that all ranked models have, for some folds are easier than others. */
import type { Fold } from '../evaluate/splits';
import { countOf } from '../report/format';
import type { FoldLosses } from './losses';

export interface Rankable {
  readonly family: string;
  readonly title: string;
  /** Of the folds that it could be fitted on; absent: no loss could be measured. */
  readonly losses?: FoldLosses;
}

export interface Ranking {
  /** Losses of the ranked families, each on the same folds. */
  readonly losses: ReadonlyMap<string, FoldLosses>;
  /** Sentences on what is not ranked, and on folds that do not count. */
  readonly remarks: readonly string[];
}

/**
 * Families with the most folds first (as given among equals), each is ranked where the folds that it shares with those before are at
 * least half of all, or all that these have.
 */
export function rankOf(models: readonly Rankable[], folds: readonly Fold[]): Ranking {
  const measured = models.filter((model): model is Rankable & { losses: FoldLosses } => model.losses !== undefined);
  const byFolds = [...measured].sort((a, b) => b.losses.size - a.losses.size);
  let common = folds.filter(fold => byFolds[0]?.losses.has(fold));
  const ranked = new Set<string>();
  for (const { family, losses } of byFolds) {
    const shared = common.filter(fold => losses.has(fold));
    if (shared.length < common.length && 2 * shared.length < folds.length) continue;
    common = shared;
    ranked.add(family);
  }
  const remarks = models.filter(({ family }) => !ranked.has(family)).map(model => notRanked(model, folds.length));
  const own = measured.filter(({ family }) => ranked.has(family));
  if (own.some(({ losses }) => losses.size > common.length)) remarks.push(fewerFolds(common.length, folds.length));
  return { losses: new Map(own.map(({ family, losses }) => [family, new Map(common.map(fold => [fold, losses.get(fold)!]))])), remarks };
}

function notRanked({ title, losses }: Rankable, folds: number): string {
  return losses ? `${title} is not ranked: it could be fitted on ${losses.size} of ${countOf(folds, 'fold')} only.`
    : `${title} is not ranked: no loss could be measured on its held-out rows.`;
}

function fewerFolds(common: number, folds: number): string {
  return `The ranking and the differences are those of the ${common === 1 ? 'one' : common} of ${countOf(folds, 'fold')} on which every ranked model could be fitted; each model's own metrics are of all its folds.`;
}
