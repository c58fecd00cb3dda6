/** Helpers of the policy tests: tables from simulated logs and from short lists, and the true values in the numbering of an experience. */
import { exactValues, type Environment, type Policy, type Step } from '../../../examples/simulate.mjs';
import type { Column, Table } from '../../../src/engine/data/table';
import type { Experience } from '../../../src/engine/policy/experience';
import type { Mdp } from '../../../src/engine/policy/mdp';
import { readExperience } from '../../../src/engine/policy/readExperience';
import type { ExperienceColumns } from '../../../src/protocol/recipe';

type Cell = string | number | null;

/** Columns of numbers, or of texts where a cell is one; null is missing. */
export function tableOf(columns: Record<string, readonly Cell[]>): Table {
  const made = Object.entries(columns).map(([name, cells]): Column => {
    if (cells.every(cell => typeof cell !== 'string')) return { name, kind: 'numeric', storage: 'number', values: Float64Array.from(cells, cell => (cell === null ? NaN : (cell as number))) };
    const levels = [...new Set(cells.filter(cell => cell !== null).map(String))].sort();
    return { name, kind: 'categorical', storage: 'code', levels, codes: Int32Array.from(cells, cell => (cell === null ? -1 : levels.indexOf(String(cell)))) };
  });
  return { rows: Object.values(columns)[0]!.length, columns: made };
}

export function rolesOf(env: Environment): ExperienceColumns {
  return { states: env.columns, action: 'action', reward: 'reward', nextStates: env.columns.map(name => `next_${name}`), done: 'done', episode: 'episode' };
}

export function logTable(env: Environment, log: readonly (readonly Step[])[]): Table {
  const steps = log.flatMap((episode, e) => episode.map(step => ({ ...step, episode: e + 1 })));
  const columns: Record<string, Cell[]> = { episode: steps.map(step => step.episode) };
  env.columns.forEach((name, f) => {
    columns[name] = steps.map(step => env.states[step.state]![f]!);
    columns[`next_${name}`] = steps.map(step => env.states[step.next]![f]!);
  });
  Object.assign(columns, { action: steps.map(step => env.actions[step.action]!), reward: steps.map(step => step.reward), done: steps.map(step => String(step.done)) });
  return tableOf(columns);
}

export function experienceOf(env: Environment, log: readonly (readonly Step[])[]): Experience {
  return readExperience(logTable(env, log), rolesOf(env));
}

/** State of the environment of each state of the experience, and action of each action. */
export function matched(env: Environment, experience: Experience): { states: number[]; actions: number[] } {
  const key = new Map(env.states.map((state, s) => [state.join('|'), s]));
  const { fields, codes, count } = experience.states;
  const states = Array.from({ length: count }, (_, s) => key.get(fields.map((field, f) => field.labels[codes[s * fields.length + f]!]).join('|'))!);
  return { states, actions: experience.actions.map(action => env.actions.indexOf(action)) };
}

/** True Q* of each pair of the log. */
export function trueQ(env: Environment, experience: Experience, mdp: Mdp, discount = env.discount, policy?: Policy): Float64Array {
  const { q } = exactValues(env, discount, policy);
  const { states, actions } = matched(env, experience);
  return Float64Array.from(mdp.pairAction, (action, p) => q[states[mdp.pairState[p]!]!]![actions[action]!]!);
}

/** Largest loss, by the true Q*, of a greedy action against the best action of the environment, over all states that are left. */
export function largestLoss(env: Environment, experience: Experience, mdp: Mdp, greedy: Int32Array): number {
  const truth = trueQ(env, experience, mdp);
  const { v } = exactValues(env);
  const { states } = matched(env, experience);
  let loss = 0;
  greedy.forEach((p, s) => { if (p >= 0) loss = Math.max(loss, v[states[s]!]! - truth[p]!); });
  return loss;
}
