/** Multinomial logistic regression by maximum likelihood: from a solver's fit to the state of a model. */
import type { Note } from '../../../protocol/profile';
import type { FitSection } from '../../../protocol/performanceSections';
import type { WorkContext } from '../../context';
import { chiSquareUpper } from '../../math/distributions';
import type { TermInfo } from '../../data/encoding/encoding';
import { aliasNote, describeAliases } from '../shared/aliases';
import { centredPredictor, columnDeviations, columnMeans } from '../shared/linearPredictor';
import { jointCovariance } from './jointCovariance';
import { noErrorsBecause, type FittedState, type LikelihoodInput } from './likelihood';
import type { MultinomialFit } from './solveMultinomial';

/** `context`: gives a covariance for the bands of effects too; without it (folds) there is none. */
export async function multinomialState(input: LikelihoodInput, fit: MultinomialFit, context?: WorkContext): Promise<FittedState> {
  const { design, encoding, table, target, classes, foldMeans } = input;
  const means = foldMeans ?? columnMeans(design);
  const sd = foldMeans ? new Float64Array(design.columns).fill(NaN) : columnDeviations(design, means);
  const aliased = describeAliases(fit.aliasedBy, design.terms);
  const outcomes = classes.map((_, c) => c).slice(1);
  const coefficients = outcomes.map(c => fit.coefficients[c]);
  const intercepts = Float64Array.from(outcomes, c => fit.intercepts[c]);
  const predictor = centredPredictor(coefficients, intercepts, means, encoding, table);
  const sound = !fit.separation && fit.converged && !fit.noErrors;
  const joint = sound && context ? await jointCovariance(design, predictor, outcomes, classes.length, means.mean, sd, fit.aliased, context) : undefined;
  return {
    target, classes, outcomes, method: 'maximumLikelihood', title: 'Multinomial logistic regression', encoding, predictor, intercepts,
    absent: fit.aliased, columnSd: sd, statistics: statistics(fit, classes, design.intercept), notes: notes(fit, design.terms, aliased.length, classes),
    ...(sound && { standardErrors: outcomes.map(c => fit.standardErrors[c]) }),
    ...(joint && { jointCovariance: joint }),
    ...(!sound && { separated: fit.noErrors === 'tooManyCoefficients' ? `The model has too many weights (${fit.rank}) for standard errors.` : noErrorsBecause(fit.separation !== undefined) }),
    ...(aliased.length > 0 && { aliased }),
  };
}

function statistics(fit: MultinomialFit, classes: readonly string[], intercept: boolean): FitSection['values'] {
  const values: { label: string; value: number | string; hint?: string }[] = [{ label: 'Rows', value: fit.n }, { label: 'Classes', value: classes.length }];
  const add = (label: string, value: number, hint?: string): void => {
    if (Number.isFinite(value)) values.push({ label, value, ...(hint !== undefined && { hint }) });
  };
  add('Deviance', fit.deviance, 'twice the negative log-likelihood of the training rows');
  add('Null deviance', fit.nullDeviance, 'deviance of the model without features');
  add('McFadden R²', 1 - fit.deviance / fit.nullDeviance, 'share of the null deviance that the features take away');
  const features = fit.rank - (intercept ? classes.length - 1 : 0);
  if (!fit.separation && features > 0) {
    add('Likelihood-ratio χ²', fit.nullDeviance - fit.deviance, `against the model without features, on ${features} degrees of freedom`);
    add('p-value of χ²', chiSquareUpper(fit.nullDeviance - fit.deviance, features));
  }
  add('Log-likelihood', fit.logLik);
  add('AIC', fit.aic);
  add('BIC', fit.bic);
  if (fit.iterations > 0) add('Iterations', fit.iterations);
  return values;
}

function notes(fit: MultinomialFit, terms: readonly TermInfo[], aliased: number, classes: readonly string[]): Note[] {
  const result: Note[] = [...aliasNote(aliased)];
  const found = fit.separation ?? fit.divergent;
  if (found) {
    const columns = shorten([...found.columns].map(j => terms[j].name)) || 'the intercepts';
    const of = shorten([...found.ofClasses].map(c => classes[c]));
    const text = fit.separation
      ? `The features (${columns}) separate the classes (${of}): the maximum-likelihood weights are infinite, and those shown are only where the iteration stopped. They have no standard errors or p-values; choose a penalty for a sound model.`
      : `${found.rows} rows have values of ${columns} that occur without some class (${of}): such weights are infinite, and their estimates, intervals and p-values mean nothing. The other weights are not affected.`;
    result.push({ kind: 'separation', text });
  } else if (!fit.converged) {
    result.push({ kind: 'warning', text: 'The fit did not converge; its weights are not the maximum-likelihood ones.' });
  }
  return result;
}

function shorten(names: readonly string[]): string {
  return names.slice(0, 8).join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '');
}
