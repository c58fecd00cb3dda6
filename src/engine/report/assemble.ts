/** Puts a Report together: the upper-level fields that other programs read, and the sections that the panels draw. */
import type { Importance } from '../../protocol/effects';
import type { ReportFormula } from '../../protocol/formula';
import type { Performance } from '../../protocol/measures';
import type { Report, Section } from '../../protocol/report';
import { reportFormat, reportVersion } from '../../protocol/report';
import { withoutNonFinite } from './finite';
import type { Facts, ReportInput } from './input';
import { gatherFacts } from './input';
import { versusBaseline } from './headline';
import { reportNotes } from './notes';
import { attentionMap, type AttentionResult } from '../explain/attentionFaithfulness';
import { checksSection } from './sectionsChecks';
import { comparisonSection } from './sectionsComparison';
import { attentionSections } from './sectionsAttention';
import { scoreSections } from './sectionsScores';
import { reportScores } from './scoreWords';
import { conformalSections, withConformal } from './sectionsConformal';
import { effectSections } from './sectionsEffects';
import { formulaBesideSection, reportFormulaBeside } from './sectionsFormulaBeside';
import { uncertaintySections } from './sectionsUncertainty';
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
  const { model, weights, measurements } = facts;
  const { conformal, scores, beside } = measurements;
  const effects = [...(facts.effects ?? []), ...withoutNonFinite(model.pairShapes?.(facts.level) ?? []), ...withoutNonFinite(measurements.effects?.effects ?? [])];
  const scored = scores ? withoutNonFinite(reportScores(scores)) : [];
  const performance = reportPerformance(facts);
  const importance = withAttention(facts.importance?.importance ?? [], measurements.attention);
  const intervals = withConformal(intervalSummary(facts), conformal);
  const inside = model.inside?.(facts.level, input.profile.columns.map(column => column.name)) ?? [];
  const formula = reportFormula(inside);
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
    ...(importance.length > 0 ? { importance } : {}),
    ...(effects.length > 0 ? { effects } : {}),
    ...(intervals ? { intervals } : {}),
    ...(scored.length > 0 ? { scores: scored } : {}),
    ...(input.comparison ? { comparison: withoutNonFinite(input.comparison) } : {}),
    ...(input.checks ? { checks: withoutNonFinite(input.checks) } : {}),
    ...(formula ? { formula } : {}),
    ...(beside ? { formulaBeside: withoutNonFinite(reportFormulaBeside(beside)) } : {}),
    timings: withoutNonFinite(input.timings),
    notes: reportNotes(facts),
    sections: withoutNonFinite([
      ...overviewSections(facts, input.comparison ? [comparisonSection(input.comparison)] : []),
      ...weightsSections(facts),
      ...inside,
      ...(beside ? [formulaBesideSection(beside, facts)] : []),
      ...importanceSections(facts),
      ...(measurements.attention ? attentionSections(measurements.attention, facts) : []),
      ...(measurements.effects ? effectSections(measurements.effects, facts) : []),
      ...intervalSections(facts),
      ...uncertaintySections(measurements.parts, facts),
      ...conformalSections(conformal, facts),
      ...(scores ? scoreSections(scores, facts) : []),
      ...(input.rowSections ?? []),
      ...(input.checks ? [checksSection(input.checks)] : []),
      ...dataSections(facts),
    ]),
  };
}

/** The formula of the section that shows it, and its front. */
function reportFormula(sections: readonly Section[]): ReportFormula | undefined {
  const section = sections.find(item => item.kind === 'formula');
  const chosen = section?.candidates[section.chosen];
  if (!section || !chosen) return undefined;
  const { text, latex, complexity, r2, heldOutR2, modelR2 } = chosen;
  const front = section.front.flatMap(index => section.candidates[index] ?? []);
  return withoutNonFinite({
    text, latex, complexity, r2, ...(heldOutR2 !== undefined && { heldOutR2 }), ...(modelR2 !== undefined && { modelR2 }), verdict: section.verdict,
    front: front.map(each => ({ text: each.text, complexity: each.complexity, loss: each.loss, r2: each.r2 })),
    ...(section.parts && { parts: section.parts.items }), ...(section.rules && { rules: section.rules }),
  });
}

function reportPerformance(facts: Facts): Performance | undefined {
  const { measured } = facts;
  if (!measured) return undefined;
  const against = versusBaseline(facts);
  return { scheme: measured.scheme, rows: measured.rows, foldRows: measured.folds.map(fold => fold.test.length), metrics: measured.metrics, ...(against && { versusBaseline: against }) };
}

/** Attention weights beside the importance of the same features, by their own name. */
function withAttention(importance: readonly Importance[], attention: AttentionResult | undefined): Importance[] {
  if (!attention) return [...importance];
  const weights = attentionMap(attention);
  const known = new Set(importance.map(item => item.feature));
  const rest = attention.attention.filter(item => !known.has(item.feature)).map(item => ({ feature: item.feature }));
  return [...importance, ...rest].map(item => {
    const weight = weights.get(item.feature);
    return weight ? { ...item, attention: withoutNonFinite(weight) } : item;
  });
}
