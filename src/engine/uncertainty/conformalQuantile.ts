/** Which of n scores a conformal interval ends at, in exact arithmetic, and when no finite one will do. */

/** Levels are decimals of at most 12 digits, as people write them: 0.9 and 1 − 0.1 are the same level. */
const unit = 1_000_000_000_000n;

function asFraction(level: number): bigint {
  return BigInt(Math.round(level * Number(unit)));
}

/**
 * ⌈(n + 1)(1 − α)⌉ with 1 − α = level: the place, from 1, of the score that a conformal interval ends at (Vovk, Gammerman &
 * Shafer 2005; Lei et al. 2018). More than n where no finite score will do. In whole numbers, because in floating point
 * 100 × 0.07 is 7.000000000000001.
 */
export function conformalIndex(n: number, level: number): number {
  return Number((BigInt(n + 1) * asFraction(level) + unit - 1n) / unit);
}

/** The fewest scores that give a finite interval at the level: ⌈level / (1 − level)⌉; Infinity for a level of 1. */
export function fewestScores(level: number): number {
  const share = asFraction(level);
  if (share >= unit) return Infinity;
  const rest = unit - share;
  return Number((share + rest - 1n) / rest);
}

/** Why an interval from n scores is infinite at the level, in words; undefined where it is finite. */
export function infiniteBecause(n: number, level: number, scores = 'calibration row'): string | undefined {
  if (conformalIndex(n, level) <= n) return undefined;
  const needed = fewestScores(level);
  const percent = `${Number((100 * level).toPrecision(6))} %`;
  const have = `${n.toLocaleString('en-US')} ${scores}${n === 1 ? '' : 's'}`;
  if (!Number.isFinite(needed)) return `no finite interval is certain to hold ${percent} of new rows.`;
  return `a finite interval at ${percent} needs at least ${needed.toLocaleString('en-US')} ${scores}s and there ${n === 1 ? 'is' : 'are'} ${have}.`;
}

/** The ⌈(n+1)(1−α)⌉-th smallest of n ascending scores; Infinity when there is none of that number. */
export function conformalQuantile(ascending: Float64Array, level: number): number {
  const index = conformalIndex(ascending.length, level);
  return index > ascending.length ? Infinity : ascending[Math.max(1, index) - 1];
}
