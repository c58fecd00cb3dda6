/** SGD on linear regression as a diffusion around the minimum: its stationary variance, predicted and measured. */
import type { WorkContext } from '../../context';
import { normalCdf } from '../../math/distributions';
import type { Dataset } from '../../data/dataset';
import { count, countOf, percent, short } from '../../models/neural/words';
import { linearProblemOf, type LinearProblem, type LinearProblemOptions } from './linearProblem';
import { nameMode, type ModeName } from './quadratic';
import { measureVariance, type MeasuredVariance } from './sgdSimulation';
import { noiseAtMinimum, smallStepVariance, stationaryVariance, withStateNoise } from './stationary';

export interface DiffusionMode extends ModeName {
  readonly eigenvalue: number;
  /** η / (2B) · c/λ, where c is the gradients' variance along the mode: the limit of small learning rates; η σ²/(2B) where residuals do not depend on the features. */
  readonly smallStep: number;
  /** Discrete Lyapunov equation with the gradients' noise as it is at the minimum. */
  readonly predicted: number;
  /** The same with the noise growing with the distance from the minimum, exact for rows drawn with replacement; null: no stationary variance exists. */
  readonly exact: number | null;
  /** Absent for modes too slow for the run. */
  readonly measured?: { readonly variance: number; readonly standardError: number };
}

export interface SgdDiffusionResult {
  readonly rows: number;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly burnIn: number;
  /** 'noiseless': every row is fitted exactly, so that the gradients have no noise at the minimum and nothing was run. */
  readonly ended: 'stationary' | 'diverged' | 'noiseless';
  /** By eigenvalue, descending; those above 0. */
  readonly modes: readonly DiffusionMode[];
  /** Loss above the minimum that the noise costs, ½ Σ λ · variance over the measured modes; and the loss at the minimum. */
  readonly excessLoss: {
    readonly predicted: number; readonly exact: number | null; readonly measured: number | null; readonly standardError: number | null; readonly minimumLoss: number;
  };
  /** Measured over predicted variance (exact where it exists) of the measured modes; how many standard errors the furthest is off, and the chance of that or more among so many. */
  readonly agreement?: { readonly modes: number; readonly least: number; readonly most: number; readonly furthest: number; readonly chance: number };
  readonly notes: readonly string[];
  readonly findings: readonly string[];
}

export interface SgdOptions extends LinearProblemOptions {
  /** 0.1 / λmax unless told, or what remains of it when halved until a stationary variance exists. */
  readonly learningRate?: number;
  /** Rows a step, drawn with replacement; 32 unless told. */
  readonly batchSize?: number;
  /** Steps of the run; unless told as many as take a few seconds. */
  readonly steps?: number;
}

/** Rows are sampled down to 5,000 unless told otherwise. */
export async function sgdDiffusion(dataset: Dataset, options: SgdOptions, context: WorkContext): Promise<SgdDiffusionResult> {
  return diffusionOf(await linearProblemOf(dataset, { maxRows: 5000, ...options }, context), options, dataset.recipe.seed, context);
}

export async function diffusionOf(problem: LinearProblem, options: SgdOptions, seed: number, context: WorkContext): Promise<SgdDiffusionResult> {
  const { values, rank, size } = problem;
  const { batchSize = 32 } = options;
  const steps = options.steps ?? Math.round(Math.min(400000, Math.max(20000, 4e8 / (2 * batchSize * size))));
  const noise = noiseAtMinimum(problem);
  const { learningRate, exact, notes } = await settingOf(problem, noise.covariance, options.learningRate, batchSize, context);
  const lyapunov = stationaryVariance(problem, noise.covariance, learningRate, batchSize);
  context.progress('Running stochastic gradient descent');
  // The target has the variance 1: what is left is rounding.
  const run: MeasuredVariance | undefined = noise.minimumLoss < 1e-20 ? undefined : await measureVariance(problem, { learningRate, batchSize, steps, seed }, context);
  const modes = Array.from({ length: rank }, (_, k): DiffusionMode => {
    const variance = run?.modes[k];
    return {
      ...nameMode(problem, k), eigenvalue: values[k], smallStep: smallStepVariance(problem, noise.covariance, learningRate, batchSize, k),
      predicted: lyapunov[k * size + k], exact: exact ? exact[k * size + k] : null,
      ...(variance && { measured: variance }),
    };
  });
  const agreement = agreementOf(modes);
  const result = {
    rows: problem.rows, learningRate, batchSize, steps, burnIn: run?.burnIn ?? 0, ended: run?.ended ?? 'noiseless' as const, modes,
    excessLoss: excessOf(modes, noise.minimumLoss), ...(agreement && { agreement }), notes: [...problem.notes, ...notes],
  };
  return { ...result, findings: findingsOf(result, run?.reached ?? 0) };
}

const mostHalvings = 10;

async function settingOf(
  problem: LinearProblem, covariance: Float64Array, asked: number | undefined, batchSize: number, context: WorkContext,
): Promise<{ learningRate: number; exact: Float64Array | undefined; notes: string[] }> {
  const usual = 0.1 / problem.values[0];
  let learningRate = asked ?? usual;
  let exact = await withStateNoise(problem, covariance, learningRate, batchSize, context);
  for (let turn = 0; asked === undefined && !exact && turn < mostHalvings; turn++) {
    learningRate /= 2;
    exact = await withStateNoise(problem, covariance, learningRate, batchSize, context);
  }
  const notes = learningRate < usual && asked === undefined
    ? [`The learning rate is ${short(learningRate)}: with more, such as ${short(usual)}, batches of ${count(batchSize)} rows leave the weights no stationary variance, because rows far from the middle pull too hard.`] : [];
  return { learningRate, exact, notes };
}

