/** Everything a fitted neural model holds, and its JSON. */
import type { Note } from '../../../protocol/profile';
import type { FitSection } from '../../../protocol/performanceSections';
import type { Section } from '../../../protocol/report';
import type { Task } from '../../../protocol/recipe';
import { activations, type DenseDescription, type NetworkDescription } from '../../compute/network/description';
import type { Model } from '../model';
import { arithmeticOf } from '../network/arithmetic';
import { inputWidth, readInputs, writeInputs, type NetworkInputs } from '../network/inputs';
import type { LastLayerPosterior } from '../network/lastLayerLaplace';
import { readFloats, readParameters, writeFloats, writeParameters } from '../network/parametersJson';
import type { TargetScale } from '../network/prepareNetwork';
import { damaged, readArray, readNumber, readNumbers, readObject, readText } from '../shared/json';
import type { TypicalColumn } from '../shared/typical';
import type { NetworksState } from './networks';
import type { UncertaintyMethod } from './settings';

export interface NeuralState extends NetworksState {
  readonly title: string;
  /** Name of the column. */
  readonly target: string;
  readonly task: Task;
  readonly classes?: readonly string[];
  readonly inputs: NetworkInputs;
  readonly scale: TargetScale;
  /** Standard deviation of a new observation about the mean, in the target's unit; 0 for classes. */
  readonly noise: number;
  /** Penalty on the squares of weights that was used. */
  readonly l2: number;
  /** Mean of each input over the training rows. */
  readonly inputMean: Float32Array;
  readonly typical: readonly TypicalColumn[];
  readonly statistics: FitSection['values'];
  readonly notes: readonly Note[];
  readonly training?: Model['training'];
  /** What was found inside the networks when they were fitted. */
  readonly inside: readonly Section[];
}

export function writeState(state: NeuralState): unknown {
  const { description, members, posteriors, inputs, scale } = state;
  return {
    version: 1, title: state.title, target: state.target, task: state.task, classes: state.classes,
    description, members: members.map(writeParameters), inputs: writeInputs(inputs), scale: [scale.mean, scale.deviation], noise: state.noise, l2: state.l2,
    uncertainty: state.uncertainty, dropout: state.dropout, seed: state.seed,
    posteriors: posteriors?.map(({ size, roots, priorPrecision }) => ({ size, priorPrecision, roots: roots.map(writeFloats) })),
    inputMean: writeFloats(state.inputMean), typical: state.typical, statistics: state.statistics, notes: state.notes,
    training: state.training, inside: state.inside,
  };
}

/** Reads a network's shape from JSON: it must have so many inputs and classes (undefined: a number is predicted). */
export type ReadDescription = (json: unknown, inputs: number, classes: number | undefined) => NetworkDescription;

/** `read`: how the networks' shape is read. Throws UserError 'badModelFile'. */
export function readState(json: unknown, read: ReadDescription = readDescription): NeuralState {
  const object = readObject(json, 'the model');
  const inputs = readInputs(object['inputs']);
  const task = readText(object['task'], 'the task');
  if (task !== 'regression' && task !== 'classification') throw damaged('the task');
  const classes = task === 'classification' ? readArray(object['classes'], 'the classes').map(name => readText(name, 'a class')) : undefined;
  const description = read(object['description'], inputWidth(inputs), classes?.length);
  const members = readArray(object['members'], 'the networks').map(item => readParameters(item, description));
  const [mean, deviation] = readNumbers(object['scale'], 'the scale of the target', 2);
  const posteriors = object['posteriors'] === undefined ? undefined
    : readArray(object['posteriors'], 'the posterior').map(item => readPosterior(item, description));
  if (members.length === 0 || (posteriors && posteriors.length !== members.length)) throw damaged('the networks');
  const uncertainty = readText(object['uncertainty'], 'the uncertainty');
  if (!['ensemble', 'laplace', 'dropout'].includes(uncertainty)) throw damaged('the uncertainty');
  return {
    title: readText(object['title'], 'the title'), target: readText(object['target'], 'the target'), task, ...(classes && { classes }),
    description, members, inputs, scale: { mean, deviation }, noise: readNumber(object['noise'], 'the noise'), l2: readNumber(object['l2'], 'the penalty'),
    uncertainty: uncertainty as UncertaintyMethod, dropout: readNumber(object['dropout'], 'the dropout'), seed: readNumber(object['seed'], 'the seed'),
    ...(posteriors && { posteriors }), inputMean: readFloats(object['inputMean'], 'the means', description.inputs),
    typical: (object['typical'] ?? []) as NeuralState['typical'], statistics: (object['statistics'] ?? []) as NeuralState['statistics'],
    notes: (object['notes'] ?? []) as NeuralState['notes'], inside: (object['inside'] ?? []) as NeuralState['inside'],
    ...(object['training'] !== undefined && { training: object['training'] as NeuralState['training'] }),
  };
}

function readDescription(json: unknown, inputs: number, classes: number | undefined): DenseDescription {
  const object = readObject(json, 'the network');
  const hidden = Array.from(readNumbers(object['hidden'], 'the layers'));
  const activation = activations.find(name => name === object['activation']);
  const head = classes === undefined ? 'identity' : classes > 2 ? 'softmax' : 'logistic';
  const outputs = head === 'softmax' ? classes! : 1;
  const fits = object['kind'] === 'dense' && object['inputs'] === inputs && object['outputs'] === outputs && object['head'] === head;
  if (!fits || !activation || hidden.some(units => !(Number.isInteger(units) && units >= 1))) throw damaged('the network');
  return { kind: 'dense', head, inputs, hidden, activation, outputs };
}

function readPosterior(json: unknown, description: NetworkDescription): LastLayerPosterior {
  const object = readObject(json, 'the posterior');
  const size = arithmeticOf(description).lastWidth + 1;
  const roots = readArray(object['roots'], 'the posterior').map(text => readFloats(text, 'the posterior', size * size));
  if (object['size'] !== size || roots.length !== description.outputs) throw damaged('the posterior');
  return { size, roots, priorPrecision: readNumber(object['priorPrecision'], 'the prior') };
}
