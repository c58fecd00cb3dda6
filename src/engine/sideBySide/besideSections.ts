/** The sections of models side by side. */
import type { CompareReportsResult, MetricDifference, OfModels, SideBySide, SideModel } from '../../protocol/sideBySide';
import type { EstimatesSection, HeatmapSection, TableSection } from '../../protocol/chartSections';
import type { Section } from '../../protocol/report';
import type { MetricName } from '../../protocol/measures';
import { isBetterHigher } from '../evaluate/intervals';
import { metricTitle } from '../evaluate/metrics';
import { countOf, formatCount, formatLevel, formatNumber, formatPercent, listWords } from '../report/format';
import { sideBySide } from './beside';
import { fileName } from './recipeFields';
import { changeWords, methodWords, timeText } from './words';

const mostFeatures = 30;
const mostTerms = 60;

/** Throws UserError as `sideBySide` does. */
export function compareReports(models: readonly SideModel[]): CompareReportsResult {
  const result = sideBySide(models);
  const found: readonly (Section | undefined)[] = [
    metricsTable(result), differences(result), recipeTable(result), pairsTable(result), importance(result, models), weights(result), uncertainty(result, models), aboutTable(result, models),
  ];
  const sections = found.filter(section => section !== undefined);
  const targets = new Set(result.models.map(({ target }) => target));
  const subtitle = [countOf(models.length, 'model'), ...(targets.size === 1 && result.models[0]!.target !== undefined ? [`target ${result.models[0]!.target}`] : [])].join(' · ');
  return { result, drawn: { title: 'Models Side by Side', subtitle, sentences: result.verdict, sections } };
}

const withBounds = ({ value, low, high }: { readonly value: number; readonly low?: number; readonly high?: number }): string =>
  `${formatNumber(value)}${low === undefined || high === undefined ? '' : ` (${formatNumber(low, 3)} to ${formatNumber(high, 3)})`}`;

function metricNames({ models }: SideBySide): MetricName[] {
  return [...new Set(models.flatMap(({ performance }) => performance?.metrics.map(({ name }) => name) ?? []))];
}

function metricsTable(result: SideBySide): TableSection | undefined {
  const names = metricNames(result);
  if (names.length === 0) return undefined;
  const { models } = result;
  return {
    kind: 'table', id: 'besideMetrics', panel: 'overview', title: 'Metrics',
    summary: `How well each model did on rows that it was not fitted on, with its interval. Intervals of single models that overlap do not say that the models are equal: the differences below are paired.`,
    method: models.map(({ name, performance }) => (performance ? `${name}: ${performance.scheme}, ${countOf(performance.rows, 'held-out row')}.` : `${name}: nothing was held out.`)).join(' '),
    header: [{ title: 'Metric' }, ...models.map(({ name }) => ({ title: name })), { title: 'Better' }],
    rows: names.map(name => [metricTitle(name), ...models.map(({ performance }) => {
      const metric = performance?.metrics.find(one => one.name === name);
      return metric ? withBounds(metric) : '–';
    }), isBetterHigher(name) ? 'higher' : 'lower']),
  };
}

/** Paired differences of every two models, a metric at a time; the loss first, for the verdict rests on it. */
function differences(result: SideBySide): EstimatesSection | undefined {
  const { models, pairs, level } = result;
  const paired = pairs.filter(pair => pair.sameFolds);
  const names = metricNames(result).sort((a, b) => Number(isLoss(b)) - Number(isLoss(a)));
  const groups = names.flatMap(name => {
    const items = paired.flatMap(pair => {
      const found = pair.metrics.find(metric => metric.name === name);
      return found ? [{ name: `${models[pair.second]!.name} against ${models[pair.first]!.name}`, estimate: found.change, ...(found.low !== undefined && { low: found.low, high: found.high }), details: [verdictText(found), found.pValue ?? '', isLoss(name) ? beyond(pair.beyondChance) : ''] }] : [];
    });
    return items.length > 0 ? [{ name: metricTitle(name), items }] : [];
  });
  if (groups.length === 0) return undefined;
  return {
    kind: 'estimates', id: 'besideDifferences', panel: 'overview', title: 'Differences on the Same Folds',
    summary: 'Metric of the first-named model less that of the other, fold by fold. Where the interval reaches over 0 the difference can be chance.',
    method: `${methodWords(level, result.test)} Where a metric is of all held-out rows together, its difference is the mean over folds all the same.`,
    assumptions: ['Intervals and p-values are each for its difference alone; "beyond chance" is of the loss and holds for all pairs together (Holm 1979).', 'Folds share training rows, which the corrected variance allows for.'],
    xTitle: 'Difference', estimateName: 'difference', intervalName: `${formatLevel(level)} interval`, chooser: 'Metric',
    details: [{ title: 'Verdict' }, { title: 'p', numeric: true }, { title: 'Beyond chance' }], groups,
  };
}