function excessOf(modes: readonly DiffusionMode[], minimumLoss: number): SgdDiffusionResult['excessLoss'] {
  const seen = modes.filter(mode => mode.measured);
  const sum = (of: (mode: DiffusionMode) => number): number => seen.reduce((total, mode) => total + 0.5 * mode.eigenvalue * of(mode), 0);
  const exact = modes.every(mode => mode.exact !== null);
  return {
    predicted: sum(mode => mode.predicted), exact: exact ? sum(mode => mode.exact!) : null, measured: seen.length > 0 ? sum(mode => mode.measured!.variance) : null,
    standardError: seen.length > 0 ? Math.hypot(...seen.map(mode => 0.5 * mode.eigenvalue * mode.measured!.standardError)) : null, minimumLoss,
  };
}

/** Šidák: the chance that the furthest of so many independent normal deviations is as far. */
function agreementOf(modes: readonly DiffusionMode[]): SgdDiffusionResult['agreement'] {
  const seen = modes.flatMap(({ measured, exact, predicted }) => (measured && measured.variance > 0 ? [{ ...measured, ratio: measured.variance / (exact ?? predicted) }] : []));
  if (seen.length === 0 || !seen.every(({ ratio }) => Number.isFinite(ratio))) return undefined;
  const ratios = seen.map(({ ratio }) => ratio);
  // In units of the spread that the prediction has, not of that which was drawn.
  const furthest = Math.max(...seen.map(({ ratio, variance, standardError }) => (Math.abs(ratio - 1) * variance) / standardError));
  return { modes: seen.length, least: Math.min(...ratios), most: Math.max(...ratios), furthest, chance: 1 - (2 * normalCdf(furthest) - 1) ** seen.length };
}

function findingsOf(result: Omit<SgdDiffusionResult, 'findings'>, reached: number): string[] {
  const { learningRate, batchSize, modes, excessLoss, steps, ended } = result;
  const setting = `SGD with the learning rate ${short(learningRate)} and batches of ${countOf(batchSize, 'row')}, drawn with replacement,`;
  if (ended === 'diverged') {
    const why = modes.some(mode => mode.exact === null) ? 'as predicted: with this much noise the weights have no stationary variance' : 'although a stationary variance is predicted';
    return [`${setting} diverged after ${countOf(reached, 'step')}, ${why}.`];
  }
  if (ended === 'noiseless') return [`The model fits every row exactly, so the gradients have no noise at the minimum: ${setting} settles there like gradient descent.`];
  const seen = modes.filter(mode => mode.measured);
  const findings = excessLoss.measured === null ? [] : [excessWords(setting, excessLoss, seen.length, modes.length)];
  findings.push(...agreementWords(result));
  const slow = modes.length - seen.length;
  if (slow > 0) findings.push(`In ${countOf(steps, 'step')} ${count(slow)} of ${countOf(modes.length, 'mode')} of SGD ${slow === 1 ? 'is' : 'are'} too slow to measure.`);
  if (modes.some(mode => mode.exact === null)) findings.push('With noise that grows with the distance from the minimum no stationary variance exists at this learning rate and batch size: rare runs go far off.');
  return findings;
}

function excessWords(setting: string, { measured, standardError, minimumLoss, predicted, exact }: SgdDiffusionResult['excessLoss'], seen: number, all: number): string {
  const share = minimumLoss > 1e-12 ? `, which is ${percent(measured! / minimumLoss)} of it` : '';
  const of = seen === all ? '' : ` (counting the ${count(seen)} of ${countOf(all, 'mode')} that can be measured)`;
  const predictions = exact === null ? `with the noise as it is at the minimum ${short(predicted)} is predicted` : `${short(exact)} is predicted`;
  return `${setting} does not settle: its training loss stays above the minimum, ${short(minimumLoss)}, on average by ${short(measured!)} (standard error ${short(Number(standardError!.toPrecision(2)))})${share}${of}; ${predictions}.`;
}

function agreementWords({ agreement, modes, steps, burnIn }: Omit<SgdDiffusionResult, 'findings'>): string[] {
  if (!agreement) return [];
  const { modes: seen, least, most, furthest, chance } = agreement;
  const exact = modes.every(mode => mode.exact !== null);
  const ratio = short(least) === short(most) ? short(least) : `${short(least)} to ${short(most)}`;
  const share = chance < 0.001 ? 'under 0.1 %' : percent(Number(chance.toPrecision(2)));
  const verdict = `${seen === 1 ? 'It is' : 'The furthest is'} ${short(Number(furthest.toPrecision(2)))} standard errors off, as chance alone brings it in ${share} of such runs: ${chance < 0.05 ? 'more than chance explains' : 'no sign against the prediction'}.`;
  return [`The variance of the weights is measured along ${countOf(seen, 'mode')}, over ${countOf(steps - burnIn, 'step')}, and is ${ratio} times the ${exact ? 'predicted one' : 'one predicted with the noise as it is at the minimum'}. ${verdict}`];
}
