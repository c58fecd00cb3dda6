/** The rule of one standard error: the simplest model that is not clearly worse than the best (after Breiman et al. 1984, 3.4.3). */
import type { LossDifference } from '../../protocol/comparison';
import type { PairedDifference } from './pairedTest';

export interface Candidate {
  readonly family: string;
  /** Absent: no loss could be measured. */
  readonly loss?: number;
  /** From the best; absent for the best and for a model without a loss. */
  readonly difference?: PairedDifference;
}

/** The family with the lowest loss, the simpler one of equals. `models`: simplest first. */
export function bestOf(models: readonly Candidate[]): string | undefined {
  let best: Candidate | undefined;
  for (const model of models) if (model.loss !== undefined && (best === undefined || model.loss < best.loss!)) best = model;
  return best?.family;
}

/**
 * The first model whose loss is within one standard error of the best; without any loss the first model. A difference without a standard
 * error (a single held-out row) tells nothing, so that the simplest is as good as any. `models`: simplest first.
 */
export function recommendedOf(models: readonly Candidate[]): string | undefined {
  const best = bestOf(models);
  if (best === undefined) return models[0]?.family;
  return models.find(({ family, difference }) => family === best || (difference !== undefined && (difference.standardError === undefined || isWithin(difference))))?.family;
}

/** Whether a difference from the best is at most its own standard error. */
export function isWithin({ value, standardError }: PairedDifference): boolean {
  return value <= (standardError ?? 0);
}

export function reportDifference(difference: PairedDifference): LossDifference {
  return { ...difference, withinOneStandardError: isWithin(difference) };
}