const isLoss = (name: MetricName): boolean => name === 'rmse' || name === 'logLoss';
const beyond = (yes: boolean | undefined): string => (yes === undefined ? '–' : yes ? 'yes' : 'no');

function verdictText({ verdict }: MetricDifference): string {
  return verdict === 'unknown' ? 'not known' : verdict;
}

function recipeTable({ recipe, models }: SideBySide): TableSection {
  return {
    kind: 'table', id: 'besideRecipe', panel: 'overview', title: 'What Differs in the Recipe',
    summary: recipe.length === 0 ? 'The recipes are the same.' : `${countOf(recipe.length, 'setting differs', 'settings differ')}; all others are the same.`,
    method: 'Field by field of the recipes, and the content of the data files where it is known. What stands in a recipe is what was asked for or guessed; "default" is not written in it.',
    header: [{ title: 'Setting' }, ...models.map(({ name }) => ({ title: name, wrap: true }))],
    rows: recipe.map(({ title, values }) => [title, ...values]),
  };
}

/** With two models the tables above say it all. */
function pairsTable({ models, pairs, level }: SideBySide): TableSection | undefined {
  if (pairs.length < 2) return undefined;
  return {
    kind: 'table', id: 'besidePairs', panel: 'overview', title: 'Two by Two',
    summary: 'What the second model of a pair changed against the first, and what that did to the loss where both were measured on the same folds.',
    method: 'The recipes of the two; the paired difference of RMSE or log loss.',
    header: [{ title: 'From' }, { title: 'To' }, { title: 'Changed', wrap: true }, { title: 'Loss', wrap: true }],
    rows: pairs.map(pair => {
      const loss = pair.metrics.find(({ name }) => isLoss(name));
      const told = pair.sameFolds && loss ? `${metricTitle(loss.name)} ${changeWords(loss, level)}` : `not compared: ${pair.why ?? 'there is no loss'}`;
      return [models[pair.first]!.name, models[pair.second]!.name, pair.changes.join('; ') || 'nothing', told];
    }),
  };
}

function importance({ importance: all, models }: SideBySide, whole: readonly SideModel[]): HeatmapSection | undefined {
  if (all.length === 0) return undefined;
  const shown = all.slice(0, mostFeatures);
  const loss = whole[0]!.recipe.task === 'regression' ? 'RMSE' : 'log loss';
  const leading = models.flatMap(({ name }, i) => {
    const [first] = all.flatMap(item => valueOf(item.models, i).map(value => ({ feature: item.feature, value }))).sort((a, b) => b.value - a.value);
    return first ? [`${name} relies most on ${first.feature}`] : [];
  });
  return {
    kind: 'heatmap', id: 'besideImportance', panel: 'importance', title: 'Feature Importance Side by Side',
    summary: `${listWords(leading)}. A cell is how much the ${loss} on held-out rows rises when the feature is shuffled; a feature that a model does not use has none.${all.length > shown.length ? ` The ${formatCount(shown.length)} features with the largest values of ${formatCount(all.length)}.` : ''}`,
    method: 'Permutation importance of each model as in its own report, on the rows that it was held out from. Values of models that were measured on other rows are of those rows.',
    matrices: [{
      name: 'Importance', xTitle: 'Model', yTitle: 'Feature', rows: shown.map(({ feature }) => feature), columns: models.map(({ name }) => name), diverging: false,
      values: shown.map(item => models.map((_, i) => valueOf(item.models, i)[0] ?? 0)), absent: shown.map(item => models.flatMap((_, i) => (valueOf(item.models, i).length > 0 ? [] : [i]))),
    }],
  };
}

