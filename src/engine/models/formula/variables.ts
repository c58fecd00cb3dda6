/** The columns that a formula may use: numbers, and two-level categories as 0 and 1; and their values on rows. */
import type { Note } from '../../../protocol/profile';
import type { Dataset } from '../../data/dataset';
import { encodeRows } from '../../data/design';
import { describeTerms, type Encoding, type TermInfo } from '../../data/encoding/encoding';
import { learnEncoding } from '../../data/encoding/learn';
import { planDesign } from '../../data/encoding/plan';

/** A name in a formula. */
export interface FormulaVariable {
  /** As the formula writes it: the column, or "column = level" for 1 where the column has that level. */
  readonly name: string;
  readonly column: string;
  readonly level?: string;
  /** Of the column, where it is known and understood. */
  readonly unit?: string;
  /** Column of the encoding's design. */
  readonly design: number;
}

export interface PreparedVariables {
  readonly encoding: Encoding;
  readonly variables: readonly FormulaVariable[];
  readonly notes: readonly Note[];
}

/** The dataset for models that know nothing of the formula's options. */
export function plainDataset(dataset: Dataset, features: readonly string[] = dataset.features): Dataset {
  return { ...dataset, features, recipe: { ...dataset.recipe, options: {} } };
}

/** Learned on the given rows (all when absent). */
export function prepareVariables(dataset: Dataset, rows?: Int32Array): PreparedVariables {
  const all = learnEncoding(planDesign(plainDataset(dataset)), dataset.table, rows);
  const left: string[] = [];
  const kept = dataset.features.filter(name => {
    const column = all.columns.find(each => each.name === name);
    const usable = column?.as === 'number' || (column?.as === 'category' && isTwoLevel(all, name));
    if (!usable) left.push(name);
    return usable;
  });
  const encoding = learnEncoding(planDesign(plainDataset(dataset, kept)), dataset.table, rows);
  const variables = describeTerms(encoding).flatMap((term, design) => (term.isIndicator ? [] : [variableOf(term, design)]));
  const shown = `${left.slice(0, 12).join(', ')}${left.length > 12 ? ` and ${left.length - 12} more` : ''}`;
  const notes: Note[] = left.length === 0 ? [] : [{ kind: 'column', text: `Formulas are made of numbers and of categories with two levels; these columns were left out of the search: ${shown}.` }];
  return { encoding, variables, notes };
}

export function variableOf({ name, feature, level }: TermInfo, design: number): FormulaVariable {
  return level === undefined ? { name, column: feature, design } : { name: `${feature} = ${level}`, column: feature, level, design };
}

function isTwoLevel({ variables }: Encoding, name: string): boolean {
  const variable = variables.find(each => each.kind === 'category' && each.columns[0] === name);
  return variable?.kind === 'category' && variable.levels.length === 2 && variable.missingLevel === undefined && variable.otherLevel === undefined;
}

export interface SampledRows {
  /** Rows of the dataset, in random order. */
  readonly rows: Int32Array;
  /** One a variable; missing cells are filled in as for predictions. */
  readonly columns: readonly Float64Array[];
  readonly target: Float64Array;
  /** Places in `rows` where no cell was missing and all is finite: what formulas are searched and fitted on. */
  readonly complete: Int32Array;
}

export function valuesOnRows(dataset: Dataset, { encoding, variables }: Pick<PreparedVariables, 'encoding' | 'variables'>, rows: Int32Array): SampledRows {
  const design = encodeRows(encoding, dataset.table, rows);
  const column = (j: number): Float64Array => design.data.subarray(j * rows.length, (j + 1) * rows.length);
  const columns = variables.map(({ design: j }) => column(j));
  const indicators = describeTerms(encoding).flatMap((term, j) => (term.isIndicator ? [column(j)] : []));
  const values = dataset.target.task === 'regression' ? dataset.target.values : new Float64Array(0);
  const target = Float64Array.from(rows, row => values[row]!);
  const complete = Int32Array.from(rows.keys()).filter(i => Number.isFinite(target[i]!) && indicators.every(each => each[i] === 0) && columns.every(each => Number.isFinite(each[i]!)));
  return { rows, columns, target, complete };
}

export const at = (values: Float64Array, places: Int32Array): Float64Array => Float64Array.from(places, i => values[i]!);
