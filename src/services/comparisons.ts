/** Puts a comparison of models into a report, row by row while it goes on. No vscode. */
import type { CompareResult } from '../protocol/engine';
import type { ModelFile } from '../protocol/modelFile';
import type { NotCompared } from '../protocol/comparison';
import type { AnyReport, Report } from '../protocol/report';
import { baseName } from './plainText';

/** The report with the comparison and its section, after the metrics, in the place of an earlier one. */
export function withComparison(report: Report, { comparison, section }: CompareResult): Report {
  const others = report.sections.filter(({ kind }) => kind !== 'comparison');
  const place = others.findIndex(({ kind }) => kind === 'metrics') + 1;
  return { ...report, comparison, sections: [...others.slice(0, place), section, ...others.slice(place)] };
}

/** What tells the model of a report from another: all but the comparison, whose rows arrive while the model is read and asked. */
export function modelMark({ comparison: _comparison, sections, ...rest }: AnyReport): string {
  return JSON.stringify([rest, sections.filter(({ kind }) => kind !== 'comparison')]);
}

/** Whether two reports are of one model. */
export function isSameModel(a: AnyReport | undefined, b: AnyReport | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && modelMark(a) === modelMark(b));
}

/** What stays of a comparison that was cancelled: the models that were done, and the names of those that were not. */
export function cutShort({ comparison, section }: CompareResult): CompareResult {
  const { waiting = [], notRun, ...rest } = comparison;
  const missed = waiting.map(({ family, title }): NotCompared => ({ family, title, reason: 'stopped', text: `${title} was not run: the comparison was cancelled.` }));
  return { comparison: { ...rest, notRun: [...notRun, ...missed] }, section: { ...section, summary: comparison.recommendation } };
}

/**
 * The model with the comparison of another one of the same target, which says when and on what it was done: the model replaced by a
 * retraining, or the one in whose comparison this model was chosen. As it is where it has a comparison of its own or there is none.
 */
export function withComparisonOf(model: ModelFile, from: ModelFile | undefined): ModelFile {
  // That of an edited model says "before the edits" of "this model", which it will not be.
  const report = from?.fitted?.report.comparison ? from.fitted.report : from?.report;
  const section = report?.sections.find(({ kind }) => kind === 'comparison');
  const found = report?.comparison;
  if (!from || model.report.comparison || section?.kind !== 'comparison' || !found) return model;
  if (model.recipe.target !== from.recipe.target || model.recipe.task !== from.recipe.task) return model;
  const done = found.waiting ? cutShort({ comparison: found, section }) : { comparison: found, section };
  if (found.takenOver) return { ...model, report: withComparison(model.report, done) };
  const takenOver = { date: found.date ?? from.created, file: from.recipe.file };
  const rows = found.rows.toLocaleString('en-US');
  const words = `Taken over: these models were compared on ${takenOver.date.slice(0, 10)}, on ${rows} held-out ${found.rows === 1 ? 'row' : 'rows'} of ${baseName(takenOver.file)}, and not when this model was trained.`;
  const carried = { comparison: { ...done.comparison, takenOver }, section: { ...done.section, summary: `${words} ${done.section.summary}` } };
  return { ...model, report: withComparison(model.report, carried) };
}