function valueOf(values: readonly OfModels[], model: number): number[] {
  return values.filter(one => one.model === model).map(({ value }) => value);
}

function weights({ weights: all, models, level }: SideBySide): TableSection | undefined {
  const having = models.flatMap((_, i) => (all.some(item => valueOf(item.models, i).length > 0) ? [i] : []));
  if (having.length === 0) return undefined;
  const classes = all.some(item => item.class !== undefined);
  const shown = all.slice(0, mostTerms);
  return {
    kind: 'table', id: 'besideWeights', panel: 'weights', title: 'Weights Side by Side',
    summary: `Weights with their ${formatLevel(level)} intervals, of the ${countOf(having.length, 'model')} that ${having.length === 1 ? 'has' : 'have'} weights. Weights of models of different kinds need not be on one scale.${all.length > shown.length ? ` The first ${formatCount(shown.length)} of ${countOf(all.length, 'weight')}.` : ''}`,
    method: 'As in the report of each model.',
    header: [{ title: 'Term' }, ...(classes ? [{ title: 'Class' }] : []), ...having.map(i => ({ title: models[i]!.name }))],
    rows: shown.map(item => [item.term, ...(classes ? [item.class ?? ''] : []), ...having.map(i => {
      const own = item.models.find(({ model }) => model === i);
      return own ? withBounds(own) : '–';
    })]),
  };
}

function uncertainty({ models }: SideBySide, whole: readonly SideModel[]): TableSection | undefined {
  if (whole.every(({ intervals }) => intervals === undefined)) return undefined;
  return {
    kind: 'table', id: 'besideUncertainty', panel: 'intervals', title: 'Uncertainty',
    summary: 'How often the intervals or sets of each model held the truth on held-out rows, and how wide they are.',
    method: 'As in the report of each model.',
    header: [{ title: 'Model' }, { title: 'Kind' }, { title: 'Asked' }, { title: 'Covered' }, { title: 'Conformal' }, { title: 'Conformal covered' }, { title: 'Mean width or size' }],
    rows: whole.flatMap(({ intervals }, i) => {
      if (!intervals) return [];
      const { conformal } = intervals;
      const width = conformal?.meanWidth ?? conformal?.meanSetSize ?? intervals.meanWidth;
      return [[models[i]!.name, intervals.kind, formatLevel(intervals.level), percent(intervals.coverage), conformal?.method ?? '–', percent(conformal?.coverage), width === undefined ? '–' : formatNumber(width, 3)]];
    }),
  };
}

const percent = (share: number | undefined): string => (share === undefined ? '–' : formatPercent(share));

function aboutTable({ models }: SideBySide, whole: readonly SideModel[]): TableSection {
  return {
    kind: 'table', id: 'besideModels', panel: 'data', title: 'The Models',
    summary: 'What each model is, on what it was trained, and what was noted about it.',
    method: 'From the model files. Times are in UTC.',
    header: [{ title: 'Model' }, { title: 'Kind' }, { title: 'Trained' }, { title: 'Data file' }, { title: 'Rows used', numeric: true }, { title: 'Features', numeric: true }, { title: 'Found' }, { title: 'Tags' }, { title: 'Note', wrap: true }],
    rows: whole.map((model, i) => [
      models[i]!.name, model.model.title, timeText(model.created), fileName(model), model.data.rowsUsed, model.recipe.features.length,
      model.model.headline ?? model.performance?.versusBaseline?.verdict ?? '–', model.tags?.join(', ') ?? '', model.note ?? '',
    ]),
  };
}
