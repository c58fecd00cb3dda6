/** Everything that is learned from a log of decisions, as one plain result that panels, reports and files are made of. */
import { UserError } from '../../protocol/errors';
import type { Note } from '../../protocol/profile';
import type { WorkContext } from '../context';
import { Rng } from '../math/random';
import { stateValues, type Experience } from './experience';
import { findings } from './findings';
import { policyGrid, type PolicyGrid } from './grid';
import { estimateMdp, type Mdp } from './mdp';
import { measureNotes } from './measureNotes';
import { offPolicyValue, type OffPolicy } from './offPolicy';
import { drawPosterior, type Posterior } from './posterior';
import type { Prior } from './prior';
import { replay, type LearningRate, type Replayed, type ReplayPoint } from './qLearning';
import { inUnits, rewardUnit, withoutRounding } from './rewardUnit';
import { sensitivity, type SensitivityRow } from './sensitivity';
import { shuffledLog } from './shuffledLog';
import { solveMdp, tieWidth, type Solution } from './solve';

export interface PolicyOptions {
  readonly discount: number;
  readonly rate: LearningRate;
  /** ε of the policy that off-policy evaluation and the sensitivity view look at. */
  readonly epsilon: number;
  readonly level: number;
  readonly seed: number;
  readonly sweeps?: number;
  readonly draws?: number;
  readonly replicates?: number;
  /** Below this posterior probability that the greedy action is best a state counts as uncertain. */
  readonly certainFrom: number;
  /** Pairs with fewer visits count as unsupported. */
  readonly fewestVisits: number;
}

export const defaultPolicyOptions: PolicyOptions = { discount: 0.95, rate: { kind: 'rescaled' }, epsilon: 0, level: 0.9, seed: 1, certainFrom: 0.9, fewestVisits: 5 };

export interface LearnedAction {
  readonly action: number;
  readonly visits: number;
  /** Certainty-equivalence value: the exact one of the estimated process. */
  readonly q: number;
  readonly low: number;
  readonly high: number;
  /** Posterior probability that the action is best in its state. */
  readonly best: number;
  readonly qLearning: number;
  readonly doubleQ: number;
  readonly unsupported: boolean;
}

export interface LearnedState {
  /** Text of each column of the state. */
  readonly values: readonly string[];
  readonly visits: number;
  readonly value: number;
  /** Greedy action; absent where the state is never left. */
  readonly greedy?: number;
  /** Actions as good as the greedy one, itself included. */
  readonly ties: number;
  /** Posterior probability that no action is better than the greedy one; 1 where the state is never left. */
  readonly certainty: number;
  /** Visits of the greedy action. */
  readonly support: number;
  /** The greedy action is best with less than the asked probability. */
  readonly uncertain: boolean;
  /** The greedy action has few visits. */
  readonly unsupported: boolean;
  readonly actions: readonly LearnedAction[];
}

/** How a way of learning did, beside the exact solution of the estimated process. */
export interface LearnerSummary extends Pick<Replayed, 'sweeps' | 'updates' | 'largestDistance' | 'meanDistance' | 'agreement'> { readonly curve: readonly ReplayPoint[] }

export interface PolicyResult {
  readonly options: PolicyOptions;
  readonly stateColumns: readonly string[];
  readonly actions: readonly string[];
  readonly transitions: number;
  readonly rows: number;
  readonly episodes?: number;
  readonly states: readonly LearnedState[];
  readonly exact: { readonly sweeps: number; readonly error: number };
  readonly qLearning: LearnerSummary;
  readonly doubleQ: LearnerSummary;
  readonly posterior: { readonly level: number; readonly draws: number; readonly prior: Prior };
  readonly offPolicy?: OffPolicy;
  readonly sensitivity: readonly SensitivityRow[];
  readonly grid?: PolicyGrid;
  readonly notes: readonly Note[];
  readonly dropped: Experience['dropped'];
  /** Seconds. */
  readonly timings: { readonly exact: number; readonly qLearning: number; readonly doubleQ: number; readonly posterior: number; readonly offPolicy: number; readonly sensitivity: number };
}

export interface LearnedPolicy { readonly result: PolicyResult; readonly mdp: Mdp; readonly solution: Solution }

/** Learns and measures. Same experience, options and seed: same numbers. Throws UserError 'badOption' and 'numerical'. */
export async function learnPolicy(experience: Experience, options: PolicyOptions, context: WorkContext): Promise<LearnedPolicy> {
  const unit = rewardUnit(experience.reward);
  if (unit === 1) return learned(experience, experience, options, context);
  return inUnits(await learned({ ...experience, reward: experience.reward.map(reward => reward / unit) }, experience, options, context), unit);
}

