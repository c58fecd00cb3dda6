/**
 * The Report: versioned JSON, the only thing that any view renders.
 * The upper-level fields are a promise to other programs (see docs/interface.md); a field that a model has no
 * answer for is absent, never null or zero. `sections` holds what the panels draw: one explained thing each.
 */
import type { ColumnsSection, CurveSection, DensitiesSection, DensitySection, EstimatesSection, HeatmapSection, HistogramSection, TableSection } from './chartSections';
import type { ChecksSection, ReportChecks } from './checks';
import type { Comparison, ComparisonSection } from './comparison';
import type { Effect, Importance, PairShape, Weight } from './effects';
import type { ReportExperiment } from './experiments';
import type { FormulaBeside, FormulaBesideSection, FormulaSection, ReportFormula } from './formula';
import type { IntervalSummary, Performance, Score } from './measures';
import type { ContributionsSection, EffectsSection, ForestSection, ImportanceSection, PathSection, WeightsSection } from './modelSections';
import type { ActivationsSection, NetworkSection } from './networkSections';
import type { CalibrationSection, ConfusionSection, FitSection, MetricsSection, ScatterSection, ScoresSection } from './performanceSections';
import type { Note } from './profile';
import { hasTarget, type AnyRecipe, type ExperimentRecipe, type Recipe, type TargetlessRecipe, type Task } from './recipe';
import type { ReportDecisions } from './decisions';
import type { ReportData } from './reportData';
import type { ReportClusters, ReportComponents } from './unlabelled';
import type { MapSection } from './mapSection';
import type { PolicyGridSection } from './policySections';
import type { ShapesSection, TermsSection } from './shapeSections';

export const reportFormat = 'unveil-report';

export const reportVersion = 1;

/** By default that of a model of a target. */
export interface Report<R extends AnyRecipe = Recipe> {
  readonly format: typeof reportFormat;
  readonly version: typeof reportVersion;
  readonly recipe: R;
  readonly data: ReportData;
  readonly model: ReportModel<R['task']>;
  readonly performance?: Performance;
  readonly weights?: readonly Weight[];
  readonly importance?: readonly Importance[];
  readonly effects?: readonly (Effect | PairShape)[];
  readonly intervals?: IntervalSummary;
  readonly scores?: readonly Score[];
  /** Families that were compared on the same folds; this report's model is the one that was recommended, or one of the others. */
  readonly comparison?: Comparison;
  /** What may be wrong with the data, and how it is mended. */
  readonly checks?: ReportChecks;
  /** The formula that was recovered or fitted, and the best one of each length. */
  readonly formula?: ReportFormula;
  /** What the formula and a freer model make of each feature. */
  readonly formulaBeside?: FormulaBeside;
  /** Groups of rows (task 'clustering'). */
  readonly clusters?: ReportClusters;
  /** Directions in which the rows vary (task 'components'). */
  readonly components?: ReportComponents;
  /** What a log of decisions teaches (task 'decisions'). */
  readonly decisions?: ReportDecisions;
  /** What an experiment found (task 'experiment'). */
  readonly experiment?: ReportExperiment;
  readonly timings: Readonly<Record<string, number>>;
  readonly notes: readonly Note[];
  readonly sections: readonly Section[];
}

export type TargetlessReport = Report<TargetlessRecipe>;
export type ExperimentReport = Report<ExperimentRecipe>;
export type AnyReport = Report | TargetlessReport | ExperimentReport;

export const reportsTarget = (report: AnyReport): report is Report => hasTarget(report.recipe);

export interface ReportModel<T extends AnyRecipe['task'] = Task> {
  readonly family: string;
  readonly title: string;
  readonly task: T;
  readonly classes?: readonly string[];
  /** Of a model without a target: what was found in few words, such as "3 clusters". */
  readonly headline?: string;
  /** Terms that are exact linear combinations of earlier ones and therefore have no weight of their own. */
  readonly aliased?: readonly { readonly term: string; readonly reason: string }[];
}

export type Section =
  | MetricsSection | FitSection | ConfusionSection | CurveSection | CalibrationSection | DensitySection | HistogramSection
  | WeightsSection | ForestSection | PathSection | ImportanceSection | EffectsSection | ColumnsSection | TableSection
  | DensitiesSection | HeatmapSection | NetworkSection | ActivationsSection | ContributionsSection | ScoresSection | ScatterSection
  | ShapesSection | TermsSection | ComparisonSection | FormulaSection | FormulaBesideSection | EstimatesSection | MapSection | PolicyGridSection | ChecksSection;
