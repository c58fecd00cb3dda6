/** One number for a model's interpretability, ours and ad hoc: the mean of five shares, shown with its parts. Never accuracy. */
import type { Estimate } from '../../../protocol/report';
import type { ModelScores } from './modelScores';
import type { RankAgreement } from './rankAgreement';
import { refitError, scoreInterval, type RefitKind } from './refitIntervals';
import { mostComplexity } from './segments';

/** Shares 0 … 1, 1 the easiest; those that were not measured are absent. */
export interface CompositeParts {
  /** Share of the features left out, 1 − NF/p. */
  readonly compactness?: number;
  readonly additivity?: number;
  readonly smoothness?: number;
  /** Of the better of the two surrogates. */
  readonly fidelity?: number;
  readonly stability?: number;
}

/** 1 − (MEC − 1) / (2·segments − 1): 1 for straight lines and steps. */
export function smoothness(mainEffectComplexity: number): number {
  return Math.max(0, Math.min(1, 1 - (mainEffectComplexity - 1) / mostComplexity()));
}

/** 1 − NF/p. */
export function compactness(used: number, features: number): number {
  return features > 0 ? 1 - used / features : 0;
}

function partsOf({ effects, linear, tree }: ModelScores, features: number): CompositeParts {
  const r2 = [linear?.r2, tree?.fidelity?.r2].filter(v => v !== undefined);
  return {
    compactness: compactness(effects.featuresUsed, features),
    ...(effects.interactionStrength !== undefined ? { additivity: 1 - Math.min(1, effects.interactionStrength) } : {}),
    ...(effects.mainEffectComplexity !== undefined ? { smoothness: smoothness(effects.mainEffectComplexity) } : {}),
    ...(r2.length > 0 ? { fidelity: Math.max(0, ...r2) } : {}),
  };
}

const meanOf = (parts: CompositeParts): number => {
  const values = Object.values(parts) as number[];
  return (100 * values.reduce((a, b) => a + b, 0)) / values.length;
};

/**
 * Plain mean of the available shares × 100; the interval adds the refits' spread of the first four and the error of the
 * stability. Undefined with fewer than three shares.
 */
export function composite(
  own: ModelScores, refits: readonly ModelScores[], kind: RefitKind, features: number, agreement: RankAgreement | undefined, level: number,
): { estimate: Estimate; parts: CompositeParts } | undefined {
  const stability = agreement ? { stability: Math.max(0, agreement.rho.value) } : {};
  const parts = { ...partsOf(own, features), ...stability };
  const count = Object.keys(parts).length;
  if (count < 3) return undefined;
  const again = refits.map(scores => ({ ...partsOf(scores, features), ...stability })).filter(p => Object.keys(p).length === count).map(meanOf);
  const error = refitError(again, kind);
  if (error === undefined) return { estimate: { value: meanOf(parts) }, parts };
  const half = agreement ? (agreement.rho.high ?? agreement.rho.value) - (agreement.rho.low ?? agreement.rho.value) : 0;
  const plain = scoreInterval(meanOf(parts), error, again.length, level, [0, 100]);
  const extra = (100 * half) / 2 / count;
  const widened = (side: number): number => Math.hypot(side, extra);
  const { value } = plain;
  return { estimate: { value, low: Math.max(0, value - widened(value - plain.low!)), high: Math.min(100, value + widened(plain.high! - value)) }, parts };
}
