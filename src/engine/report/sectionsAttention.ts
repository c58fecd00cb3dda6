/** Sections on where an attention model looks. Attention weights are never called importance here. */
import type { CurveLine } from '../../protocol/chartSections';
import type { FitSection } from '../../protocol/performanceSections';
import type { Section } from '../../protocol/report';
import { strongAssociation } from '../explain/attentionAssociations';
import { fewestFeatures } from '../explain/attentionAgreement';
import type { RankCorrelation } from '../explain/attentionAgreement';
import { uniformDifference, verdictRules } from '../explain/attentionVerdict';
import { scaleNote, scaleOf } from '../explain/linkOutputs';
import type { AttentionResult } from '../explain/attentionFaithfulness';
import { countOf, formatCount, formatLevel, formatNumber, formatPercent, listWords } from './format';
import type { Facts } from './input';

/** Words for the field `attention` of the importance section: what the weights are. */
export function attentionWords(result: AttentionResult): string {
  return `Attention weights say where the model looks, not how much a feature matters: they have no sign and sum to 1 over the features. ${result.method}`;
}

/** Features drawn or listed at most. */
const mostFeatures = 60;
/** Classes listed at most. */
const mostClasses = 20;

export function attentionSections(result: AttentionResult, facts: Facts): Section[] {
  return [
    ...verdictSection(result, facts), ...weightSection(result), ...deletionSection(result, facts), ...pairsSection(result), ...classSection(result),
  ];
}

function verdictSection(result: AttentionResult, facts: Facts): Section[] {
  const correlated = result.correlated.length === 0 ? ''
    : ` ${listWords(result.correlated.map(pair => `${pair.first} ${result.correlated.length > 1 ? 'with' : 'and'} ${pair.second}`), 3)} go together (association above ${strongAssociation}): attention and permutation importance both may split or shift credit between them.`;
  return [{
    kind: 'fit', id: 'attentionVerdict', panel: 'importance', title: 'Do the attention weights say what the model uses?',
    summary: `${result.verdict.words}${correlated}`,
    method: `${verdictRules} ${agreementMethod(result)}`,
    assumptions: [
      'Agreement of two rankings is no proof: both can be wrong in the same way, and a model can use a feature without attending to it much.',
      'Which features count as going together: |r| of numbers, Cramér’s V of categories, the correlation ratio of one with the other.',
    ],
    values: [...agreementValues(result), ...deletionValues(result), ...controlValues(result, facts)],
  }];
}

function agreementMethod({ agreement, level }: AttentionResult): string {
  if (!agreement) return '';
  return `Rank correlations of mean attention and permutation importance over ${countOf(agreement.features, 'feature')}; ${formatLevel(level)} percentile intervals over ${formatCount(agreement.resamples)} bootstrap samples of the features, two-sided p-values by ${formatCount(agreement.resamples)} random permutations.`;
}

function agreementValues({ agreement, compared, level }: AttentionResult): FitSection['values'] {
  if (!agreement) {
    const why = compared < fewestFeatures ? 'too few features for a rank correlation' : 'no order to compare';
    return [{ label: 'Rank agreement with permutation importance', value: why }];
  }
  const words = ({ value, low, high, pValue }: RankCorrelation): string =>
    `${formatNumber(value, 2)}${low === undefined ? '' : ` (${formatNumber(low, 2)} to ${formatNumber(high!, 2)})`}, p ${pValue < 0.001 ? '< 0.001' : `= ${formatNumber(pValue, 2)}`}`;
  const hint = `Agreement with permutation importance, not proof; ${formatLevel(level)} interval`;
  return [
    { label: 'Spearman’s ρ with permutation importance', value: words(agreement.rho), hint },
    { label: 'Kendall’s τ-b with permutation importance', value: words(agreement.tau), hint },
  ];
}

function deletionValues({ deletion }: AttentionResult): FitSection['values'] {
  if (!deletion) return [];
  const { attention, permutation, random } = deletion;
  return [
    {
      label: 'Deletion: area by attention against random order', value: `${formatNumber(attention.curve.area, 3)} against ${formatNumber(random.area, 3)}`,
      hint: `Lower is better; ${formatPercent(attention.pValue)} of random orders do as well`,
    },
    ...(permutation ? [{
      label: 'Deletion: area by permutation importance', value: formatNumber(permutation.curve.area, 3),
      hint: `${formatPercent(permutation.pValue)} of random orders do as well`,
    }] : []),
  ];
}

