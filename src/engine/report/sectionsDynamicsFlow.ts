/** Sections of the gradient flow of a linear model: loss and weights along it, its modes, and predictions beside measurements. */
import type { CurveLine } from '../../protocol/chartSections';
import type { Section } from '../../protocol/report';
import type { FlowComparison } from '../experiments/dynamics/gradientFlow';
import type { LinearFlowResult } from '../experiments/dynamics/linearFlow';
import type { ModeName } from '../experiments/dynamics/quadratic';
import type { DynamicsStudy } from '../experiments/dynamics/study';
import { cell, differenceWords, levelLine, lineOf } from './dynamicsLines';
import { countOf, formatNumber, formatPercent } from './format';

const panel = 'dynamics' as const;
const timeTitle = 'Time t = learning rate × step';
const shownDescents = 3;

export function flowSections(flow: LinearFlowResult, of: string): Section[] {
  return [lossSection(flow, of), weightsSection(flow, of), modesSection(flow, of)];
}

function methodOf({ rows, modes, ridge }: LinearFlowResult): string {
  return `Half the mean squared error over ${countOf(rows, 'row')}, ${countOf(modes.length, 'weight')}${ridge > 0 ? `, ridge ${formatNumber(ridge, 3)}` : ''}`;
}

function lossSection(flow: LinearFlowResult, of: string): Section {
  const { curve, closedForm, descent } = flow;
  const flowLine = lineOf('Gradient flow', curve.times, curve.loss, { log: true });
  const fallen = curve.loss[0]! - curve.loss[curve.loss.length - 1]!;
  const all = curve.loss[0]! - curve.minimumLoss;
  return {
    kind: 'curve', id: 'flowLoss', panel, title: `Loss along the gradient flow${of}`,
    summary: `By t = ${formatNumber(closedForm.reached, 3)} training has made ${all > 0 ? formatPercent(fallen / all) : 'all'} of the possible fall of the loss. Gradient descent goes the same way in steps (Euler's method); the smaller the learning rate, the nearer it stays.`,
    method: `${methodOf(flow)}. dw/dt = −∇L(w) by Runge–Kutta 4(5) (Dormand and Prince 1980) in ${countOf(closedForm.steps, 'step')}; gradient descent is Euler's method on it`,
    assumptions: ['Training starts from weights of 0.'],
    xTitle: timeTitle, yTitle: 'Loss', xScale: 'log',
    lines: [flowLine, ...descentLines(descent), ...levelLine('The minimum', [flowLine], curve.minimumLoss)],
  };
}

/** Gradient descent with the largest learning rates, those that diverged at once left out. */
export function descentLines({ times, descents }: FlowComparison): CurveLine[] {
  return descents.slice(0, shownDescents).map(({ learningRate, loss }) => lineOf(`Gradient descent, learning rate ${formatNumber(learningRate, 3)}`, times, loss, { log: true }))
    .filter(line => line.x.length > 1);
}

function weightsSection(flow: LinearFlowResult, of: string): Section {
  const { weights, times } = flow.curve;
  const first = weights[0];
  return {
    kind: 'curve', id: 'flowWeights', panel, title: `Weights along the gradient flow${of}`,
    summary: `${weights.length > 1 ? 'Weights do not settle together: those along steep directions of the loss first, those of features that say much the same last. ' : ''}${first ? `The ${weights.length > 1 ? 'largest weight' : 'weight'} at the minimum is that of ${first.name}, ${formatNumber(first.limit, 3)}.` : ''}`,
    method: `${methodOf(flow)}; standardised weights${weights.length < flow.modes.length ? `, the ${countOf(weights.length, 'largest', 'largest')} at the minimum` : ''}`, xTitle: timeTitle, yTitle: 'Weight', xScale: 'log',
    lines: weights.map(({ name, values }) => lineOf(name, times, values, { log: true })),
  };
}

export function featureWords({ features }: ModeName): string {
  return features.map(({ feature, share }) => `${feature} ${formatPercent(Number(share.toFixed(2)))}`).join(', ');
}

