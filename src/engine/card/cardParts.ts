/** Parts of a model card: what was found, features, uncertainty, caveats. */
import type { AnyModelFile, ModelFile } from '../../protocol/modelFile';
import type { Importance } from '../../protocol/effects';
import { countOf, formatCount, formatLevel, formatNumber, formatPercent } from '../report/format';
import { bullets, markdownTable, plain } from './markdown';

const mostFeatures = 50;
const mostSections = 20;

/** Without a target: what the sections say, the overview first. */
export function foundParts({ report }: AnyModelFile): string[] {
  const { sections } = report as { readonly sections: AnyModelFile['report']['sections'] };
  const ordered = [...sections].sort((a, b) => Number(b.panel === 'overview') - Number(a.panel === 'overview')).filter(({ panel }) => panel !== 'data' && panel !== 'row');
  if (ordered.length === 0) return [plain(report.model.headline ?? 'The report has no findings.')];
  return [bullets(ordered.slice(0, mostSections).map(({ title, summary }) => `${title}: ${summary}`))];
}

/** Used ones with their importance, the largest first; then what was left out and why. */
export function featureParts({ recipe, report }: AnyModelFile): string[] {
  const importance = new Map<string, Importance>((report.importance ?? []).map(item => [item.feature, item]));
  const columns = new Map(report.data.columns.map(column => [column.name, column]));
  const sizeOf = (name: string): number => importance.get(name)?.permutation?.value ?? -Infinity;
  const sorted = [...recipe.features].sort((a, b) => (sizeOf(b) > sizeOf(a) ? 1 : sizeOf(b) < sizeOf(a) ? -1 : 0));
  const measured = [...importance.values()].some(({ permutation }) => permutation !== undefined);
  const rows = sorted.slice(0, mostFeatures).map(name => {
    const column = columns.get(name);
    return [name, column?.kind ?? '–', column ? formatCount(column.missing) : '–', ...(measured ? [importanceText(importance.get(name))] : [])];
  });
  const more = sorted.length > rows.length ? [`… and ${countOf(sorted.length - rows.length, 'more feature')}.`] : [];
  const section = report.sections.find(({ kind }) => kind === 'importance');
  const unit = measured && section?.kind === 'importance' ? [plain(`Importance: ${section.unit}, when the feature is shuffled in held-out rows; in brackets the ${formatLevel(section.level)} interval.`)] : [];
  const left = recipe.dropped.length === 0 ? [] : ['Columns that are not used:', bullets(recipe.dropped.slice(0, mostFeatures).map(({ column, reason }) => `${column}: ${reason}`))];
  return [...unit, markdownTable(['Feature', 'Kind', 'Missing', ...(measured ? ['Importance'] : [])], rows, [2]), ...more, ...left];
}

function importanceText(item: Importance | undefined): string {
  if (!item?.permutation) return '–';
  const { value, low, high } = item.permutation;
  return `${formatNumber(value, 3)}${low === undefined || high === undefined ? '' : ` (${formatNumber(low, 3)} to ${formatNumber(high, 3)})`}`;
}

export function uncertaintyParts({ report: { intervals } }: ModelFile): string {
  if (!intervals) return 'The model comes with no intervals of its predictions.';
  const { conformal } = intervals;
  const own = [`${intervals.kind} intervals at ${formatLevel(intervals.level)}: ${intervals.method}`];
  if (intervals.coverage !== undefined) own.push(`Share of held-out rows within their interval: ${formatPercent(intervals.coverage)}${intervals.rows === undefined ? '' : ` of ${countOf(intervals.rows, 'row')}`}`);
  if (intervals.meanWidth !== undefined) own.push(`Mean width: ${formatNumber(intervals.meanWidth)}`);
  return bullets([...own, ...(conformal ? conformalLines(conformal) : [])]);
}

function conformalLines(conformal: NonNullable<NonNullable<ModelFile['report']['intervals']>['conformal']>): string[] {
  const { method, level, guarantee, coverage, coverageLow, coverageHigh, meanWidth, meanSetSize, rows, infinite } = conformal;
  const bounds = coverageLow === undefined || coverageHigh === undefined ? '' : ` (${formatPercent(coverageLow)} to ${formatPercent(coverageHigh)})`;
  return [
    `Conformal ${meanSetSize === undefined ? 'intervals' : 'sets'} at ${formatLevel(level)}: ${method}; holds at least ${formatPercent(guarantee)} of new rows that come as the training rows did`,
    ...(coverage === undefined ? [] : [`Measured coverage: ${formatPercent(coverage)}${bounds}${rows === undefined ? '' : ` of ${countOf(rows, 'held-out row')}`}`]),
    ...(meanWidth === undefined ? [] : [`Mean width of the conformal intervals: ${formatNumber(meanWidth)}`]),
    ...(meanSetSize === undefined ? [] : [`Mean number of classes in the sets: ${formatNumber(meanSetSize, 3)}`]),
    ...(infinite ? ['The conformal intervals are infinite: there are too few rows for this level'] : []),
  ];
}

/** What the report warns of and what it decided for the person; and what no report can say. */
export function cautionParts({ report }: AnyModelFile): string[] {
  const caution = report.performance?.versusBaseline?.caution;
  const findings = (report.checks?.findings ?? []).filter(({ severity }) => severity !== 'information').map(({ severity, sentence }) => `${severity === 'severe' ? 'Severe: ' : ''}${sentence}`);
  const items = [...(caution === undefined ? [] : [caution]), ...findings, ...report.notes.map(({ text }) => text)];
  const unknown = 'Weights, importance and effects describe the model and not causes. The report says nothing of how the data were gathered, of groups of people that are not columns of the file, nor of rows unlike those it was trained on.';
  return [...(items.length > 0 ? [bullets(items)] : []), unknown];
}
