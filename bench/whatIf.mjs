// `node bench/whatIf.mjs [--families linear,ebm,…] [--moves 41] [--out docs/benchmarks.md]`: milliseconds from a moved slider's question
// to the engine's answer (prediction, interval and contributions) for each family, over the same JSON-RPC channel as in the editor, and of
// the answer in full once the slider is let go. Needs the bundles (`npm run build`). Writes the section "What-if" of docs/benchmarks.md.
import { fork } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import rpc from 'vscode-jsonrpc/node.js';

const { values: flags } = parseArgs({ options: { families: { type: 'string', default: 'linear,bayes,logistic,ebm,neural,attention,formula' }, moves: { type: 'string', default: '41' }, out: { type: 'string', default: 'docs/benchmarks.md' } } });
const moves = Number(flags.moves);
const data = { regression: { file: 'examples/diabetes.csv', target: 'target' }, classification: { file: 'examples/breast_cancer.csv', target: 'target' } };
const tasksOf = { linear: ['regression'], bayes: ['regression', 'classification'], logistic: ['classification'], ebm: ['regression', 'classification'], neural: ['regression', 'classification'], attention: ['regression', 'classification'], formula: ['regression'] };
if (!existsSync('dist/engine.js')) {
  console.error('dist/engine.js is not there; run `npm run build` first.');
  process.exit(2);
}

const engine = fork('dist/engine.js', [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
const connection = rpc.createMessageConnection(new rpc.IPCMessageReader(engine), new rpc.IPCMessageWriter(engine));
connection.listen();
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

async function timed(work) {
  const from = performance.now();
  const result = await work();
  return { ms: performance.now() - from, result };
}

const lines = [];
for (const family of flags.families.split(',')) {
  for (const task of tasksOf[family]) {
    const { file, target } = data[task];
    const { model } = await connection.sendRequest('explain', { file: resolve(file), target, task, model: family, detail: 'brief', conformal: 'auto', ...(family === 'formula' && { options: { seconds: 10 } }) });
    const key = `${family} ${task}`;
    const ask = async (question, more = {}) => {
      const found = await connection.sendRequest('whatIf', { key, ask: question, ...more });
      return found.answer;
    };
    const opened = await timed(() => ask({ kind: 'model' }, { model }));
    const { values } = await ask({ kind: 'row', row: 1 });
    const feature = opened.result.features.find(one => one.kind === 'number');
    const times = [];
    for (let move = 0; move < moves; move++) {
      const moved = { ...values, [feature.name]: feature.low + ((feature.high - feature.low) * move) / (moves - 1) };
      times.push((await timed(() => ask({ kind: 'prediction', values: moved, detail: 'quick' }))).ms);
    }
    const full = await timed(() => ask({ kind: 'prediction', values, detail: 'full' }));
    const now = full.result;
    const goal = task === 'regression' ? { kind: 'range', from: now.value * 1.2 } : { kind: 'class' };
    const changes = await timed(() => ask({ kind: 'changes', values, goal }));
    const sorted = times.sort((a, b) => a - b);
    lines.push({ family, task, features: opened.result.features.length, open: opened.ms, median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), full: full.ms, changes: changes.ms, found: changes.result.items.length });
    console.log(JSON.stringify(lines.at(-1)));
  }
}
engine.kill();

const ms = value => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
const section = `## What-if

\`node bench/whatIf.mjs\` on ${cpus().length} cores (${cpus()[0].model.trim()}): milliseconds until the engine has answered over JSON-RPC. *Moved*: prediction,
interval and contributions while a slider moves, median and 95 % of ${moves} moves; *let go*: the same with the contributions in full; *changes*: the search
for counterfactuals, with how many it found. Regression: diabetes (10 features); classification: breast cancer (30 features).

| family | task | opened | moved, median | moved, 95 % | let go | changes | found |
|---|---|--:|--:|--:|--:|--:|--:|
${lines.map(line => `| ${line.family} | ${line.task} | ${ms(line.open)} | ${ms(line.median)} | ${ms(line.p95)} | ${ms(line.full)} | ${ms(line.changes)} | ${line.found} |`).join('\n')}
`;
const text = readFileSync(flags.out, 'utf8');
const old = /## What-if\n[\s\S]*?(?=\n## |$)/;
writeFileSync(flags.out, old.test(text) ? text.replace(old, () => section) : `${text.trimEnd()}\n\n${section}`);
