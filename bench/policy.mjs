// `node bench/policy.mjs speed [--rows 1000000] [--states 500] [--actions 6]`: seconds to read a log with DuckDB and to learn from it.
// `node bench/policy.mjs coverage [--logs 100]`: how often intervals of Q and off-policy intervals hold the true values at nominal 90 %, over simulated logs.
import { build } from 'esbuild';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { episodes, exactValues, frozenLake, gridworld, random, softPolicy, textbookWorld } from '../examples/simulate.mjs';

const { values: flags, positionals: [what] } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string', default: '1000000' }, states: { type: 'string', default: '500' }, actions: { type: 'string', default: '6' }, logs: { type: 'string', default: '100' } },
});

const parts = {
  'engine/context': 'CancellableContext', 'engine/data/source': 'openSource', 'engine/math/random': 'Rng', 'engine/policy/guessColumns': 'guessColumns',
  'engine/policy/readExperience': 'readExperience', 'engine/policy/learnPolicy': 'learnPolicy, defaultPolicyOptions', 'engine/policy/mdp': 'estimateMdp', 'engine/policy/solve': 'solveMdp',
  'engine/policy/posterior': 'drawPosterior', 'engine/policy/offPolicy': 'offPolicyValue, halve', 'engine/policy/foldModel': 'FoldModel',
};

const folder = join(process.cwd(), 'node_modules', '.cache', `unveil-bench-policy-${process.pid}`);
mkdirSync(folder, { recursive: true });
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, 'engine.cjs');
await build({
  stdin: { contents: Object.entries(parts).map(([file, names]) => `export { ${names} } from './src/${file}';`).join('\n'), resolveDir: process.cwd(), loader: 'ts' },
  bundle: true, platform: 'node', format: 'cjs', target: 'node20', external: ['@duckdb/*'], outfile, logLevel: 'error',
});
const engine = createRequire(import.meta.url)(outfile);
const context = new engine.CancellableContext();
const seconds = from => ((performance.now() - from) / 1000).toFixed(2);

/** A random process of states × actions, each with up to 5 next states, 2 % of steps ending, noisy rewards; behaviour at random. */
function largeLog(rows, states, actions) {
  const uniform = random(7);
  const next = Array.from({ length: states * actions }, () => Array.from({ length: 5 }, () => Math.floor(uniform() * states)));
  const mean = Array.from({ length: states * actions }, () => uniform());
  const lines = ['episode,state,action,reward,next_state,done'];
  let [state, episode] = [0, 1];
  for (let i = 0; i < rows; i++) {
    const action = Math.floor(uniform() * actions);
    const cell = state * actions + action;
    const after = next[cell][Math.floor(uniform() * 5)];
    const done = uniform() < 0.02;
    lines.push(`${episode},${state},${action},${(mean[cell] + uniform() - 0.5).toFixed(3)},${after},${done}`);
    state = done ? Math.floor(uniform() * states) : after;
    if (done) episode++;
  }
  return `${lines.join('\n')}\n`;
}

async function speed() {
  const file = join(folder, 'log.csv');
  writeFileSync(file, largeLog(Number(flags.rows), Number(flags.states), Number(flags.actions)));
  let from = performance.now();
  const source = await engine.openSource(file, {}, context);
  const { roles } = engine.guessColumns(await source.profile());
  const { table } = await source.load({ maxRows: 1e9, seed: 1 });
  console.log(`read and profiled by DuckDB: ${seconds(from)} s`);
  from = performance.now();
  const experience = engine.readExperience(table, roles);
  console.log(`${experience.size} transitions, ${experience.states.count} states, ${experience.actions.length} actions, encoded: ${seconds(from)} s`);
  const cpu = process.cpuUsage();
  const { result } = await engine.learnPolicy(experience, engine.defaultPolicyOptions, context);
  for (const [part, time] of Object.entries(result.timings)) console.log(`${part}: ${time.toFixed(2)} s`);
  const used = process.cpuUsage(cpu);
  console.log(`all of these together, of the processor: ${((used.user + used.system) / 1e6).toFixed(2)} s`);
  console.log(`training (exact, Q-learning, double Q-learning): ${(result.timings.exact + result.timings.qLearning + result.timings.doubleQ).toFixed(2)} s; draws ${result.posterior.draws}; sweeps ${result.qLearning.sweeps}`);
  console.log(`largest distance ${result.qLearning.largestDistance.toFixed(4)} (double ${result.doubleQ.largestDistance.toFixed(4)}), agreement ${result.qLearning.agreement} (${result.doubleQ.agreement})`);
  await source.close();
}

