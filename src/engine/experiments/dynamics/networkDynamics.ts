/** Full-batch training of a small network as a dynamical system: sharpness against 2/η, its path, and the loss around its end. */
import type { WorkContext } from '../../context';
import { Rng } from '../../math/random';
import { followDescent, type DescentOptions, type DescentRun } from './descent';
import { compareWithFlow, type FlowComparison } from './gradientFlow';
import { filterNormalised, lossSurface, rangeOf, type LossSurface } from './lossSurface';
import { networkFindings } from './networkWords';
import type { NetworkProblem } from './networkProblem';
import { pathAxes, type PathAxes } from './pathAxes';

export interface NetworkDynamicsOptions extends Partial<DescentOptions> {
  /** Points of a surface along each direction; 25 unless told. */
  readonly grid?: number;
  /** Whether the gradient flow from the same start is followed beside gradient descent; true unless told. */
  readonly flow?: boolean;
}

export interface NetworkDynamicsResult {
  readonly rows: number;
  readonly parameters: number;
  readonly hidden: readonly number[];
  readonly activation: string;
  readonly learningRate: number;
  readonly momentum: number;
  /** 2 (1 + β)/η: with a larger sharpness a quadratic would diverge. */
  readonly stabilityBound: number;
  /** Done, and planned. */
  readonly steps: number;
  readonly plannedSteps: number;
  readonly ended: DescentRun['ended'];
  /** At most 200 points each. */
  readonly loss: { readonly steps: readonly number[]; readonly values: readonly number[] };
  readonly sharpness: { readonly steps: readonly number[]; readonly values: readonly number[]; readonly residuals: readonly number[] };
  /** Where the sharpness stayed between 80 and 150 % of the bound to the end: at which step it had arrived (95 %), and its median over the bound from there. */
  readonly edge?: { readonly step: number; readonly level: number };
  /** Share of recorded losses that are larger than the one before. */
  readonly rising: number;
  readonly path: Pick<PathAxes, 'shares' | 'coordinates'> & { readonly steps: readonly number[] };
  /** Absent where training diverged, or moved along one direction only. */
  readonly principalSurface?: LossSurface;
  readonly randomSurface?: LossSurface;
  /** Gradient flow beside descent with this learning rate and its halves, up to the time that training took, or a part of it. */
  readonly flow?: FlowComparison;
  readonly notes: readonly string[];
  readonly findings: readonly string[];
}

/** Asked to finish (context.finishing), the path ends where it is, and the flow beside it is left out. */
export async function dynamicsOf(problem: NetworkProblem, options: NetworkDynamicsOptions, seed: number, context: WorkContext): Promise<NetworkDynamicsResult> {
  const { learningRate = 0.1, momentum = 0, steps = 1000, measurements = 50, grid = 25 } = options;
  const { loss, start, rows, notes } = problem;
  const run = await followDescent(loss, start, { learningRate, momentum, steps, measurements }, context);
  const axes = await pathAxes(run.path.weights, 2, context);
  const bound = (2 * (1 + momentum)) / learningRate;
  const edge = run.ended === 'steps' ? edgeOf(run.sharpness, bound) : undefined;
  const surfaces = run.ended === 'diverged' ? {} : await surfacesOf(problem, run, axes, grid, seed, context);
  const flow = options.flow !== false && momentum === 0 && run.ended !== 'stopped' ? await flowBeside(problem, learningRate, run, context) : undefined;
  const result = {
    rows, parameters: loss.size, hidden: loss.description.hidden, activation: loss.description.activation, learningRate, momentum, stabilityBound: bound,
    steps: run.steps, plannedSteps: steps, ended: run.ended, loss: run.loss, sharpness: run.sharpness, ...(edge && { edge }), rising: risingShare(run.loss.values),
    path: { steps: run.path.steps, shares: axes.shares, coordinates: axes.coordinates }, ...surfaces, ...(flow && { flow }), notes,
  };
  return { ...result, findings: networkFindings(result) };
}

async function surfacesOf(
  { loss }: NetworkProblem, run: DescentRun, { axes, coordinates }: PathAxes, grid: number, seed: number, context: WorkContext,
): Promise<Pick<NetworkDynamicsResult, 'principalSurface' | 'randomSurface'>> {
  context.progress('Computing the loss around the end of training');
  const end = run.path.weights[run.path.weights.length - 1];
  const value = (w: Float64Array): number => loss.loss(w);
  const rng = new Rng(seed).fork('surface');
  const random: [Float64Array, Float64Array] = [filterNormalised(end, loss.layers, rng), filterNormalised(end, loss.layers, rng)];
  const randomSurface = await lossSurface(value, end, random, { x: [-1, 1], y: [-1, 1] }, grid, context);
  if (axes.length < 2) return { randomSurface };
  const ranges = { x: rangeOf(coordinates.map(c => c[0])), y: rangeOf(coordinates.map(c => c[1])) };
  return { randomSurface, principalSurface: await lossSurface(value, end, [axes[0], axes[1]], ranges, grid, context) };
}

/** Steps of descent that the flow is compared over: an explicit method takes as many steps as the sharpness makes it. */
const comparedSteps = 100;

async function flowBeside({ loss, start }: NetworkProblem, learningRate: number, run: DescentRun, context: WorkContext): Promise<FlowComparison> {
  context.progress('Following the gradient flow');
  const horizon = learningRate * Math.max(1, Math.min(comparedSteps, run.steps));
  return compareWithFlow(loss, start, { largest: learningRate, horizon, halvings: 4, ode: { relative: 1e-6, absolute: 1e-8, maxSteps: 3000 } }, context);
}

/** At least five measurements and a tenth of them at the end of training lie about the bound, and one at it. */
function edgeOf({ steps, values }: DescentRun['sharpness'], bound: number): NetworkDynamicsResult['edge'] {
  const from = values.findLastIndex(value => value < 0.8 * bound || value > 1.5 * bound) + 1;
  const arrived = values.findIndex((value, i) => i >= from && value >= 0.95 * bound);
  if (arrived < 0 || values.length - from < Math.max(5, values.length / 10)) return undefined;
  const stay = values.slice(arrived).map(value => value / bound).sort((a, b) => a - b);
  return { step: steps[arrived], level: stay[Math.floor(stay.length / 2)] };
}

function risingShare(values: readonly number[]): number {
  const rises = values.filter((value, i) => i > 0 && value > values[i - 1]).length;
  return values.length > 1 ? rises / (values.length - 1) : 0;
}
