/** How much of the variance components hold, in words. */

/** "all of the variance" where nothing is left; rounding never says so of less. */
export function varianceWords(share: number): string {
  if (share > 1 - 1e-9) return 'all of the variance';
  return share > 0.999 ? 'over 99.9 % of the variance' : `${(100 * share).toFixed(1)} % of the variance`;
}
