/** Linear and ridge regression as a flow with a closed form: modes, time constants, and where gradient descent stops being stable. */
import type { WorkContext } from '../../context';
import { Rng } from '../../math/random';
import { count, countOf, percent, short } from '../../models/neural/words';
import { measureOnset, type Onset } from './divergence';
import { fixedSteps } from '../../math/ode';
import { compareWithFlow, gradientFlow, slopeOf, type FlowComparison } from './gradientFlow';
import type { LinearProblem } from './linearProblem';
import { exactFlow, modeCoordinates, nameMode, quadraticLoss, type ModeName } from './quadratic';

export interface FlowMode extends ModeName {
  readonly eigenvalue: number;
  /** 1 / eigenvalue: the time in which the distance along the mode falls by the factor e. Null: a direction that does not move. */
  readonly timeConstant: number | null;
  /** Of the loss above the minimum at the start, the share along this mode. */
  readonly lossShare: number;
}

export interface LinearFlowResult {
  readonly rows: number;
  readonly ridge: number;
  /** By eigenvalue, descending; at most 200. */
  readonly modes: readonly FlowMode[];
  /** Directions that no data determine (collinear columns). */
  readonly flat: number;
  /** Largest over smallest eigenvalue above 0. */
  readonly condition: number;
  /** 2 / λmax: gradient descent is stable below. */
  readonly stabilityBound: number;
  /** Learning rate at which running it shows that it diverges; absent only where nothing diverged. */
  readonly onset?: Onset;
  /** At most 200 times on a logarithmic axis, 0 first; weights (of standardised columns) of the largest at the minimum, at most 10. */
  readonly curve: {
    readonly times: readonly number[];
    readonly loss: readonly number[];
    readonly minimumLoss: number;
    readonly weights: readonly { readonly name: string; readonly values: readonly number[]; readonly limit: number }[];
  };
  /** The integrated flow beside w* + e^{−Ht}(w₀ − w*): the largest difference of any weight at any of the times reached. */
  readonly closedForm: { readonly largestDifference: number; readonly reached: number; readonly steps: number };
  /** Power of the step by which equal steps of the same Runge–Kutta method leave the closed form: 5. Null where rounding hides it. */
  readonly rungeKuttaOrder: number | null;
  readonly descent: FlowComparison;
  readonly notes: readonly string[];
  readonly findings: readonly string[];
}

const mostTimes = 160;
const shownWeights = 10;
/** The flow is followed until the slowest mode has fallen to e^−5, but not for so long that an explicit method needs over 20,000 steps. */
const slowest = 5;
const longest = 60000;

/** The flow starts from weights of 0; the search for divergence from random ones, so that it meets every mode. */
export async function flowOf(problem: LinearProblem, seed: number, context: WorkContext): Promise<LinearFlowResult> {
  const { values, rank, size } = problem;
  const start = new Float64Array(size);
  const loss = quadraticLoss(problem);
  const stabilityBound = 2 / values[0];
  const horizon = Math.min(slowest / values[rank - 1], longest / values[0]);
  context.progress('Following the gradient flow');
  const path = await gradientFlow(loss, start, logTimes(0.02 / values[0], horizon), { relative: 1e-11, absolute: 1e-13 }, context);
  context.progress('Looking for the learning rate at which gradient descent diverges');
  const rng = new Rng(seed).fork('onset');
  const random = Float64Array.from({ length: size }, () => rng.normal());
  const onset = await measureOnset(loss, random, 1 / trace(problem), {}, context);
  const descent = await compareWithFlow(loss, start, { largest: 0.45 * stabilityBound, horizon: Math.min(horizon, 200 / values[0]) }, context);
  const result = {
    rows: problem.rows, ridge: problem.ridge, modes: modesOf(problem, start), flat: size - rank, condition: values[0] / values[rank - 1], stabilityBound,
    ...(onset && { onset }),
    curve: curveOf(problem, path), closedForm: compareExact(problem, start, path), rungeKuttaOrder: rungeKuttaOrder(problem, start), descent, notes: problem.notes,
  };
  return { ...result, findings: [...findingsOf(result, horizon), ...descent.findings] };
}

function logTimes(first: number, last: number): number[] {
  return [0, ...Array.from({ length: mostTimes }, (_, i) => first * (last / first) ** (i / (mostTimes - 1)))];
}

function trace({ hessian, size }: LinearProblem): number {
  let sum = 0;
  for (let j = 0; j < size; j++) sum += hessian[j * size + j];
  return sum;
}

function modesOf(problem: LinearProblem, start: Float64Array): FlowMode[] {
  const along = modeCoordinates(problem, start);
  const parts = along.map((value, k) => problem.values[k] * value * value);
  const all = parts.reduce((a, b) => a + b, 0);
  return Array.from(problem.values, (eigenvalue, k) => ({
    ...nameMode(problem, k), eigenvalue, timeConstant: eigenvalue > 0 ? 1 / eigenvalue : null, lossShare: all > 0 ? parts[k] / all : 0,
  }));
}

