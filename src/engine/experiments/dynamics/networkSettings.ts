/** Which network is followed for a model: what its options say where they are set, small enough for full batches and Hessians. */
import type { Dataset } from '../../data/dataset';
import type { WorkContext } from '../../context';
import { lanczos } from '../../math/lanczos';
import type { Family } from '../../models/model';
import { neuralSettings } from '../../models/neural/settings';
import { count, countOf, rounded, short } from '../../models/neural/words';
import { networkProblemOf, type NetworkProblem, type NetworkProblemOptions } from './networkProblem';
import type { NetworkDynamicsOptions } from './networkDynamics';

export interface FollowedNetwork {
  readonly problem: NetworkProblem;
  readonly options: NetworkDynamicsOptions;
  /** What was decided in the place of the model's own options, plain sentences. */
  readonly notes: readonly string[];
}

/** Rows times parameters: so much arithmetic a gradient, and in all steps; and for the gradient flow, which takes the most of them. */
const mostWork = 2e6;
const workOfSteps = 3e8;
const workOfMeasurements = 1e7;
const workOfFlow = 5e5;
const usualRows = 500;
const usualSteps = 2000;
/** 2/η is so many times the sharpness at the start: near enough for training to arrive there, far enough for the start to be stable. */
const boundOverStart = 1.6;
/** Momentum goes further each step. */
const boundOverStartWithMomentum = 4;

/** `hidden`: those of a model without any are []. Throws UserError where the network is too large or the target does not vary. */
export async function followedNetwork(dataset: Dataset, family: Family, context: WorkContext): Promise<FollowedNetwork> {
  const { options } = dataset.recipe;
  const neural = family.id === 'neural';
  const chosen = neural ? choicesOf(dataset) : { hidden: [], activation: 'tanh' as const, momentum: 0, steps: usualSteps, notes: [] };
  const { hidden, activation, momentum } = chosen;
  const l2 = neural && typeof options['l2'] === 'number' ? options['l2'] : 0;
  const problem = boundedProblem(dataset, { hidden, activation, l2 });
  const work = problem.rows * problem.loss.size;
  const steps = Math.min(chosen.steps, Math.max(200, Math.round(workOfSteps / work)));
  const asked = neural && typeof options['learningRate'] === 'number' ? options['learningRate'] : undefined;
  const usual = asked === undefined ? await usualRate(problem, momentum, neural, context) : undefined;
  const notes = [
    ...chosen.notes, ...(usual ? [usual.note] : []),
    ...(steps < chosen.steps ? [`${countOf(steps, 'step')} are followed, not ${count(chosen.steps)}: more would take long with ${countOf(problem.loss.size, 'parameter')}.`] : []),
    ...(work > workOfFlow ? [`The gradient flow beside the training is left out: it would take long with ${countOf(problem.loss.size, 'parameter')}.`] : []),
  ];
  return {
    problem, notes,
    options: { momentum, steps, learningRate: asked ?? usual!.rate, measurements: Math.round(Math.min(100, Math.max(10, workOfMeasurements / work))), flow: work <= workOfFlow },
  };
}

function choicesOf({ recipe: { options }, table }: Dataset) {
  const settings = neuralSettings(options, table.rows);
  const named = (...names: readonly string[]): boolean => names.some(name => Object.hasOwn(options, name));
  const follows = settings.optimiser === 'momentum' || settings.optimiser === 'sgd' || !named('optimiser');
  const left = ['dropout', 'l1', 'batchSize'].filter(name => typeof options[name] === 'number' && (options[name] as number) > 0);
  return {
    hidden: named('hidden', 'width', 'depth') ? settings.hidden : [16],
    activation: named('activation') ? settings.activation : 'tanh' as const,
    momentum: named('optimiser') && settings.optimiser === 'momentum' ? 0.9 : 0,
    steps: named('epochs') ? Math.min(5000, Math.max(20, settings.epochs)) : usualSteps,
    notes: [
      ...(named('hidden', 'width', 'depth') ? [] : ['One hidden layer of 16 units is followed, as Hessians of a larger network take long; set hidden for another.']),
      ...(named('activation') ? [] : ['Its units are tanh, so that the loss has second derivatives everywhere; set activation for others.']),
      ...(follows ? [] : [`Plain gradient descent is followed, not ${settings.optimiser}: 2/η bounds the steps of gradient descent, with momentum 2(1 + β)/η.`]),
      ...(left.length > 0 ? [`Training is followed on whole batches, so without ${left.join(', ')}.`] : []),
    ],
  };
}

function boundedProblem(dataset: Dataset, options: Pick<NetworkProblemOptions, 'hidden' | 'activation' | 'l2'>): NetworkProblem {
  const problem = networkProblemOf(dataset, { ...options, maxRows: usualRows });
  const most = Math.max(100, Math.floor(mostWork / problem.loss.size));
  return problem.rows <= most ? problem : networkProblemOf(dataset, { ...options, maxRows: most });
}

async function usualRate({ loss, start }: NetworkProblem, momentum: number, arrives: boolean, context: WorkContext): Promise<{ rate: number; note: string }> {
  const { pairs: [top] } = await lanczos(loss.hessianAt(start), loss.size, { tolerance: 1e-3 }, context);
  if (!top || !(top.value > 0)) return { rate: 0.1, note: 'The learning rate is 0.1, as the loss has no curvature at the start to choose one by.' };
  const times = momentum > 0 ? boundOverStartWithMomentum : boundOverStart;
  const rate = Number(((2 * (1 + momentum)) / (times * top.value)).toPrecision(2));
  return {
    rate, note: `The learning rate η is ${short(rate)}: the sharpness at the start is ${String(rounded(top.value))}, and the bound ${momentum > 0 ? '2(1 + β)/η' : '2/η'} about ${times} times that${arrives ? ', near enough for training to arrive there' : ''}.`,
  };
}
