/** Confusion matrix, ROC, precision–recall and calibration of held-out rows. */
import type { CurveLine } from '../../protocol/chartSections';
import type { Metric, MetricName } from '../../protocol/measures';
import type { Section } from '../../protocol/report';
import type { ThresholdCurves } from '../evaluate/curves';
import { calibrationBins, confusionCounts, mostProbable, thresholdCurves } from '../evaluate/curves';
import { pick, pickCodes } from '../evaluate/scores';
import { classCounts } from '../evaluate/splits';
import { capitalised, countOf, formatCount, formatLevel, formatNumber, intervalWords, listWords } from './format';
import { drawnRows } from './heldOutSample';
import type { Facts } from './input';

/** Classes with a row in the confusion matrix, and with a line of their own, at most; the most frequent ones. */
const mostConfused = 20;
const mostLines = 8;

/** What the producers here share: held-out rows with a probability for every class. */
interface HeldOutClasses {
  readonly facts: Facts;
  readonly classes: readonly string[];
  /** Of all held-out rows. */
  readonly allActual: Int32Array;
  readonly allPredicted: Int32Array;
  /** Held-out rows × classes, row-major. */
  readonly probabilities: Float64Array;
  /** Places in the held-out rows that curves are drawn from; the next three are of these. */
  readonly drawn: Int32Array;
  readonly actual: Int32Array;
  readonly predicted: Int32Array;
  readonly confidence: Float64Array;
  /** Class codes, most frequent first. */
  readonly byFrequency: readonly number[];
  readonly method: string;
}

export function classificationSections(facts: Facts): Section[] {
  const { measured, target } = facts;
  const probabilities = measured?.heldOut.prediction.probabilities;
  if (!measured || !probabilities || target.task !== 'classification') return [];
  const classes = target.classes;
  const allActual = pickCodes(target.codes, measured.heldOut.rows);
  const all = mostProbable(probabilities, classes.length);
  if (!all.confidence.every(p => Number.isFinite(p))) return [];
  const counts = classCounts(allActual, classes.length);
  const byFrequency = classes.map((_, k) => k).sort((a, b) => counts[b] - counts[a] || a - b);
  const drawn = drawnRows(facts);
  const held: HeldOutClasses = {
    facts, classes, byFrequency, allActual, allPredicted: all.codes,
    drawn: drawn.places, probabilities, method: drawn.method,
    actual: pickCodes(allActual, drawn.places), predicted: pickCodes(all.codes, drawn.places), confidence: pick(all.confidence, drawn.places),
  };
  return [confusionSection(held), ...curveSections(held), calibrationSection(held)];
}

function confusionSection(held: HeldOutClasses): Section {
  const { classes, allActual: actual, allPredicted: predicted, byFrequency } = held;
  const kept = byFrequency.slice(0, mostConfused).sort((a, b) => a - b);
  const place = new Int32Array(classes.length).fill(kept.length);
  kept.forEach((k, i) => { place[k] = i; });
  const others = classes.length - kept.length;
  const shown = [...kept.map(k => classes[k]), ...(others > 0 ? [`(${others} other classes)`] : [])];
  const counts = confusionCounts(actual.map(k => place[k]), predicted.map(k => place[k]), shown.length);
  let right = 0;
  for (let i = 0; i < actual.length; i++) if (actual[i] === predicted[i]) right++;
  return {
    kind: 'confusion', id: 'confusion', panel: 'overview', title: 'Confusion matrix',
    summary: `Of ${countOf(actual.length, 'held-out row')} ${formatCount(right)} are given their class.${commonestMistake(shown, counts)}` +
      (others > 0 ? ` The ${others} least frequent classes are drawn together.` : ''),
    method: `${capitalised(held.facts.measured?.scheme ?? '')}, ${countOf(actual.length, 'held-out row')}, each predicted by a model that did not see it; the predicted class is the most probable one.`,
    classes: shown, counts,
  };
}

function commonestMistake(classes: readonly string[], counts: readonly (readonly number[])[]): string {
  let worst = { count: 0, actual: 0, predicted: 0 };
  counts.forEach((row, a) => row.forEach((count, p) => {
    if (a !== p && count > worst.count) worst = { count, actual: a, predicted: p };
  }));
  if (worst.count === 0) return '';
  return ` The commonest mistake: "${classes[worst.predicted]}" for "${classes[worst.actual]}", ${countOf(worst.count, 'row')}.`;
}

interface ClassCurves { readonly name: string; readonly curves: ThresholdCurves }

