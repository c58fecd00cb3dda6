/** Programs of neural networks and attention models: standardised inputs, every network of the ensemble, their mean, the link. */
import { UserError } from '../../protocol/errors';
import { parameterInfos, type NetworkDescription } from '../compute/network/description';
import type { Networks } from '../models/neural/networks';
import type { NeuralState } from '../models/neural/state';
import { Builder, constant } from './builder';
import { Design } from './design';
import { binaryProbabilities, softmaxProbabilities } from './link';
import type { ExportedNetwork, Expr, Program } from './program';

/** Standard deviations beyond which an input is cut off, as models/network/inputs.ts does. */
const farthest = 1e6;
/** Numbers in all networks together beyond which the code would be of no use to anybody. */
const mostNumbers = 2_000_000;

function inputsOf(builder: Builder, { encoding, shift, scale }: NeuralState['inputs']): Expr[] {
  if (shift.length === 0) return [constant(0)];
  const design = new Design(builder, encoding);
  return design.terms.filter(term => term.size > 0).flatMap(term => design.columnsOf(term)).map((column, j) => {
    if (shift[j] === 0 && scale[j] === 1) return builder.atom(column);
    const standard = builder.call('/', builder.call('-', column, constant(shift[j])), constant(scale[j]));
    return builder.atom(builder.call('max', builder.call('min', standard, constant(farthest)), constant(-farthest)));
  });
}

function exportedNetwork(description: NetworkDescription, parameters: readonly Float32Array[]): ExportedNetwork {
  if (description.kind === 'attention') {
    return { kind: 'attention', description, parameters: parameterInfos(description).map(({ name }, i) => [name, parameters[i]]) };
  }
  const layers = Array.from({ length: parameters.length / 2 }, (_, l) => ({ weight: parameters[2 * l], bias: parameters[2 * l + 1] }));
  return { kind: 'dense', activation: description.activation, layers };
}

/** `networks`: those of the same state. Throws UserError where the prediction needs more than the networks' outputs. */
export function networkProgram(state: NeuralState, networks: Networks, builder = new Builder()): Omit<Program, 'remarks'> {
  const { voices } = networks;
  if (state.task === 'classification' && state.uncertainty === 'laplace') {
    throw new UserError('badOption', 'A network of classes trained with uncertainty=laplace cannot be exported as code, because its probabilities rest on the posterior of its last layer.');
  }
  const size = voices.length * (voices[0]?.reduce((sum, values) => sum + values.length, 0) ?? 0);
  if (size > mostNumbers) {
    throw new UserError('badOption', `The model has ${size} numbers in its networks and is too large to be exported as code (at most ${mostNumbers}).`);
  }
  const inputs = inputsOf(builder, state.inputs);
  const outputs = voices.map(parameters => {
    const results = Array.from({ length: networks.outputs }, () => builder.newName());
    builder.steps.push({ kind: 'network', results, inputs, network: exportedNetwork(state.description, parameters) });
    return results.map((name): Expr => ({ kind: 'value', name }));
  });
  const meanOf = (values: readonly Expr[]): Expr => builder.atom(builder.call('/', builder.sum(values), constant(values.length)));
  const perOutput = (values: readonly (readonly Expr[])[]): Expr[] => values[0].map((_, k) => meanOf(values.map(v => v[k])));
  if (!state.classes) {
    const { mean, deviation } = state.scale;
    const value = builder.call('+', constant(mean), builder.call('*', constant(deviation), perOutput(outputs)[0]));
    return { steps: builder.steps, output: { kind: 'number', value: builder.atom(value) } };
  }
  const link = (scores: readonly Expr[]): Expr[] => (scores.length === 1 ? binaryProbabilities(builder, scores[0]) : softmaxProbabilities(builder, scores));
  const probabilities = networks.averagesProbabilities ? perOutput(outputs.map(link)) : link(perOutput(outputs));
  return { steps: builder.steps, output: { kind: 'classes', classes: state.classes, probabilities } };
}
