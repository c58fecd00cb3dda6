/** Small dense networks as plain arithmetic, for languages without loops. */
import { UserError } from '../../protocol/errors';
import type { Activation } from '../compute/network/description';
import { Builder, constant } from './builder';
import type { ExportedNetwork, Expr, Program, Step } from './program';
import { resultsOf } from './program';

/** Weights of all networks together. */
const mostWeights = 20_000;

/** A builder whose values come after those of the program. */
class LaterBuilder extends Builder {
  constructor(private next: number) {
    super();
  }

  override newName(): number {
    return this.next++;
  }
}

/** Throws UserError for attention models and for networks with many weights. */
export function lowerNetworks(program: Program): Program {
  const networks = program.steps.flatMap(step => (step.kind === 'network' ? [step.network] : []));
  if (networks.length === 0) return program;
  const weights = networks.reduce((sum, network) => sum + sizeOf(network), 0);
  if (weights > mostWeights) {
    throw new UserError('badOption', `The model's networks have ${weights} weights, too many for SQL (at most ${mostWeights}); export it as TypeScript or Python.`);
  }
  const builder = new LaterBuilder(1 + Math.max(...program.steps.flatMap(resultsOf)));
  for (const step of program.steps) {
    if (step.kind === 'network') lower(builder, step);
    else builder.steps.push(step);
  }
  return { ...program, steps: builder.steps };
}

function sizeOf(network: ExportedNetwork): number {
  if (network.kind === 'attention') throw new UserError('badOption', 'Attention models cannot be exported as SQL; export the model as TypeScript or Python.');
  return network.layers.reduce((sum, { weight }) => sum + weight.length, 0);
}

function lower(builder: Builder, { results, inputs, network }: Extract<Step, { kind: 'network' }>): void {
  if (network.kind !== 'dense') return;
  let x: readonly Expr[] = inputs;
  network.layers.forEach(({ weight, bias }, l) => {
    const last = l === network.layers.length - 1;
    const sums = Array.from(bias, (start, j) => builder.sum([
      constant(start), ...x.map((value, i) => builder.call('*', constant(weight[i * bias.length + j]), value)),
    ]));
    if (last) sums.forEach((value, j) => builder.steps.push({ kind: 'value', result: results[j], value }));
    else x = sums.map(sum => activated(builder, builder.atom(sum), network.activation));
  });
}

function activated(builder: Builder, x: Expr, activation: Activation): Expr {
  const sigmoid = (value: Expr): Expr => builder.atom(
    builder.call('/', constant(1), builder.call('+', constant(1), builder.call('exp', builder.call('negate', value)))));
  switch (activation) {
    case 'relu': return builder.atom(builder.call('max', x, constant(0)));
    case 'tanh': return builder.atom(builder.call('tanh', x));
    case 'sigmoid': return sigmoid(x);
    case 'gelu': {
      const cube = builder.product([constant(0.044715), x, x, x]);
      const inner = builder.call('*', constant(2 * Math.sqrt(2 / Math.PI)), builder.call('+', x, cube));
      return builder.atom(builder.call('*', x, sigmoid(inner)));
    }
  }
}
