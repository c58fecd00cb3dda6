/** Clusters, their rules and what sets them apart, in words. */
import type { ClusterProfile, FeatureProfile } from '../unlabelled/kmeans/profiles';
import type { Condition, Rule } from '../unlabelled/kmeans/describeTree';
import { formatNumber, formatPercent, listWords } from './format';
import { dateText } from './rowCells';

export function clusterName(cluster: number): string {
  return `Cluster ${cluster + 1}`;
}

/** "petal length ≤ 2.45 and island is Biscoe or Dream". */
export function ruleText({ conditions }: Pick<Rule, 'conditions'>): string {
  return conditions.length === 0 ? 'every row' : conditions.map(conditionText).join(' and ');
}

function conditionText(condition: Condition): string {
  const { name } = condition;
  if (condition.kind === 'category') return `${name} is ${condition.levels.length === 0 ? 'nothing' : listWords(condition.levels, 8).replace(/ and (?!\d+ more)/, ' or ')}`;
  const value = (number: number): string => (condition.kind === 'date' ? dateText(number) : formatNumber(number, 6));
  const { above, upTo } = condition;
  if (above !== undefined && upTo !== undefined) return `${value(above)} < ${name} ≤ ${value(upTo)}`;
  return above !== undefined ? `${name} > ${value(above)}` : `${name} ≤ ${value(upTo ?? NaN)}`;
}

/** The value inside and of the other rows: "5.552 against 2.861", "81.3 % against 12 %". */
export function againstText(feature: FeatureProfile): string {
  return `${sideText(feature, 'inside')} against ${sideText(feature, 'rest')}`;
}

export function sideText(feature: FeatureProfile, side: 'inside' | 'rest'): string {
  const value = feature.kind === 'level' ? (side === 'inside' ? feature.share : feature.rest) : side === 'inside' ? feature.mean : feature.rest;
  if (value === null) return 'no value';
  return feature.kind === 'level' ? formatPercent(value) : feature.kind === 'date' ? dateText(value).slice(0, 10) : formatNumber(value);
}

/** Differences that are worth a word: at least small by Cohen's words. */
const worthSaying = 0.2;

/** "petal length (5.552 against 2.861) and sex = male (81.3 % against 12 %)". */
export function apartText({ features }: ClusterProfile, most = 3): string {
  const told = features.filter(feature => feature.strength >= worthSaying).slice(0, most);
  if (told.length === 0) return 'no single column';
  return listWords(told.map(feature => `${feature.name}${feature.kind === 'level' ? ` = ${feature.level}` : ''} (${againstText(feature)})`), most);
}
