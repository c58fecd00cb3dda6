/** Puts a comparison of models into a report, row by row while it goes on. No vscode. */
import type { CompareResult } from '../protocol/engine';
import type { NotCompared, Report } from '../protocol/report';

/** The report with the comparison and its section, after the metrics, in the place of an earlier one. */
export function withComparison(report: Report, { comparison, section }: CompareResult): Report {
  const others = report.sections.filter(({ kind }) => kind !== 'comparison');
  const place = others.findIndex(({ kind }) => kind === 'metrics') + 1;
  return { ...report, comparison, sections: [...others.slice(0, place), section, ...others.slice(place)] };
}

/** What stays of a comparison that was cancelled: the models that were done, and the names of those that were not. */
export function cutShort({ comparison, section }: CompareResult): CompareResult {
  const { waiting = [], notRun, ...rest } = comparison;
  const missed = waiting.map(({ family, title }): NotCompared => ({ family, title, reason: 'stopped', text: `${title} was not run: the comparison was cancelled.` }));
  return { comparison: { ...rest, notRun: [...notRun, ...missed] }, section: { ...section, summary: comparison.recommendation } };
}