/** What readExperience gives, from the environment's own log. */
function experienceOf(env, log) {
  const steps = log.flatMap((list, episode) => list.map(step => ({ ...step, episode })));
  const number = (name, values) => ({ name, kind: 'numeric', storage: 'number', values: Float64Array.from(values) });
  const coded = (name, levels, values) => ({ name, kind: 'categorical', storage: 'code', levels, codes: Int32Array.from(values) });
  const columns = [
    number('episode', steps.map(s => s.episode)), number('state', steps.map(s => s.state)), number('next_state', steps.map(s => s.next)),
    coded('action', [...env.actions], steps.map(s => s.action)), number('reward', steps.map(s => s.reward)), number('done', steps.map(s => Number(s.done))),
  ];
  return engine.readExperience({ rows: steps.length, columns }, { states: ['state'], action: 'action', reward: 'reward', nextStates: ['next_state'], done: 'done', episode: 'episode' });
}

const trueState = (experience, s) => experience.states.fields[0].values[experience.states.codes[s]];

async function coverage() {
  const logs = Number(flags.logs);
  console.log('| environment | γ | episodes | Q: coverage | too low | too high | policy: coverage | mean error | mean width | behaviour: coverage |');
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  for (const [make, discount, noise] of [[frozenLake, 0.95, 0], [frozenLake, 0.99, 0], [textbookWorld, 0.9, 0.3], [gridworld, 0.95, 0], [gridworld, 0.95, 3]]) {
    for (const count of [100, 400, 2000]) console.log(await coverageRow({ ...make(), discount }, count, noise, logs));
  }
}

async function coverageRow(env, count, noise, logs) {
  const soft = softPolicy(env, 0.7);
  const start = values => env.starts.reduce((sum, s) => sum + values[s] / env.starts.length, 0);
  const [{ q: truth }, behaviour] = [exactValues(env), start(exactValues(env, env.discount, soft).v)];
  let [pairs, inside, low, high, held, ownHeld, error, width] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let r = 0; r < logs; r++) {
    const uniform = random(1000 + 7919 * r);
    const log = episodes(env, soft, count, 60, uniform);
    for (const list of log) list.forEach((step, i) => { if (noise > 0) list[i] = { ...step, reward: step.reward + noise * 2 * (uniform() + uniform() + uniform() - 1.5) }; });
    const experience = experienceOf(env, log);
    const mdp = engine.estimateMdp(experience);
    const solution = await engine.solveMdp(mdp, { discount: env.discount });
    const posterior = await engine.drawPosterior(mdp, solution, { level: 0.9, draws: 200 }, new engine.Rng(r), context);
    for (let p = 0; p < mdp.pairs; p++) {
      const value = truth[trueState(experience, mdp.pairState[p])][env.actions.indexOf(experience.actions[mdp.pairAction[p]])];
      pairs++;
      if (value < posterior.low[p] - 1e-6) low++;
      else if (value > posterior.high[p] + 1e-6) high++;
      else inside++;
    }
    const found = await engine.offPolicyValue(experience, mdp, { discount: env.discount, level: 0.9, replicates: 200 }, new engine.Rng(r), context);
    const value = await halvesValue(env, experience, mdp, soft, r, start);
    error += (found.headline.value - value) / logs;
    width += (found.headline.high - found.headline.low) / logs;
    if (found.headline.low <= value && value <= found.headline.high) held++;
    if (found.behaviour.low <= behaviour && behaviour <= found.behaviour.high) ownHeld++;
  }
  const share = n => `${(100 * n / pairs).toFixed(0)} %`;
  const cells = [`${env.name}${noise > 0 ? ', noisy rewards' : ''}`, env.discount, count, share(inside), share(high), share(low), `${(100 * held / logs).toFixed(0)} %`, error.toFixed(3), width.toFixed(3), `${(100 * ownHeld / logs).toFixed(0)} %`];
  return `| ${cells.join(' | ')} |`;
}

/** True value of the policies that the halves of offPolicyValue with this seed learn. */
async function halvesValue(env, experience, mdp, soft, seed, start) {
  const { count, start: first, order } = experience.episodes;
  const halves = engine.halve(count, new engine.Rng(seed));
  let value = 0;
  for (const half of [0, 1]) {
    const use = new Uint8Array(experience.size);
    for (let e = 0; e < count; e++) if (halves[e] !== half) for (let k = first[e]; k < first[e + 1]; k++) use[order[k]] = 1;
    const model = await engine.FoldModel.learn(experience, mdp, use, { discount: env.discount, epsilon: 0, smoothing: 1 }, context);
    const policy = env.states.map((_, s) => soft[s]);
    model.greedy.forEach((p, s) => { if (p >= 0) policy[trueState(experience, s)] = env.actions.indexOf(experience.actions[mdp.pairAction[p]]); });
    value += start(exactValues(env, env.discount, policy).v) / 2;
  }
  return value;
}

if (what === 'speed') await speed();
else if (what === 'coverage') await coverage();
else {
  console.error('Name what to measure: speed or coverage.');
  process.exitCode = 2;
}
