/** Learns an encoding from the training rows of a table. */
import { UserError } from '../../../protocol/errors';
import { categoryCall } from '../formula/category';
import { evaluate } from '../formula/evaluate';
import { walk, withoutPositions, type Expression } from '../formula/expression';
import { learnedFunctions, type TransformState } from '../formula/transforms';
import { levelNumber, type Environment, type Value } from '../formula/values';
import type { Column, Table } from '../table';
import { asCategories, BoundTable, categoryValue, isMissing, millisecondsPerDay, numberLevel, readCodes, readNumbers, type Block } from './binding';
import { codeFactors } from './contrasts';
import { countColumns, type EncodedColumn, type EncodedVariable, type Encoding } from './encoding';
import { learnLevels } from './levels';
import { medianOf } from './median';
import type { DesignPlan, PlannedVariable } from './plan';

/** More cells than this do not fit beside the rest of the work. */
const mostCells = 2.5e8;
const mostColumns = 20000;

/** The encoding that the plan gets on the given rows (all when absent). Throws UserError for what cannot be encoded. */
export function learnEncoding(plan: DesignPlan, table: Table, rows?: Int32Array): Encoding {
  const learner = new Learner(plan, new BoundTable(table), { rows, from: 0, length: rows ? rows.length : table.rows });
  return learner.learn();
}

class Learner {
  private readonly encoded = new Map<string, EncodedColumn>();
  private readonly states = new Map<string, TransformState>();
  private readonly rows: Block;

  constructor(private readonly plan: DesignPlan, private readonly bound: BoundTable, rows: Block) {
    this.rows = rows;
  }

  learn(): Encoding {
    for (const { name, as } of this.plan.columns) this.encoded.set(name, this.learnColumn(name, as));
    if (this.plan.everyRow && !this.rows.rows) this.learnTransforms(this.plan.everyRow);
    const learned = this.plan.variables.map(variable => this.learnVariable(variable));
    // Indicators stand only for columns where something is missing.
    const kept = learned.map(v => v !== undefined);
    const terms = this.plan.terms.filter(term => term.every(v => kept[v]));
    const index = new Map<number, number>();
    learned.forEach((v, i) => { if (v) index.set(i, index.size); });
    const variables = learned.filter(v => v !== undefined);
    const encoding: Encoding = {
      version: 1, intercept: this.plan.intercept, missing: this.plan.missing,
      columns: [...this.encoded.values()], variables,
      terms: codeFactors(terms.map(term => term.map(v => index.get(v)!)), variables.map(v => v.kind === 'category'), this.plan.intercept),
      states: [...this.states],
    };
    const columns = countColumns(encoding);
    if (columns > mostColumns) {
      throw new UserError('badFeatures', `The features make ${columns} columns of numbers, more than the ${mostColumns} that a linear model may have here; leave some out.`);
    }
    if (columns * this.rows.length > mostCells) {
      throw new UserError('outOfMemory', `${this.rows.length} rows × ${columns} columns of numbers do not fit into memory; leave out columns with many categories or train on fewer rows.`);
    }
    return encoding;
  }

  private learnColumn(name: string, as: 'number' | 'date' | 'category'): EncodedColumn {
    const { rows, length } = this.rows;
    if (as === 'category') {
      const column: Column = this.bound.find(name);
      let missing = 0;
      for (let i = 0; i < length; i++) if (isMissing(column, rows ? rows[i] : i)) missing++;
      return { name, as, missing };
    }
    const values = this.bound.numeric(name);
    const { median, count } = medianOf(values, rows, length);
    let fill = count === 0 ? 0 : median;
    const missing = length - count;
    if (as === 'date') {
      let origin = Infinity;
      for (let i = 0; i < length; i++) {
        const value = values[rows ? rows[i] : i];
        if (value - value === 0 && value < origin) origin = value;
      }
      if (count === 0) origin = 0;
      fill = (fill - origin) / millisecondsPerDay;
      return { name, as, fill, missing, origin, ...this.standardisation(name, { name, as, fill, missing, origin }) };
    }
    return { name, as, fill, missing, ...this.standardisation(name, { name, as, fill, missing }) };
  }

  /** Mean and deviation of the filled column, two passes; {} where columns keep their scale. */
  private standardisation(name: string, column: EncodedColumn): { mean?: number; deviation?: number } {
    if (!this.plan.standardise) return {};
    const values = readNumbers(this.bound.numeric(name), this.rows, column, true);
    let mean = 0;
    values.forEach((v, i) => { mean += (v - mean) / (i + 1); });
    let square = 0;
    for (const v of values) square += (v - mean) ** 2;
    const deviation = Math.sqrt(square / Math.max(1, values.length - 1));
    return { mean, deviation: deviation > 0 ? deviation : 1 };
  }

