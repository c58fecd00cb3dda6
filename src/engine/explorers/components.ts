/** Explores a table for principal components, and gives the scores of other rows. */
import { UserError } from '../../protocol/errors';
import type { TargetlessModelFile } from '../../protocol/modelFile';
import type { ColumnKind, DatasetProfile } from '../../protocol/profile';
import type { TargetlessRecipe } from '../../protocol/recipe';
import type { ReportComponents } from '../../protocol/unlabelled';
import type { WorkContext } from '../context';
import { countOf, formatPercent } from '../report/format';
import { reportComponents } from '../report/componentFields';
import { componentSections } from '../report/sectionsComponents';
import { scoresOfMatrix, type ComponentsModel } from '../unlabelled/components/components';
import { explainComponents } from '../unlabelled/components/explain';
import { applyPreparation } from '../unlabelled/shared/apply';
import type { Applied, Explored, Explorer, ExploreInput } from './explorer';
import { FilledRows } from './filledRows';
import { planFeatures, planRecipe } from './plan';

export const componentsExplorer: Explorer = {
  id: 'pca', task: 'components', doing: 'Finding components',
  options: [
    { name: 'count', description: 'components that the model keeps', default: 'all', minimum: 1, maximum: 10_000 },
    { name: 'scaling', description: 'standardised: correlations, every number counts alike; centred: covariances, units count', default: 'standardised', values: ['standardised', 'centred'] },
    { name: 'categories', description: 'leaveOut: only numbers and dates; oneHot: one number a level', default: 'leaveOut', values: ['leaveOut', 'oneHot'] },
  ],
  plan(request, profile) {
    const columns = numbersOnly(planFeatures(request, profile), profile, request.options?.['categories'] === 'oneHot');
    if (columns.features.length === 0) throw new UserError('badFeatures', `${request.file} has no column to find components in: components are made of numbers and dates that vary and identify no rows.`, { file: request.file });
    return { recipe: planRecipe(request, profile, 'pca', columns), columns: columns.features, notes: [] };
  },
  explore,
  needs: model => (model.parameters as ComponentsModel).preparation.columns.map(column => column.name),
  apply,
};

const categories: readonly ColumnKind[] = ['categorical', 'boolean', 'text'];

/** A component is a sum of numbers, unless levels are asked for as numbers. */
function numbersOnly(columns: Pick<TargetlessRecipe, 'features' | 'dropped'>, profile: DatasetProfile, levels: boolean): Pick<TargetlessRecipe, 'features' | 'dropped'> {
  if (levels) return columns;
  const kinds = new Map(profile.columns.map(({ name, kind }) => [name, kind]));
  const isCategory = (name: string): boolean => categories.includes(kinds.get(name)!);
  const left = columns.features.filter(isCategory).map(column => ({ column, reason: 'a category: components are made of numbers' }));
  return { features: columns.features.filter(name => !isCategory(name)), dropped: [...columns.dropped, ...left] };
}

async function explore({ recipe, loaded }: ExploreInput, context: WorkContext): Promise<Explored> {
  const { options, seed, missing, categorical } = recipe;
  const count = options['count'];
  const found = await explainComponents(loaded.table, recipe.features, {
    seed, missing, scaling: options['scaling'] === 'centred' ? 'centred' : 'standardised', categories: options['categories'] === 'oneHot' ? 'oneHot' : 'leaveOut',
    ...(typeof count === 'number' && { count }), ...(categorical && { categorical }),
  }, context);
  const components = reportComponents(found);
  const left = loaded.table.rows - found.rows;
  return {
    title: 'Principal components', headline: headlineOf(components), parameters: found.model, rowsUsed: found.rows,
    dropped: left > 0 ? [{ reason: 'a cell is missing', rows: left }] : [],
    notes: found.notes, fields: { components }, sections: componentSections(found, components),
  };
}

function headlineOf({ keep, shares }: ReportComponents): string {
  if (keep === 0) return 'No components';
  return `${countOf(keep, 'component')}, ${formatPercent(shares.slice(0, keep).reduce((sum, share) => sum + share, 0))} of the variance`;
}

function apply(file: TargetlessModelFile): Applied {
  const model = file.parameters as ComponentsModel;
  const drop = model.preparation.missing === 'drop';
  const filled = new FilledRows(model.preparation);
  let [alone, beyond] = [0, 0];
  return {
    names: model.vectors.map((_, c) => `PC${c + 1}`),
    block: table => {
      const { matrix, incomplete, outside } = applyPreparation(model.preparation, table);
      const scores = scoresOfMatrix(model, matrix);
      if (drop) alone += incomplete.reduce((sum, value) => sum + value, 0);
      beyond += outside.reduce((sum, value) => sum + value, 0);
      filled.add(table);
      return row => model.vectors.map((_, c) => (drop && incomplete[row] === 1 ? undefined : scores.data[row * scores.columns + c]));
    },
    notes: () => [
      scoresWords(model.vectors.length),
      ...(beyond > 0 ? [`${countOf(beyond, 'row has', 'rows have')} a value outside of the range of the training data, or a level that it had not.`] : []),
      ...(alone > 0 ? [`${countOf(alone, 'row has', 'rows have')} a missing cell and get no scores, as at the training.`] : filled.notes()),
    ],
  };
}

function scoresWords(count: number): string {
  if (count === 1) return 'The column PC1 holds the scores: each row’s place along the component.';
  return `The columns PC1 ${count === 2 ? 'and' : 'to'} PC${count} hold the scores: each row’s place along the components.`;
}
