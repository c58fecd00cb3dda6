/** Sections of the training of a network: loss, sharpness against its bound, the path of the weights, the loss around its end, the flow beside it. */
import type { CurveLine } from '../../protocol/chartSections';
import type { Section } from '../../protocol/report';
import type { FlowComparison } from '../experiments/dynamics/gradientFlow';
import type { LossSurface } from '../experiments/dynamics/lossSurface';
import type { NetworkDynamicsResult } from '../experiments/dynamics/networkDynamics';
import { cell, four, levelLine, lineOf, powers } from './dynamicsLines';
import { countOf, formatNumber, formatPercent, listWords } from './format';
import { descentLines } from './sectionsDynamicsFlow';

const panel = 'dynamics' as const;
/** Of a comparison over fewer times there is nothing to draw: training diverged at once. */
const fewestTimes = 5;

export function networkSections(result: NetworkDynamicsResult, of: string): Section[] {
  return [
    lossSection(result, of), ...(result.sharpness.values.length > 0 ? [sharpnessSection(result, of)] : []), ...pathSection(result, of), ...surfaceSection(result, of),
    ...(result.flow && result.flow.times.length >= fewestTimes ? [flowSection(result, result.flow, of)] : []), ...(result.flow ? [eulerSection(result, result.flow, of)] : []),
  ];
}

function methodOf({ rows, parameters, hidden, activation, learningRate, momentum }: NetworkDynamicsResult): string {
  const shape = hidden.length === 0 ? 'No hidden layer' : `${countOf(hidden.length, 'hidden layer')} of ${listWords(hidden.map(String))} ${activation} units`;
  return `${shape}, ${countOf(parameters, 'parameter')}; gradient descent on all of ${countOf(rows, 'row')} at each step, learning rate η = ${formatNumber(learningRate, 3)}${momentum > 0 ? `, momentum β = ${momentum}` : ''}`;
}

function endWords({ ended, steps, plannedSteps }: NetworkDynamicsResult): string {
  if (ended === 'diverged') return ' Training diverged: the curve ends there.';
  if (ended === 'still') return ' No gradient reaches the weights.';
  return ended === 'stopped' ? ` It was followed for ${formatNumber(steps)} of ${countOf(plannedSteps, 'step')}, as it was asked to finish.` : '';
}

function lossSection(result: NetworkDynamicsResult, of: string): Section {
  const { loss: { steps, values }, rising, ended } = result;
  const [first, last] = [values[0] ?? NaN, values[values.length - 1] ?? NaN];
  // A range of thousands on a plain axis shows its largest value only.
  const log = Math.min(...values) > 0 && Math.max(...values) > 1000 * Math.min(...values);
  return {
    kind: 'curve', id: 'networkLoss', panel, title: `Loss along the training${of}`,
    summary: `The loss goes from ${formatNumber(first, 3)} to ${formatNumber(last, 3)}${ended === 'still' ? ', without a change' : rising > 0 ? `; ${formatPercent(rising)} of the recorded losses are above the one before` : ' and falls from each recorded step to the next'}.${endWords(result)}`,
    method: methodOf(result), xTitle: 'Step', yTitle: log ? 'log₁₀ of the loss' : 'Loss',
    lines: [lineOf('Loss', steps, log ? powers(values) : values)],
  };
}

function sharpnessSection(result: NetworkDynamicsResult, of: string): Section {
  const { sharpness: { steps, values }, stabilityBound, edge, momentum } = result;
  const bound = momentum > 0 ? '2(1 + β)/η' : '2/η';
  const line = lineOf('Sharpness', steps, values);
  const level = formatNumber(stabilityBound, 3);
  return {
    kind: 'curve', id: 'sharpness', panel, title: `Sharpness along the training${of}`,
    summary: edge
      ? `Training is at the edge of stability: from step ${formatNumber(edge.step)} on the sharpness stays about ${bound} = ${level}, at ${formatPercent(edge.level)} of it (median). Above it steps of this size overshoot, which keeps the loss from becoming sharper.`
      : `The sharpness is ${formatNumber(values[0]!, 3)} at the start and ${formatNumber(values[values.length - 1]!, 3)} at the end; above ${bound} = ${level} steps of this size would be unstable on a loss that is a quadratic.`,
    method: `${methodOf(result)}. Sharpness is the largest eigenvalue of the Hessian of the training loss, by Lanczos on exact Hessian–vector products (Pearlmutter 1994); the bound after Cohen and others (2021)`,
    assumptions: ['Between measurements nothing is known: the sharpness can swing from step to step.', ...residualWords(result)],
    xTitle: 'Step', yTitle: 'Sharpness', lines: [line, ...levelLine(bound, [line], stabilityBound)],
  };
}

