/** Momentum (heavy ball) on linear regression: each mode of the loss is a damped oscillator, compared with a simulation. */
import type { WorkContext } from '../../context';
import { Rng } from '../../math/random';
import { count, countOf, percent, short } from '../../models/neural/words';
import { measureOnset, type Onset } from './divergence';
import type { LinearProblem } from './linearProblem';
import { listed } from './gradientFlow';
import { measureOscillation, oscillator, type Oscillator } from './oscillator';
import { modeCoordinates, nameMode, quadraticLoss, type ModeName } from './quadratic';

export interface MomentumMode extends ModeName, Oscillator {
  readonly eigenvalue: number;
  /** From the simulation; absent where the mode sinks too fast, or is too slow, to tell. */
  readonly measured?: { readonly decay: number; readonly frequency: number };
}

export interface MomentumResult {
  readonly learningRate: number;
  readonly momentum: number;
  /** By eigenvalue, descending; those above 0. */
  readonly modes: readonly MomentumMode[];
  /** 2 (1 + β) / λmax, and where divergence was measured. */
  readonly stabilityBound: number;
  readonly onset?: Onset;
  /** The pair with the fastest slowest mode: β = ((√κ − 1)/(√κ + 1))², η = (2/(√λmax + √λmin))² (Polyak 1964), and what it shrinks by a step. */
  readonly best: { readonly learningRate: number; readonly momentum: number; readonly decay: number };
  /** The fastest without momentum, η = 2/(λmax + λmin). */
  readonly bestWithout: { readonly learningRate: number; readonly decay: number };
  /** Loss above the minimum by step, at most 200 points each; null after divergence. */
  readonly lines: readonly { readonly name: string; readonly steps: readonly number[]; readonly excessLoss: readonly (number | null)[] }[];
  readonly notes: readonly string[];
  readonly findings: readonly string[];
}

export interface MomentumOptions {
  /** 1/λmax unless told. */
  readonly learningRate?: number;
  /** 0.9 unless told. */
  readonly momentum?: number;
}

const mostPoints = 200;
const mostSteps = 20000;

export async function momentumOf(problem: LinearProblem, options: MomentumOptions, seed: number, context: WorkContext): Promise<MomentumResult> {
  const { values, rank, size } = problem;
  const { learningRate = 1 / values[0], momentum = 0.9 } = options;
  const rng = new Rng(seed).fork('momentum');
  const start = Float64Array.from({ length: size }, () => rng.normal());
  const slow = Math.max(...Array.from(values.subarray(0, rank), value => oscillator(learningRate * value, momentum).decay));
  const steps = slow < 1 ? Math.ceil(Math.min(mostSteps, Math.max(200, 25 / -Math.log(slow)))) : 2000;
  context.progress('Simulating momentum');
  const paths = await simulate(problem, start, learningRate, momentum, steps, 1, context);
  const modes = Array.from({ length: rank }, (_, k): MomentumMode => {
    const predicted = oscillator(learningRate * values[k], momentum);
    const measured = measureOscillation(paths[k]);
    // A swing longer than the run looks like none.
    const tells = measured && !(predicted.regime === 'underdamped' && measured.frequency === 0);
    return { ...nameMode(problem, k), eigenvalue: values[k], ...predicted, ...(tells && { measured }) };
  });
  const onset = await measureOnset(quadraticLoss(problem), start, learningRate / 8, { momentum }, context);
  const best = bestPair(values[0], values[rank - 1]);
  const result = {
    learningRate, momentum, modes, stabilityBound: (2 * (1 + momentum)) / values[0], ...(onset && { onset }), ...best,
    lines: await lossLines(problem, start, [
      { name: 'without momentum', learningRate, momentum: 0 }, { name: `momentum ${short(momentum)}`, learningRate, momentum },
      { name: `best pair: learning rate ${short(best.best.learningRate)}, momentum ${short(best.best.momentum)}`, ...best.best },
    ], steps, context),
    notes: problem.notes,
  };
  return { ...result, findings: findingsOf(result) };
}

function bestPair(most: number, least: number): Pick<MomentumResult, 'best' | 'bestWithout'> {
  const root = Math.sqrt(most / least);
  const decay = (root - 1) / (root + 1);
  const condition = most / least;
  return {
    best: { learningRate: (2 / (Math.sqrt(most) + Math.sqrt(least))) ** 2, momentum: decay * decay, decay },
    bestWithout: { learningRate: 2 / (most + least), decay: (condition - 1) / (condition + 1) },
  };
}