function curveSections(held: HeldOutClasses): Section[] {
  const { classes, actual } = held;
  const wanted = classes.length === 2 ? [1] : held.byFrequency.slice(0, mostLines).sort((a, b) => a - b);
  const found = wanted.flatMap((k): ClassCurves[] => {
    const curves = thresholdCurves(columnOf(held, k), indicator(actual, code => code === k));
    return curves ? [{ name: classes[k], curves }] : [];
  });
  if (found.length === 0) return [];
  const fewer = found.length < classes.length && classes.length > 2
    ? ` Drawn are the ${found.length} most frequent of ${classes.length} classes.`
    : '';
  return [rocSection(held, found, fewer), precisionRecallSection(held, found, fewer)];
}

function rocSection(held: HeldOutClasses, found: readonly ClassCurves[], fewer: string): Section {
  const { facts, classes } = held;
  const auc = metricOf(facts, 'auc');
  const against = classes.length > 2 ? ', mean over the classes each against the rest,' : '';
  const pooled = (facts.measured?.folds.length ?? 1) > 1 ? ' The area is the mean over the folds; the curve pools the rows of all folds.' : '';
  const lines: CurveLine[] = found.map(({ name, curves }) => ({ name, ...curves.roc }));
  return {
    kind: 'curve', id: 'roc', panel: 'overview', title: 'ROC curve', unitSquare: true,
    xTitle: 'False positive rate', yTitle: 'True positive rate',
    summary: `${auc ? `Area under the curve${against} ${formatNumber(auc.value, 3)}${intervalWords(auc, facts.level)}; 0.5 is chance, 1 is perfect.` : 'How many true positives are found for how many false ones.'}${pooled}${fewer}`,
    method: `${held.method}; every distinct predicted probability is a threshold.`,
    lines: [...lines, { name: 'chance', x: [0, 1], y: [0, 1], reference: true }],
  };
}

function precisionRecallSection(held: HeldOutClasses, found: readonly ClassCurves[], fewer: string): Section {
  const words = found.slice(0, 3).map(({ name, curves }) => {
    const share = curves.positives / (curves.positives + curves.negatives);
    return `${formatNumber(curves.averagePrecision, 3)} for "${name}" (by chance ${formatNumber(share, 3)})`;
  });
  const lines: CurveLine[] = found.map(({ name, curves }) => ({ name, ...curves.precisionRecall }));
  const [first] = found;
  const prevalence = first.curves.positives / (first.curves.positives + first.curves.negatives);
  return {
    kind: 'curve', id: 'precisionRecall', panel: 'overview', title: 'Precision and recall', unitSquare: true,
    xTitle: 'Recall', yTitle: 'Precision',
    summary: `Average precision is ${listWords(words)}; chance is the class's share of the rows.${fewer}`,
    method: `${held.method}; average precision is the area of the steps, without interpolation.`,
    lines: found.length === 1 ? [...lines, { name: 'chance', x: [0, 1], y: [prevalence, prevalence], reference: true }] : lines,
  };
}

function calibrationSection(held: HeldOutClasses): Section {
  const { facts, classes, actual } = held;
  const binary = classes.length === 2;
  const predicted = binary ? columnOf(held, 1) : held.confidence;
  const isEvent = indicator(actual, (code, i) => code === (binary ? 1 : held.predicted[i]));
  const bins = calibrationBins(predicted, isEvent, facts.level);
  const within = bins.filter(b => b.predicted >= b.observedLow && b.predicted <= b.observedHigh).length;
  const ece = metricOf(facts, 'ece');
  const gap = bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.observed - bin.predicted), 0) / Math.max(1, predicted.length);
  const off = ` As drawn, predicted probability and observed share differ by ${formatNumber(100 * gap, 2)} percentage points on average.${ece ? ` The expected calibration error, by 15 bins of the predicted class's probability, is ${formatNumber(ece.value, 3)}${intervalWords(ece, facts.level)}.` : ''}`;
  return {
    kind: 'calibration', id: 'calibration', panel: 'overview', title: 'Calibration',
    summary: `In ${within} of ${bins.length} bins the mean predicted probability lies within the ${formatLevel(facts.level)} interval of the observed share.${off}`,
    method: `${held.method}; 10 equally wide bins, Wilson intervals of the observed share.`,
    assumptions: ['The intervals take the rows of a bin as independent and leave out the uncertainty of the model itself.'],
    className: binary ? classes[1] : 'the predicted class',
    bins,
  };
}

/** Probability of class k of the drawn rows. */
function columnOf({ probabilities, classes, drawn }: HeldOutClasses, k: number): Float64Array {
  const column = new Float64Array(drawn.length);
  for (let i = 0; i < drawn.length; i++) column[i] = probabilities[drawn[i] * classes.length + k];
  return column;
}

function indicator(codes: Int32Array, test: (code: number, i: number) => boolean): Uint8Array {
  const result = new Uint8Array(codes.length);
  for (let i = 0; i < codes.length; i++) result[i] = test(codes[i], i) ? 1 : 0;
  return result;
}

function metricOf(facts: Facts, name: MetricName): Metric | undefined {
  return facts.measured?.metrics.find(m => m.name === name);
}
