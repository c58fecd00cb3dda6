/** Predicted against actual values and the residuals of held-out rows. */
import type { Section } from '../../protocol/report';
import { pick, pickCodes } from '../evaluate/scores';
import { density, histogram, normalQuantiles } from '../evaluate/density';
import { quantileOfSorted } from '../evaluate/order';
import { countOf, formatNumber, formatPercent, intervalWords } from './format';
import { drawnRows } from './heldOutSample';
import type { Facts } from './input';

interface HeldOutValues {
  readonly facts: Facts;
  readonly name: string;
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  /** Actual minus predicted. */
  readonly residual: Float64Array;
  /** The residuals in ascending order. */
  readonly sorted: Float64Array;
  readonly method: string;
}

export function regressionSections(facts: Facts): Section[] {
  const { measured, target } = facts;
  const mean = measured?.heldOut.prediction.mean;
  if (!measured || !mean || target.task !== 'regression') return [];
  const drawn = drawnRows(facts);
  const usable = drawn.places.filter(i => Number.isFinite(target.values[measured.heldOut.rows[i]] - mean[i]));
  if (usable.length < 2) return [];
  const actual = pick(target.values, pickCodes(measured.heldOut.rows, usable));
  const predicted = pick(mean, usable);
  const residual = actual.map((y, i) => y - predicted[i]);
  const held: HeldOutValues = {
    facts, name: target.name, actual, predicted, residual, sorted: residual.slice().sort(), method: drawn.method,
  };
  return [predictedSection(held), residualSection(held), residualHistogram(held), ...quantileSection(held)];
}

function predictedSection(held: HeldOutValues): Section {
  const { facts, name } = held;
  const picture = density(held.actual, held.predicted, true);
  const r2 = facts.measured?.metrics.find(m => m.name === 'r2');
  const explained = r2 ? `R² ${formatNumber(r2.value, 3)}${intervalWords(r2, facts.level)}` : 'R² could not be measured';
  return {
    kind: 'density', id: 'predictedActual', panel: 'overview', title: 'Predicted against actual',
    xTitle: `Actual ${name}`, yTitle: `Predicted ${name}`, reference: 'identity',
    summary: `On held-out rows ${explained}: 1 would put every row on the line, 0 is no better than the mean.${beyondWords(picture.beyond)}`,
    method: `${held.method}; counts of rows in cells, never single rows.`,
    xEdges: picture.xEdges, yEdges: picture.yEdges, cells: picture.cells,
  };
}

function residualSection(held: HeldOutValues): Section {
  const picture = density(held.predicted, held.residual, false);
  return {
    kind: 'density', id: 'residualPredicted', panel: 'overview', title: 'Residuals against predictions',
    xTitle: `Predicted ${held.name}`, yTitle: 'Residual (actual − predicted)', reference: 'zero',
    summary: `${spreadWords(held)} A bend means a shape that the model misses, a fan means errors that grow with the prediction.${beyondWords(picture.beyond)}`,
    method: `${held.method}; counts of rows in cells.`,
    xEdges: picture.xEdges, yEdges: picture.yEdges, cells: picture.cells,
  };
}

/** Mean absolute residual in the lower, middle and upper third of the predictions. */
function spreadWords({ predicted, residual, name }: HeldOutValues): string {
  const sorted = predicted.slice().sort();
  const cuts = [quantileOfSorted(sorted, 1 / 3), quantileOfSorted(sorted, 2 / 3)];
  if (!(cuts[0] < cuts[1])) return `Residuals in units of ${name}.`;
  const sums = [0, 0, 0];
  const counts = [0, 0, 0];
  residual.forEach((r, i) => {
    const third = predicted[i] <= cuts[0] ? 0 : predicted[i] <= cuts[1] ? 1 : 2;
    sums[third] += Math.abs(r);
    counts[third]++;
  });
  if (counts.some(count => count === 0) || sums.some(s => !Number.isFinite(s))) return `Residuals in units of ${name}.`;
  const [low, , high] = sums.map((s, i) => formatNumber(s / counts[i], 3));
  return `The mean absolute residual is ${low} in the lowest third of the predictions and ${high} in the highest.`;
}

function residualHistogram(held: HeldOutValues): Section {
  const { bins, beyond } = histogram(held.residual);
  const [low, middle, high] = [0.05, 0.5, 0.95].map(p => formatNumber(quantileOfSorted(held.sorted, p), 3));
  return {
    kind: 'histogram', id: 'residualHistogram', panel: 'overview', title: 'Residuals',
    xTitle: 'Residual (actual − predicted)',
    summary: `Half of the residuals lie below ${middle}, and the middle 90 % between ${low} and ${high}, in units of ${held.name}.${beyondWords(beyond)}`,
    method: `${held.method}; equally wide bins.`,
    bins,
  };
}

function quantileSection(held: HeldOutValues): Section[] {
  const plot = normalQuantiles(held.residual, held.sorted);
  if (!plot) return [];
  const n = held.residual.length;
  const mean = held.residual.reduce((a, b) => a + b / n, 0);
  const deviation = Math.sqrt(held.residual.reduce((a, b) => a + (b - mean) ** 2 / n, 0));
  const outside = held.residual.filter(r => Math.abs(r - mean) > 3 * deviation).length;
  const far = Number.isFinite(deviation) && deviation > 0
    ? ` ${formatPercent(outside / n)} of the residuals are more than 3 standard deviations from their mean; a normal distribution has 0.27 %.`
    : '';
  return [{
    kind: 'curve', id: 'residualQuantiles', panel: 'overview', title: 'Residuals against a normal distribution',
    xTitle: 'Standard normal quantile', yTitle: 'Residual quantile',
    summary: `Points on the line mean normally distributed residuals, which t intervals and prediction intervals of small samples assume.${far}${beyondWords(plot.beyond)}`,
    method: `${held.method}; at most 200 quantiles at (i − ½)/n, the line through the quartiles.`,
    lines: [
      { name: 'residuals', ...plot.points },
      { name: 'normal distribution', ...plot.line, reference: true },
    ],
  }];
}

/** What a picture leaves out, in words. */
function beyondWords(rows: number): string {
  return rows === 0 ? '' : ` ${countOf(rows, 'row lies', 'rows lie')} far outside (over 6 interquartile ranges from the quartiles) and ${rows === 1 ? 'is' : 'are'} not drawn.`;
}