/** Lanczos ends after so many products; what it then leaves bounds the error. */
function residualWords({ sharpness: { values, residuals } }: NetworkDynamicsResult): string[] {
  const worst = Math.max(...residuals.map((residual, i) => residual / Math.abs(values[i]!)).filter(Number.isFinite));
  return worst > 0.01 ? [`The residual of an eigenvalue is up to ${formatPercent(worst)} of it: so far off it can be.`] : [];
}

function pathSection(result: NetworkDynamicsResult, of: string): Section[] {
  const { coordinates, shares } = result.path;
  if (shares.length < 2 || coordinates.length < 2) return [];
  const [x, y] = [coordinates.map(point => point[0]!), coordinates.map(point => point[1]!)];
  const point = (name: string, i: number): CurveLine => lineOf(name, [x[i]!], [y[i]!]);
  return [{
    kind: 'curve', id: 'path', panel, title: `Path of the weights${of}`,
    summary: `Of the way that the weights take, ${formatPercent(shares[0]!)} of the variance lies along one direction and ${formatPercent(shares[1]!)} along a second, so that this picture in two of ${formatNumber(result.parameters)} dimensions shows ${formatPercent(Math.min(1, shares[0]! + shares[1]!))} of it.`,
    method: `${methodOf(result)}. Principal axes of the weights at ${countOf(x.length, 'step')} (Li and others 2018), seen from the end`,
    assumptions: ['Paths of random walks in many dimensions have such shares too: a smooth arc is no proof that the loss is simple.'],
    xTitle: `First axis (${formatPercent(shares[0]!)} of the variance)`, yTitle: `Second axis (${formatPercent(shares[1]!)})`,
    lines: [lineOf('Path', x, y), point('Start', 0), point('End', x.length - 1)],
  }];
}

function surfaceSection(result: NetworkDynamicsResult, of: string): Section[] {
  const { principalSurface, randomSurface, path, loss } = result;
  const start = path.coordinates[0];
  const matrices = [
    ...(principalSurface ? [{ ...matrixOf('Along the path', ['First axis of the path', 'Second axis of the path'], principalSurface, start), path: pathOn(principalSurface, path.coordinates) }] : []),
    ...(randomSurface ? [matrixOf('Along two random directions', ['First direction, 1 = as long as the weights', 'Second direction'], randomSurface)] : []),
  ];
  if (matrices.length === 0) return [];
  const end = loss.values[loss.values.length - 1]!;
  const around = (randomSurface ?? principalSurface)!.loss.filter((value): value is number => value !== null);
  const lower = around.filter(value => value < end).length / around.length;
  return [{
    kind: 'heatmap', id: 'surface', panel, title: `Loss around the end of the training${of}`,
    summary: `Fainter is a lower loss${principalSurface ? '; dots are the weights along the path' : ''}. Training ended where row and column are marked (end), with a loss of ${formatNumber(end, 3)}; ${lower > 0 ? formatPercent(lower) : 'none'} of the cells ${randomSurface ? 'along two random directions' : 'on the axes of the path'} ${lower > 0 ? 'have' : 'has'} a lower one.`,
    method: `${methodOf(result)}. Loss on a grid through the end of the training; random directions with the length of each unit's weights (Li and others 2018)`,
    assumptions: ['Two directions of many: a valley here may be a slope elsewhere.', 'Marked are the row and the column nearest to the end, and to the start, of the training.'], matrices,
  }];
}

