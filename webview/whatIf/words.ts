/** Values and intervals of the what-if panel as text. Pure. */
import type { CellValue, Suggestion, WhatIfFeature, WhatIfInterval, WhatIfPrediction } from '../../src/protocol/whatIf';
import { formatNumber, formatShare, shortName, visibleName } from '../format';
import { t } from '../l10n';

/** A date in ISO form, with its time where it has one. */
export function dateText(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}

export function cellWords(value: CellValue | undefined, kind?: WhatIfFeature['kind']): string {
  if (value === null || value === undefined) return t('(missing)');
  if (typeof value === 'string') return visibleName(value);
  return kind === 'date' ? dateText(value) : numberText(value);
}

/** All digits that matter, in groups where there are many; years have none. */
function numberText(value: number): string {
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(8));
  return size >= 1e4 && size < 1e15 ? rounded.toLocaleString('en-US', { maximumFractionDigits: 8 }) : String(rounded);
}

export function intervalWords({ low, high, set }: WhatIfInterval): string {
  if (set) return set.length === 0 ? t('no class') : set.map(visibleName).join(', ');
  return t('{0} to {1}', low === null || low === undefined ? '−∞' : formatNumber(low), high === null || high === undefined ? '∞' : formatNumber(high));
}

/** The prediction in a sentence, as a screen reader says it when it has changed. */
export function spokenPrediction(target: string, { value, likeliest, probabilities, unpredictable }: WhatIfPrediction): string {
  if (unpredictable !== undefined) return unpredictable;
  if (value !== undefined) return t('{0} is predicted to be {1}.', visibleName(target), formatNumber(value));
  const own = probabilities?.find(item => item.class === likeliest)?.probability;
  return t('{0} is predicted to be {1}{2}.', visibleName(target), visibleName(likeliest ?? ''), own === undefined ? '' : `, ${formatShare(own)}`);
}

/** Pairs of features that are named. */
const mostPairs = 2;

/** What is not plausible about the row after the changes. */
export function unusualWords({ farther, pairs }: NonNullable<Suggestion['unusual']>): string {
  const named = pairs.slice(0, mostPairs).map(([a, b]) => t('{0} with {1}', shortName(a, 32), shortName(b, 32))).join('; ');
  const more = pairs.length - mostPairs;
  return [
    ...(farther ? [t('Farther from the training rows than usual.')] : []),
    ...(pairs.length === 0 ? [] : [more > 0 ? t('The training data have no such values of {0} and {1} more.', named, more) : t('The training data have no such values of {0}.', named)]),
  ].join(' ');
}
