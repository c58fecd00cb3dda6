/** Options of learning from a log of decisions, and what they mean to the engine. */
import type { TargetlessRecipe } from '../../protocol/recipe';
import { defaultPolicyOptions, type PolicyOptions } from '../policy/learnPolicy';
import type { LearningRate } from '../policy/qLearning';
import type { ReadOptions } from '../policy/roles';
import type { Explorer } from './explorer';

const { discount, epsilon, certainFrom, fewestVisits } = defaultPolicyOptions;

export const decisionOptions: Explorer['options'] = [
  { name: 'discount', description: 'what a reward one step later is worth, γ; 1: as much', default: discount, minimum: 0, maximum: 1 },
  { name: 'rate', description: 'learning rate of Q-learning, the same for all visits; auto: 1/(1 + (1 − γ) n) at the n-th visit', default: 'auto', minimum: 1e-6, maximum: 1 },
  { name: 'decay', description: 'in place of rate: 1/(1 + n) to this power', default: 'none', minimum: 0.501, maximum: 1 },
  { name: 'exploration', description: 'share of chance ε in the policy whose value is estimated', default: epsilon, minimum: 0, maximum: 1 },
  { name: 'bins', description: 'bins of a state column with many different numbers; auto: by the number of rows', default: 'auto', minimum: 2, maximum: 1000 },
  { name: 'binning', description: 'quantile: bins of equally many rows; width: equally wide bins', default: 'quantile', values: ['quantile', 'width'] },
  { name: 'method', description: 'tabular; fitted: besides, values of states of numbers without bins, by fitted Q-iteration on nearest neighbours', default: 'tabular', values: ['tabular', 'fitted'] },
  { name: 'neighbours', description: 'with the method fitted: transitions that a value is the mean of', default: 10, minimum: 1, maximum: 1000 },
  { name: 'sweeps', description: 'passes of Q-learning over the log; auto: about ten million updates', default: 'auto', minimum: 1, maximum: 100_000 },
  { name: 'draws', description: 'processes drawn for the credible intervals; auto: 1000, fewer for large logs', default: 'auto', minimum: 20, maximum: 20_000 },
  { name: 'replicates', description: 'bootstrap samples of the estimate of the policy’s value; auto: 1000, fewer for large logs', default: 'auto', minimum: 50, maximum: 20_000 },
  { name: 'certain', description: 'an action that is best with less than this probability counts as uncertain', default: certainFrom, minimum: 0.5, maximum: 1 },
  { name: 'fewest', description: 'an action with fewer visits counts as unsupported', default: fewestVisits, minimum: 1, maximum: 1e9 },
];

type Options = TargetlessRecipe['options'];

function number(options: Options, name: string): number | undefined {
  const value = options[name];
  return typeof value === 'number' ? value : undefined;
}

export function policyOptions({ options, level, seed }: Pick<TargetlessRecipe, 'options' | 'level' | 'seed'>): PolicyOptions {
  const whole = (name: string): number | undefined => (number(options, name) === undefined ? undefined : Math.round(number(options, name)!));
  const [sweeps, draws, replicates] = [whole('sweeps'), whole('draws'), whole('replicates')];
  return {
    discount: number(options, 'discount') ?? discount, rate: rateOf(options), epsilon: number(options, 'exploration') ?? epsilon, level, seed,
    certainFrom: number(options, 'certain') ?? certainFrom, fewestVisits: number(options, 'fewest') ?? fewestVisits,
    ...(sweeps !== undefined && { sweeps }), ...(draws !== undefined && { draws }), ...(replicates !== undefined && { replicates }),
  };
}

function rateOf(options: Options): LearningRate {
  const [omega, rate] = [number(options, 'decay'), number(options, 'rate')];
  if (omega !== undefined) return { kind: 'polynomial', omega };
  return rate === undefined ? { kind: 'rescaled' } : { kind: 'constant', rate };
}

export function readOptions({ options }: Pick<TargetlessRecipe, 'options'>): ReadOptions {
  const bins = number(options, 'bins');
  return { ...(bins !== undefined && { bins: Math.round(bins) }), binning: options['binning'] === 'width' ? 'width' : 'quantile' };
}

/** Neighbours of fitted Q-iteration; undefined where the table alone was asked for. */
export function fittedNeighbours({ options }: Pick<TargetlessRecipe, 'options'>): number | undefined {
  return options['method'] === 'fitted' ? Math.round(number(options, 'neighbours') ?? 10) : undefined;
}
