/** Principal components as a preparation of any family: numbers are replaced by their first components, learned on the rows of each fit. */
import { UserError } from '../../../protocol/errors';
import type { OptionValue } from '../../../protocol/recipe';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { columnUse } from '../../data/encoding/plan';
import { takeRows } from '../../data/rows';
import { findColumn, type Table } from '../../data/table';
import { learnComponents } from '../../unlabelled/components/components';
import type { Family, FamilyOption, Model } from '../model';
import { readObject } from '../shared/json';
import { componentNames, preparedTable, throughComponents, type ComponentsState } from './model';

const option: FamilyOption = {
  name: 'components', description: 'principal components that take the place of the numbers and dates; 0: none, the columns themselves', default: 0, minimum: 0, maximum: 10_000,
};
/** Under this key the parameters of a model through components hold them. */
const key = 'principalComponents';

/** The family with the option `components`; without it nothing changes. */
export function withComponents(family: Family): Family {
  const { fitFolds } = family;
  return {
    ...family,
    options: [...family.options, option],
    fit: (dataset, context, rows) => {
      const count = countOf(dataset.recipe.options['components']);
      return count === 0 ? family.fit(dataset, context, rows) : fitThrough(family, dataset, count, context, rows);
    },
    ...(fitFolds && {
      fitFolds: async (dataset: Dataset, trainRows: readonly Int32Array[], context: WorkContext, full?: Model) => {
        const count = countOf(dataset.recipe.options['components']);
        if (count === 0) return fitFolds(dataset, trainRows, context, full);
        const models: Model[] = [];
        // Components of its own each fold: those of all rows would know the held-out ones.
        for (const rows of trainRows) models.push(await fitThrough(family, dataset, count, context, rows));
        return models;
      },
    }),
    load: json => {
      const held = typeof json === 'object' && json !== null ? (json as Record<string, unknown>)[key] : undefined;
      if (held === undefined) return family.load(json);
      const { through } = json as { readonly through: unknown };
      return throughComponents(readState(held), family.load(through), key);
    },
  };
}

function countOf(value: OptionValue | undefined): number {
  if (value === undefined) return 0;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new UserError('badOption', `The option components takes a whole number, not "${String(value)}".`);
}

async function fitThrough(family: Family, dataset: Dataset, count: number, context: WorkContext, rows?: Int32Array): Promise<Model> {
  const { recipe, table, features } = dataset;
  if (dataset.formula) throw new UserError('badOption', 'A formula names the columns that a model is made of, so principal components cannot take their place; leave one of the two out.');
  const categorical = new Set(recipe.categorical ?? []);
  const numbers = features.filter(name => columnUse(findColumn(table, name)!, false, categorical) !== 'category');
  if (numbers.length === 0) throw new UserError('badFeatures', 'No feature is a number or a date, so there is nothing to make principal components of.');
  const training: Table = rows ? takeRows(table, rows) : table;
  const learned = await learnComponents(training, numbers, { count, missing: 'impute', categorical: recipe.categorical }, context);
  const others = features.filter(name => !numbers.includes(name));
  const state: ComponentsState = { version: 1, components: learned.model, names: componentNames(learned.model, table), others, rows: training.rows };
  const prepared = preparedTable(state, table);
  const model = await family.fit({ ...dataset, table: prepared, features: [...others, ...state.names] }, context, rows);
  return throughComponents(state, model, key, learned.notes);
}

function readState(json: unknown): ComponentsState {
  const state = readObject(json, 'the principal components');
  return state as unknown as ComponentsState;
}
