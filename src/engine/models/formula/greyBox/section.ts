/** The section of a known formula with a rest: the formula as ever, the shares of both parts, and how the parameters are meant. */
import type { FormulaParts, FormulaSection } from '../../../../protocol/formula';
import type { FormulaState } from '../state';
import type { GreyFacts } from './model';
import type { Share } from './shares';

export function greySection(section: FormulaSection, state: FormulaState, facts: GreyFacts, restTitle: string): FormulaSection {
  const parts = partsOf(facts, restTitle);
  return { ...section, summary: summaryOf(section, facts, restTitle), method: methodOf(state, facts), ...(parts && { parts }), ...(facts.rules && { rules: facts.rules }) };
}

function partsOf({ shares, restFamily }: GreyFacts, restTitle: string): FormulaParts | undefined {
  if (!shares) return undefined;
  const share = ({ value, low, high }: Share): { share: number; low?: number; high?: number } => ({ share: value, ...(low !== undefined && { low }), ...(high !== undefined && { high }) });
  return {
    items: [
      { name: 'known', model: 'formula', title: 'Known formula', ...share(shares.known) },
      { name: 'rest', model: restFamily, title: `Rest (${restTitle.toLowerCase()})`, ...share(shares.rest) },
      { name: 'noise', title: 'Neither', ...share(shares.noise) },
    ],
    shared: shares.shared, rows: shares.rows, heldOut: shares.heldOut,
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(Math.abs(share) < 0.1 ? 1 : 0).replace(/^-0\.0$/, '0.0')} %`;

function summaryOf({ target, candidates, chosen }: FormulaSection, { shares }: GreyFacts, restTitle: string): string {
  const found = `The given formula, fitted: ${target} = ${candidates[chosen]!.text} + rest.`;
  if (!shares) return found;
  const rows = shares.heldOut ? 'Of the variance of the held-out rows' : 'Of the variance of the rows of the fit (nothing was held out, so the rest looks better than it is)';
  const nothing = shares.added?.low !== undefined && shares.added.low <= 0 ? ' What the rest adds cannot be told from nothing.' : '';
  const both = Math.abs(shares.shared) > 0.02 ? ` ${percent(Math.abs(shares.shared))} of the variance ${shares.shared > 0 ? 'is explained by both together' : 'is what the parts take from each other'}; half of it counts to each.` : '';
  return `${found} ${rows} the known part explains ${percent(shares.known.value)}, the rest (${restTitle.toLowerCase()} on all columns) ${percent(shares.rest.value)}; neither explains ${percent(shares.noise.value)}.${both}${nothing}`;
}

function methodOf({ searched }: FormulaState, { adjusted, shares }: GreyFacts): string {
  const adjusting = adjusted.length === 0 ? 'least squares, a constant beside the formula where it has none'
    : `those with which the formula and any function of the columns that it does not read (${adjusted.slice(0, 6).join(', ')}${adjusted.length > 6 ? ` and ${adjusted.length - 6} more` : ''}) come nearest to the target: what these columns tell of target and formula is taken out by boosting machines that did not see the row (Robinson 1988; Chernozhukov et al. 2018)`;
  const shared = shares ? ` Shares: Shapley values of the parts in 1 − var(y − parts) ÷ var(y), on ${shares.rows} ${shares.heldOut ? 'held-out rows by models that did not see them' : 'rows of the fit'}; intervals from draws of these rows.` : '';
  return `Parameters on ${searched.rows} rows: ${adjusting}. Then the rest was fitted to what the formula leaves. So whatever a formula of this form can explain in its own columns is the known part's. Intervals: Student's t with standard errors that hold for errors of unequal size (HC3).${shared}`;
}
