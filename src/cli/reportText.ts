/** A Report as text for a terminal: notes first, then how good, weights and importance. */
import { formatCount, formatLevel, formatNumber, formatPercent } from '../engine/report/format';
import type { Weight } from '../protocol/effects';
import type { Estimate, Metric } from '../protocol/measures';
import type { Report } from '../protocol/report';
import { comparisonText } from './comparisonText';
import { formulaText } from './formulaText';
import { textTable } from './output';

const mostRows = 30;

type Conformal = NonNullable<NonNullable<Report['intervals']>['conformal']>;

export function reportText(report: Report): string {
  const parts = [
    heading(report),
    report.notes.map(note => `- ${note.text}\n`).join(''),
    report.comparison ? comparisonText(report.comparison) : '',
    formulaText(report),
    performanceText(report),
    intervalsText(report),
    weightsText(report),
    termsText(report),
    importanceText(report),
    rowsText(report),
    `Total ${formatNumber(report.timings['total'] ?? 0)} s.\n`,
  ];
  return parts.filter(part => part !== '').join('\n');
}

/** What was asked of single rows: the prediction and what makes it up. */
function rowsText(report: Report): string {
  const told = report.sections.filter(({ panel, kind, id }) => panel === 'row' && (kind === 'contributions' || id.startsWith('rowPrediction')));
  return told.map(({ summary }) => `${summary}\n`).join('');
}

function heading(report: Report): string {
  const { model, recipe, data } = report;
  const classes = model.classes && model.classes.length === 2 ? ` (probability of ${model.classes[1]})` : '';
  return `${model.title}: ${recipe.target}${classes} on ${formatCount(data.rowsUsed)} of ${formatCount(data.rows)} rows\n`;
}

function between(low: number | undefined, high: number | undefined): string {
  return low === undefined || high === undefined ? '' : `${formatNumber(low)} to ${formatNumber(high)}`;
}

function performanceText(report: Report): string {
  const performance = report.performance;
  if (!performance) return '';
  const level = `${formatNumber(100 * report.recipe.level)} % interval`;
  const rows = performance.metrics.map((metric: Metric) => [
    metric.name, formatNumber(metric.value), between(metric.low, metric.high),
    metric.baseline === undefined ? '' : formatNumber(metric.baseline), metric.versusBaseline?.verdict ?? '',
  ]);
  return (
    `Held out: ${performance.scheme}, ${formatCount(performance.rows)} rows\n` +
    textTable(['metric', 'value', level, 'baseline', 'verdict'], rows, [false, true, true, true, false]) +
    (performance.versusBaseline ? `${performance.versusBaseline.sentence}\n` : '')
  );
}

/** How often the model's own and the conformal intervals or sets held the truth. */
function intervalsText({ intervals }: Report): string {
  if (!intervals) return '';
  const { kind, level, coverage, meanWidth, rows, conformal } = intervals;
  const width = (mean: number | undefined): string => (mean === undefined ? '' : `, mean width ${formatNumber(mean)}`);
  const own = kind === 'prediction' && coverage !== undefined && rows !== undefined
    ? `Prediction intervals at ${formatLevel(level)} held ${formatPercent(coverage)} of ${formatCount(rows)} held-out rows${width(meanWidth)}\n` : '';
  return own + (conformal ? conformalText(conformal, width(conformal.meanWidth)) : '');
}

function conformalText({ method, level, guarantee, coverage, coverageLow, coverageHigh, meanSetSize, infinite, rows }: Conformal, width: string): string {
  const what = `${meanSetSize === undefined ? 'Conformal intervals' : 'Conformal sets'} at ${formatLevel(level)} (${method})`;
  if (infinite) return `${what}: there are too few rows for any that leave something out\n`;
  if (coverage === undefined) return `${what}: too few held-out rows to measure their coverage${width}\n`;
  const size = meanSetSize === undefined ? width : `, ${formatNumber(meanSetSize, 3)} classes on average`;
  return `${what} held ${formatPercent(coverage)} of ${formatCount(rows ?? 0)} held-out rows (${formatPercent(coverageLow ?? coverage)} to ${formatPercent(coverageHigh ?? coverage)})${size}; ${guarantee > 0 ? `at least ${formatPercent(guarantee)} of new rows are guaranteed` : 'without a guarantee'}\n`;
}

