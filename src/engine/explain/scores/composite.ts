/** One number for a model's interpretability, ours and ad hoc: the mean of five shares, shown with its parts. Never accuracy. */
import type { Estimate } from '../../../protocol/measures';
import type { ModelScores } from './modelScores';
import type { RankAgreement } from './rankAgreement';
import { refitError, scoreInterval, type RefitKind } from './refitIntervals';
import { mostComplexity } from './segments';

/** Shares 0 … 1, 1 the easiest. An index always holds all five: with fewer, two models' indices would not be of the same thing. */
export interface CompositeParts {
  /** By the number of features used, whatever share of the columns they are. */
  readonly compactness: number;
  readonly additivity: number;
  readonly smoothness: number;
  /** Of the better of the two surrogates. */
  readonly fidelity: number;
  readonly stability: number;
}

/** 1 − (MEC − 1) / (2·segments − 1): 1 for straight lines and steps. */
export function smoothness(mainEffectComplexity: number): number {
  return Math.max(0, Math.min(1, 1 - (mainEffectComplexity - 1) / mostComplexity()));
}

/** Features beyond the first at which compactness is one half: about as many things as a person keeps in mind (Miller 1956). */
const graspable = 7;

/** Ours: 7 / (7 + NF − 1). 1 for one feature (or none), 0.5 for eight, below 0.1 from 65 on. */
export function compactness(used: number): number {
  return graspable / (graspable + Math.max(0, used - 1));
}

/** The parts by name; those that could not be measured are undefined. */
type Parts = { readonly [name in keyof CompositeParts]: number | undefined };

function partsOf({ effects, linear, tree }: ModelScores, stability: number | undefined): Parts {
  const r2 = [linear?.r2, tree?.fidelity?.r2].filter(v => v !== undefined);
  const { interactionStrength: strength, mainEffectComplexity: complexity } = effects;
  return {
    compactness: compactness(effects.featuresUsed), additivity: strength === undefined ? undefined : 1 - Math.min(1, strength),
    smoothness: complexity === undefined ? undefined : smoothness(complexity),
    fidelity: r2.length > 0 ? Math.max(0, ...r2) : undefined, stability,
  };
}

const isWhole = (parts: Parts): parts is CompositeParts => Object.values(parts).every(value => value !== undefined && Number.isFinite(value));

const meanOf = (parts: CompositeParts): number => {
  const values = Object.values(parts) as number[];
  return (100 * values.reduce((a, b) => a + b, 0)) / values.length;
};

/**
 * Plain mean of the five shares × 100; the interval adds the refits' spread of the first four and the error of the stability.
 * Undefined where a share could not be measured.
 */
export function composite(
  own: ModelScores, refits: readonly ModelScores[], kind: RefitKind, agreement: RankAgreement | undefined, level: number,
): { estimate: Estimate; parts: CompositeParts } | undefined {
  const stability = agreement && Math.max(0, agreement.rho.value);
  const parts = partsOf(own, stability);
  if (!isWhole(parts)) return undefined;
  const again = refits.map(scores => partsOf(scores, stability)).filter(isWhole).map(meanOf);
  const error = refitError(again, kind);
  if (error === undefined) return { estimate: { value: meanOf(parts) }, parts };
  const half = (agreement!.rho.high ?? agreement!.rho.value) - (agreement!.rho.low ?? agreement!.rho.value);
  const plain = scoreInterval(meanOf(parts), error, again.length, level, [0, 100]);
  const extra = (100 * half) / 2 / Object.keys(parts).length;
  const widened = (side: number): number => Math.hypot(side, extra);
  const { value } = plain;
  return { estimate: { value, low: Math.max(0, value - widened(value - plain.low!)), high: Math.min(100, value + widened(plain.high! - value)) }, parts };
}
