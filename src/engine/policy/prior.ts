/** What a log says, taken as a whole, about how surprising its outcomes and rewards are: the prior of the posterior over the process. */
import type { Mdp } from './mdp';

export interface Prior {
  /** Prior mass, in visits, of outcomes that a pair has not shown yet. */
  readonly mass: number;
  /** Variance of the reward of one outcome, over all outcomes; 0 where every outcome always has the same reward. */
  readonly rewardVariance: number;
  /** Degrees of freedom that the variance of an outcome starts with. */
  readonly rewardDegrees: number;
}

/**
 * Empirical Bayes. The mass α is the maximum of the likelihood of the number of different outcomes k of n visits, α^k Γ(α) / Γ(α + n) over all pairs (Ewens
 * 1972), with half an outcome added to what was seen so that it is above 0 unless no pair was visited twice: then 1. In a log without chance it is nearly 0.
 * The variance is pooled over the outcomes that were seen at least twice; if there are none, it is the variance of all rewards.
 */
export function estimatePrior(mdp: Mdp, hasChance: boolean): Prior {
  return { mass: hasChance ? newOutcomeMass(mdp) : 0, ...rewardSpread(mdp) };
}

/** Whether some pair, visited again, did something else than before. */
export function showsChance(mdp: Mdp): boolean {
  return mdp.target.length > mdp.pairs;
}

function newOutcomeMass(mdp: Mdp): number {
  let surprises = 0;
  const visits = new Map<number, number>();
  for (let p = 0; p < mdp.pairs; p++) {
    surprises += mdp.outcomeStart[p + 1]! - mdp.outcomeStart[p]! - 1;
    visits.set(mdp.visits[p]!, (visits.get(mdp.visits[p]!) ?? 0) + 1);
  }
  if (![...visits.keys()].some(n => n > 1)) return 1;
  // Expected surprises Σ_pairs Σ_{i=1}^{n−1} α / (α + i) rise with α.
  const expected = (mass: number): number => [...visits].reduce((sum, [n, pairs]) => sum + pairs * harmonic(mass, n), 0);
  let [low, high] = [1e-9, 1e3];
  for (let k = 0; k < 60; k++) {
    const middle = Math.sqrt(low * high);
    if (expected(middle) < surprises + 0.5) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

/** Σ_{i=1}^{n−1} α / (α + i); long sums by their integral from the 200th term on. */
function harmonic(mass: number, n: number): number {
  let sum = 0;
  for (let i = 1; i < Math.min(n, 200); i++) sum += mass / (mass + i);
  return n > 200 ? sum + mass * Math.log((mass + n - 0.5) / (mass + 199.5)) : sum;
}

function rewardSpread(mdp: Mdp): { rewardVariance: number; rewardDegrees: number } {
  let [squares, degrees] = [0, 0];
  for (let o = 0; o < mdp.outcomeCount.length; o++) {
    squares += mdp.outcomeSquares[o]!;
    degrees += mdp.outcomeCount[o]! - 1;
  }
  if (degrees > 0) return { rewardVariance: squares / degrees < 1e-24 ? 0 : squares / degrees, rewardDegrees: 4 };
  let mean = 0;
  for (let o = 0; o < mdp.outcomeReward.length; o++) mean += mdp.outcomeReward[o]! / mdp.outcomeReward.length;
  const variance = mdp.outcomeReward.reduce((sum, r) => sum + (r - mean) ** 2, 0) / Math.max(1, mdp.outcomeReward.length - 1);
  return { rewardVariance: variance, rewardDegrees: 4 };
}
