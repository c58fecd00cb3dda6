/** Huber regression: from a design to the state of a linear model. */
import type { Note } from '../../../protocol/profile';
import type { FitSection } from '../../../protocol/performanceSections';
import { aliasNote, describeAliases } from '../shared/aliases';
import { centreCovariance } from '../shared/covariance';
import { centredPredictor, columnMeans } from '../shared/linearPredictor';
import { inflation, mostCovarianceColumns, type OrdinaryInput } from './ordinary';
import { huber, type HuberFit } from './solveHuber';
import type { LinearState } from './state';
import { spreadOf } from './spread';

export async function fitHuber(input: OrdinaryInput): Promise<Omit<LinearState, 'typical'>> {
  const { design, y, context, target, encoding, table } = input;
  const fit = await huber({ X: design.data, n: design.rows, p: design.columns, y, intercept: design.intercept, context });
  const means = columnMeans(design);
  const aliased = describeAliases(fit.aliasedBy, design.terms);
  const sound = fit.converged && fit.scale > 0 && fit.df > 0;
  const covariance = sound && design.columns <= mostCovarianceColumns
    ? centreCovariance(fit.covariance, design.intercept ? means.mean : new Float64Array(design.columns), design.intercept) : undefined;
  return {
    target, method: 'huber', title: 'Huber regression', encoding,
    predictor: centredPredictor([fit.coefficients], [fit.intercept], means, encoding, table), intercept: fit.intercept, absent: fit.aliased,
    robust: false, df: sound ? fit.df : NaN, sigma: fit.scale, columnSd: fit.columnSd, targetSd: spreadOf(y, design.intercept).sd,
    inflation: covariance ? inflation(fit, covariance, design) : fit.vif, statistics: statistics(fit, target), notes: notes(fit, aliased.length),
    ...(sound && { standardErrors: fit.standardErrors }),
    ...(covariance?.matrix.every(Number.isFinite) && { covariance }),
    ...(aliased.length > 0 && { aliased }),
  };
}

function statistics(fit: HuberFit, target: string): FitSection['values'] {
  return [
    { label: 'Rows', value: fit.n },
    { label: 'Rows with less weight', value: fit.downweighted, hint: 'their residual is beyond 1.345 scales' },
    { label: 'Residual scale', value: fit.scale, hint: `typical distance of ${target} from its prediction, by the median (MAD)` },
    { label: 'Residual degrees of freedom', value: fit.df },
    { label: 'Iterations', value: fit.iterations },
  ];
}

function notes(fit: HuberFit, aliased: number): Note[] {
  const result: Note[] = [...aliasNote(aliased)];
  result.push({ kind: 'information', text: `Huber regression gives less weight to rows far from their prediction: ${fit.downweighted} of ${fit.n} rows.` });
  if (!fit.converged) result.push({ kind: 'warning', text: 'The Huber fit did not converge; its weights have no standard errors.' });
  else if (!(fit.scale > 0)) result.push({ kind: 'warning', text: 'More than half of the rows lie exactly on the fit, so its scale is 0 and there are no standard errors.' });
  return result;
}