function modesSection(flow: LinearFlowResult, of: string): Section {
  const { modes } = flow;
  const steepest = modes[0]!.eigenvalue;
  const most = modes.reduce((a, b) => (b.lossShare > a.lossShare ? b : a), modes[0]!);
  const last = modes.filter(mode => mode.timeConstant !== null).at(-1);
  return {
    kind: 'table', id: 'modes', panel, title: `Modes of the loss${of}`,
    summary: `Each mode is a direction of the weights that is learned by itself. ${most.timeConstant === null ? 'Training gains nothing along any' : `${formatPercent(most.lossShare)} of what training can gain is along ${most.name}, with the time constant ${timeWords(most.timeConstant)}`}${last && last !== most ? `; the slowest mode, along ${last.name}, has ${timeWords(last.timeConstant!)} and holds ${formatPercent(last.lossShare)}` : ''}.`,
    method: `${methodOf(flow)}. Eigenvectors of the Hessian ZᵀZ/n; the distance along a mode falls as e^(−λt)`,
    assumptions: ['Shares of features are squares of the weights in the direction: two modes of the same features differ in signs, such as their sum and their difference.', 'Time constant: in which the distance from the minimum falls by the factor e, to 37 %. Steps: for the same by gradient descent with the learning rate 1/λmax, half the largest stable one; the first mode is then there after one step.'],
    header: [
      { title: 'Mode', numeric: true }, { title: 'Features', wrap: true }, { title: 'Eigenvalue λ', numeric: true }, { title: 'Time constant 1/λ', numeric: true },
      { title: 'Share of the loss' }, { title: 'Steps at 1/λmax', numeric: true },
    ],
    rows: modes.map((mode, k) => [
      k + 1, featureWords(mode), cell(mode.eigenvalue), mode.timeConstant === null ? 'does not move' : cell(mode.timeConstant), formatPercent(mode.lossShare),
      mode.timeConstant === null ? '–' : stepsAt(mode.eigenvalue / steepest),
    ]),
  };
}

/** Of times near 1 all digits but a few are rounding. */
function timeWords(time: number): string {
  return formatNumber(Number(time.toPrecision(6)), 3);
}

/** Steps that leave 1/e where each leaves 1 − `share`. */
function stepsAt(share: number): number {
  return share >= 1 ? 1 : Math.max(1, Math.round(-1 / Math.log1p(-share)));
}

type Check = readonly [name: string, predicted: string | number, measured: string | number, difference: string];

/** What the theory says beside what running it gave. */
export function checksSection({ linear, momentum, sgd }: DynamicsStudy, of: string): Section {
  const flow = linear!;
  const five = (value: number): number => Number(value.toPrecision(5));
  const rows: Check[] = [
    ...(flow.onset ? [['Learning rate at which gradient descent diverges, 2/λmax', five(flow.stabilityBound), five(flow.onset.learningRate), differenceWords(flow.onset.learningRate, flow.stabilityBound)] as const] : []),
    ...(momentum?.onset ? [[`The same with momentum ${formatNumber(momentum.momentum, 3)}, 2(1 + β)/λmax`, five(momentum.stabilityBound), five(momentum.onset.learningRate), differenceWords(momentum.onset.learningRate, momentum.stabilityBound)] as const] : []),
    ['Largest difference of a weight of the flow from w* + e^(−Ht)(w₀ − w*)', 0, cell(flow.closedForm.largestDifference), ''],
    ...(flow.descent.order === null ? [] : [["Power of the learning rate by which gradient descent leaves the flow (Euler's method)", 1, cell(flow.descent.order), differenceWords(flow.descent.order, 1)] as const]),
    ...(flow.rungeKuttaOrder === null ? [] : [['Power of the step by which the Runge–Kutta method of order 5 leaves the exact solution', 5, cell(flow.rungeKuttaOrder), differenceWords(flow.rungeKuttaOrder, 5)] as const]),
    ...(sgd && sgd.excessLoss.measured !== null ? [excessCheck(sgd.excessLoss)] : []),
  ];
  const off = flow.onset && differenceWords(flow.onset.learningRate, flow.stabilityBound);
  return {
    kind: 'table', id: 'checks', panel, title: `Predicted and measured${of}`,
    summary: flow.onset
      ? `Gradient descent was run with ${countOf(flow.onset.runs, 'learning rate')}: it begins to diverge at ${formatNumber(flow.onset.learningRate, 5)}, where the theory says ${formatNumber(flow.stabilityBound, 5)}${off === 'none' ? '' : `, ${off!.replace(/ (above|below)$/, '')} ${off!.endsWith('above') ? 'lower' : 'higher'}`}.`
      : `Gradient descent is stable below the learning rate 2/λmax = ${formatNumber(flow.stabilityBound)}; running it showed no divergence.`,
    method: `${methodOf(flow)}. Divergence is found by running gradient descent from random weights and halving the interval of learning rates down to 0.1 %, not from eigenvalues`,
    assumptions: ['Powers are those of three step sizes; they come to 1 and 5 only as the steps become small.'],
    header: [{ title: 'Quantity', wrap: true }, { title: 'Predicted', numeric: true }, { title: 'Measured', numeric: true }, { title: 'Difference' }],
    rows: rows.map(row => [...row]),
  };
}

function excessCheck({ predicted, exact, measured, standardError }: NonNullable<DynamicsStudy['sgd']>['excessLoss']): Check {
  const said = exact ?? predicted;
  const errors = formatNumber(Math.abs(measured! - said) / standardError!, 2);
  return ['Loss above the minimum that the noise of SGD costs', cell(said), cell(measured), `${differenceWords(measured!, said)}, ${errors} standard errors`];
}
