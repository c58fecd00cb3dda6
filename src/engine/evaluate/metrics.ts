/** From the scores of the folds to the metrics of a report: mean, interval, baseline, training value and notes. */
import type { Note } from '../../protocol/profile';
import type { Task } from '../../protocol/recipe';
import type { Metric, MetricName } from '../../protocol/measures';
import type { Interval } from './intervals';
import { clipToRange, correctedResampledT, meanOf, wilson } from './intervals';
import type { Scores } from './scores';
import { judged, type Gain } from './versusBaseline';

/** Metrics in the order in which they are shown. */
const metricsOf: Readonly<Record<Task, readonly MetricName[]>> = {
  classification: ['accuracy', 'precision', 'recall', 'f1', 'auc', 'logLoss', 'brier', 'ece'],
  regression: ['rmse', 'mae', 'r2'],
};

export interface MetricInput {
  readonly task: Task;
  /** Names of the classes; two: the last is the positive one. */
  readonly classes: readonly string[];
  /** One entry a fold each. */
  readonly heldOut: readonly Scores[];
  readonly baseline: readonly Scores[];
  readonly train: readonly Scores[];
  /** Held-out rows of all folds. */
  readonly rows: number;
  /** Mean over folds of n_test / n_train. */
  readonly testToTrain: number;
  readonly level: number;
  /** Intervals from resampling rows, in the place of those over folds. */
  readonly rowIntervals?: ReadonlyMap<MetricName, Interval>;
  /** Of all held-out rows scored as one, in the place of means over folds. */
  readonly pooled?: ReadonlyMap<MetricName, PooledMetric>;
  readonly gains?: readonly Gain[];
}

export interface PooledMetric {
  readonly value: number;
  readonly baseline?: number;
  readonly train?: number;
  readonly interval?: Interval;
  readonly note: string;
}

/** Means over folds of the metrics that are defined; those defined nowhere are named in the notes. */
export function summariseMetrics(input: MetricInput): { metrics: Metric[]; notes: Note[] } {
  const metrics: Metric[] = [];
  const notes: Note[] = [];
  for (const name of metricsOf[input.task]) {
    const metric = oneMetric(name, input);
    if (metric) metrics.push(metric);
    else notes.push({ kind: 'evaluation', text: `${metricTitle(name)} is left out: ${reasons(name, input.heldOut)}.` });
  }
  return { metrics, notes };
}

function oneMetric(name: MetricName, input: MetricInput): Metric | undefined {
  const folds = defined(name, input.heldOut);
  const pooled = input.pooled?.get(name);
  if (!pooled && folds.length === 0) return undefined;
  const baseline = pooled?.baseline ?? meanOrNothing(defined(name, input.baseline));
  const train = pooled?.train ?? meanOrNothing(defined(name, input.train));
  const measured = pooled?.interval ?? (input.rowIntervals ? input.rowIntervals.get(name) : correctedResampledT(folds, input.testToTrain, input.level));
  const flat = measured !== undefined && !pooled?.interval && !(measured.high > measured.low);
  const interval = flat ? intervalWithoutSpread(name, folds, input) : measured;
  const note = [noteFor(name, input, pooled, folds.length), flat ? withoutSpread(interval, input.rowIntervals !== undefined) : ''].filter(part => part !== '').join(' ');
  const gain = input.gains?.find(item => item.name === name);
  return {
    name,
    value: pooled?.value ?? meanOf(folds),
    ...(interval ? clipToRange(name, interval, input.classes.length) : {}),
    ...(folds.length > 0 ? { folds } : {}),
    ...(baseline !== undefined ? { baseline } : {}),
    ...(train !== undefined ? { train } : {}),
    ...(gain ? { versusBaseline: judged(gain) } : {}),
    ...(note === '' ? {} : { note }),
  };
}

function meanOrNothing(values: readonly number[]): number | undefined {
  return values.length > 0 ? meanOf(values) : undefined;
}

/** Where all folds (or resamples) agree exactly they say nothing about the uncertainty; a share of rows still has Wilson's interval. */
function intervalWithoutSpread(name: MetricName, folds: readonly number[], { rows, level }: MetricInput): Interval | undefined {
  return name === 'accuracy' ? wilson(Math.round(meanOf(folds) * rows), rows, level) : undefined;
}

function withoutSpread(interval: Interval | undefined, byRows: boolean): string {
  const agree = `All ${byRows ? 'resamples' : 'folds'} agree, so`;
  return interval ? `${agree} the interval is Wilson's for the share of held-out rows.` : `${agree} they give no interval.`;
}

function defined(name: MetricName, scores: readonly Scores[]): number[] {
  return scores.map(s => s.values.get(name)).filter(v => v !== undefined);
}

function reasons(name: MetricName, scores: readonly Scores[]): string {
  const found = new Set(scores.map(s => s.undefinedBecause.get(name)).filter(r => r !== undefined));
  return [...found].join('; ') || 'it has no value';
}

function noteFor(name: MetricName, input: MetricInput, pooled: PooledMetric | undefined, definedFolds: number): string {
  if (pooled) return [definitionNote(name, input), pooled.note].filter(p => p !== '').join(' ');
  const parts = [definitionNote(name, input)];
  const missing = input.heldOut.length - definedFolds;
  if (missing > 0) {
    parts.push(`Undefined in ${missing} of ${input.heldOut.length} folds (${reasons(name, input.heldOut)}); the mean is over the other ${definedFolds}.`);
  }
  return parts.filter(p => p !== '').join(' ');
}

function definitionNote(name: MetricName, { classes }: MetricInput): string {
  const macro = classes.length > 2;
  switch (name) {
    case 'precision': case 'recall': case 'f1':
      return macro ? 'Macro average: mean over the classes.' : `Of the class "${classes[1]}".`;
    case 'auc': return macro ? 'Macro average: mean over the classes, each against the rest.' : '';
    case 'logLoss': return 'Probabilities below 1e-15 count as 1e-15.';
    case 'brier': return macro ? 'Sum over the classes of the squared error of the probability, 0 to 2.' : `Mean squared error of the probability of "${classes[1]}".`;
    case 'ece': return 'Over 15 equally wide bins of the predicted class\'s probability.';
    default: return '';
  }
}

/** Name of a metric for sentences. */
export function metricTitle(name: MetricName): string {
  return titles[name];
}

const titles: Readonly<Record<MetricName, string>> = {
  accuracy: 'Accuracy', precision: 'Precision', recall: 'Recall', f1: 'F1', auc: 'ROC AUC', logLoss: 'Log loss',
  brier: 'Brier score', ece: 'Expected calibration error', rmse: 'RMSE', mae: 'Mean absolute error', r2: 'R²',
};
