/** Everything a fitted logistic model holds, and its JSON. */
import type { FitSection } from '../../../protocol/performanceSections';
import type { ReportModel } from '../../../protocol/report';
import type { Note } from '../../../protocol/profile';
import { countColumns, type Encoding } from '../../data/encoding/encoding';
import { readEncoding } from '../linear/state';
import type { Model } from '../model';
import { readCovariance, writeCovariance, type CentredCovariance } from '../shared/covariance';
import { damaged, readArray, readNumbers, readObject, readText, writeNumbers } from '../shared/json';
import { readPredictor, writePredictor, type LinearPredictor } from '../shared/linearPredictor';
import type { TypicalColumn } from '../shared/typical';
import type { JointCovariance } from './jointCovariance';

export type LogisticMethod = 'maximumLikelihood' | 'penalised' | 'bayes';

/**
 * Coefficient vectors: one for two classes (of the last one); for more, one for each class but the first by maximum
 * likelihood, and one for every class under a penalty.
 */
export interface LogisticState {
  readonly target: string;
  readonly classes: readonly string[];
  /** Class (index) of each coefficient vector. */
  readonly outcomes: readonly number[];
  readonly method: LogisticMethod;
  readonly title: string;
  readonly encoding: Encoding;
  readonly predictor: LinearPredictor;
  /** At x = 0, one per vector; 0 without an intercept. */
  readonly intercepts: Float64Array;
  readonly absent: Uint8Array;
  /** Per vector, index 0 the intercept; undefined where there are none. */
  readonly standardErrors?: readonly Float64Array[];
  /** Two classes: of the coefficients. */
  readonly covariance?: CentredCovariance;
  /** More classes: of all vectors together. */
  readonly jointCovariance?: JointCovariance;
  readonly inflation?: Float64Array;
  readonly columnSd: Float64Array;
  /** The estimates do not exist: why there are no intervals. */
  readonly separated?: string;
  readonly statistics: FitSection['values'];
  readonly typical: readonly TypicalColumn[];
  readonly notes: readonly Note[];
  readonly aliased?: ReportModel['aliased'];
  readonly path?: Model['path'];
}

export function writeState(state: LogisticState): unknown {
  return {
    version: 1, target: state.target, classes: state.classes, outcomes: state.outcomes, method: state.method, title: state.title,
    encoding: state.encoding, predictor: writePredictor(state.predictor), intercepts: writeNumbers(state.intercepts), absent: Array.from(state.absent),
    standardErrors: state.standardErrors?.map(writeNumbers), covariance: writeCovariance(state.covariance),
    jointCovariance: state.jointCovariance && { centre: writeNumbers(state.jointCovariance.centre), lower: writeNumbers(state.jointCovariance.lower) },
    inflation: state.inflation && writeNumbers(state.inflation), columnSd: writeNumbers(state.columnSd), separated: state.separated,
    statistics: state.statistics, typical: state.typical, notes: state.notes, aliased: state.aliased, path: state.path,
  };
}

/** What predictions need, and no more. */
export function leanState(state: LogisticState): LogisticState {
  return { ...state, standardErrors: undefined, covariance: undefined, jointCovariance: undefined, inflation: undefined, statistics: [], typical: [], notes: [], path: undefined };
}

/** Throws UserError 'badModelFile'. */
export function readState(json: unknown): LogisticState {
  const object = readObject(json, 'the model');
  const encoding = readEncoding(object['encoding']);
  const columns = countColumns(encoding);
  const method = readText(object['method'], 'the method');
  if (method !== 'maximumLikelihood' && method !== 'penalised' && method !== 'bayes') throw damaged('the method');
  const predictor = readPredictor(object['predictor'], columns);
  const classes = readArray(object['classes'], 'the classes').map(c => readText(c, 'the classes'));
  const outcomes = Array.from(readNumbers(object['outcomes'], 'the outcomes', predictor.coefficients.length));
  if (classes.length < 2 || outcomes.some(o => classes[o] === undefined)) throw damaged('the classes');
  const errors = object['standardErrors'];
  return {
    target: readText(object['target'], 'the target'), classes, outcomes, method, title: readText(object['title'], 'the title'), encoding, predictor,
    intercepts: readNumbers(object['intercepts'], 'the intercepts', outcomes.length),
    absent: Uint8Array.from(readNumbers(object['absent'], 'the aliased terms', columns)),
    ...(errors !== undefined && { standardErrors: readArray(errors, 'standardErrors').map(e => readNumbers(e, 'standardErrors', columns + 1)) }),
    covariance: readCovariance(object['covariance'], columns, encoding.intercept),
    ...(object['jointCovariance'] !== undefined && { jointCovariance: readJoint(object['jointCovariance'], columns, outcomes.length * (columns + 1)) }),
    ...(object['inflation'] !== undefined && { inflation: readNumbers(object['inflation'], 'inflation', columns) }),
    columnSd: readNumbers(object['columnSd'], 'columnSd', columns),
    ...(object['separated'] !== undefined && { separated: readText(object['separated'], 'separated') }),
    statistics: (object['statistics'] ?? []) as LogisticState['statistics'], typical: (object['typical'] ?? []) as LogisticState['typical'],
    notes: (object['notes'] ?? []) as LogisticState['notes'],
    ...(object['aliased'] !== undefined && { aliased: object['aliased'] as LogisticState['aliased'] }),
    ...(object['path'] !== undefined && { path: object['path'] as LogisticState['path'] }),
  };
}

function readJoint(json: unknown, columns: number, size: number): JointCovariance {
  const object = readObject(json, 'the covariance');
  return {
    centre: readNumbers(object['centre'], 'the covariance', columns),
    lower: readNumbers(object['lower'], 'the covariance', (size * (size + 1)) / 2),
  };
}
