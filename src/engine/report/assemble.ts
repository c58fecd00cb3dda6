/** Puts a Report together: the upper-level fields that other programs read, and the sections that the panels draw. */
import type { Performance, Report } from '../../protocol/report';
import { reportFormat, reportVersion } from '../../protocol/report';
import { withoutNonFinite } from './finite';
import type { Facts, ReportInput } from './input';
import { gatherFacts } from './input';
import { reportNotes } from './notes';
import { dataSections, reportData } from './sectionsData';
import { importanceSections } from './sectionsImportance';
import { intervalSections, intervalSummary } from './sectionsIntervals';
import { overviewSections } from './sectionsOverview';
import { weightsSections } from './sectionsWeights';

/**
 * The report of a run. Fields that the model has no answer for are absent, and so are their sections; no number in it
 * is NaN or infinite. Synchronous and cheap beside a fit: a few passes over the held-out rows.
 */
export function assembleReport(input: ReportInput): Report {
  const facts = gatherFacts(input);
  const { model, weights, effects } = facts;
  const performance = reportPerformance(facts);
  const importance = facts.importance?.importance;
  const intervals = intervalSummary(facts);
  return {
    format: reportFormat,
    version: reportVersion,
    recipe: input.recipe,
    data: reportData(facts),
    model: {
      family: model.family, title: model.title, task: model.task,
      ...(facts.target.task === 'classification' ? { classes: facts.target.classes } : {}),
      ...(model.aliased && model.aliased.length > 0 ? { aliased: model.aliased } : {}),
    },
    ...(performance ? { performance } : {}),
    ...(weights ? { weights } : {}),
    ...(importance && importance.length > 0 ? { importance } : {}),
    ...(effects ? { effects } : {}),
    ...(intervals ? { intervals } : {}),
    timings: withoutNonFinite(input.timings),
    notes: reportNotes(facts),
    sections: [
      ...overviewSections(facts),
      ...weightsSections(facts),
      ...importanceSections(facts),
      ...intervalSections(facts),
      ...dataSections(facts),
    ],
  };
}

function reportPerformance({ measured }: Facts): Performance | undefined {
  if (!measured) return undefined;
  return { scheme: measured.scheme, rows: measured.rows, metrics: measured.metrics };
}
