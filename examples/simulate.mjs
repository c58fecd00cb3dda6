// Simulator of the logs of decisions in this folder: `node examples/simulate.mjs [FOLDER] [--seed 1]` writes them anew and prints the seed.
// The environments are defined below as they are in the literature; their exact values (`exactValues`) are what the tests compare with.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Seeded uniform numbers on [0, 1) (mulberry32). */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * An environment: `states` (tuples of cell texts or numbers), `columns` (their names), `actions`, `starts` (indices of states), `outcomes[s][a]`: a list of
 * { probability, next, reward, done }, `ends` (indices of states that nothing is done in).
 */
function environment({ name, columns, states, actions, starts, ends, step, discount }) {
  const index = new Map(states.map((state, i) => [state.join('|'), i]));
  const outcomes = states.map((state, s) => (ends.has(s) ? [] : actions.map((_, a) => merged(step(state, a).map(o => ({ ...o, next: index.get(o.next.join('|')) }))))));
  return { name, columns, states, actions, starts, ends, outcomes, discount };
}

/** Outcomes with the same next state become one. */
function merged(outcomes) {
  const found = new Map();
  for (const o of outcomes) {
    const key = `${o.next}|${o.done}|${o.reward}`;
    const known = found.get(key);
    if (known) known.probability += o.probability;
    else found.set(key, { ...o });
  }
  return [...found.values()];
}

const moves = { left: [0, -1], down: [1, 0], right: [0, 1], up: [-1, 0] };
const directions = Object.keys(moves);

/** A walk on a map of text: S start, G goal, H hole or pit, # wall. `slip`: probabilities of going straight on, to the left and to the right of it. */
function walk({ name, map, slip, rewards, discount, everywhere = false }) {
  const cells = map.flatMap((line, row) => [...line].map((sign, column) => ({ sign, row, column }))).filter(cell => cell.sign !== '#');
  const sign = (row, column) => map[row]?.[column] ?? '#';
  const states = cells.map(cell => [cell.row, cell.column]);
  const ends = new Set(cells.flatMap((cell, s) => ('GH'.includes(cell.sign) ? [s] : [])));
  const step = ([row, column], action) => [0, 1, -1].flatMap(turn => {
    const probability = slip[turn === 0 ? 0 : turn === 1 ? 1 : 2];
    if (probability === 0) return [];
    const [down, right] = moves[directions[(action + turn + 4) % 4]];
    const next = sign(row + down, column + right) === '#' ? [row, column] : [row + down, column + right];
    const there = sign(...next);
    return [{ probability, next, reward: there === 'G' ? rewards.goal : there === 'H' ? rewards.hole : rewards.step, done: there === 'G' || there === 'H' }];
  });
  const starts = cells.flatMap((cell, s) => ((everywhere ? !ends.has(s) : cell.sign === 'S') ? [s] : []));
  return environment({ name, columns: ['row', 'column'], states, actions: directions, starts, ends, step, discount });
}

/** A walk without chance: every step costs 1, the goal brings 20, the pit costs 20. Episodes begin anywhere. */
export function gridworld() {
  return walk({
    name: 'gridworld', discount: 0.95, everywhere: true, slip: [1, 0, 0], rewards: { goal: 20, hole: -20, step: -1 },
    map: ['S....#..', '.##..#.G', '..#....H', '..#.##..', 'S.......', '...#..H.'],
  });
}

/** The frozen lake of 4 × 4 cells (Brockman et al. 2016, "FrozenLake-v1", slippery): a third straight on, a third to either side; the goal brings 1. */
export function frozenLake() {
  return walk({ name: 'frozen_lake', discount: 0.99, slip: [1 / 3, 1 / 3, 1 / 3], rewards: { goal: 1, hole: 0, step: 0 }, map: ['SFFF', 'FHFH', 'FFFH', 'HFFG'] });
}

/** The 4 × 3 world of Russell & Norvig, section 17.1: a step costs 0.04, the exits bring +1 and −1, 0.8 straight on and 0.1 to either side. Row 0 is at the top. */
export function textbookWorld() {
  return walk({ name: 'textbook', discount: 1, slip: [0.8, 0.1, 0.1], rewards: { goal: 1 - 0.04, hole: -1 - 0.04, step: -0.04 }, map: ['...G', '.#.H', 'S...'] });
}

const stands = { red: [0, 0], green: [0, 4], yellow: [4, 0], blue: [4, 3] };
const taxiMap = ['|R: | : :G|', '| : | : : |', '| : : : : |', '| | : | : |', '|Y| : |B: |'];
const taxiActions = ['south', 'north', 'east', 'west', 'pickup', 'dropoff'];

