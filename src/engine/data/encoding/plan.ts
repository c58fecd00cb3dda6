/** What a design will consist of, before anything is learned from data: from the features and options, or a formula. */
import { UserError } from '../../../protocol/errors';
import type { Dataset } from '../dataset';
import { columnExpression, type Expression } from '../formula/expression';
import { parseFormula, type Formula } from '../formula/formula';
import { levelNumber } from '../formula/values';
import type { Column, Table } from '../table';
import { nearest } from '../nearest';
import type { EncodedColumn } from './encoding';

export interface PlannedVariable {
  readonly label: string;
  readonly expression: Expression;
  readonly columns: readonly string[];
  /** Indicates where its column is missing. */
  readonly role?: 'missing';
}

export interface DesignPlan {
  readonly intercept: boolean;
  readonly missing: 'impute' | 'drop';
  readonly columns: readonly { readonly name: string; readonly as: EncodedColumn['as'] }[];
  readonly variables: readonly PlannedVariable[];
  /** Each term: indices into `variables`. */
  readonly terms: readonly (readonly number[])[];
  readonly standardise: boolean;
  readonly reference: 'first' | 'mostFrequent';
  /** Levels that a category may have on so many training rows before the rare ones are pooled. */
  readonly mostLevels: (rows: number) => number;
  /** Levels on fewer training rows are pooled. */
  readonly fewestRows: number;
  readonly formula?: Formula;
  /** Dataset.everyRow. */
  readonly everyRow?: Table;
}

/** How a column of the table enters a model: dates as days, codes as categories, everything else as numbers. */
export function columnUse(column: Column, inFormula: boolean, categorical: ReadonlySet<string>): EncodedColumn['as'] {
  if (column.kind === 'datetime') return 'date';
  if (column.storage === 'number') return column.kind === 'categorical' || categorical.has(column.name) ? 'category' : 'number';
  // A formula takes a column of numbers as numbers, whatever its profile says (C() makes categories of it).
  if (inFormula && !categorical.has(column.name) && column.levels.length > 0
    && column.levels.every(level => !Number.isNaN(levelNumber(level)))) return 'number';
  return 'category';
}

/** Plans the design of a dataset from its recipe. Throws UserError 'badOption', 'badFormula' or 'unknownColumn'. */
export function planDesign(dataset: Dataset): DesignPlan {
  const { recipe, table } = dataset;
  const options = new Map(Object.entries(recipe.options));
  const shared = {
    missing: recipe.missing,
    reference: options.get('reference') === 'mostFrequent' ? 'mostFrequent' as const : 'first' as const,
    standardise: options.get('standardise') === true,
    fewestRows: Number(options.get('rareLevels') ?? 0),
  };
  const categorical = new Set(recipe.categorical ?? []);
  if (recipe.formula !== undefined) {
    for (const [name, unused] of [['standardise', false], ['polynomial', 1], ['interactions', false]] as const) {
      const value = options.get(name);
      if (value !== undefined && value !== unused) {
        throw new UserError('badOption', `The option ${name} does not go with a formula; write ${name === 'standardise' ? 'scale(x)' : name === 'polynomial' ? 'poly(x, 2)' : 'a:b'} in the formula instead.`);
      }
    }
    return { ...shared, ...formulaPlan(dataset, recipe.formula, categorical), mostLevels: limitOf(options.get('maxLevels')) ?? (() => 1000) };
  }
  const degree = Number(options.get('polynomial') ?? 1);
  const interactions = options.get('interactions') === true;
  return {
    ...shared, ...featurePlan(table, dataset.features, degree, interactions, categorical),
    mostLevels: limitOf(options.get('maxLevels')) ?? (rows => Math.min(50, Math.max(10, Math.floor(rows / 10)))),
  };
}

function limitOf(option: unknown): ((rows: number) => number) | undefined {
  return typeof option === 'number' ? () => option : undefined;
}

type PlanParts = Pick<DesignPlan, 'intercept' | 'columns' | 'variables' | 'terms' | 'formula' | 'everyRow'>;

function formulaPlan(dataset: Dataset, text: string, categorical: ReadonlySet<string>): PlanParts {
  const { table } = dataset;
  const formula = dataset.formula ?? parseFormula(text, table.columns.map(c => c.name), dataset.features);
  const columns = formula.columns.map(name => ({ name, as: columnUse(findIn(table, name), true, categorical) }));
  const variables: PlannedVariable[] = [...formula.variables];
  const terms = [...formula.terms];
  for (const { name, as } of columns) if (as !== 'category') terms.push([variables.push(indicatorOf(name)) - 1]);
  return { intercept: formula.intercept, columns, variables, terms, formula, ...(dataset.everyRow && { everyRow: dataset.everyRow }) };
}

function findIn(table: Table, name: string): Column {
  const column = table.columns.find(c => c.name === name);
  if (column) return column;
  const shown = nearest(name, table.columns.map(c => c.name), 5).map(n => `"${n}"`).join(', ');
  throw new UserError('unknownColumn', `There is no column "${name}"; the nearest are ${shown}.`, { column: name });
}

function indicatorOf(column: string): PlannedVariable {
  return { label: `${column} (missing)`, expression: columnExpression(column), columns: [column], role: 'missing' };
}

function featurePlan(table: Table, features: readonly string[], degree: number, interactions: boolean, categorical: ReadonlySet<string>): PlanParts {
  const byName = new Map(table.columns.map(c => [c.name, c]));
  const variables: PlannedVariable[] = [];
  const terms: number[][] = [];
  const mains: number[] = [];
  const columns = features.map(name => ({ name, as: columnUse(byName.get(name) ?? findIn(table, name), false, categorical) }));
  for (const { name, as } of columns) {
    const main = variables.push({ label: name, expression: columnExpression(name), columns: [name] }) - 1;
    mains.push(main);
    terms.push([main]);
    if (as === 'category') continue;
    for (let power = 2; power <= degree; power++) {
      terms.push([variables.push({ label: `${name}^${power}`, expression: powerOf(name, power), columns: [name] }) - 1]);
    }
    terms.push([variables.push(indicatorOf(name)) - 1]);
  }
  if (interactions) {
    for (let i = 0; i < mains.length; i++) for (let j = i + 1; j < mains.length; j++) terms.push([mains[i], mains[j]]);
    if (terms.length > 200000) throw new UserError('badOption', `interactions=true would make ${terms.length} terms out of ${mains.length} features; name the ones of interest in a formula.`);
  }
  return { intercept: true, columns, variables, terms };
}

function powerOf(column: string, power: number): Expression {
  return { kind: 'binary', operator: '^', left: columnExpression(column), right: { kind: 'number', value: power } };
}
