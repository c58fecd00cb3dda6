/** Fits under rules about slopes: a known formula's parameters, the linear model that takes a formula's place, and what the report tells. */
import { UserError } from '../../../protocol/errors';
import type { FormulaRule } from '../../../protocol/formula';
import type { Expression } from '../../formula/expression';
import type { KnownStructureFit } from '../../formula/known/knownStructure';
import { withParameters, type ParsedFormula } from '../../formula/parse/parse';
import { fitWithin } from '../../formula/slopes/constrained';
import { breaksRules, checkSlopes, passing, slopeCheck, thorough, type SlopeRule } from '../../formula/slopes/rules';
import { describeTerms } from '../../data/encoding/encoding';
import type { LinearModel } from '../linear/model';
import { isWhole, ruleReports, ruleText } from './shape';
import { at, variableOf, type FormulaVariable, type SampledRows } from './variables';

/** The columns that formulas are made of, with the rules about them. */
export interface Shaped { readonly variables: readonly FormulaVariable[]; readonly shape?: readonly SlopeRule[] }

export const heldNote = 'The rules about slopes hold the parameters of the formula back: by least squares alone they would break them. Parameters that a rule holds have no valid interval, so that none is shown.';
export const refusedNote = { kind: 'warning', text: 'No formula was found that clearly predicts rows left out better than the linear model, which takes its place in such a case; but the linear model breaks a rule about slopes, so the formula is the best description that obeys them all.' } as const;

/** What the rules say of a formula; absent without rules. A formula that reads none of the columns (the linear model's) was checked by its weights. */
export function rulesOf({ variables, shape }: Shaped, sample: SampledRows, target: string, expression: Expression | undefined): FormulaRule[] | undefined {
  if (!shape) return undefined;
  const columns = sample.columns.map(column => at(column, sample.complete));
  return ruleReports(expression ?? { kind: 'number', value: 0, free: false }, shape, variables, target, columns, at(sample.target, sample.complete));
}

type Kept = Pick<KnownStructureFit, 'expression' | 'standardErrors' | 'residualSd' | 'degreesOfFreedom'> & { readonly held: boolean };

/** The fit where it obeys the rules, else the least squares that do. Throws UserError where the formula cannot obey them. */
export function keepRules(fit: KnownStructureFit, formula: ParsedFormula, { variables, shape }: Shaped, columns: readonly Float64Array[], target: Float64Array): Kept {
  const whole = isWhole(variables);
  const final = shape && slopeCheck(shape, columns, target, whole, thorough);
  if (!shape || !final || !breaksRules(fit.expression, final)) return { ...fit, held: false };
  const start = fit.parameters.map(({ value }) => value);
  const found = fitWithin({ shape: formula.expression, start, columns: [...columns, target], target, check: slopeCheck(shape, columns, target, whole, passing), final });
  if (!found) throw cannotObey(fit.expression, variables, final);
  const freedom = Math.max(1, target.length - start.length);
  return { expression: withParameters(formula, found.numbers), standardErrors: fit.standardErrors, residualSd: Math.sqrt(found.sse / freedom), degreesOfFreedom: fit.degreesOfFreedom, held: true };
}

function cannotObey(expression: Expression, variables: readonly FormulaVariable[], final: Parameters<typeof checkSlopes>[1]): UserError {
  const broken = checkSlopes(expression, final).filter(({ violated }) => violated > 0);
  const words = broken.map(({ rule, points, violated }) => `${ruleText(rule, variables, 'f')} (broken at ${Number(((100 * violated) / points).toPrecision(2))} % of the points looked at)`);
  return new UserError('badOption', `No parameters were found with which the given formula f obeys ${words.join(' and ') || 'the rules about slopes'} wherever the rows span.`);
}

/** A linear model's slopes are its weights. */
export function linearObeys({ state: { encoding, absent, predictor } }: LinearModel, { variables, shape }: Shaped): boolean {
  if (!shape) return true;
  const terms = describeTerms(encoding).map(variableOf);
  const weights = predictor.coefficients[0]!;
  return shape.every(({ variable, kind }) => terms.every((term, j) => {
    const weight = absent[j] === 1 || term.column !== variables[variable]!.column || term.level !== undefined ? 0 : weights[j]!;
    return kind === 'flat' ? weight === 0 : kind === 'increasing' ? weight >= 0 : weight <= 0;
  }));
}