/** `given`: the experience in the rewards of the log, for what is said of them. */
async function learned(experience: Experience, given: Experience, options: PolicyOptions, context: WorkContext): Promise<LearnedPolicy> {
  if (!(options.epsilon >= 0 && options.epsilon <= 1)) throw new UserError('badOption', `The exploration has to be from 0 to 1, and is ${options.epsilon}.`);
  const rng = new Rng(options.seed);
  const clock = new Clock();
  const mdp = estimateMdp(experience);
  const solution = await solveMdp(mdp, { discount: options.discount }, context);
  clock.lap('exact');
  const { discount, rate, sweeps, level } = options;
  const settings = { discount, rate, ...(sweeps !== undefined && { sweeps }) };
  const log = shuffledLog(experience, mdp, rng.fork('shuffle'));
  const single = await replay(experience, mdp, solution, settings, rng.fork('replay'), context, log);
  clock.lap('qLearning');
  const double = await replay(experience, mdp, solution, { ...settings, double: true }, rng.fork('double'), context, log);
  clock.lap('doubleQ');
  const posterior = await drawPosterior(mdp, solution, { level, ...(options.draws !== undefined && { draws: options.draws }) }, rng.fork('posterior'), context);
  clock.lap('posterior');
  const evaluation = { discount, epsilon: options.epsilon, level, ...(options.replicates !== undefined && { replicates: options.replicates }) };
  const measured = await offPolicyValue(experience, mdp, evaluation, rng.fork('offPolicy'), context).catch((error: unknown) => {
    // Without a discount half of a log may hold no way to an end.
    if (UserError.is(error, 'numerical')) return undefined;
    throw error;
  });
  const offPolicy = measured && withoutRounding(measured, experience.reward, solution);
  clock.lap('offPolicy');
  const varied = await sensitivity(experience, mdp, solution, { rate, epsilon: options.epsilon }, rng.fork('sensitivity'), context, log);
  clock.lap('sensitivity');
  const grid = policyGrid(experience, mdp, solution, tieWidth(solution.q));
  const states = learnedStates(experience, mdp, solution, single, double, posterior, options);
  const result: PolicyResult = {
    options, stateColumns: experience.states.fields.map(field => field.name), actions: experience.actions, transitions: experience.size, rows: experience.rows,
    ...(experience.episodes && { episodes: experience.episodes.count }), states, exact: { sweeps: solution.sweeps, error: solution.error },
    qLearning: summaryOf(single), doubleQ: summaryOf(double), posterior: { level, draws: posterior.draws, prior: posterior.prior }, ...(offPolicy && { offPolicy }),
    sensitivity: varied, ...(grid && { grid }), notes: [...experience.notes, ...findings(given, mdp, solution), ...measureNotes(mdp, posterior, states, offPolicy, options)],
    dropped: experience.dropped, timings: clock.seconds,
  };
  return { result, mdp, solution };
}

function summaryOf({ sweeps, updates, curve, largestDistance, meanDistance, agreement }: Replayed): LearnerSummary {
  return { sweeps, updates, curve, largestDistance, meanDistance, agreement };
}

class Clock {
  readonly seconds = { exact: 0, qLearning: 0, doubleQ: 0, posterior: 0, offPolicy: 0, sensitivity: 0 };
  private last = performance.now();

  lap(part: keyof Clock['seconds']): void {
    const now = performance.now();
    this.seconds[part] = (now - this.last) / 1000;
    this.last = now;
  }
}

function learnedStates(
  experience: Experience, mdp: Mdp, solution: Solution, single: Replayed, double: Replayed, posterior: Posterior, options: PolicyOptions,
): LearnedState[] {
  return Array.from({ length: mdp.states }, (_, s) => {
    const actions: LearnedAction[] = [];
    let visits = 0;
    for (let p = mdp.stateStart[s]!; p < mdp.stateStart[s + 1]!; p++) {
      visits += mdp.visits[p]!;
      actions.push({
        action: mdp.pairAction[p]!, visits: mdp.visits[p]!, q: solution.q[p]!, low: posterior.low[p]!, high: posterior.high[p]!, best: posterior.best[p]!,
        qLearning: single.q[p]!, doubleQ: double.q[p]!, unsupported: mdp.visits[p]! < options.fewestVisits,
      });
    }
    const p = solution.greedy[s]!;
    // Actions that are equally good in every draw are no uncertainty; those whose means are equal by chance are.
    const certainty = p >= 0 ? Math.min(1, posterior.unbeaten[p]!) : 1;
    return {
      values: stateValues(experience.states, s), visits, value: solution.v[s]!, ...(p >= 0 && { greedy: mdp.pairAction[p]! }), ties: solution.ties[s]!,
      certainty, support: p >= 0 ? mdp.visits[p]! : 0, uncertain: p >= 0 && certainty < options.certainFrom, unsupported: p >= 0 && mdp.visits[p]! < options.fewestVisits, actions,
    };
  });
}
