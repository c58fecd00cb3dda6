/** Sections of the feature importance panel. */
import type { Importance } from '../../protocol/effects';
import type { Section } from '../../protocol/report';
import { columnName, countOf, formatCount, formatLevel, formatNumber, intervalWords, listWords } from './format';
import type { Facts } from './input';
import { attentionWords } from './sectionsAttention';

/** Features in the second table at most. */
const mostRows = 200;

export function importanceSections(facts: Facts): Section[] {
  const result = facts.importance;
  if (!result || result.importance.length === 0) return [];
  return [{
    kind: 'importance', id: 'permutationImportance', panel: 'importance', title: facts.measurements.attention ? 'Permutation importance, and attention weights beside it' : 'Permutation importance',
    unit: result.unit, level: result.level, repeats: result.repeats, rows: result.rows,
    ...(facts.measurements.attention && { attention: attentionWords(facts.measurements.attention) }),
    summary: importanceSummary(facts),
    method: result.method,
    assumptions: [
      'Shuffling breaks the tie between a feature and all others, so rows arise that may not exist; of features that go together each can look dispensable.',
      'It measures what this model uses, not what causes the target.',
    ],
  }, ...fallSection(facts)];
}

function importanceSummary(facts: Facts): string {
  const result = facts.importance;
  if (!result) return '';
  const loss = result.loss === 'rmse' ? 'RMSE' : 'log loss';
  const [first] = result.importance;
  const top = first.permutation;
  if (!top || top.value <= 0) return `Shuffling any one feature does not raise the ${loss} of the held-out rows: the model uses none of them to good effect.`;
  const unit = result.loss === 'rmse' ? ` (in units of ${facts.target.name})` : '';
  const unsure = result.importance.filter(item => !isAboveZero(item));
  const rest = result.rest
    ? ` The other ${countOf(result.rest.features, 'feature')}, all shuffled together, raise it by ${formatNumber(result.rest.rise.value, 3)}.`
    : '';
  return `Shuffling ${columnName(first.feature)} costs most: the ${loss} of the held-out rows rises by ${formatNumber(top.value, 3)}${intervalWords(top, result.level)} from ${formatNumber(result.baseLoss, 3)}${unit}.` +
    (unsure.length > 0 ? ` For ${formatCount(unsure.length)} of ${countOf(result.importance.length, 'feature')} the rise cannot be told from none: ${listWords(unsure.map(u => columnName(u.feature)), 3)}.` : '') + rest;
}

function isAboveZero({ permutation }: Importance): boolean {
  return permutation?.low !== undefined && permutation.low > 0;
}

function fallSection(facts: Facts): Section[] {
  const { fall, importance = [], level = facts.level } = facts.importance ?? {};
  if (!fall) return [];
  const name = fall.measure === 'r2' ? 'R²' : 'ROC AUC';
  const rows = importance.slice(0, mostRows).flatMap(({ feature }) => {
    const estimate = fall.byFeature.get(feature);
    return estimate ? [[feature, ...[estimate.value, estimate.low, estimate.high].map(v => (v === undefined ? '' : v))]] : [];
  });
  const [best] = rows;
  if (!best) return [];
  return [{
    kind: 'table', id: 'permutationFall', panel: 'importance', title: `Fall of ${name}`,
    summary: `The same shuffles by another measure: with ${columnName(String(best[0]))} shuffled the ${name} of the held-out rows falls by ${formatNumber(Number(best[1]), 3)}.`,
    method: `Fall of ${name} over the same shuffles. ${facts.importance?.method ?? ''}`,
    header: [{ title: 'Feature' }, { title: `Fall of ${name}`, numeric: true }, { title: `Low (${formatLevel(level)})`, numeric: true }, { title: `High (${formatLevel(level)})`, numeric: true }],
    rows,
  }];
}