/** The taxi of Dietterich (2000) as in "Taxi-v3": 5 × 5 cells with walls, four stands; a step costs 1, a wrong pick-up or drop-off 10, a passenger brought home brings 20. */
export function taxi() {
  const places = Object.keys(stands);
  const states = [];
  for (let row = 0; row < 5; row++) for (let column = 0; column < 5; column++) for (const passenger of [...places, 'taxi']) for (const destination of places) states.push([row, column, passenger, destination]);
  const at = (place, row, column) => stands[place]?.[0] === row && stands[place]?.[1] === column;
  const step = ([row, column, passenger, destination], action) => {
    const free = side => taxiMap[row][2 * column + 1 + side] === ':';
    const to = (r, c, p, reward, done = false) => [{ probability: 1, next: [r, c, p, destination], reward, done }];
    switch (taxiActions[action]) {
      case 'south': return to(Math.min(row + 1, 4), column, passenger, -1);
      case 'north': return to(Math.max(row - 1, 0), column, passenger, -1);
      case 'east': return to(row, free(1) ? column + 1 : column, passenger, -1);
      case 'west': return to(row, free(-1) ? column - 1 : column, passenger, -1);
      case 'pickup': return passenger !== 'taxi' && at(passenger, row, column) ? to(row, column, 'taxi', -1) : to(row, column, passenger, -10);
      default: {
        if (passenger === 'taxi' && at(destination, row, column)) return to(row, column, destination, 20, true);
        const here = passenger === 'taxi' ? places.find(place => at(place, row, column)) : undefined;
        return here === undefined ? to(row, column, passenger, -10) : to(row, column, here, -1);
      }
    }
  };
  const starts = states.flatMap(([, , passenger, destination], s) => (passenger !== 'taxi' && passenger !== destination ? [s] : []));
  return environment({ name: 'taxi', columns: ['row', 'column', 'passenger', 'destination'], states, actions: taxiActions, starts, ends: new Set(), step, discount: 0.95 });
}

/** Q*, V* (rows: states) by value iteration to rounding; of states that nothing is done in, 0. With `policy` (an action a state, or shares) the values of that policy. */
export function exactValues(env, discount = env.discount, policy) {
  const v = new Float64Array(env.states.length);
  const worth = (s, a) => env.outcomes[s][a].reduce((sum, o) => sum + o.probability * (o.reward + (o.done ? 0 : discount * v[o.next])), 0);
  const value = s => {
    if (env.outcomes[s].length === 0) return 0;
    if (!policy) return Math.max(...env.actions.map((_, a) => worth(s, a)));
    return typeof policy[s] === 'number' ? worth(s, policy[s]) : policy[s].reduce((sum, share, a) => sum + (share > 0 ? share * worth(s, a) : 0), 0);
  };
  for (let sweep = 0; sweep < 1e6; sweep++) {
    let change = 0;
    for (let s = 0; s < v.length; s++) {
      const now = value(s);
      change = Math.max(change, Math.abs(now - v[s]));
      v[s] = now;
    }
    if (change < 1e-14) break;
  }
  return { v, q: env.outcomes.map((actions, s) => actions.map((_, a) => worth(s, a))) };
}

/** A policy as shares of actions: with probability `chance` any action, else the first of the best ones. */
export function softPolicy(env, chance) {
  const { q } = exactValues(env);
  return q.map(values => {
    const best = values.findIndex(value => value >= Math.max(...values) - 1e-9);
    return values.map((_, a) => chance / values.length + (a === best ? 1 - chance : 0));
  });
}

/** Episodes under a policy: arrays of { state, action, reward, next, done }, each of at most `mostSteps`. */
export function episodes(env, policy, count, mostSteps, uniform) {
  return Array.from({ length: count }, () => {
    const steps = [];
    let state = env.starts[Math.floor(uniform() * env.starts.length)];
    while (steps.length < mostSteps) {
      const action = draw(policy[state], uniform);
      const { next, reward, done } = env.outcomes[state][action][draw(env.outcomes[state][action].map(o => o.probability), uniform)];
      steps.push({ state, action, reward, next, done });
      state = next;
      if (done) break;
    }
    return steps;
  });
}

function draw(shares, uniform) {
  let left = uniform();
  for (let i = 0; i < shares.length - 1; i++) if ((left -= shares[i]) < 0) return i;
  return shares.length - 1;
}

/** The log as CSV: episode, the state's columns, action, reward, the columns after the action, done. */
export function logText(env, log) {
  const lines = [['episode', ...env.columns, 'action', 'reward', ...env.columns.map(name => `next_${name}`), 'done'].join(',')];
  log.forEach((steps, episode) => {
    for (const { state, action, reward, next, done } of steps) lines.push([episode + 1, ...env.states[state], env.actions[action], reward, ...env.states[next], done].join(','));
  });
  return `${lines.join('\n')}\n`;
}

/** What the shipped logs hold: the environment, episodes, most steps of an episode, and how often the logged policy acted by chance. */
export const logs = [
  { make: gridworld, count: 200, mostSteps: 60, chance: 0.7 },
  { make: frozenLake, count: 3000, mostSteps: 100, chance: 0.5 },
  { make: taxi, count: 1000, mostSteps: 100, chance: 0.5 },
];

export function simulate({ make, count, mostSteps, chance }, seed) {
  const env = make();
  return { env, log: episodes(env, softPolicy(env, chance), count, mostSteps, random(seed)) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const flag = process.argv.indexOf('--seed');
  const seed = flag > 0 ? Number(process.argv[flag + 1]) : 1;
  const folder = process.argv[2] !== undefined && process.argv[2] !== '--seed' ? process.argv[2] : fileURLToPath(new URL('.', import.meta.url));
  for (const settings of logs) {
    const { env, log } = simulate(settings, seed);
    const text = logText(env, log);
    writeFileSync(join(folder, `${env.name}.csv`), text);
    console.log(`${env.name}.csv: ${log.length} episodes, ${text.split('\n').length - 2} transitions, seed ${seed}`);
  }
}
