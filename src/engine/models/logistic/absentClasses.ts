/** Models of training rows that lack some class of the target, as a fold may: it is given a small constant probability. */
import { columnDeviations, columnMeans } from '../shared/linearPredictor';
import type { FittedState, LikelihoodInput } from './likelihood';

/** Classes (indices) with rows, in order. */
export function presentClasses(codes: Int32Array, classes: number): number[] {
  const counts = new Int32Array(classes);
  for (const code of codes) counts[code]++;
  return Array.from({ length: classes }, (_, c) => c).filter(c => counts[c] > 0);
}

/** True where the rows have every class. */
export function hasAllClasses(codes: Int32Array, rows: Int32Array, classes: number): boolean {
  const seen = new Uint8Array(classes);
  let distinct = 0;
  for (let i = 0; i < rows.length && distinct < classes; i++) {
    const code = codes[rows[i]];
    if (seen[code] === 0) { seen[code] = 1; distinct++; }
  }
  return distinct === classes;
}

/** Codes as indices into the present classes. */
export function recode(codes: Int32Array, present: readonly number[]): Int32Array {
  const place = new Map(present.map((c, k) => [c, k]));
  return codes.map(code => place.get(code)!);
}

/** The state over all classes of one that was fitted to the present ones: half a row stands for each absent class. */
export function withAbsentClasses(state: FittedState, classes: readonly string[], present: readonly number[], rows: number): FittedState {
  const absent = classes.map((_, c) => c).filter(c => !present.includes(c));
  const { covariance: _one, jointCovariance: _joint, standardErrors: _errors, inflation: _inflation, ...rest } = state;
  const p = state.columnSd.length;
  const constant = Math.log(0.5 / rows);
  return {
    ...rest, classes, outcomes: [...state.outcomes.map(k => present[k]), ...absent],
    predictor: {
      ...state.predictor, coefficients: [...state.predictor.coefficients, ...absent.map(() => new Float64Array(p))],
      constants: Float64Array.of(...state.predictor.constants, ...absent.map(() => constant)),
    },
    intercepts: Float64Array.of(...state.intercepts, ...absent.map(() => constant)),
    separated: `The training rows lack ${absent.length === 1 ? 'a class' : 'some classes'}, so there are no standard errors.`,
    notes: [...state.notes, {
      kind: 'warning',
      text: `No training row has the class ${absent.slice(0, 5).map(c => `"${classes[c]}"`).join(', ')}${absent.length > 5 ? ` and ${absent.length - 5} more` : ''}: it is predicted with a small constant probability.`,
    }],
  };
}

/** The model of training rows that are all of one class: constant probabilities. */
export function oneClassState({ target, classes, encoding, design }: LikelihoodInput, only: number): FittedState {
  const outcomes = classes.length === 2 ? [1] : classes.map((_, c) => c);
  const zero = new Float64Array(design.columns);
  const rare = Math.log(0.5 / (design.rows + 0.5));
  const constants = Float64Array.from(outcomes, c => (classes.length === 2 ? (c === only ? -rare : rare) : c === only ? 0 : rare));
  return {
    target, classes, outcomes, method: 'maximumLikelihood', title: 'Logistic regression', encoding,
    predictor: { coefficients: outcomes.map(() => zero), constants, shifts: zero }, intercepts: constants, absent: new Uint8Array(design.columns),
    columnSd: columnDeviations(design, columnMeans(design)), statistics: [{ label: 'Rows', value: design.rows }],
    separated: 'All training rows are of one class.',
    notes: [{ kind: 'warning', text: `All training rows have the class "${classes[only]}", so nothing can be learned of the others.` }],
  };
}
