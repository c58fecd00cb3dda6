/** Sections of the overview panel that hold for every task: performance and the statistics of the fit. */
import type { Section } from '../../protocol/report';
import { classificationSections } from './sectionsClassification';
import { capitalised, countOf, formatCount, formatLevel, formatNumber } from './format';
import { baselineWords, performanceSummary } from './headline';
import type { Facts } from './input';
import { regressionSections } from './sectionsRegression';
import { fittedRowsOf } from '../models/evenClasses/rows';

/** Performance first, and beside other models; then what is measured on held-out rows, then the statistics of the fit. */
export function overviewSections(facts: Facts, comparison: readonly Section[] = []): Section[] {
  const heldOut = facts.target.task === 'regression' ? regressionSections(facts) : classificationSections(facts);
  return [...metricsSection(facts), ...comparison, ...heldOut, ...trainingSection(facts), ...fitSection(facts)];
}

function metricsSection(facts: Facts): Section[] {
  const { measured } = facts;
  if (!measured) return [];
  const trained = measured.folds.reduce((sum, fold) => sum + fold.train.length, 0);
  const sample = measured.trainRows < trained ? 'a random sample of at most 20,000 of the training rows' : 'the training rows';
  return [{
    kind: 'metrics', id: 'performance', panel: 'overview', title: 'Performance on held-out rows',
    summary: performanceSummary(facts),
    method: `${capitalised(measured.scheme)}, ${countOf(measured.rows, 'held-out row')}; ${formatLevel(facts.level)} intervals: ${measured.intervalMethod}. Training values: on ${sample}${measured.folds.length > 1 ? ' of each fold' : ''}.`,
    assumptions: [
      'New rows come from the same population as these rows, and rows of one fold do not depend on rows of another.',
      `The model of the report is fitted on ${fittedRowsOf(facts.dataset) < facts.dataset.table.rows ? 'rows drawn of all, as many of each class as asked for' : 'all rows'}; the values are those of models fitted on the training rows of each fold.`,
    ],
    baselineTitle: capitalised(baselineWords(facts)),
  }];
}

/** Loss by epoch. */
function trainingSection({ model }: Facts): Section[] {
  const { training } = model;
  if (!training || training.lines.length === 0) return [];
  return [{
    kind: 'curve', id: 'training', panel: 'overview', title: 'Loss while training', summary: training.summary, method: training.method,
    xTitle: 'Epoch', yTitle: training.yTitle, lines: training.lines,
  }];
}

function fitSection(facts: Facts): Section[] {
  const values = facts.model.fitStatistics?.()
    .filter(item => typeof item.value === 'string' || Number.isFinite(item.value))
    .map(item => (item.label.startsWith('p-value') && Number(item.value) < 1e-300 ? { ...item, value: '< 1e-300' } : item));
  if (!values || values.length === 0) return [];
  const rows = fittedRowsOf(facts.dataset);
  const r2 = values.find(item => item.label === 'R²' && typeof item.value === 'number');
  const share = r2 ? ` R² on these rows is ${formatNumber(Number(r2.value), 3)}.` : '';
  return [{
    kind: 'fit', id: 'fit', panel: 'overview', title: 'Statistics of the fit',
    summary: `The fit rests on ${formatCount(rows)} rows.${share} These numbers describe the rows that the model was fitted on, not new ones.`,
    method: `${facts.model.title} on ${formatCount(rows)} rows`,
    values,
  }];
}
