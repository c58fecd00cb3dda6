/** Evaluates the left-hand side of a formula over a table. */
import { UserError } from '../../protocol/errors';
import { asCategories, BoundTable, numberLevel } from './encoding/binding';
import { columnUse } from './encoding/plan';
import { categoryCall } from './formula/category';
import { evaluate } from './formula/evaluate';
import { ungroup, type Expression } from './formula/expression';
import type { Formula } from './formula/formula';
import { levelNumber, type Environment, type Value } from './formula/values';
import type { Column, Table } from './table';

/** An environment over all rows of a table; missing stays missing. */
export function tableEnvironment(table: Table, categorical: ReadonlySet<string>): Environment {
  const bound = new BoundTable(table);
  return {
    length: table.rows, states: new Map(), learning: true,
    column: name => {
      const column = bound.find(name);
      if (columnUse(column, true, categorical) === 'category') {
        const { codes, levels } = asCategories(column);
        return { type: 'category', codes, levels };
      }
      return { type: 'numbers', values: bound.numeric(name).map(v => (v - v === 0 ? v : NaN)) };
    },
  };
}

/** The response as a column: the column itself where the left-hand side is one. */
export function responseColumn(formula: Formula, table: Table, categorical: ReadonlySet<string>): Column {
  const response = ungroup(formula.response);
  if (response.kind === 'name' && response.column !== undefined) return new BoundTable(table).find(response.column);
  const environment = tableEnvironment(table, categorical);
  const call = categoryCall(response);
  const value = evaluate(call ? call.base : response, environment);
  const name = formula.responseLabel;
  if (value.type === 'category') return { name, kind: 'categorical', storage: 'code', codes: value.codes, levels: value.levels };
  if (value.type !== 'numbers') throw new UserError('badFormula', `The left-hand side ${name} is not one value a row.`);
  if (value.logical) return { name, kind: 'boolean', storage: 'code', ...logicalLevels(response, value.values, environment) };
  if (call) {
    const column: Column = { name, kind: 'categorical', storage: 'number', values: value.values };
    return { name, kind: 'categorical', storage: 'code', ...asCategories(column) };
  }
  return { name, kind: 'numeric', storage: 'number', values: value.values };
}

/** Levels of an event: the two values of the column where the formula asks which of two it is, else FALSE and TRUE. */
function logicalLevels(response: Expression, values: Float64Array, environment: Environment): { codes: Int32Array; levels: string[] } {
  const codes = Int32Array.from(values, v => (Number.isNaN(v) ? -1 : v));
  return { codes, levels: twoLevels(response, environment) ?? ['FALSE', 'TRUE'] };
}

function twoLevels(response: Expression, environment: Environment): string[] | undefined {
  const equation = response.kind === 'call' && response.name === 'I' ? ungroup(response.arguments[0].value) : response;
  if (equation.kind !== 'binary' || equation.operator !== '==') return undefined;
  const [left, right] = [ungroup(equation.left), ungroup(equation.right)];
  const [column, literal] = left.kind === 'name' ? [left, right] : [right, left];
  if (column.kind !== 'name' || column.column === undefined) return undefined;
  if (literal.kind !== 'string' && literal.kind !== 'number') return undefined;
  const present = presentLevels(environment.column(column.column));
  const wanted = present.find(l => l === String(literal.value) || levelNumber(l) === levelNumber(String(literal.value)));
  if (present.length !== 2 || wanted === undefined) return undefined;
  return [present[0] === wanted ? present[1] : present[0], wanted];
}

function presentLevels(value: Value): string[] {
  if (value.type === 'category') {
    const seen = new Set<number>(value.codes);
    return value.levels.filter((_, i) => seen.has(i));
  }
  if (value.type === 'numbers') {
    const distinct = new Set<number>();
    for (const v of value.values) {
      if (!Number.isNaN(v)) distinct.add(v);
      if (distinct.size > 2) break;
    }
    return [...distinct].map(numberLevel);
  }
  return [];
}