function matrixOf(name: string, [xTitle, yTitle]: readonly [string, string], { x, y, loss }: LossSurface, start?: readonly number[]) {
  const values = y.map((_, r) => x.map((__, c) => loss[r * x.length + c] ?? null));
  const finite = loss.filter((value): value is number => value !== null && value > 0);
  // From 1 to 100 in plain numbers the low part would have one colour.
  const log = finite.length === loss.filter(value => value !== null).length && finite.length > 0 && Math.max(...finite) > 20 * Math.min(...finite);
  const shown = values.map(row => row.map(value => (value === null ? null : four(log ? Math.log10(value) : value))));
  // Rows of a picture go down, an axis goes up.
  const rows = names(y, start?.[1]).reverse();
  return {
    name: `${name}: ${log ? 'log₁₀ of the loss' : 'loss'}`, xTitle, yTitle, rows, columns: names(x, start?.[0]), values: shown.map(row => row.map(value => value ?? 0)).reverse(),
    absent: shown.map(row => row.flatMap((value, k) => (value === null ? [k] : []))).reverse(), diverging: false, fromLowest: true,
  };
}

/** The path in units of cells: columns from the left, rows from the top. */
function pathOn({ x, y }: LossSurface, coordinates: readonly (readonly number[])[]) {
  const at = (places: readonly number[], value: number): number => four((value - places[0]!) / (places[1]! - places[0]!));
  return { columns: coordinates.map(point => at(x, point[0]!)), rows: coordinates.map(point => four(y.length - 1 - at(y, point[1]!))) };
}

/** Places on an axis; the one nearest to the end of training, at 0, and that nearest to its start say so. */
function names(places: readonly number[], start?: number): string[] {
  const nearest = (to: number): number => places.reduce((best, place, i) => (Math.abs(place - to) < Math.abs(places[best]! - to) ? i : best), 0);
  const [end, begin] = [nearest(0), start === undefined ? -1 : nearest(start)];
  const step = Math.abs(places[1]! - places[0]!);
  return places.map((place, i) => `${formatNumber(Math.abs(place) < 1e-9 * step ? 0 : place, 2)}${i === end ? ' (end)' : i === begin ? ' (start)' : ''}`);
}

function flowSection(result: NetworkDynamicsResult, flow: FlowComparison, of: string): Section {
  const line = lineOf('Gradient flow', flow.times, flow.flowLoss, { log: true });
  return {
    kind: 'curve', id: 'networkFlow', panel, title: `Gradient descent beside the gradient flow${of}`,
    summary: flow.findings[0] ?? 'Gradient descent and the gradient flow were followed from the same start.',
    method: `${methodOf(result)}. dw/dt = −∇L(w) by Runge–Kutta 4(5) (Dormand and Prince 1980), ${countOf(flow.flowEvaluations, 'gradient')}, over the first part of the training`,
    xTitle: 'Time t = learning rate × step', yTitle: 'Loss', xScale: 'log', lines: [line, ...descentLines(flow)],
  };
}

function eulerSection(result: NetworkDynamicsResult, { descents, order }: FlowComparison, of: string): Section {
  return {
    kind: 'table', id: 'networkEuler', panel, title: `How far gradient descent strays from the flow${of}`,
    summary: order === null ? 'Too few learning rates stayed near the flow to tell how the distance falls.' : `Half the learning rate leaves about ${formatNumber(0.5 ** order, 2)} of the distance; with small steps of Euler's method, which gradient descent is, it is 0.5.`,
    method: `${methodOf(result)}. The largest distance of all weights together at the same time t`,
    header: [{ title: 'Learning rate', numeric: true }, { title: 'Steps', numeric: true }, { title: 'Largest distance', numeric: true }, { title: 'Ended' }],
    rows: descents.map(item => [cell(item.learningRate), item.steps, cell(item.largestDistance), item.ended === 'diverged' ? 'diverged' : 'at the same time']),
  };
}
