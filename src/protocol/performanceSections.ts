/** Sections that show how good a model is: metrics, confusion, calibration, scores, and where it stands among others. */
import type { MetricName } from './measures';
import type { SectionBase } from './sectionBase';

/** Draws report.performance. */
export interface MetricsSection extends SectionBase { readonly kind: 'metrics'; readonly baselineTitle: string }

/** A few labelled numbers, such as R², F, AIC, degrees of freedom. */
export interface FitSection extends SectionBase {
  readonly kind: 'fit';
  readonly values: readonly { readonly label: string; readonly value: number | string; readonly hint?: string }[];
}

export interface ConfusionSection extends SectionBase {
  readonly kind: 'confusion';
  readonly classes: readonly string[];
  /** counts[actual][predicted], held-out rows. */
  readonly counts: readonly (readonly number[])[];
}

export interface CalibrationSection extends SectionBase {
  readonly kind: 'calibration';
  readonly className: string;
  readonly bins: readonly {
    readonly low: number; readonly high: number; readonly count: number;
    readonly predicted: number; readonly observed: number;
    readonly observedLow: number; readonly observedHigh: number;
  }[];
}

/** Draws report.scores as a radar (those with `share`) and a table. */
export interface ScoresSection extends SectionBase { readonly kind: 'scores'; readonly level: number }

/** Points with names, intervals and a front: accuracy against interpretability. The panel adds its peers. */
export interface ScatterSection extends SectionBase {
  readonly kind: 'scatter';
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xBetter: 'higher' | 'lower';
  readonly yBetter: 'higher' | 'lower';
  /** Metric and score that peers are placed by. */
  readonly metric: MetricName;
  readonly score: string;
  readonly points: readonly { readonly name: string; readonly x: number; readonly xLow?: number; readonly xHigh?: number; readonly y: number; readonly yLow?: number; readonly yHigh?: number; readonly own?: boolean }[];
}
