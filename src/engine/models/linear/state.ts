/** Everything a fitted linear model holds, and its JSON. */
import type { FitSection } from '../../../protocol/performanceSections';
import type { ReportModel } from '../../../protocol/report';
import type { Note } from '../../../protocol/profile';
import { countColumns, type Encoding } from '../../data/encoding/encoding';
import type { Model } from '../model';
import { readCovariance, writeCovariance, type CentredCovariance } from '../shared/covariance';
import { damaged, readNumber, readNumbers, readObject, readText, writeNumber, writeNumbers } from '../shared/json';
import { readPredictor, writePredictor, type LinearPredictor } from '../shared/linearPredictor';
import type { TypicalColumn } from '../shared/typical';

export type LinearMethod = 'leastSquares' | 'penalised' | 'huber' | 'bayes';

export interface LinearState {
  readonly target: string;
  readonly method: LinearMethod;
  readonly title: string;
  readonly encoding: Encoding;
  readonly predictor: LinearPredictor;
  /** At x = 0; 0 without an intercept. */
  readonly intercept: number;
  /** 1 for design columns without a weight of their own. */
  readonly absent: Uint8Array;
  /** Index 0 is the intercept; undefined where there are none. */
  readonly standardErrors?: Float64Array;
  readonly robust: boolean;
  /** Residual degrees of freedom and standard deviation; NaN where unknown. */
  readonly df: number;
  readonly sigma: number;
  /** Of the coefficients, scaled: the variance of the mean response follows from it. */
  readonly covariance?: CentredCovariance;
  /** Per design column; NaN where it has no meaning. */
  readonly inflation?: Float64Array;
  readonly columnSd: Float64Array;
  readonly targetSd: number;
  readonly statistics: FitSection['values'];
  readonly typical: readonly TypicalColumn[];
  readonly notes: readonly Note[];
  readonly aliased?: ReportModel['aliased'];
  readonly path?: Model['path'];
}

export function writeState(state: LinearState): unknown {
  return {
    version: 1, target: state.target, method: state.method, title: state.title, encoding: state.encoding,
    predictor: writePredictor(state.predictor), intercept: writeNumber(state.intercept), absent: Array.from(state.absent),
    standardErrors: state.standardErrors && writeNumbers(state.standardErrors), robust: state.robust,
    df: writeNumber(state.df), sigma: writeNumber(state.sigma), covariance: writeCovariance(state.covariance),
    inflation: state.inflation && writeNumbers(state.inflation), columnSd: writeNumbers(state.columnSd), targetSd: writeNumber(state.targetSd),
    statistics: state.statistics, typical: state.typical, notes: state.notes, aliased: state.aliased, path: state.path,
  };
}

/** What predictions need, and no more. */
export function leanState(state: LinearState): LinearState {
  return { ...state, standardErrors: undefined, covariance: undefined, inflation: undefined, statistics: [], typical: [], notes: [], path: undefined };
}

/** Throws UserError 'badModelFile'. */
export function readState(json: unknown): LinearState {
  const object = readObject(json, 'the model');
  const encoding = readEncoding(object['encoding']);
  const columns = countColumns(encoding);
  const optional = (name: string, length: number): Float64Array | undefined =>
    (object[name] === undefined ? undefined : readNumbers(object[name], name, length));
  const method = readText(object['method'], 'the method');
  if (method !== 'leastSquares' && method !== 'penalised' && method !== 'huber' && method !== 'bayes') throw damaged('the method');
  return {
    target: readText(object['target'], 'the target'), method, title: readText(object['title'], 'the title'), encoding,
    predictor: readPredictor(object['predictor'], columns), intercept: readNumber(object['intercept'], 'the intercept'),
    absent: Uint8Array.from(readNumbers(object['absent'], 'the aliased terms', columns)),
    standardErrors: optional('standardErrors', columns + 1), robust: object['robust'] === true,
    df: readNumber(object['df'], 'df'), sigma: readNumber(object['sigma'], 'sigma'),
    covariance: readCovariance(object['covariance'], columns, encoding.intercept), inflation: optional('inflation', columns),
    columnSd: readNumbers(object['columnSd'], 'columnSd', columns), targetSd: readNumber(object['targetSd'], 'targetSd'),
    statistics: (object['statistics'] ?? []) as LinearState['statistics'], typical: (object['typical'] ?? []) as LinearState['typical'],
    notes: (object['notes'] ?? []) as LinearState['notes'],
    ...(object['aliased'] !== undefined && { aliased: object['aliased'] as LinearState['aliased'] }),
    ...(object['path'] !== undefined && { path: object['path'] as LinearState['path'] }),
  };
}

/** Checks the parts of an encoding that reading it relies on. */
export function readEncoding(json: unknown): Encoding {
  const object = readObject(json, 'the encoding');
  for (const part of ['columns', 'variables', 'terms', 'states']) if (!Array.isArray(object[part])) throw damaged('the encoding');
  const encoding = json as Encoding;
  if (encoding.version !== 1) throw damaged('the encoding');
  for (const term of encoding.terms) {
    for (const factor of term.factors) if (encoding.variables[factor.variable] === undefined) throw damaged('the encoding');
  }
  return encoding;
}