  private learnVariable(variable: PlannedVariable): EncodedVariable | undefined {
    const { label, columns } = variable;
    if (variable.role === 'missing') {
      const column = this.encoded.get(columns[0]);
      const some = column !== undefined && column.missing > 0 && column.missing < this.rows.length;
      return some && this.plan.missing === 'impute' ? { kind: 'missing', label, columns: [columns[0]] } : undefined;
    }
    const expression = withoutPositions(variable.expression);
    const call = categoryCall(expression);
    if (call) return this.learnCategory(variable, withoutPositions(call.base), call);
    if (expression.kind === 'name' && expression.column !== undefined) {
      if (this.encoded.get(expression.column)?.as === 'category') return this.learnCategory(variable, expression);
      return { kind: 'number', label, expression, columns, parts: [''] };
    }
    const value = evaluate(expression, this.environment(this.bound, this.rows, this.plan.missing === 'impute'));
    if (value.type === 'numbers' && value.logical) return this.learnCategory(variable, expression);
    if (value.type === 'category') return this.learnCategory(variable, expression);
    if (value.type === 'numbers') this.requireFinite(label, [value.values]);
    else if (value.type === 'matrix') this.requireFinite(label, value.columns);
    else throw new UserError('badFormula', `${label} is the same for every row and is no term.`);
    return { kind: 'number', label, expression, columns, parts: value.type === 'matrix' ? value.names : [''] };
  }

  private requireFinite(label: string, columns: readonly Float64Array[]): void {
    for (const values of columns) {
      let bad = 0;
      for (const v of values) if (v - v !== 0) bad++;
      if (bad > 0) {
        throw new UserError('badFormula', `${label} is not a finite number in ${bad} of the rows; leave those rows out or choose another transformation.`);
      }
    }
  }

  private learnCategory(variable: PlannedVariable, expression: Expression, call?: ReturnType<typeof categoryCall>): EncodedVariable {
    const { levels, counts, missing } = this.countLevels(expression);
    const rules = { missingLevel: this.plan.missing === 'impute', reference: this.plan.reference, mostLevels: this.plan.mostLevels(this.rows.length), fewestRows: this.plan.fewestRows };
    return { kind: 'category', label: variable.label, expression, columns: variable.columns, ...learnLevels(variable.label, levels, counts, missing, rules, call) };
  }

  private countLevels(expression: Expression): { levels: readonly string[]; counts: ArrayLike<number>; missing: number } {
    if (expression.kind === 'name' && expression.column !== undefined) {
      const { codes, levels } = asCategories(this.bound.find(expression.column));
      return countCodes(readCodes(codes, this.rows), levels);
    }
    return countValues(evaluate(expression, this.environment(this.bound, this.rows, false)));
  }

  /** As R's model.frame: what poly() and scale() learn, they learn before incomplete rows are left out. */
  private learnTransforms(everyRow: Table): void {
    const environment = this.environment(new BoundTable(everyRow), { rows: undefined, from: 0, length: everyRow.rows }, false);
    for (const { expression } of this.plan.variables) {
      walk(expression, part => { if (part.kind === 'call' && learnedFunctions.has(part.name)) evaluate(withoutPositions(part), environment); });
    }
  }

  private environment(bound: BoundTable, rows: Block, fill: boolean): Environment {
    return {
      length: rows.length, states: this.states, learning: true,
      column: name => {
        const column = this.encoded.get(name)!;
        if (column.as === 'category') return categoryValue(asCategories(bound.find(name)), rows);
        return { type: 'numbers', values: readNumbers(bound.numeric(name), rows, column, fill) };
      },
    };
  }
}

function countCodes(codes: Int32Array, levels: readonly string[]): { levels: readonly string[]; counts: Int32Array; missing: number } {
  const counts = new Int32Array(levels.length);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing++;
    else counts[code]++;
  }
  return { levels, counts, missing };
}

function countValues(value: Value): { levels: readonly string[]; counts: ArrayLike<number>; missing: number } {
  if (value.type === 'category') return countCodes(value.codes, value.levels);
  if (value.type !== 'numbers') throw new UserError('badFormula', 'Only a column or a calculation of numbers can be made into categories.');
  const counts = new Map<string, number>();
  let missing = 0;
  for (const v of value.values) {
    if (Number.isNaN(v)) { missing++; continue; }
    const level = value.logical ? (v ? 'TRUE' : 'FALSE') : numberLevel(v);
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  const levels = [...counts.keys()];
  if (value.logical) levels.sort();
  else levels.sort((a, b) => levelNumber(a) - levelNumber(b));
  return { levels, counts: levels.map(level => counts.get(level)!), missing };
}
