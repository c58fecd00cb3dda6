/** Rules about slopes in a grey box: the known part obeys them by itself, and so does a rest of steps that may only rise or fall; so the sum does. */
import { UserError } from '../../../../protocol/errors';
import type { FormulaRule } from '../../../../protocol/formula';
import type { OptionValue } from '../../../../protocol/recipe';
import type { Column, Table } from '../../../data/table';
import { sum, variable } from '../../../formula/expression';
import { withParameters, type ParsedFormula } from '../../../formula/parse/parse';
import { fitWithin } from '../../../formula/slopes/constrained';
import { breaksRules, passing, slopeCheck, thorough } from '../../../formula/slopes/rules';
import { isWhole, ruleText } from '../shape';
import { heldNote, type Shaped } from '../shapedFit';
import type { FlatPlace } from './flatten';
import type { GreyBoxModel, RestFamily } from './model';
import type { GreyParameters } from './parameters';

/** Options of the rest's family under the rules. Throws UserError 'badOption' for a family that cannot keep them. */
export function restOptions({ variables, shape }: Shaped, family: RestFamily): Readonly<Record<string, OptionValue>> {
  if (!shape) return {};
  if (family !== 'ebm') throw new UserError('badOption', 'Only a rest of the family ebm can be held to rules about slopes; choose rest=ebm, or leave the option shape out.');
  const monotone = shape.filter(({ kind }) => kind !== 'flat').map(rule => `${variables[rule.variable]!.column}:${rule.kind === 'increasing' ? '+' : '-'}`);
  return monotone.length > 0 ? { monotone: monotone.join(',') } : {};
}

/** Where the rest may have no step. */
export function flatPlaces({ variables, shape }: Shaped): FlatPlace[] {
  return (shape ?? []).flatMap(({ kind, variable: k, at }) => (kind === 'flat' ? [{ column: variables[k]!.column, at: at! }] : []));
}

/** The parameters, or where the known part breaks a rule with them those of least squares within the rules beside a constant. Throws UserError where there are none. */
export function keepKnown(found: GreyParameters, formula: ParsedFormula, { variables, shape }: Shaped, columns: readonly Float64Array[], target: Float64Array): GreyParameters {
  if (!shape) return found;
  const final = slopeCheck(shape, columns, target, isWhole(variables), thorough);
  if (!breaksRules(withParameters(formula, found.values), final)) return found;
  const m = formula.parameters.length;
  const lifted = sum(formula.expression, variable(formula.columns + m));
  const check = slopeCheck(shape, columns, target, isWhole(variables), passing);
  const held = fitWithin({ shape: lifted, start: [...found.values, 0], columns: [...columns, target], target, check, final });
  if (!held) throw new UserError('badOption', `No parameters were found with which the known formula by itself obeys ${shape.map(rule => ruleText(rule, variables, 'f')).join(' and ')} wherever the rows span.`);
  return { values: held.numbers.slice(0, m), covariance: new Float64Array(m * m).fill(NaN), adjusted: [], notes: [heldNote] };
}

/** Rows and values along a column that the sum is looked at; steps of the flat look, as shares of the range. */
const looked = { rows: 200, values: 25, step: 1e-6 };
/** Rounding, in ranges of the target. */
const rounding = 1e-9;

/** How the sum keeps the rules: predictions of rows with the column set to ever larger values, and on both sides of a flat place. */
export function sumRules(model: GreyBoxModel, table: Table, sample: Int32Array, { variables, shape }: Shaped, target: string, values: Float64Array): FormulaRule[] | undefined {
  const rows = sample.slice(0, looked.rows);
  const size = rangeOf(values);
  return shape?.map((rule): FormulaRule => {
    const { column: name } = variables[rule.variable]!;
    const column = table.columns.find(each => each.name === name) as Extract<Column, { storage: 'number' }>;
    const known = column.values.filter(Number.isFinite);
    const [low, high] = [known.reduce((a, b) => Math.min(a, b), Infinity), known.reduce((a, b) => Math.max(a, b), -Infinity)];
    const predict = (value: number): Float64Array => model.predict(withValue(table, column, value), rows).mean!;
    const told = { column: name, rule: rule.kind === 'flat' ? `flat@${rule.at}` : rule.kind, text: ruleText(rule, variables, target) };
    if (rule.kind === 'flat') {
      const where = `rows with ${name} set to just below and above ${rule.at}`;
      const h = looked.step * (high - low);
      const [left, right] = [predict(rule.at! - h), predict(rule.at! + h)];
      // A slope s over 2h at the place itself; a smooth part bends by no more than its curvature times h.
      const broken = left.filter((v, i) => Math.abs(right[i]! - v) > 1e-3 * 2 * looked.step * size).length;
      return { ...told, where, points: rows.length, violated: broken / Math.max(1, rows.length) };
    }
    const sign = rule.kind === 'increasing' ? 1 : -1;
    const ladder = Array.from({ length: looked.values }, (_, k) => predict(low + ((high - low) * k) / (looked.values - 1)));
    const broken = ladder.slice(1).reduce((count, right, k) => count + right.filter((v, i) => sign * (v - ladder[k]![i]!) < -rounding * size).length, 0);
    return { ...told, where: `steps of rows with ${name} set to values along its range`, points: rows.length * (looked.values - 1), violated: broken / Math.max(1, rows.length * (looked.values - 1)) };
  });
}

function rangeOf(values: Float64Array): number {
  const [low, high] = values.reduce<[number, number]>(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  return high - low || 1;
}

function withValue(table: Table, column: Extract<Column, { storage: 'number' }>, value: number): Table {
  const changed: Column = { ...column, values: new Float64Array(table.rows).fill(value) };
  return { rows: table.rows, columns: table.columns.map(each => (each === column ? changed : each)) };
}
