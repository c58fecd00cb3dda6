/** Sections of Shapley values over rows (panel 'effects') and of gradients (panel 'importance'). */
import type { Section } from '../../protocol/report';
import type { EffectsResult } from '../explain/explainEffects';
import type { MeanContributions } from '../explain/meanContributions';
import { scaleNote, scaleWords } from '../explain/linkOutputs';
import { columnName, countOf, formatCount, formatLevel, formatNumber, intervalWords, listWords } from './format';
import type { Facts } from './input';

const mostItems = 30;

export function contributionSections({ contributions: found }: EffectsResult, facts: Facts): Section[] {
  if (!found || found.items.length === 0 || !Number.isFinite(found.residual)) return [];
  const [first] = found.items;
  const unit = unitOf(found, facts);
  return [{
    kind: 'contributions', of: 'mean', id: 'meanContributions', panel: 'effects', title: 'Mean contributions (Shapley values)',
    unit, base: found.base, output: found.output, residual: found.residual,
    summary: first.contribution > 0
      ? `${columnName(first.feature)} contributes most: on average it moves a prediction by ${formatNumber(first.contribution, 3)}${intervalWords(first, facts.level)} (${unit}) up or down. In every row base and contributions add up to the prediction, but for ${formatNumber(found.residual, 2)} at most.`
      : 'No feature contributes anything to the predictions.',
    method: `Mean absolute Shapley value over ${whichRows(found, facts)}${found.outputs > 1 ? `, mean over the ${found.outputs} classes` : ''}. ${howMade(found)}${scaleNote(found.scale)}${intervalMethod(found, facts)}`,
    assumptions: [
      'A feature that is unknown takes the values of the background rows, whatever the others are: where features go together, rows arise that may not exist.',
      'It measures what this model uses, not what causes the target.',
    ],
    items: found.items.slice(0, mostItems).map(item => ({ ...item })),
  }];
}

function unitOf({ scale, outputs }: MeanContributions, { target }: Facts): string {
  const name = target.task === 'classification' && outputs === 1 ? target.classes[target.classes.length - 1] : undefined;
  return scaleWords(scale, target.name, name);
}

function whichRows(found: MeanContributions, facts: Facts): string {
  if (found.folds > 0) return `${countOf(found.rows, 'held-out row')}, each explained by a model that did not see it`;
  return found.rows < facts.dataset.table.rows ? `a random sample of ${formatCount(found.rows)} rows that the model was fitted on` : `the ${countOf(found.rows, 'row')} that the model was fitted on`;
}

/** How the values came about, for the mean and for single rows. */
export function howMade({ exact, divided, background, permutations }: Pick<MeanContributions, 'exact' | 'divided' | 'background' | 'permutations'>): string {
  const against = `against ${countOf(background, 'background row')}`;
  if (exact && divided) {
    return `The model is a sum of terms of one and of two features, so the values are exact, ${against}: a term of one feature counts as that of the row less its mean, a term of two is divided between them in closed form.`;
  }
  return exact
    ? `The model is a sum of one part a feature, so the values are exact: the part of the row less its mean, ${against}.`
    : `Sampled: ${formatCount(permutations)} permutations a row in antithetic pairs, ${against} (Štrumbelj & Kononenko 2014).`;
}

function intervalMethod({ over, folds }: MeanContributions, { level }: Facts): string {
  if (!over) return '';
  return ` ${formatLevel(level)} confidence intervals: ${over === 'folds' ? `corrected resampled t over the ${folds} folds` : 't over the rows'}.`;
}

export function gradientSections({ gradients: found }: EffectsResult, facts: Facts): Section[] {
  if (!found) return [];
  const top = found.features.slice(0, 3).map(f => f.feature);
  const { target } = facts;
  const unit = target.task === 'regression' ? `units of ${target.name}` : target.classes.length === 2 ? `log-odds of ${target.classes[1]}` : 'logarithms of the probabilities of the classes';
  const share = found.meanDifference > 0 ? found.completenessError / found.meanDifference : 0;
  const cell = (value: number): number | string => (Number.isFinite(value) ? Number(value.toPrecision(6)) : '');
  return [{
    kind: 'table', id: 'gradients', panel: 'importance', title: 'Gradients: saliency and integrated gradients',
    summary: `By integrated gradients ${listWords(top.map(columnName))} move${top.length === 1 ? 's' : ''} the output most. The attributions add up to the change of the output but for ${formatNumber(found.completenessError, 3)} at most (completeness error; the mean change is ${formatNumber(found.meanDifference, 3)}${share > 0.05 ? ', so take them with care' : ''}).`,
    method: `On ${countOf(found.rows, 'row')}${found.outputs > 1 ? `, mean over ${found.outputs} outputs` : ''}, in ${unit}. Saliency: mean length of the gradient over the feature's standardised columns (Simonyan et al. 2014). Integrated gradients: mean size, from the mean of the training rows to each row, Gauss–Legendre quadrature of up to ${found.steps} points (Sundararajan, Taly & Yan 2017). Standard errors are over the rows.`,
    assumptions: ['A gradient says what a small step would do; it does not say what matters on the whole, and it measures the model, not the data.'],
    header: [
      { title: 'Feature' }, { title: 'Saliency', numeric: true }, { title: 'Standard error', numeric: true },
      { title: 'Integrated gradients', numeric: true }, { title: 'Standard error', numeric: true },
    ],
    rows: found.features.map(({ feature, saliency, integrated }) =>
      [feature, cell(saliency.value), cell(saliency.standardError), cell(integrated.value), cell(integrated.standardError)]),
  }];
}