function controlValues({ uniform, seeds, randomised }: AttentionResult, facts: Facts): FitSection['values'] {
  const values: FitSection['values'][number][] = [];
  if (uniform) {
    const unit = uniform.loss === 'rmse' ? ` (units of ${facts.target.name})` : '';
    values.push({
      label: 'Control: trained with uniform attention',
      value: `${uniformDifference(uniform)}: ${formatNumber(uniform.uniform, 4)} instead of ${formatNumber(uniform.attention, 4)}${unit}`,
      hint: `Rise of ${formatNumber(uniform.rise, 3)}, ${formatNumber(uniform.rise / uniform.standardError, 2)} standard errors, on the held-out rows of the same folds`,
    });
  }
  if (seeds) {
    const rho = seeds.agreement ? `mean ρ of pairs ${formatNumber(seeds.agreement.rho.value, 2)}, ` : '';
    values.push({
      label: `Control: ${seeds.members ? 'spread over seeds' : 'spread over the folds’ networks'}`,
      value: `${rho}standard deviation of a weight ${formatNumber(seeds.deviation, 2)}`,
      hint: `${countOf(seeds.networks, 'network')}${seeds.members ? ' of the ensemble, each from other random weights and validation rows' : ', each from other rows and random weights'}`,
    });
  }
  if (randomised) {
    values.push({
      label: 'Control: weights randomised',
      value: `mean ρ with untrained networks ${formatNumber(randomised.correlation, 2)}; ${formatPercent(randomised.distance)} of the attention moved`,
      hint: `${countOf(randomised.networks, 'untrained network')}; a ρ near 0 means that the order was learned`,
    });
  }
  return values;
}

/** The weights themselves as a table with intervals: the chart beside permutation importance draws them too. */
function weightSection(result: AttentionResult): Section[] {
  const shown = result.attention.slice(0, mostFeatures);
  const [first] = shown;
  if (!first) return [];
  const even = 1 / result.attention.length;
  return [{
    kind: 'table', id: 'attentionWeights', panel: 'importance', title: 'Attention weights',
    summary: `Where the model looks: most at ${first.feature}, with ${formatPercent(first.value)} of the attention; the same for every feature would be ${formatPercent(even)}. The weights have no sign and say nothing about the direction of an effect.`,
    method: result.method,
    assumptions: result.layers === 1
      ? ['With one layer of attention the weights act on the prediction directly; how large the attended values are still varies between features.']
      : ['With more than one layer raw weights do not say where information comes from; the rollout is an approximation that ignores the values.'],
    header: [{ title: 'Feature' }, { title: 'Attention weight', numeric: true }, { title: `Low (${formatLevel(result.level)})`, numeric: true }, { title: `High (${formatLevel(result.level)})`, numeric: true }],
    rows: shown.map(({ feature, value, low, high }) => [feature, value, low ?? '', high ?? '']),
  }];
}

function deletionSection({ deletion }: AttentionResult, { target }: Facts): Section[] {
  if (!deletion) return [];
  const { attention, permutation, random } = deletion;
  const x = attention.curve.share;
  const band = (sign: number): number[] => random.mean.map((m, k) => m + sign * 1.96 * random.deviation[k]);
  const lines: CurveLine[] = [
    { name: 'Order of attention', x, y: attention.curve.value },
    ...(permutation ? [{ name: 'Order of permutation importance', x: permutation.curve.share, y: permutation.curve.value }] : []),
    { name: `Random order (mean and 95 % band of ${random.orders})`, x, y: random.mean, low: band(-1), high: band(1), reference: true },
  ];
  const words = attention.pValue <= 0.2 ? 'sooner than' : attention.pValue >= 0.8 ? 'later than' : 'about as soon as';
  const other = permutation ? ` The order of permutation importance has an area of ${formatNumber(permutation.curve.area, 3)}.` : '';
  return [{
    kind: 'curve', id: 'attentionDeletion', panel: 'importance', title: 'Features taken away in the order of attention',
    summary: `Taking away the features that the model looks at most changes ${deletion.output} ${words} a random order: the area under the curve is ${formatNumber(attention.curve.area, 3)} against ${formatNumber(random.area, 3)} in random order; ${formatPercent(attention.pValue)} of random orders do as well.${other}`,
    method: `Deletion curve (Petsiuk, Das & Saenko 2018) on ${countOf(deletion.rows, 'held-out row')}, each predicted by its fold's model: features are replaced one after the other by those of a random held-out row, mean over ${deletion.draws} draws; the value is 1 − the squared change of ${deletion.output} ÷ the change with all features replaced.${scaleNote(scaleOf(target))}`,
    assumptions: ['Rows with some features replaced may not exist; the model is asked about them all the same.', 'The order is one for all rows: that of the mean attention.'],
    xTitle: 'Share of features taken away', yTitle: 'Share of the prediction that is left', lines,
  }];
}

