/** The steps of a waterfall: which parts get a bar of their own, from where to where, and what is left over. Pure. */
import { t } from '../l10n';

export interface Part { readonly name: string; readonly contribution: number }

export interface Step {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly contribution: number;
}

/**
 * Steps from `base`, the largest parts first, at most `most` of them; the others are summed up in a last step, so that the
 * end of the last step is base + Σ contributions whatever is shown.
 */
export function waterfallSteps(base: number, parts: readonly Part[], most: number): readonly Step[] {
  const sorted = [...parts].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const own = sorted.length <= most ? sorted : sorted.slice(0, most - 1);
  const rest = sorted.slice(own.length);
  const shown = rest.length === 0 ? own : [...own, { name: t('{0} other features', rest.length), contribution: rest.reduce((sum, part) => sum + part.contribution, 0) }];
  let at = base;
  return shown.map(({ name, contribution }) => {
    const from = at;
    at += contribution;
    return { name, from, to: at, contribution };
  });
}