function curveOf(problem: LinearProblem, path: { times: readonly number[]; weights: readonly Float64Array[]; loss: readonly number[] }): LinearFlowResult['curve'] {
  const { minimum, names } = problem;
  const shown = [...minimum.keys()].sort((i, j) => Math.abs(minimum[j]) - Math.abs(minimum[i])).slice(0, shownWeights);
  return {
    times: path.times, loss: path.loss, minimumLoss: quadraticLoss(problem).gradient(minimum, new Float64Array(minimum.length)),
    weights: shown.map(i => ({ name: names[i], values: path.weights.map(w => w[i]), limit: minimum[i] })),
  };
}

function compareExact(problem: LinearProblem, start: Float64Array, path: { times: readonly number[]; weights: readonly Float64Array[]; steps: number }): LinearFlowResult['closedForm'] {
  const exact = exactFlow(problem, start);
  let largestDifference = 0;
  path.times.forEach((t, m) => exact(t).forEach((value, i) => { largestDifference = Math.max(largestDifference, Math.abs(value - path.weights[m][i])); }));
  return { largestDifference, reached: path.times[path.times.length - 1], steps: path.steps };
}

/** Numbers of equal steps over four of the fastest time constants: small enough for the power, large enough to be seen above rounding. */
const orderSteps = [32, 64, 128];

function rungeKuttaOrder(problem: LinearProblem, start: Float64Array): number | null {
  const loss = quadraticLoss(problem);
  const end = 4 / problem.values[0];
  const target = exactFlow(problem, start)(end);
  const flow = (_t: number, w: Float64Array, out: Float64Array): void => {
    loss.gradient(w, out);
    for (let i = 0; i < out.length; i++) out[i] = -out[i];
  };
  const errors = orderSteps.map(steps => Math.hypot(...fixedSteps(flow, start, 0, end, steps, 'rk5').map((value, i) => value - target[i])));
  const least = 1e-13 * Math.hypot(...target);
  return errors.every(error => error > least) ? slopeOf(errors.map((error, i) => [Math.log(end / orderSteps[i]), Math.log(error)])) : null;
}

/** Steps of gradient descent by which the slowest mode falls by e at η = 2/(λmax + λmin), where a step keeps (κ − 1)/(κ + 1) of it; undefined for one mode, which is gone after a step. */
function bestSteps(condition: number): number | undefined {
  return condition > 1 + 1e-9 ? -1 / Math.log((condition - 1) / (condition + 1)) : undefined;
}

/** A difference near rounding: two digits say enough. */
function tiny(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function findingsOf(result: Omit<LinearFlowResult, 'findings'>, horizon: number): string[] {
  const { modes, stabilityBound, onset, closedForm, condition } = result;
  const moving = modes.filter(mode => mode.timeConstant !== null);
  const last = moving[moving.length - 1];
  const findings = [moving.length === 1
    ? `Training moves along one direction of the weights (mode), ${last.name}: its distance from the minimum falls by the factor e (to 37 %) in the time ${short(last.timeConstant!)}, with time t = learning rate × step.`
    : `Training moves along ${count(moving.length)} directions of the weights (modes), each by itself. The fastest, along ${moving[0].name}, takes the time ${short(moving[0].timeConstant!)} for its distance from the minimum to fall by the factor e (to 37 %); the slowest, along ${last.name}, takes ${short(last.timeConstant!)}${condition > 1.01 ? `, ${short(condition)} times as long` : ''}. Time is learning rate × step.`,
  ];
  if (onset) {
    const off = onset.learningRate / stabilityBound - 1;
    findings.push(`In theory gradient descent is stable below the learning rate 2/λmax = ${short(stabilityBound)} (λmax is the largest eigenvalue of the Hessian); run with ${countOf(onset.runs, 'learning rate')}, it began to diverge at ${short(onset.learningRate)}, ${Math.abs(off) < 5e-7 ? 'the same' : `${percent(Math.abs(off))} ${off < 0 ? 'below' : 'above'}`}.`);
  }
  const best = bestSteps(condition);
  if (best !== undefined) findings.push(`At the learning rate that is best for all modes, 2/(λmax + λmin), the slowest mode needs ${best < 1 ? 'less than 1 step' : `about ${countOf(Math.round(best), 'step')}`} to come nearer to the minimum by the factor e.`);
  findings.push(`The flow by Runge–Kutta and its exact solution, w* + e^(−Ht)(w₀ − w*), differ by at most ${tiny(closedForm.largestDifference)} in any weight.`);
  if (horizon < slowest * last.timeConstant!) findings.push(`The flow was followed to t = ${short(horizon)}: the slowest mode is then still at ${percent(Math.exp(-horizon / last.timeConstant!))} of its distance from the minimum.`);
  return findings;
}
