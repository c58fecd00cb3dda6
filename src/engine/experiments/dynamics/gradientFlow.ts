/** Gradient flow dw/dt = −∇L(w), and gradient descent as its Euler discretisation on the same axis t = learning rate · step. */
import type { WorkContext } from '../../context';
import { integrate, type OdeOptions, type OdeStop } from '../../math/ode';
import { short } from '../../models/neural/words';

/** A loss of a flat vector of weights. */
export interface DifferentiableLoss {
  readonly size: number;
  /** Writes ∇L(w) into `out` and returns L(w). */
  gradient(w: Float64Array, out: Float64Array): number;
}

export interface FlowPath {
  /** Times reached, of those asked for. */
  readonly times: readonly number[];
  readonly weights: readonly Float64Array[];
  readonly loss: readonly number[];
  readonly steps: number;
  readonly evaluations: number;
  readonly stopped: OdeStop;
}

/** The flow from `start` at t = times[0], at ascending times. */
export async function gradientFlow(loss: DifferentiableLoss, start: Float64Array, times: ArrayLike<number>, options: OdeOptions, context: WorkContext): Promise<FlowPath> {
  const flow = (_t: number, w: Float64Array, out: Float64Array): void => {
    loss.gradient(w, out);
    for (let i = 0; i < out.length; i++) out[i] = -out[i];
  };
  const { states, steps, rejected, evaluations, stopped } = await integrate(flow, start, times, options, context);
  const scratch = new Float64Array(loss.size);
  return {
    times: Array.from(states, (_, i) => times[i]), weights: states, loss: states.map(w => loss.gradient(w, scratch)),
    steps: steps + rejected, evaluations, stopped,
  };
}

export interface DescentBesideFlow {
  readonly learningRate: number;
  readonly steps: number;
  /** 'diverged': the weights left the numbers, or the loss grew to a million times that of the start. */
  readonly ended: 'horizon' | 'diverged';
  /** Loss at `times` of the comparison; null after divergence. */
  readonly loss: readonly (number | null)[];
  /** ‖w_k − w(ηk)‖ at the same times. */
  readonly distance: readonly (number | null)[];
  readonly largestDistance: number | null;
}

/** Lines of at most 200 points over `times`. */
export interface FlowComparison {
  readonly times: readonly number[];
  readonly flowLoss: readonly number[];
  readonly flowStopped: OdeStop;
  readonly flowEvaluations: number;
  readonly descents: readonly DescentBesideFlow[];
  /** Slope of log distance over log learning rate between the smallest learning rates: 1 for Euler's method. Null: too few runs. */
  readonly order: number | null;
  readonly findings: readonly string[];
}

export interface ComparisonOptions {
  /** Largest learning rate; the others are its halves. */
  readonly largest: number;
  /** Learning rates, each half the one before; 6 unless told. */
  readonly halvings?: number;
  /** Time up to which both run. */
  readonly horizon: number;
  readonly ode?: OdeOptions;
}

const mostTimes = 200;

/** Gradient descent with learning rates largest / 2^j beside the flow. */
export async function compareWithFlow(loss: DifferentiableLoss, start: Float64Array, options: ComparisonOptions, context: WorkContext): Promise<FlowComparison> {
  const { largest, halvings = 6, horizon, ode = {} } = options;
  const marks = stepMarks(Math.max(1, Math.round(horizon / largest)));
  const flow = await gradientFlow(loss, start, marks.map(mark => mark * largest), ode, context);
  const descents: DescentBesideFlow[] = [];
  for (let j = 0; j < halvings; j++) descents.push(await descend(loss, flow, marks, largest / 2 ** j, 2 ** j, context));
  const order = measuredOrder(descents);
  return {
    times: flow.times, flowLoss: flow.loss, flowStopped: flow.stopped, flowEvaluations: flow.evaluations, descents, order,
    findings: wordsOf(descents, order, flow),
  };
}