function weightsText(report: Report): string {
  const weights = report.weights;
  if (!weights || weights.length === 0) return '';
  const several = new Set(weights.map(weight => weight.class)).size > 1;
  const row = (weight: Weight): string[] => [
    ...(several ? [weight.class ?? ''] : []),
    weight.term,
    formatNumber(weight.estimate),
    weight.standardError === undefined ? '' : formatNumber(weight.standardError),
    between(weight.low, weight.high),
    weight.statistic === undefined ? '' : formatNumber(weight.statistic),
    weight.pValue === undefined ? '' : pValueText(weight.pValue),
  ];
  const aliased = (report.model.aliased ?? []).slice(0, mostRows).map(item => `No weight of its own: ${item.term}, because ${item.reason}\n`).join('');
  const header = ['term', 'estimate', 'std. error', `${formatNumber(100 * report.recipe.level)} % interval`, 'statistic', 'p'];
  const right = [false, true, true, true, true, true];
  const more = weights.length > mostRows ? `… and ${weights.length - mostRows} more terms (--json or --html has them all)\n` : '';
  const section = report.sections.find(item => item.kind === 'weights');
  const words = section?.kind === 'weights' ? ` (${section.unit})${section.classWords === undefined ? '' : `\n${section.classWords}`}` : '';
  return (
    `Weights${words}\n` +
    withoutEmptyColumns(several ? ['class', ...header] : header, weights.slice(0, mostRows).map(row), several ? [false, ...right] : right) +
    more + aliased
  );
}

/** The terms of an additive model, the largest first. */
function termsText(report: Report): string {
  const section = report.sections.find(item => item.kind === 'terms');
  if (section?.kind !== 'terms') return '';
  const rows = section.items.slice(0, mostRows).map(item => [item.name, formatNumber(item.importance), between(item.lowest, item.highest)]);
  const more = section.items.length > mostRows ? `… and ${section.items.length - mostRows} more terms (--json or --html has them all)\n` : '';
  return `Terms (${section.unit})\n` + textTable(['term', 'mean absolute contribution', 'lowest to highest score'], rows, [false, true, true]) + more;
}

function importanceText(report: Report): string {
  const measured = (report.importance ?? []).filter(item => item.permutation !== undefined);
  if (measured.length === 0) return '';
  const section = report.sections.find(item => item.kind === 'importance');
  const unit = section?.kind === 'importance' ? section.unit : 'rise of the loss';
  const rows = measured.slice(0, mostRows).map(item => {
    const value = item.permutation as Estimate;
    return [item.feature, formatNumber(value.value), between(value.low, value.high)];
  });
  return `Permutation importance on held-out rows (${unit})\n` + textTable(['feature', 'importance', 'interval'], rows, [false, true, true]);
}

/** Two significant digits; tiny ones in scientific notation, an underflown one as its bound. */
function pValueText(p: number): string {
  if (p < 1e-300) return '< 1e-300';
  return p < 0.001 ? p.toExponential(1) : p.toPrecision(2);
}

/** The table without the columns in which no row has anything, such as the standard errors of a penalised fit. */
function withoutEmptyColumns(header: readonly string[], rows: readonly (readonly string[])[], right: readonly boolean[]): string {
  const filled = header.map((_, j) => rows.some(row => row[j] !== ''));
  const keep = <T>(items: readonly T[]): T[] => items.filter((_, j) => filled[j]);
  return textTable(keep(header), rows.map(keep), keep(right));
}
