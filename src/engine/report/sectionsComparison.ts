/** The comparison of model families as a section of the overview. */
import type { Comparison, ComparisonSection } from '../../protocol/comparison';
import { capitalised, countOf, formatLevel } from './format';

/** Draws `report.comparison`; also of a comparison that still goes on. */
export function comparisonSection(comparison: Comparison): ComparisonSection {
  const { recommendation, scheme, rows, test, level, seconds, notRun, waiting } = comparison;
  const limit = seconds === undefined ? 'no limit of time' : `within ${countOf(seconds, 'second')}`;
  return {
    kind: 'comparison', id: 'comparison', panel: 'overview', title: 'Models compared',
    summary: [...(waiting ? [`So far; to come: ${waiting.map(({ title }) => title).join(', ')}.`] : []), recommendation].join(' '),
    method: `${capitalised(scheme)}, ${countOf(rows, 'held-out row')}, the same folds for all models, ${limit}; ${formatLevel(level)} intervals; differences from the best: ${test}.` +
      (notRun.length > 0 ? ` ${notRun.map(({ text }) => text).join(' ')}` : ''),
    assumptions: [
      'Recommended is the simplest model whose loss is within one standard error of the difference from the best. The order of simplicity is ours: a weight a term, the same with a posterior, a curve a term, a network, a network with attention.',
      'The p-values are not adjusted for the number of models, and the best of several models looks a little better than it is.',
    ],
  };
}