/** Numbers of steps of the largest learning rate at which both are looked at: 0, and about evenly on a logarithmic axis. */
function stepMarks(steps: number): number[] {
  const marks = new Set([0]);
  const count = Math.min(mostTimes - 1, steps);
  for (let i = 0; i < count; i++) marks.add(Math.round(count === 1 ? steps : steps ** (i / (count - 1))));
  return [...marks].sort((a, b) => a - b);
}

async function descend(loss: DifferentiableLoss, flow: FlowPath, marks: readonly number[], rate: number, perMark: number, context: WorkContext): Promise<DescentBesideFlow> {
  const w = flow.weights[0].slice();
  const gradient = new Float64Array(w.length);
  const losses: (number | null)[] = [];
  const distance: (number | null)[] = [];
  let step = 0;
  let diverged = false;
  for (let m = 0; m < flow.weights.length; m++) {
    while (!diverged && step < marks[m] * perMark) {
      const pause = context.breathe();
      if (pause) await pause;
      loss.gradient(w, gradient);
      for (let i = 0; i < w.length; i++) w[i] -= rate * gradient[i];
      step++;
    }
    const value: number = diverged ? NaN : loss.gradient(w, gradient);
    diverged ||= !(Math.abs(value) <= 1e6 * Math.max(Math.abs(flow.loss[0]), 1e-300));
    losses.push(diverged ? null : value);
    distance.push(diverged ? null : Math.hypot(...differences(w, flow.weights[m])));
  }
  const largestDistance = diverged ? null : distance.reduce<number>((most, d) => Math.max(most, d ?? 0), 0);
  return { learningRate: rate, steps: step, ended: diverged ? 'diverged' : 'horizon', loss: losses, distance, largestDistance };
}

function differences(a: Float64Array, b: Float64Array): number[] {
  return Array.from(a, (value, i) => value - b[i]);
}

/** Least-squares slope over the three smallest learning rates. */
function measuredOrder(descents: readonly DescentBesideFlow[]): number | null {
  const points = descents.slice(-3).flatMap(({ learningRate, largestDistance }) =>
    (largestDistance !== null && largestDistance > 0 ? [[Math.log(learningRate), Math.log(largestDistance)]] : []));
  return points.length < 3 ? null : slopeOf(points);
}

/** Slope of the least-squares line through points. */
export function slopeOf(points: readonly (readonly number[])[]): number {
  const mean = [0, 1].map(k => points.reduce((sum, point) => sum + point[k] / points.length, 0));
  const across = points.reduce((sum, [x, y]) => sum + (x - mean[0]) * (y - mean[1]), 0);
  return across / points.reduce((sum, [x]) => sum + (x - mean[0]) ** 2, 0);
}

function wordsOf(descents: readonly DescentBesideFlow[], order: number | null, flow: FlowPath): string[] {
  const findings: string[] = [];
  const diverged = descents.filter(({ ended }) => ended === 'diverged');
  if (diverged.length > 0) findings.push(`Gradient descent diverged with the learning ${diverged.length === 1 ? 'rate' : 'rates'} ${listed(diverged.map(d => short(d.learningRate)))}, where the flow that it follows in steps did not.`);
  const near = descents.filter(({ largestDistance }) => largestDistance !== null);
  const [first, last] = [near[0], near[near.length - 1]];
  if (order !== null && last && last.learningRate < first.learningRate) {
    findings.push(`Up to t = ${short(flow.times[flow.times.length - 1])} gradient descent strays from the gradient flow by ${short(first.largestDistance!)} with the learning rate ${short(first.learningRate)} and by ${short(last.largestDistance!)} with ${short(last.learningRate)} (all weights together): the distance falls as the power ${order.toFixed(2)} of the learning rate, where small steps of Euler's method have 1.`);
  }
  if (flow.stopped !== 'end') {
    const why = flow.stopped === 'maxSteps' ? 'its number of steps was used up' : 'the gradient has no finite value there';
    findings.push(`The flow was followed to t = ${short(flow.times[flow.times.length - 1])} only: ${why}.`);
  }
  return findings;
}

/** "a", "a and b", "a, b and c". */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}
