/** What the learned policy would have been worth, estimated from a log that was written under another one. */
import { UserError } from '../../protocol/errors';
import type { Note } from '../../protocol/profile';
import type { WorkContext } from '../context';
import type { Rng } from '../math/random';
import type { Experience } from './experience';
import { gammaVariate } from './gamma';
import { FoldModel } from './foldModel';
import { LoggedValue } from './loggedValue';
import type { Mdp } from './mdp';
import { evaluationNotes, fewestEffective, sameNotes, type UnitCounts } from './offPolicyNotes';
import { PartSums, type Part } from './offPolicyParts';

export interface OffPolicyOptions {
  readonly discount: number;
  /** Share of chance in the policy that is evaluated: with this probability an action of the log is drawn evenly, else the greedy one taken. */
  readonly epsilon?: number;
  readonly level: number;
  /** Bootstrap replicates; absent: 1000, fewer on long logs. */
  readonly replicates?: number;
  /** Visits with which actions of the whole log count in each state, for the logged policy. */
  readonly smoothing?: number;
}

/** 'logged': of a policy that does all that was done, the value of what was done. */
export type EstimatorName = 'doublyRobust' | 'marginalDoublyRobust' | 'weightedImportance' | 'logged';

export interface PolicyEstimate {
  readonly name: EstimatorName;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface OffPolicy {
  readonly level: number;
  readonly replicates: number;
  /** 'episodes': discounted return from the first state of an episode; 'transitions': from a state drawn from the log. */
  readonly unit: 'episodes' | 'transitions';
  readonly units: number;
  /** The estimate to be shown first. */
  readonly headline: PolicyEstimate;
  readonly estimates: readonly PolicyEstimate[];
  /** The value of the logged policy, from its own returns (transitions: from the estimated process). */
  readonly behaviour: { readonly value: number; readonly low: number; readonly high: number };
  /** Headline less behaviour, resampled together; all 0 where the policy does all that was done. */
  readonly gain: { readonly value: number; readonly low: number; readonly high: number };
  /** Effective number of episodes that go on as the policy would, at the step `overlapStep` (1-based); absent without episodes. */
  readonly effectiveEpisodes?: number;
  readonly overlapStep?: number;
  /** Share of the steps that the policy would take, which the half of the log that it is measured on shows. */
  readonly covered: number;
  /** Share of the logged actions that are the policy's own. */
  readonly agreement: number;
  readonly notes: readonly Note[];
}

const wantedWork = 5e7;
/** Outcomes drawn from the posterior, for all draws together, and fewest draws. */
const wantedDraws = 4e6;
const fewestDraws = 40;

/**
 * Cross-fitting: the units are halved at random; policy, values and logged policy are learned on one half and measured on the other, and the two results are averaged.
 * Undefined for fewer than 4 episodes or transitions. Throws 'badOption'.
 */
export async function offPolicyValue(experience: Experience, full: Mdp, options: OffPolicyOptions, rng: Rng, context: WorkContext): Promise<OffPolicy | undefined> {
  const epsilon = options.epsilon ?? 0;
  if (!(epsilon >= 0 && epsilon <= 1)) throw new UserError('badOption', `The exploration has to be from 0 to 1, and is ${epsilon}.`);
  if (!(options.level > 0 && options.level < 1)) throw new UserError('badOption', `The level has to be between 0 and 1, and is ${options.level}.`);
  const units = unitsOf(experience);
  if (units.count < 4) return undefined;
  const settings = { discount: options.discount, epsilon, smoothing: options.smoothing ?? 1 };
  const halves = halve(units.count, rng);
  const logged = new LoggedValue(experience, full, options.discount, units.episodes);
  const parts: Part[] = [];
  for (const half of [0, 1]) {
    const use = new Uint8Array(experience.size);
    for (let u = 0; u < units.count; u++) if (halves[u] !== half) for (let k = units.start[u]!; k < units.start[u + 1]!; k++) use[units.order[k]!] = 1;
    const model = await FoldModel.learn(experience, full, use, settings, context);
    parts.push(new PartSums(experience, full, units, Int32Array.from(range(units.count).filter(u => halves[u] === half)), model, settings.discount, logged).part());
  }
  const work = parts.reduce((sum, part) => sum + part.work, 0);
  const replicates = options.replicates ?? Math.max(200, Math.min(1000, Math.floor(wantedWork / Math.max(1, work))));
  const marginal = await marginalDraws(parts, replicates, rng, context);
  const draws = await resampled(parts, replicates, marginal, units.episodes, rng, context);
  const point = averaged(parts.map((part, k) => pointOf(part, marginal[k]!, experience, options.discount)), parts);
  return summary(units, parts, point, draws, options.level, epsilon);
}

interface Units extends UnitCounts { readonly start: Int32Array; readonly order: Int32Array }

function unitsOf(experience: Experience): Units {
  const { episodes, size } = experience;
  if (episodes && episodes.count >= 4) return { count: episodes.count, start: episodes.start, order: episodes.order, episodes: true, cutOff: episodes.cutOff };
  return { count: size, start: Int32Array.from({ length: size + 1 }, (_, i) => i), order: Int32Array.from({ length: size }, (_, i) => i), episodes: false, cutOff: 0 };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Which half each unit belongs to. */
export function halve(count: number, rng: Rng): Uint8Array {
  const half = new Uint8Array(count);
  rng.shuffle(Int32Array.from(range(count))).forEach((unit, k) => (half[unit] = k % 2));
  return half;
}

/** Too few episodes follow the policy for weights of whole histories. */
function isWeak(units: Units, parts: readonly Part[]): boolean {
  return !units.episodes || parts.reduce((sum, part) => sum + part.effective, 0) < fewestEffective;
}

/** Of each half, what the marginal estimate may be by the posterior less what it is, apart from the choice of first states. */
async function marginalDraws(parts: readonly Part[], replicates: number, rng: Rng, context: WorkContext): Promise<Float64Array[]> {
  const work = parts.reduce((sum, part) => sum + part.marginal.drawWork, 0);
  const count = Math.min(replicates, Math.max(fewestDraws, Math.floor(wantedDraws / work)));
  const draws: Float64Array[] = [];
  for (const { marginal, units } of parts) {
    const centre = marginal.firstValue(new Float64Array(units).fill(1));
    const found = new Float64Array(count);
    for (let d = 0; d < count; d++) {
      found[d] = marginal.draw(rng) - centre;
      const pause = context.breathe();
      if (pause) await pause;
    }
    // Rising in both halves: each half's policy was chosen by the other's chance, and estimates that were taken for independent held the truth too rarely.
    draws.push(found.sort());
  }
  return draws;
}

/**
 * Estimates of both halves together, for each resample of the units; the marginal one by `marginal`. A resample cannot hold larger or smaller returns than the log does, which is
 * too sure where few episodes are worth anything, so half an episode of the smallest and half of the largest return is added to each (as Jeffreys' prior has it).
 */
async function resampled(parts: readonly Part[], replicates: number, marginal: readonly Float64Array[], returns: boolean, rng: Rng, context: WorkContext): Promise<Float64Array[]> {
  const draws: Float64Array[] = [];
  for (let r = 0; r < replicates; r++) {
    const results = parts.map((part, k) => {
      const counts = new Float64Array(part.units);
      for (let u = 0; u < part.units; u++) counts[Math.floor(part.units * rng.uniform())]!++;
      const result = part.estimates(counts);
      result[1] = part.marginal.firstValue(counts) + drawFor(marginal[k]!, r, replicates);
      if (returns) {
        const [least, most] = [gammaVariate(rng, 0.5), gammaVariate(rng, 0.5)];
        result[behaviourPlace] = (part.units * result[behaviourPlace]! + least * part.returns[0] + most * part.returns[1]) / (part.units + least + most);
      }
      return result;
    });
    draws.push(averaged(results, parts));
    context.progress('Off-policy evaluation', (r + 1) / replicates);
    const pause = context.breathe();
    if (pause) await pause;
  }
  return draws;
}

/** Draws in rising order, each used as often as the others, or once more. */
export function drawFor(draws: Float64Array, replicate: number, replicates: number): number {
  return draws[Math.floor((replicate * draws.length) / replicates)]!;
}

/** Estimates on the units as they are, none beyond what rewards like those of the log can add up to. */
function pointOf(part: Part, marginal: Float64Array, experience: Experience, discount: number): Float64Array {
  const point = part.estimates(new Float64Array(part.units).fill(1));
  point[1]! += marginal.reduce((sum, draw) => sum + draw, 0) / marginal.length;
  const [least, most] = possibleReturns(experience, discount);
  return point.map(value => Math.min(most, Math.max(least, value)));
}

/** From the smallest and the largest reward: one of them at least, or one at each step for ever. */
function possibleReturns({ reward }: Experience, discount: number): [number, number] {
  const [low, high] = reward.reduce(([least, most], r) => [Math.min(least, r), Math.max(most, r)] as [number, number], [Infinity, -Infinity] as [number, number]);
  const always = (r: number): number => (r === 0 ? 0 : r / (1 - discount));
  return [Math.min(low, always(low)), Math.max(high, always(high))];
}

function averaged(results: readonly Float64Array[], parts: readonly Part[]): Float64Array {
  const all = parts.reduce((sum, part) => sum + part.units, 0);
  return results[0]!.map((_, e) => results.reduce((sum, result, k) => sum + (parts[k]!.units / all) * result[e]!, 0));
}

const columns: readonly EstimatorName[] = ['doublyRobust', 'marginalDoublyRobust', 'weightedImportance'];
/** Place of the logged policy's value behind those of the estimators. */
const behaviourPlace = columns.length;

function summary(units: Units, parts: readonly Part[], point: Float64Array, draws: readonly Float64Array[], level: number, epsilon: number): OffPolicy {
  const interval = (pick: (values: Float64Array) => number): { value: number; low: number; high: number } => {
    const values = draws.map(pick).sort((a, b) => a - b);
    const at = (probability: number): number => values[Math.min(values.length - 1, Math.max(0, Math.round(probability * (values.length - 1))))]!;
    const value = pick(point);
    // Where nearly all draws are the same, their mean can lie beyond the central ones.
    return { value, low: Math.min(value, at((1 - level) / 2)), high: Math.max(value, at((1 + level) / 2)) };
  };
  const effective = parts.reduce((sum, part) => sum + part.effective, 0);
  const weak = isWeak(units, parts);
  // Weights of histories that hardly any episode has are worth nothing, and their intervals too.
  const behaviour = interval(values => values[behaviourPlace]!);
  // A policy that does all that was done is worth the same: one value, and not two estimates of it.
  const same = parts.every(part => part.certain === part.steps);
  const measured = same ? [{ name: 'logged' as const, ...behaviour }] : columns.filter(name => !weak || name === 'marginalDoublyRobust').map(name => ({ name, ...interval(values => values[columns.indexOf(name)]!) }));
  const headline = measured.find(estimate => same || estimate.name === (weak ? 'marginalDoublyRobust' : 'doublyRobust'))!;
  const place = columns.indexOf(headline.name);
  const steps = parts.reduce((sum, part) => sum + part.steps, 0);
  return {
    level, replicates: draws.length, unit: units.episodes ? 'episodes' : 'transitions', units: units.count, headline, estimates: measured, behaviour,
    gain: same ? { value: 0, low: 0, high: 0 } : interval(values => values[place]! - values[behaviourPlace]!),
    covered: coveredOf(parts), ...(units.episodes && { effectiveEpisodes: effective, overlapStep: parts[0]!.overlapStep }), agreement: parts.reduce((sum, part) => sum + part.agreeing, 0) / steps,
    notes: same ? sameNotes(units) : evaluationNotes(units, { effective, overlapStep: parts[0]!.overlapStep, covered: coveredOf(parts), weak, epsilon }),
  };
}

function coveredOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.marginal.covered, 0) / parts.length;
}
