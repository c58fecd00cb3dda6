/** How a model reads the scores of its components: which of its terms are a score by itself, on which scale, and which are powers or products. */
import type { Weight } from '../../../protocol/effects';
import { describeTerms, type Encoding } from '../../data/encoding/encoding';
import { weightsInFeatures } from '../../unlabelled/components/components';
import { LinearModel } from '../linear/model';
import { LogisticModel } from '../logistic/model';
import type { Model } from '../model';
import type { ComponentsState } from './model';

/** One component in the design: the model reads (score − mean) / deviation, which is the score itself unless numbers are standardised. */
export interface ReadScore {
  readonly name: string;
  /** Column of the design that is the score by itself; −1: there is none. */
  readonly place: number;
  readonly mean: number;
  readonly deviation: number;
}

const asItIs = { mean: 0, deviation: 1 };

/** In the order of the components. */
export function readScores(inner: Model, names: readonly string[]): ReadScore[] {
  const encoding = encodingOf(inner);
  if (!encoding) return names.map(name => ({ name, place: -1, mean: 0, deviation: 1 }));
  const terms = describeTerms(encoding);
  return names.map(name => {
    const column = encoding.columns.find(each => each.name === name);
    const { mean = 0, deviation = 1 } = column === undefined || column.as === 'category' ? asItIs : column;
    return { name, place: terms.findIndex(term => isScore(term.name, term.feature, name)), mean, deviation };
  });
}

/** Whether a weight is one of a score by itself, which can be led back to the columns. */
export function isOfScore({ term, feature }: Pick<Weight, 'term' | 'feature'>, names: readonly string[]): boolean {
  return feature !== undefined && names.includes(feature) && isScore(term, feature, feature);
}

function isScore(term: string, feature: string, name: string): boolean {
  return feature === name && term === name;
}

/** Names of the terms that are powers and products of scores, also with other features: linear in no column, so they stay as they are. */
export function scoreTerms(inner: Model, names: readonly string[]): string[] {
  const encoding = encodingOf(inner);
  if (!encoding) return [];
  const scores = new Set(names);
  return describeTerms(encoding).filter(term => term.features.some(name => scores.has(name)) && !isScore(term.name, term.feature, term.features[0]!)).map(term => term.name);
}

/** Whether the model's numbers are standardised, scores among them. */
export function standardisesScores(inner: Model, names: readonly string[]): boolean {
  return encodingOf(inner)?.columns.some(column => names.includes(column.name) && column.as !== 'category' && column.deviation !== undefined) ?? false;
}

export interface ScoreSteps {
  /** What one unit of each column adds to what the model reads of the component. */
  readonly perUnit: readonly number[];
  /** What the model reads of the component where all columns are 0. */
  readonly atZero: number;
}

/** Component by component; the columns in the order of their preparation. */
export function scoreSteps({ components }: ComponentsState, scores: readonly ReadScore[]): ScoreSteps[] {
  return scores.map(({ mean, deviation }, c) => {
    const { weights, intercept } = weightsInFeatures(components, scores.map((_, d) => Number(c === d)), 0);
    return { perUnit: weights.map(({ weight }) => weight / deviation), atZero: (intercept - mean) / deviation };
  });
}

function encodingOf(inner: Model): Encoding | undefined {
  return inner instanceof LinearModel || inner instanceof LogisticModel ? inner.state.encoding : undefined;
}
