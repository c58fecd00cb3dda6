/** Ordinary least squares: from a design to the state of a linear model. */
import type { WorkContext } from '../../context';
import type { Note } from '../../../protocol/profile';
import type { FitSection } from '../../../protocol/performanceSections';
import { fUpper } from '../../math/distributions';
import type { DesignMatrix, Encoding } from '../../data/encoding/encoding';
import type { Table } from '../../data/table';
import { aliasNote, describeAliases } from '../shared/aliases';
import { centreCovariance, generalisedInflation, type CentredCovariance } from '../shared/covariance';
import { centredPredictor, columnMeans, takeDesignRows, type ColumnMeans } from '../shared/linearPredictor';
import type { LeastSquaresFit } from './solveAssemble';
import { leastSquares } from './solveLeastSquares';
import { hc3 } from './solveSandwich';
import { meanOf } from './spread';
import type { LinearState } from './state';

/** More columns than this: no covariance is kept, hence no bands and no prediction intervals. */
export const mostCovarianceColumns = 400;

export interface OrdinaryInput {
  readonly target: string;
  readonly encoding: Encoding;
  readonly table: Table;
  readonly design: DesignMatrix;
  /** One a training row. */
  readonly y: Float64Array;
  /** The training rows are some of the design's: a model of a fold, which predicts and weighs nothing. */
  readonly fold?: { readonly rows: Int32Array; readonly means: ColumnMeans; readonly targetMean: number };
  readonly robust: boolean;
  readonly context: WorkContext;
}

type OrdinaryState = Omit<LinearState, 'typical' | 'notes'> & { readonly notes: Note[] };

export async function fitOrdinary(input: OrdinaryInput): Promise<OrdinaryState> {
  const { design, y, context } = input;
  const fit = await leastSquares({ X: design.data, n: design.rows, p: design.columns, y, intercept: design.intercept, context });
  return ordinaryState(input, fit);
}

/** The state of a model whose coefficients are already known. `y` of a fold is needed for robust errors only. */
export async function ordinaryState(input: OrdinaryInput, fit: LeastSquaresFit): Promise<OrdinaryState> {
  const { design, encoding, table, y, target, fold } = input;
  const means = fold ? fold.means : columnMeans(design);
  const sandwich = input.robust && fit.df > 0
    ? await hc3(fit, (fold ? takeDesignRows(design, fold.rows) : design).data, y, y.length, input.context) : undefined;
  const covariance = fit.df > 0 && design.columns <= mostCovarianceColumns ? covarianceOf(fit, means.mean, design.intercept, sandwich?.covariance) : undefined;
  const aliased = describeAliases(fit.aliasedBy, design.terms);
  const known = design.intercept && fit.rank > 0 ? [fold ? fold.targetMean : meanOf(y)] : undefined;
  return {
    target, method: 'leastSquares', title: 'Linear regression', encoding,
    predictor: centredPredictor([fit.coefficients], [fit.intercept], means, encoding, table, known),
    intercept: fit.intercept, absent: fit.aliased, robust: sandwich !== undefined, df: fit.df, sigma: fit.sigma,
    columnSd: fit.columnSd, targetSd: Math.sqrt(fit.tss / fit.n), statistics: statistics(fit, target, design.intercept), notes: notes(fit, aliased.length),
    ...(fit.df > 0 && { standardErrors: sandwich?.standardErrors ?? fit.standardErrors }),
    ...(covariance && { covariance }),
    ...(!fold && { inflation: covariance ? inflation(fit, { ...covariance, matrix: fit.covarianceUnscaled }, design) : fit.vif }),
    ...(aliased.length > 0 && { aliased }),
  };
}

/** About the means: Var(a) = σ²/n and a is uncorrelated with the slopes; HC3's is moved there. */
function covarianceOf(
  fit: LeastSquaresFit, centre: Float64Array, intercept: boolean, robust: Float64Array | undefined,
): CentredCovariance | undefined {
  const m = fit.p + 1;
  let result: CentredCovariance;
  if (robust) {
    result = centreCovariance(robust, intercept ? centre : new Float64Array(fit.p), intercept);
  } else {
    const matrix = fit.covarianceUnscaled.map(v => v * fit.sigma2);
    if (intercept) {
      for (let a = 1; a < m; a++) { matrix[a] = 0; matrix[a * m] = 0; }
      matrix[0] = fit.sigma2 / fit.n;
    }
    result = { columns: fit.p, intercept, centre: intercept ? centre : new Float64Array(fit.p), matrix };
  }
  return result.matrix.every(Number.isFinite) ? result : undefined;
}

/** The solver's VIF for terms of one column, the generalised one for terms of several; the covariance up to a factor. */
export function inflation(
  fit: { readonly vif: Float64Array; readonly aliased: Uint8Array }, covariance: CentredCovariance, design: DesignMatrix,
): Float64Array {
  const result = fit.vif.slice();
  if (!design.intercept) return result;
  const byTerm = new Map<number, number[]>();
  design.terms.forEach((term, j) => {
    if (fit.aliased[j] === 1) return;
    const group = byTerm.get(term.term);
    if (group) group.push(j);
    else byTerm.set(term.term, [j]);
  });
  const groups = [...byTerm.values()];
  if (!groups.some(g => g.length > 1)) return result;
  const general = generalisedInflation(covariance, groups);
  groups.forEach((group, g) => { if (group.length > 1) for (const j of group) result[j] = general[g]; });
  return result;
}

function statistics(fit: LeastSquaresFit, target: string, intercept: boolean): FitSection['values'] {
  const values: { label: string; value: number | string; hint?: string }[] = [{ label: 'Rows', value: fit.n }];
  const add = (label: string, value: number, hint?: string): void => {
    if (Number.isFinite(value)) values.push({ label, value, ...(hint !== undefined && { hint }) });
  };
  add('R²', fit.r2, `share of the variance of ${target} explained on the training rows${intercept ? '' : ' (about zero, as there is no intercept)'}`);
  add('Adjusted R²', fit.adjustedR2, 'R² with a charge for each weight');
  add('Residual standard deviation', fit.sigma, `typical distance of ${target} from its prediction, on ${fit.df} degrees of freedom`);
  add('Residual degrees of freedom', fit.df);
  add('F statistic', fit.f, `against the model without features, on ${fit.fDf[0]} and ${fit.fDf[1]} degrees of freedom`);
  if (Number.isFinite(fit.f)) add('p-value of F', fUpper(fit.f, fit.fDf[0], fit.fDf[1]));
  add('Log-likelihood', fit.logLik);
  add('AIC', fit.aic);
  add('BIC', fit.bic);
  return values;
}

function notes(fit: LeastSquaresFit, aliased: number): Note[] {
  const result: Note[] = [...aliasNote(aliased)];
  if (fit.df === 0) {
    result.push({ kind: 'warning', text: `The model has as many weights as rows (${fit.n}): it passes through every row exactly, and nothing can be said of its uncertainty.` });
  }
  return result;
}
