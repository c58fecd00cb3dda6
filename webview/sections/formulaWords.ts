/** A formula's numbers in words. Pure functions. */
import type { FormulaCandidate } from '../../src/protocol/formula';
import { formatNumber, formatShare, formatShort, plural } from '../format';
import { t } from '../l10n';

/** R² that can be told from 1: "1 − 3.2e-6" where four digits would say 1. */
export function r2Text(r2: number | undefined): string {
  if (r2 === undefined || !Number.isFinite(r2)) return '–';
  const rest = 1 - r2;
  if (rest <= 1e-13) return '1';
  return rest < 5e-4 ? `1 − ${formatShort(rest)}` : formatNumber(r2);
}

/** "98.7 % of", "all but 0.03 % of". */
function explained(r2: number): string {
  const rest = 1 - r2;
  if (r2 <= 0 || !Number.isFinite(r2)) return t('nothing of');
  if (rest <= 1e-13) return t('all of');
  return rest < 5e-4 ? t('all but {0} % of', formatShort(100 * rest)) : `${formatShare(r2)} of`;
}

/** What the formula explains, and of what it is made. */
export function candidateWords({ r2, heldOutR2, modelR2, complexity, numbers }: FormulaCandidate, target: string): string {
  const measured = heldOutR2 ?? r2;
  const rows = heldOutR2 === undefined ? t('the rows that it was fitted on') : t('held-out rows, where a formula of this shape was found and fitted without them');
  const snapped = numbers.filter(number => number.snapped).length;
  const fitted = numbers.length - snapped;
  const made = [
    plural(complexity, 'node'), fitted === 0 ? t('no fitted number') : plural(fitted, 'fitted number'), ...(snapped > 0 ? [t('{0} snapped to simple ones', plural(snapped, 'number'))] : []),
  ];
  const model = modelR2 === undefined ? '' : t(' Of the model that it stands for, it explains {0} the variation of the predictions.', explained(modelR2));
  return t('It explains {0} the variation of {1} on {2}. It has {3} and {4}.{5}', explained(measured), target, rows, made.slice(0, -1).join(', '), made.at(-1)!, model);
}

/** Bits above the shortest description, as a comparison: 2 to the power of it are the odds. */
export function bitsText(bits: number): string {
  if (!(bits > 0)) return t('the shortest');
  if (bits < 0.05) return t('as short as the shortest');
  const odds = bits > 40 ? t('more than 10¹² to 1') : `${formatShort(Number((2 ** bits).toPrecision(2)))} to 1`;
  return t('{0} bits longer (odds of {1})', formatShort(bits), odds);
}

/** What makes each of the listed formulas worth a look, by its place among them. */
export function tagsOf(listed: readonly number[], candidates: readonly FormulaCandidate[], chosen: number): ReadonlyMap<number, readonly string[]> {
  const of = (index: number): FormulaCandidate => candidates[index] as FormulaCandidate;
  const simplest = Math.min(...listed.map(index => of(index).complexity));
  const closest = Math.min(...listed.map(index => of(index).loss));
  const several = listed.length > 1;
  return new Map(listed.map(index => [index, [
    ...(index === chosen ? [t('the report\'s')] : []), ...(several && of(index).complexity === simplest ? ['shortest'] : []),
    ...(several && of(index).loss === closest ? [t('closest fit')] : []),
  ]]));
}