function pairsSection({ pairs, layers }: AttentionResult): Section[] {
  if (!pairs || pairs.features.length < 2) return [];
  const { features, values } = pairs;
  const [i, j] = strongest(values);
  const common = { rows: features, columns: features, values, diverging: false };
  if (pairs.kind === 'attention') {
    return [{
      kind: 'heatmap', id: 'attentionPairs', panel: 'importance', title: 'Attention weights between features',
      summary: `Which feature looks at which before [CLS] reads them: ${features[i]} looks most at ${features[j]}, with ${formatPercent(values[i][j])} of its attention among features.`,
      method: `Mean attention weights from each feature (row) to each feature (column) over held-out rows, each by a model that did not see it, heads, networks and ${layers === 2 ? 'the first layer' : `the first ${layers - 1} layers`}; [CLS] left out, rows of all features sum to 1.`,
      matrices: [{ name: 'Attention weights', xTitle: 'To', yTitle: 'From', ...common }],
    }];
  }
  return [{
    kind: 'heatmap', id: 'attentionPairs', panel: 'importance', title: 'What moves the attention weights',
    summary: values[i][j] > 0
      ? `How far the attention to one feature depends on another's value: the attention to ${features[j]} moves most with ${features[i]}, by a standard deviation of ${formatNumber(values[i][j], 2)}.`
      : 'The attention to each feature does not depend on the values of any.',
    method: 'Standard deviation of the mean attention to the column’s feature over the values of the row’s feature (levels, or fifths of a number), on held-out rows, each by a model that did not see it, without what chance adds. With one layer of attention only [CLS] asks, so features do not attend to each other; their values move what [CLS] attends to.',
    matrices: [{ name: 'Movement of attention', xTitle: 'Attention to', yTitle: 'With the value of', ...common }],
  }];
}

/** The largest entry off the diagonal. */
function strongest(values: readonly (readonly number[])[]): [number, number] {
  let best: [number, number] = [0, 1];
  values.forEach((row, i) => row.forEach((value, j) => { if (i !== j && value > values[best[0]][best[1]]) best = [i, j]; }));
  return best;
}

function classSection({ byClass, features, attention }: AttentionResult): Section[] {
  if (byClass.length < 2) return [];
  const classes = byClass.slice(0, mostClasses);
  const place = new Map(features.map((name, j) => [name, j]));
  const rows = attention.slice(0, mostFeatures).map(({ feature }) => [feature, ...classes.map(c => c.attention[place.get(feature)!])]);
  const gap = (row: readonly (string | number)[]): number => {
    const numbers = row.slice(1).map(Number);
    return Math.max(...numbers) - Math.min(...numbers);
  };
  const widest = rows.reduce((best, row) => (gap(row) > gap(best) ? row : best));
  const numbers = widest.slice(1).map(Number);
  const top = numbers.indexOf(Math.max(...numbers));
  return [{
    kind: 'table', id: 'attentionByClass', panel: 'importance', title: 'Attention weights by predicted class',
    summary: `The attention to ${widest[0]} differs most between classes: ${formatPercent(numbers[top])} where ${classes[top].className} is predicted, ${formatPercent(Math.min(...numbers))} at the least.`,
    method: `Mean attention weights over the held-out rows that are predicted to be of each class: ${classes.map(c => `${c.className} ${formatCount(c.rows)}`).join(', ')}.`,
    header: [{ title: 'Feature' }, ...classes.map(c => ({ title: c.className, numeric: true }))],
    rows,
  }];
}
