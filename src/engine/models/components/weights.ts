/** Weights of components led back to the columns: β_f = Σ_c γ_c V_cf / (d_c s_f), d_c the standard deviation of a score that the model standardises, else 1; with intervals, given the components, where the covariance of the γ is known. */
import type { Weight } from '../../../protocol/effects';
import { weightsInFeatures } from '../../unlabelled/components/components';
import { densityOf } from '../bayes/densities';
import { LinearModel } from '../linear/model';
import type { Model, PosteriorDensity } from '../model';
import { hasCovariance, intervalRule, spreadOf, type IntervalRule } from './covariance';
import type { ComponentsState } from './model';
import { isOfScore, readScores, scoreSteps, scoreTerms, standardisesScores } from './scores';

/** The intercept, then the columns of the components, then the model's other terms, powers and products of scores among them; class by class. */
export function weightsBack(state: ComponentsState, inner: Model, level: number): Weight[] {
  const own = inner.weights!(level);
  const classes = [...new Set(own.map(weight => weight.class))];
  return classes.flatMap(name => classWeights(state, inner, own.filter(weight => weight.class === name), level));
}

function classWeights(state: ComponentsState, inner: Model, own: readonly Weight[], level: number): Weight[] {
  const { components, names } = state;
  const outcome = own[0]?.class;
  const named = outcome === undefined ? {} : { class: outcome };
  const intercept = own.find(weight => weight.feature === undefined && weight.term === '(Intercept)');
  const scores = readScores(inner, names);
  const gammas = scores.map(({ name, deviation }) => (own.find(weight => weight.feature === name && isOfScore(weight, names))?.estimate ?? 0) / deviation);
  const shift = gammas.reduce((sum, gamma, c) => sum + gamma * scores[c]!.mean, 0);
  const back = weightsInFeatures(components, gammas, (intercept?.estimate ?? 0) - shift);
  const spread = spreadOf(inner, scores, outcome);
  const interval = intervalRule(inner, level);
  const steps = scoreSteps(state, scores);
  const odds = own.some(weight => weight.oddsRatio !== undefined);
  const sdOfTarget = inner instanceof LinearModel ? inner.state.targetSd : undefined;
  const weights: Weight[] = [];
  if (intercept) weights.push({ ...named, ...measured('(Intercept)', back.intercept, spread?.atZero(steps.map(step => step.atZero)), interval, odds) });
  back.weights.forEach(({ feature, weight, standardised }, f) => {
    const scale = spread?.of(steps.map(step => step.perUnit[f]!));
    const one = measured(feature, weight, scale, interval, odds);
    const factor = weight === 0 ? NaN : standardised / weight / (sdOfTarget ?? 1);
    weights.push({
      ...named, ...one, feature,
      ...(Number.isFinite(factor) && { standardised: weight * factor, ...(one.low !== undefined && { standardisedLow: one.low * factor, standardisedHigh: one.high! * factor }) }),
    });
  });
  return [...weights, ...own.filter(weight => weight !== intercept && !isOfScore(weight, names))];
}

/** A scale of 0 is no certainty: the components of the column were taken out of the model. */
function measured(term: string, estimate: number, scale: number | undefined, rule: IntervalRule | undefined, odds: boolean): Weight {
  const ratio = odds ? { oddsRatio: Math.exp(estimate) } : {};
  if (scale === undefined || !Number.isFinite(scale) || !rule || (scale === 0 && !rule.pValue)) return { term, estimate, ...ratio };
  const [low, high] = [estimate - rule.factor * scale, estimate + rule.factor * scale];
  return {
    term, estimate, standardError: scale * rule.widening, low, high,
    ...(scale > 0 && rule.pValue && { statistic: estimate / scale, pValue: rule.pValue(estimate / scale) }),
    ...ratio, ...(odds && { oddsRatioLow: Math.exp(low), oddsRatioHigh: Math.exp(high) }),
  };
}

/** Posterior densities of the weights that were led back, then those of the model's other terms. */
export function posteriorBack(state: ComponentsState, inner: Model, level: number): PosteriorDensity[] {
  const rule = intervalRule(inner, level);
  const columns = new Set(state.components.preparation.columns.map(column => column.name));
  const led = weightsBack(state, inner, level).filter(weight => weight.feature !== undefined && columns.has(weight.feature));
  const densities = rule ? led.flatMap(weight => densityOf(weight, { shares: [1], means: [weight.estimate], scales: [(weight.standardError ?? 0) / rule.widening], df: rule.df })) : [];
  const others = new Set(inner.weights!(level).filter(weight => !isOfScore(weight, state.names)).map(weight => weight.term));
  return [...densities, ...inner.posterior!(level).filter(density => others.has(density.term))];
}

export function weightsInfoBack({ names, components }: ComponentsState, inner: Model): NonNullable<Model['weightsInfo']> {
  const info = inner.weightsInfo!;
  const known = hasCovariance(inner);
  const credible = info.intervalKind === 'credible';
  const others = scoreTerms(inner, names);
  const led = others.length === 0 ? 'the weights are led back to the columns' : `the weights of the components by themselves are led back to the columns, ${termWords(others)} stay${others.length === 1 ? 's as it is' : ' as they are'}`;
  return {
    ...info,
    method: `${info.method}, on ${names.length} principal ${names.length === 1 ? 'component' : 'components'} of ${components.preparation.columns.length} columns; ${led}`,
    assumptions: [
      ...info.assumptions.map(text => (others.length === 0 ? text : text.replace('a weighted sum of the features', 'a weighted sum of the features and of powers and products of the components’ scores'))),
      ...(others.length === 0 ? [] : [otherWords(others, standardisesScores(inner, names))]),
      'The columns act only through the components, which ties their weights to each other.',
      ...(known ? ['Intervals of the columns’ weights are conditional on the components, which count as known: other rows would give others.'] : []),
      ...(known && credible ? [`The posterior of a weight that is led back is taken as ${inner instanceof LinearModel ? 'Student’s t' : 'normal'}, with the covariance of the components’ weights over all widths of the prior.`] : []),
    ],
    ...(!known && { noIntervals: info.noIntervals ?? 'Weights that are led back from components have no intervals here, as the covariance of the components’ weights is not known.' }),
  };
}

/** What the terms are that no weights of columns can stand for. */
function otherWords(terms: readonly string[], standardised: boolean): string {
  const [verb, whose] = terms.length === 1 ? ['is a term', 'it'] : ['are terms', 'them'];
  return `${termWords(terms)} ${verb} of the scores${standardised ? ', standardised' : ''}: no weights of columns can stand for ${whose}, so a column does more than its own weight says.`;
}

const mostNamed = 6;

function termWords(terms: readonly string[]): string {
  if (terms.length > mostNamed) return `${terms.slice(0, mostNamed).join(', ')} and ${terms.length - mostNamed} more`;
  return terms.length === 1 ? terms[0]! : `${terms.slice(0, -1).join(', ')} and ${terms.at(-1)}`;
}
