/** Sections of the intervals panel that tell the parts of a prediction's uncertainty apart. */
import type { Section } from '../../protocol/report';
import type { UncertaintyParts } from '../evaluate/uncertaintyParts';
import { countOf, formatNumber, formatPercent } from './format';
import { isUnmeasuredEnsemble, unmeasuredWords } from './ensembleWords';
import type { Facts } from './input';

export function uncertaintySections(parts: UncertaintyParts | undefined, facts: Facts): Section[] {
  if (!parts) return facts.recipe.detail !== 'brief' && isUnmeasuredEnsemble(facts) ? [unmeasuredSection(facts)] : [];
  if (parts.rows < fewestRows) return [tooFewSection(parts, facts)];
  return parts.task === 'regression' ? [regressionSection(parts, facts), spreadCurve(parts, facts)] : [classSection(parts, facts), errorCurve(parts, facts)];
}

function unmeasuredSection(facts: Facts): Section {
  return {
    kind: 'fit', id: 'uncertaintyParts', panel: 'intervals', title: 'Where the uncertainty comes from',
    summary: `How much comes from not knowing the model (epistemic) was not measured for the ensemble. ${unmeasuredWords(facts)}`,
    method: methodOf(facts), assumptions: meaning, values: [{ label: 'Epistemic share of the variance', value: 'not measured for the ensemble' }],
  };
}

/** Fewer held-out rows say nothing of the parts, and in tenths of them there are not even ten rows. */
const fewestRows = 100;

function tooFewSection({ rows }: UncertaintyParts, facts: Facts): Section {
  return {
    kind: 'fit', id: 'uncertaintyParts', panel: 'intervals', title: 'Where the uncertainty comes from',
    summary: `${countOf(rows, 'held-out row is', 'held-out rows are')} too few to say how much of the uncertainty comes from not knowing the model (epistemic): ${fewestRows} are needed.`,
    method: methodOf(facts), assumptions: meaning, values: [{ label: 'Held-out rows', value: rows, hint: `${fewestRows} are needed` }],
  };
}

const meaning = [
  'Epistemic: from not knowing the model; more rows make it smaller. Aleatoric: the noise of a single row; more rows do not.',
  'How the parts were told apart is the model’s own method; it cannot see errors that all its members share.',
];

function regressionSection({ epistemic, aleatoric, rows }: UncertaintyParts, facts: Facts): Section {
  const share = epistemic ** 2 / (epistemic ** 2 + aleatoric ** 2);
  return {
    kind: 'fit', id: 'uncertaintyParts', panel: 'intervals', title: 'Where the uncertainty comes from',
    summary: `${formatPercent(share)} of the variance of a prediction comes from not knowing the model (epistemic), the rest is what this model leaves unexplained (aleatoric).`,
    method: `${methodOf(facts)}; fold models on ${countOf(rows, 'held-out row')}`, assumptions: meaning,
    values: [
      { label: 'Epistemic standard deviation', value: epistemic, hint: `root mean square, in units of ${facts.target.name}` },
      { label: 'Aleatoric standard deviation', value: aleatoric, hint: `root mean square, in units of ${facts.target.name}` },
      { label: 'Epistemic share of the variance', value: share },
    ],
  };
}

function classSection({ epistemic, aleatoric, rows }: UncertaintyParts, facts: Facts): Section {
  const share = epistemic ** 2 / Math.max(epistemic ** 2 + aleatoric ** 2, Number.MIN_VALUE);
  const outcome = facts.target.task === 'classification' && facts.target.classes.length === 2
    ? `whether a row is "${facts.target.classes[1]}"` : 'whether a row is of its likeliest class';
  return {
    kind: 'fit', id: 'uncertaintyParts', panel: 'intervals', title: 'Where the uncertainty comes from',
    summary: `${formatPercent(share)} of the variance of ${outcome} comes from not knowing the model (epistemic), the rest from classes that this model cannot tell apart (aleatoric).`,
    method: `${methodOf(facts)}; the outcome is 0 or 1, its variance is that of the probability over the models plus the mean of p (1 − p); fold models on ${countOf(rows, 'held-out row')}`,
    assumptions: meaning,
    values: [
      { label: 'Epistemic standard deviation', value: epistemic, hint: 'root mean square, of a probability' },
      { label: 'Aleatoric standard deviation', value: aleatoric, hint: 'root mean square, of an outcome that is 0 or 1' },
      { label: 'Epistemic share of the variance', value: share },
    ],
  };
}

function methodOf({ model }: Facts): string {
  return model.title;
}

function spreadCurve({ groups, rows }: UncertaintyParts, facts: Facts): Section {
  const x = groups.map(g => g.predicted);
  const y = groups.map(g => g.error);
  return {
    kind: 'curve', id: 'uncertaintySpread', panel: 'intervals', title: 'Predicted uncertainty against error',
    summary: `In the tenth of rows of which the model is least sure the error is ${formatNumber(y[y.length - 1], 3)} (RMSE) where ${formatNumber(x[x.length - 1], 3)} was predicted; in the tenth of which it is surest, ${formatNumber(y[0], 3)} where ${formatNumber(x[0], 3)} was.`,
    method: `${countOf(rows, 'held-out row')} in tenths by predicted standard deviation (epistemic and aleatoric together)`,
    xTitle: `Predicted standard deviation (${facts.target.name})`, yTitle: 'Root mean squared error',
    lines: [{ name: 'Held-out rows', x, y }, { name: 'As predicted', x: [Math.min(...x), Math.max(...x)], y: [Math.min(...x), Math.max(...x)], reference: true }],
  };
}

function errorCurve({ groups, rows }: UncertaintyParts, facts: Facts): Section {
  const x = groups.map(g => g.predicted);
  const y = groups.map(g => g.error);
  return {
    kind: 'curve', id: 'uncertaintySpread', panel: 'intervals', title: 'Predicted uncertainty against error',
    summary: `In the tenth of rows of which the model is least sure ${formatPercent(y[y.length - 1])} of the classes are wrong; in the tenth of which it is surest, ${formatPercent(y[0])}.`,
    method: `${countOf(rows, 'held-out row')} in tenths by predicted standard deviation of the 0/1 outcome (epistemic and aleatoric together) of ${facts.model.title}`,
    xTitle: 'Predicted standard deviation of the outcome', yTitle: 'Share of wrong classes', lines: [{ name: 'Held-out rows', x, y }],
  };
}
