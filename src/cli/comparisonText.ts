/** A comparison of models as text for a terminal: one row a model, what did not run, and the recommendation. */
import { countOf, formatNumber } from '../engine/report/format';
import type { Comparison, ComparedModel } from '../protocol/comparison';
import type { MetricName } from '../protocol/measures';
import { textTable } from './output';

/** Metrics beside the one that models are compared by. */
const others: Readonly<Record<Comparison['metric'], readonly MetricName[]>> = { rmse: ['r2'], logLoss: ['accuracy', 'auc'] };

export function comparisonText(comparison: Comparison): string {
  const { metric, models, level, scheme, rows, notRun, recommendation } = comparison;
  const interval = `${formatNumber(100 * level)} % interval`;
  const scores = [...new Map(models.flatMap(model => model.scores.map(({ name, title }) => [name, title] as const)))];
  const header = ['', 'model', metric, interval, ...others[metric], 'worse than the best by', interval, 'p', 'fit s', 'all s', ...scores.map(([, title]) => title.toLowerCase())];
  const right = [false, false, ...header.slice(2).map(() => true)];
  return (
    `Models compared: ${scheme}, ${countOf(rows, 'row')}, the same folds for all\n` +
    textTable(header, models.map(model => cellsOf(model, comparison, scores.map(([name]) => name))), right) +
    (models.some(({ family }) => family === comparison.recommended) ? '* recommended: the simplest model within one standard error of the best\n' : '') +
    notRun.map(({ text }) => `- ${text}\n`).join('') +
    `${recommendation}\n`
  );
}

function cellsOf(model: ComparedModel, { metric, recommended, best }: Comparison, scores: readonly string[]): string[] {
  const { family, title, metrics, difference, fitSeconds, seconds } = model;
  const find = (name: MetricName) => metrics.find(item => item.name === name);
  const main = find(metric);
  return [
    family === recommended ? '*' : '', title, main ? formatNumber(main.value) : '', between(main?.low, main?.high),
    ...others[metric].map(name => { const found = find(name); return found ? formatNumber(found.value) : ''; }),
    difference ? formatNumber(difference.value, 3) : family === best ? 'best' : '', between(difference?.low, difference?.high), pText(difference?.pValue),
    formatNumber(fitSeconds, 2), formatNumber(seconds, 2),
    ...scores.map(name => { const found = model.scores.find(score => score.name === name); return found ? formatNumber(found.value, 3) : ''; }),
  ];
}

function between(low: number | undefined, high: number | undefined): string {
  return low === undefined || high === undefined ? '' : `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`;
}

function pText(p: number | undefined): string {
  return p === undefined ? '' : p < 1e-4 ? '< 0.0001' : formatNumber(p, 2);
}
