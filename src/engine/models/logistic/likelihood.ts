/** Binary logistic regression by maximum likelihood: from a solver's fit to the state of a model. */
import type { Note } from '../../../protocol/profile';
import type { FitSection } from '../../../protocol/performanceSections';
import { chiSquareUpper } from '../../math/distributions';
import type { DesignMatrix, Encoding, TermInfo } from '../../data/encoding/encoding';
import type { Table } from '../../data/table';
import { mostCovarianceColumns } from '../linear/ordinary';
import { aliasNote, describeAliases } from '../shared/aliases';
import { centreCovariance, generalisedInflation, type CentredCovariance } from '../shared/covariance';
import { centredPredictor, columnDeviations, columnMeans, type ColumnMeans } from '../shared/linearPredictor';
import type { BinaryFit } from './solveBinaryResult';
import type { LogisticState } from './state';

export interface LikelihoodInput {
  readonly target: string;
  readonly classes: readonly string[];
  readonly encoding: Encoding;
  readonly table: Table;
  readonly design: DesignMatrix;
  /** The model of a fold, which predicts and weighs nothing: means of the design's columns over its training rows. */
  readonly foldMeans?: ColumnMeans;
}

export type FittedState = Omit<LogisticState, 'typical'>;

export function binaryState(input: LikelihoodInput, fit: BinaryFit): FittedState {
  const { design, encoding, table, target, classes, foldMeans } = input;
  const means = foldMeans ?? columnMeans(design);
  const aliased = describeAliases(fit.aliasedBy, design.terms);
  const sound = !fit.separation && fit.converged;
  const covariance = sound && !foldMeans && design.columns <= mostCovarianceColumns ? covarianceOf(fit, means.mean, design.intercept) : undefined;
  return {
    target, classes, outcomes: [1], method: 'maximumLikelihood', title: 'Logistic regression', encoding,
    predictor: centredPredictor([fit.coefficients], [fit.intercept], means, encoding, table), intercepts: Float64Array.of(fit.intercept),
    absent: fit.aliased, columnSd: foldMeans ? new Float64Array(design.columns).fill(NaN) : columnDeviations(design, means), statistics: statistics(fit, classes[1], design.intercept),
    notes: notes(fit, design.terms, aliased.length, classes),
    ...(sound && { standardErrors: [fit.standardErrors] }),
    ...(covariance && { covariance, inflation: inflation(covariance, fit.aliased, design) }),
    ...(!sound && { separated: noErrorsBecause(fit.separation !== undefined) }),
    ...(aliased.length > 0 && { aliased }),
  };
}

function covarianceOf(fit: BinaryFit, centre: Float64Array, intercept: boolean): CentredCovariance | undefined {
  const result = centreCovariance(fit.covariance, intercept ? centre : new Float64Array(fit.p), intercept);
  return result.matrix.every(Number.isFinite) ? result : undefined;
}

/** Generalised variance inflation of each column's term; NaN without an intercept. */
export function inflation(covariance: CentredCovariance, aliased: Uint8Array, design: DesignMatrix): Float64Array {
  const result = new Float64Array(design.columns).fill(NaN);
  if (!design.intercept) return result;
  const byTerm = new Map<number, number[]>();
  design.terms.forEach((term, j) => {
    if (aliased[j] === 1) return;
    const group = byTerm.get(term.term);
    if (group) group.push(j);
    else byTerm.set(term.term, [j]);
  });
  const groups = [...byTerm.values()];
  const values = generalisedInflation(covariance, groups);
  groups.forEach((group, g) => { for (const j of group) result[j] = values[g]; });
  return result;
}

function statistics(fit: BinaryFit, positive: string, intercept: boolean): FitSection['values'] {
  const values: { label: string; value: number | string; hint?: string }[] = [
    { label: 'Rows', value: fit.n }, { label: `Rows of ${positive}`, value: fit.positives },
  ];
  const add = (label: string, value: number, hint?: string): void => {
    if (Number.isFinite(value)) values.push({ label, value, ...(hint !== undefined && { hint }) });
  };
  add('Deviance', fit.deviance, 'twice the negative log-likelihood of the training rows');
  add('Null deviance', fit.nullDeviance, 'deviance of the model without features');
  add('McFadden R²', 1 - fit.deviance / fit.nullDeviance, 'share of the null deviance that the features take away');
  add('Residual degrees of freedom', fit.df);
  const features = fit.rank - (intercept ? 1 : 0);
  if (!fit.separation && features > 0) {
    add('Likelihood-ratio χ²', fit.nullDeviance - fit.deviance, `against the model without features, on ${features} degrees of freedom`);
    add('p-value of χ²', chiSquareUpper(fit.nullDeviance - fit.deviance, features));
  }
  add('Log-likelihood', fit.logLik);
  add('AIC', fit.aic);
  add('BIC', fit.bic);
  if (fit.iterations > 0) add('Iterations', fit.iterations, 'of Newton’s method');
  return values;
}

/** Columns that a separation uses, in words. */
export function separatingTerms(columns: Int32Array, terms: readonly TermInfo[]): string {
  const names = [...columns].map(j => terms[j].name);
  if (names.length === 0) return 'the intercept alone';
  return names.slice(0, 8).join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '');
}

export function noErrorsBecause(separated: boolean): string {
  return separated
    ? 'The classes are separated, so the maximum-likelihood weights are infinite and have no standard errors.'
    : 'The fit did not converge, so it has no standard errors.';
}

function notes(fit: BinaryFit, terms: readonly TermInfo[], aliased: number, classes: readonly string[]): Note[] {
  const result: Note[] = [...aliasNote(aliased)];
  if (fit.separation) {
    result.push({
      kind: 'separation',
      text: `The features separate ${classes[0]} from ${classes[1]} (${separatingTerms(fit.separation.columns, terms)}): the maximum-likelihood weights are infinite, and those shown are only where the iteration stopped. They have no standard errors or p-values; choose a penalty for a sound model.`,
    });
  } else if (fit.divergent) {
    result.push({
      kind: 'separation',
      text: `${fit.divergent.rows} rows have a value of ${separatingTerms(fit.divergent.columns, terms)} that occurs with one class only: those weights are infinite, and their estimates, intervals and p-values mean nothing. The other weights are not affected.`,
    });
  } else if (!fit.converged) {
    result.push({ kind: 'warning', text: 'The fit did not converge; its weights are not the maximum-likelihood ones.' });
  }
  return result;
}
