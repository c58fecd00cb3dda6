/** Explores a table for clusters, and gives the clusters of other rows. */
import type { ReportClusters } from '../../protocol/unlabelled';
import { UserError } from '../../protocol/errors';
import type { TargetlessModelFile } from '../../protocol/modelFile';
import type { OptionValue } from '../../protocol/recipe';
import type { WorkContext } from '../context';
import { countOf } from '../report/format';
import { reportClusters } from '../report/clusterFields';
import { clusterSections } from '../report/sectionsClusters';
import { clusterTable, type Clustering } from '../unlabelled/kmeans/cluster';
import { assignClusters, type ClusterModel } from '../unlabelled/kmeans/model';
import type { Applied, Explored, Explorer, ExploreInput } from './explorer';
import { FilledRows } from './filledRows';
import { planFeatures, planRecipe } from './plan';

export const clusteringExplorer: Explorer = {
  id: 'kmeans', task: 'clustering', doing: 'Finding clusters',
  options: [
    { name: 'k', description: 'number of clusters; auto: chosen by gap statistic, silhouette and Caliński–Harabasz', default: 'auto', minimum: 1, maximum: 1000 },
    { name: 'most', description: 'largest number of clusters to try when it is chosen; auto: 10, and 20 where 10 clusters are all apart', default: 'auto', minimum: 1, maximum: 50 },
    { name: 'restarts', description: 'starts of the search; auto: until it finds nothing better', default: 'auto', minimum: 1, maximum: 1000 },
    { name: 'scaling', description: 'standardised: every number counts in units of its standard deviation; centred: units as they are', default: 'standardised', values: ['standardised', 'centred'] },
  ],
  plan(request, profile) {
    const columns = planFeatures(request, profile);
    if (columns.features.length === 0) throw new UserError('badFeatures', `${request.file} has no column to make clusters from: each is constant, empty, free text or an identifier.`, { file: request.file });
    return { recipe: planRecipe(request, profile, 'kmeans', columns), columns: columns.features, notes: [] };
  },
  explore,
  needs: model => (model.parameters as ClusterModel).preparation.columns.map(column => column.name),
  apply,
};

async function explore({ recipe, loaded }: ExploreInput, context: WorkContext): Promise<Explored> {
  const { options, seed, level, missing, categorical } = recipe;
  const number = (value: OptionValue | undefined): number | undefined => (typeof value === 'number' ? value : undefined);
  const [k, most, restarts] = [number(options['k']), number(options['most']), number(options['restarts'])];
  const found = await clusterTable(loaded.table, recipe.features, {
    seed, level, missing, scaling: options['scaling'] === 'centred' ? 'centred' : 'standardised',
    ...(k !== undefined && { k }), ...(most !== undefined && { most }), ...(restarts !== undefined && { restarts }),
    ...(categorical && { categorical }), ...(loaded.sourceRows && { sourceRows: loaded.sourceRows }),
  }, context);
  const clusters = reportClusters(found);
  const left = loaded.table.rows - found.rows.length;
  return {
    title: 'k-means', headline: headlineOf(clusters), parameters: found.model, rowsUsed: found.rows.length,
    dropped: left > 0 ? [{ reason: 'a cell is missing', rows: left }] : [],
    notes: [...noStructure(found), ...found.notes],
    fields: { clusters }, sections: clusterSections(found, clusters, level),
  };
}

function headlineOf({ k, chosenBy }: ReportClusters): string {
  return k === 1 && chosenBy === 'curves' ? 'No clusters' : countOf(k, 'cluster');
}

function noStructure({ choice }: Clustering): Explored['notes'] {
  return choice?.k === 1 ? [{ kind: 'warning', text: choice.sentence }] : [];
}

function apply(file: TargetlessModelFile): Applied {
  const model = file.parameters as ClusterModel;
  const several = model.k > 1;
  const filled = new FilledRows(model.preparation);
  let [alone, beyond] = [0, 0];
  return {
    names: ['cluster', 'distance', ...(several ? ['silhouette'] : []), 'outside'],
    block: table => {
      const { clusters, distances, silhouettes, outside } = assignClusters(model, table);
      alone += clusters.reduce((count, cluster) => count + Number(cluster < 0), 0);
      beyond += outside.reduce((count, value, i) => count + Number(value === 1 && clusters[i] >= 0), 0);
      filled.add(table);
      return row => {
        const silhouette = several ? [silhouettes[row]] : [];
        // Without a cluster all are empty.
        return clusters[row] < 0 ? [undefined, undefined, ...silhouette.map(() => undefined), undefined] : [clusters[row] + 1, distances[row], ...silhouette, outside[row] === 1 ? 'true' : 'false'];
      };
    },
    notes: () => [
      `The column cluster is the nearest of the ${model.k === 1 ? 'single centre' : `${model.k} centres`}, distance how far it is, in ${file.recipe.options['scaling'] === 'centred' ? 'the columns’ own units' : 'standard deviations'}${several ? '; silhouette compares it with the next centre: 1 is far from that, 0 between the two' : ''}.`,
      ...(beyond > 0 ? [`${countOf(beyond, 'row is', 'rows are')} unlike those that the clusters were made from (column outside): farther from the centre than any of these, or with a value or level that these had not.`] : []),
      ...(alone > 0 ? [`${countOf(alone, 'row has', 'rows have')} a missing cell and get no cluster, as at the training.`] : filled.notes()),
    ],
  };
}