/** Heavy ball from `start` at rest; the distance along each mode at every so many steps. The weights move together, by the gradient of the loss. */
async function simulate(problem: LinearProblem, start: Float64Array, rate: number, momentum: number, steps: number, every: number, context: WorkContext): Promise<Float64Array[]> {
  const { size } = problem;
  const loss = quadraticLoss(problem);
  const w = start.slice();
  const move = new Float64Array(size);
  const gradient = new Float64Array(size);
  const paths = Array.from({ length: size }, () => new Float64Array(Math.floor(steps / every) + 1));
  for (let k = 0; k <= steps; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    if (k % every === 0) modeCoordinates(problem, w).forEach((value, j) => { paths[j][k / every] = value; });
    loss.gradient(w, gradient);
    for (let i = 0; i < size; i++) w[i] += move[i] = momentum * move[i] - rate * gradient[i];
  }
  return paths;
}

interface Setting { readonly name: string; readonly learningRate: number; readonly momentum: number }

async function lossLines(problem: LinearProblem, start: Float64Array, settings: readonly Setting[], steps: number, context: WorkContext): Promise<MomentumResult['lines']> {
  const lines: MomentumResult['lines'][number][] = [];
  const every = Math.max(1, Math.ceil(steps / (mostPoints - 1)));
  for (const { name, learningRate, momentum } of settings) {
    const paths = await simulate(problem, start, learningRate, momentum, steps, every, context);
    const shown = Array.from(paths[0], (_, i) => i * every);
    const excessLoss = shown.map((_, k) => {
      const excess = paths.reduce((sum, path, j) => sum + 0.5 * problem.values[j] * path[k] ** 2, 0);
      return Number.isFinite(excess) ? excess : null;
    });
    lines.push({ name, steps: shown, excessLoss });
  }
  return lines;
}

/** "of 10 modes 9 swing back and forth and 1 creeps without swinging": what no mode does is left out. */
function regimeWords(modes: readonly MomentumMode[]): string {
  const of = (...regimes: readonly string[]): number => modes.filter(mode => regimes.includes(mode.regime)).length;
  const parts = [
    { number: of('underdamped'), one: 'swings back and forth', many: 'swing back and forth' },
    { number: of('overdamped', 'critical'), one: 'creeps without swinging', many: 'creep without swinging' },
    { number: of('unstable'), one: 'is unstable', many: 'are unstable' },
  ].filter(({ number }) => number > 0);
  if (modes.length === 1) return `the one mode ${parts[0].one}`;
  if (parts.length === 1) return `all ${countOf(modes.length, 'mode')} ${parts[0].many}`;
  return `of ${countOf(modes.length, 'mode')} ${listed(parts.map(({ number, one, many }) => `${count(number)} ${number === 1 ? one : many}`))}`;
}

/** How well the simulation met what was predicted. */
function simulatedWords(modes: readonly MomentumMode[]): string[] {
  const off = modes.flatMap(({ decay, measured }) => (measured ? [Math.abs(measured.decay - decay)] : []));
  if (off.length === 0) return [];
  const all = off.length === modes.length;
  const who = all ? (off.length === 1 ? 'the one mode' : `all ${countOf(off.length, 'mode')}`) : `${count(off.length)} of ${countOf(modes.length, 'mode')}`;
  const rest = modes.length - off.length;
  return [`Simulated, ${who} ${off.length === 1 ? 'shrinks' : 'shrink'} by the predicted factor a step to within ${Number(Math.max(...off).toPrecision(2))}${all ? '' : `; the other ${rest === 1 ? 'is' : `${count(rest)} are`} too fast or too slow to measure`}.`];
}

function findingsOf({ modes, learningRate, momentum, stabilityBound, onset, best, bestWithout }: Omit<MomentumResult, 'findings'>): string[] {
  const findings = [`With the learning rate ${short(learningRate)} and momentum ${short(momentum)}, ${regimeWords(modes)}.`];
  const last = modes[modes.length - 1];
  if (last.criticalMomentum !== null && last.decay < 1) {
    findings.push(`The slowest mode, along ${last.name}, shrinks by ${percent(1 - last.decay)} a step; at this learning rate it would shrink fastest with momentum ${short(last.criticalMomentum)}, by ${percent(1 - Math.sqrt(last.criticalMomentum))} a step.`);
  }
  if (onset) {
    const off = onset.learningRate / stabilityBound - 1;
    findings.push(`In theory momentum moves the bound of stability from 2/λmax to 2(1 + β)/λmax = ${short(stabilityBound)}; measured, divergence begins at ${short(onset.learningRate)}, ${Math.abs(off) < 5e-7 ? 'the same' : `${percent(Math.abs(off))} ${off < 0 ? 'below' : 'above'}`}.`);
  }
  findings.push(...simulatedWords(modes));
  if (bestWithout.decay > 0 && best.decay > 0) {
    findings.push(`In the long run momentum at its best (learning rate ${short(best.learningRate)}, momentum ${short(best.momentum)}) takes ${percent(Math.log(bestWithout.decay) / Math.log(best.decay))} of the steps that gradient descent at its best (learning rate ${short(bestWithout.learningRate)}) takes.`);
  }
  return findings;
}
