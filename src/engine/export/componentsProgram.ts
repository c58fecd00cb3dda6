/** Programs of models on principal components: a linear predictor is led back to the columns, any other model reads scores that are worked out first. */
import { UserError } from '../../protocol/errors';
import type { EncodedColumn, EncodedVariable, Encoding } from '../data/encoding/encoding';
import { describeTerms } from '../data/encoding/encoding';
import { millisecondsPerDay } from '../data/encoding/binding';
import type { ComponentsState } from '../models/components/model';
import type { LinearPredictor } from '../models/shared/linearPredictor';
import type { PreparedNumber } from '../unlabelled/shared/preparation';
import { constant, type Builder } from './builder';

/** A component is learned of numbers and dates alone. */
function numbersOf({ components }: ComponentsState): readonly PreparedNumber[] {
  return components.preparation.columns.map(column => {
    if (column.as === 'category') throw new UserError('badOption', `The category ${column.name} is part of a principal component, which cannot be written as code.`);
    return column;
  });
}

/** The scores as columns of the row, under the names that the model reads them by. */
export function deriveScores(builder: Builder, state: ComponentsState): void {
  const { vectors, means } = state.components;
  const parts = numbersOf(state).map((column, j) => {
    const cell = column.as === 'date' ? builder.call('/', builder.call('-', builder.date(column.name), constant(column.origin!)), constant(millisecondsPerDay)) : builder.number(column.name);
    const filled = builder.call('coalesce', cell, constant(column.fill));
    const standard = builder.call('/', builder.call('-', filled, constant(column.mean)), constant(column.unit));
    return builder.atom(means[j] === 0 ? standard : builder.call('-', standard, constant(means[j]!)));
  });
  state.names.forEach((name, c) => builder.derive(name, builder.sum(parts.map((part, j) => builder.call('*', part, constant(vectors[c]![j]!))))));
}

export interface Folded { readonly encoding: Encoding; readonly predictor: LinearPredictor }

/**
 * The same linear predictor with the columns in the place of the components: w_f = Σ_c γ_c V_cf / s_f about the columns' means.
 * Undefined where a component is not only added (products, powers, standardised once more) or rows with missing cells are left out.
 */
export function foldedPredictor(state: ComponentsState, encoding: Encoding, { coefficients, constants, shifts }: LinearPredictor): Folded | undefined {
  const scores = new Set(state.names);
  const terms = describeTerms(encoding);
  const touches = (variable: EncodedVariable): boolean => variable.columns.some(name => scores.has(name));
  const added = (index: number): boolean => {
    const { factors } = encoding.terms[index]!;
    const variable = encoding.variables[factors[0]!.variable]!;
    return factors.length === 1 && variable.kind === 'number' && variable.expression.kind === 'name' && variable.parts.length === 1;
  };
  const own = encoding.terms.map(({ factors }) => factors.some(({ variable }) => touches(encoding.variables[variable]!)));
  const standardised = encoding.columns.some(column => scores.has(column.name) && column.as !== 'category' && column.deviation !== undefined);
  if (encoding.missing !== 'impute' || standardised || own.some((is, index) => is && !added(index))) return undefined;
  const kept = Array.from(terms.keys()).filter(j => !own[terms[j]!.term]);
  const placeOf = state.names.map(name => terms.findIndex(term => own[term.term] && term.feature === name));
  const numbers = numbersOf(state);
  const { vectors, means } = state.components;
  const gammas = coefficients.map(beta => placeOf.map(j => (j < 0 ? 0 : beta[j]!)));
  const weightOf = (gamma: readonly number[], f: number): number => gamma.reduce((sum, value, c) => sum + value * vectors[c]![f]!, 0) / numbers[f]!.unit;
  // Where all columns are at their means the scores are 0 but for rounding.
  const middle = placeOf.map((j, c) => -means.reduce((sum, mean, f) => sum + mean * vectors[c]![f]!, 0) - (j < 0 ? 0 : shifts[j]!));
  return {
    encoding: withColumns(encoding, own, scores, numbers),
    predictor: {
      coefficients: coefficients.map((beta, k) => Float64Array.from([...kept.map(j => beta[j]!), ...numbers.map((_, f) => weightOf(gammas[k]!, f))])),
      constants: constants.map((value, k) => gammas[k]!.reduce((sum, gamma, c) => sum + gamma * middle[c]!, value)),
      shifts: Float64Array.from([...kept.map(j => shifts[j]!), ...numbers.map(({ mean }) => mean)]),
    },
  };
}

/** The encoding with the terms of the scores left out and a term for each column at the end. */
function withColumns(encoding: Encoding, own: readonly boolean[], scores: ReadonlySet<string>, numbers: readonly PreparedNumber[]): Encoding {
  const columns = numbers.map(({ name, as, fill, missing, origin }): EncodedColumn => ({ name, as, fill, missing, ...(origin !== undefined && { origin }) }));
  const variables = numbers.map(({ name }): EncodedVariable => ({ kind: 'number', label: name, expression: { kind: 'name', name, column: name }, columns: [name], parts: [''] }));
  const first = encoding.variables.length;
  return {
    ...encoding, columns: [...encoding.columns.filter(column => !scores.has(column.name)), ...columns], variables: [...encoding.variables, ...variables],
    terms: [...encoding.terms.filter((_, index) => !own[index]), ...numbers.map((_, f) => ({ factors: [{ variable: first + f, full: false }] }))],
  };
}
