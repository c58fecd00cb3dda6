/** Trains the networks of neural models and puts them together. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { FitSection } from '../../../protocol/performanceSections';
import type { Section } from '../../../protocol/report';
import type { DenseDescription, NetworkDescription } from '../../compute/network/description';
import { parameterCount } from '../../compute/network/description';
import type { TrainedNetwork, TrainingJob } from '../../compute/network/training';
import { trainAll } from '../../compute/trainAll';
import type { ProgressWords } from '../../compute/trainingProgress';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { Rng } from '../../math/random';
import { inputTerms } from '../network/inputs';
import type { PreparedNetwork } from '../network/prepareNetwork';
import { trainingCurves } from '../network/trainingCurves';
import type { RowParts } from '../network/validationParts';
import { shownFeatures } from '../shared/effects';
import { encodingNotes } from '../shared/encodingNotes';
import { typicalColumns } from '../shared/typical';
import { NeuralModel } from './model';
import { spareJobs, spareParts } from './spareNetworks';
import { noiseNotes, trainingNotes } from './trainingNotes';
import { networkTitle, rounded } from './words';
import { heldOutVariance, noiseVariance, posteriorsOf } from './noise';
import { dropoutVoices, type NetworksState } from './networks';
import type { NeuralState } from './state';
import type { NeuralSettings, TrainingSettings } from './settings';

/** One fit: its data, its settings, and which rows train and validate each network. */
export interface NetworkPlan<Settings extends TrainingSettings = TrainingSettings, Description extends NetworkDescription = NetworkDescription> {
  readonly prepared: PreparedNetwork;
  readonly settings: Settings;
  readonly description: Description;
  part(member: number): RowParts;
  job(member: number, l2: number): TrainingJob;
}
export type NeuralPlan = NetworkPlan<NeuralSettings, DenseDescription>;

/**
 * Trained networks, and the penalty that they were trained with. `held`: networks that were trained only to measure the noise, each
 * without some rows (`spareParts`).
 */
export interface Trained { readonly networks: readonly TrainedNetwork[]; readonly l2: number; readonly held?: readonly TrainedNetwork[] }

export function planFit(dataset: Dataset, prepared: PreparedNetwork, settings: NeuralSettings): NeuralPlan {
  const { data, outputs, classes } = prepared;
  const head = !classes ? 'identity' : classes.length > 2 ? 'softmax' : 'logistic';
  const description: DenseDescription = { kind: 'dense', head, inputs: data.inputs, hidden: settings.hidden, activation: settings.activation, outputs };
  return planNetwork(dataset, prepared, settings, description);
}

/** The plan for networks of any kind. */
export function planNetwork<S extends TrainingSettings, D extends NetworkDescription>(dataset: Dataset, prepared: PreparedNetwork, settings: S, description: D): NetworkPlan<S, D> {
  const part = (member: number): RowParts => prepared.parts(settings.validation, member);
  const rng = new Rng(dataset.recipe.seed);
  return {
    prepared, settings, description, part,
    job: (member, l2) => jobFor(prepared, settings, description, part(member), rng.fork(`network ${member}`).seed, l2),
  };
}

export function jobFor(
  { data }: PreparedNetwork, settings: TrainingSettings, description: NetworkDescription, part: RowParts, seed: number, l2: number,
): TrainingJob {
  const { optimiser, learningRate, l1, dropout, batchSize, epochs, patience, backend } = settings;
  return {
    description, data, trainRows: part.train, validationRows: part.validation, optimiser, learningRate, l1, l2, dropout, batchSize,
    // Without validation rows nothing stops the training: fewer passes.
    epochs: part.validation.length > 0 ? epochs : Math.min(epochs, 100), patience, seed, backend,
  };
}

/** Networks that each penalty is tried with. */
const trialNetworks = 2;

/**
 * Trains the networks of all plans, as many at once as there are cores. Where a plan has several penalties, two networks are
 * trained with each and the penalty with the lowest validation loss is kept, with its networks.
 */
export async function trainPlans(plans: readonly NetworkPlan[], context: WorkContext, words: ProgressWords): Promise<Trained[]> {
  const middle = plans.some(plan => plan.settings.l2.length > 1) ? (words.from + words.to) / 2 : words.from;
  const trials = plans.map(({ settings: { l2 }, part, prepared }) => {
    const needed = l2.length > 1 && part(0).validation.length > 0;
    const networks = prepared.data.rows < 10000 ? trialNetworks : 1;
    return needed ? l2.flatMap(value => Array.from({ length: networks }, (_, member) => ({ l2: value, member }))) : [];
  });
  const tried = await trainGroups(plans.map((plan, i) => trials[i].map(({ member, l2 }) => plan.job(member, l2))), context, { ...words, to: middle });
  const chosen = plans.map(({ settings }, i) => {
    const l2 = bestPenalty(trials[i].map(trial => trial.l2), tried[i]) ?? settings.l2[0];
    return { l2, networks: tried[i].filter((_, k) => trials[i][k].l2 === l2).slice(0, settings.members) };
  });
  const rest = await trainGroups(plans.map((plan, i) => {
    const { l2, networks } = chosen[i];
    return Array.from({ length: plan.settings.members - networks.length }, (_, k) => plan.job(networks.length + k, l2));
  }), context, { ...words, from: middle });
  const spare = await trainGroups(plans.map((plan, i) => spareJobs(plan, chosen[i].l2)), context, { ...words, from: words.to });
  return chosen.map(({ l2, networks }, i) => withFiniteLoss({ l2, networks: [...networks, ...rest[i]], held: spare[i] }));
}

/** A network that diverged before its first epoch was over still has its random starting weights. */
function withFiniteLoss(trained: Trained): Trained {
  if ([...trained.networks, ...trained.held ?? []].every(network => network.trainLoss.length > 0 || network.stopped !== 'diverged')) return trained;
  throw new UserError('badOption', 'A network diverged before its first epoch of training was over, so that it learned nothing; try a smaller learningRate or another optimiser.');
}

async function trainGroups(groups: readonly (readonly TrainingJob[])[], context: WorkContext, words: ProgressWords): Promise<TrainedNetwork[][]> {
  const jobs = groups.flat();
  const trained = jobs.length > 0 ? await trainAll(jobs, context, words) : [];
  let at = 0;
  return groups.map(group => trained.slice(at, at += group.length));
}

/** The penalty with the lowest mean of the networks' best validation losses. */
function bestPenalty(penalties: readonly number[], networks: readonly TrainedNetwork[]): number | undefined {
  const sums = new Map<number, number>();
  networks.forEach(({ validationLoss, bestEpoch }, k) => sums.set(penalties[k], (sums.get(penalties[k]) ?? 0) + (validationLoss[bestEpoch] ?? Infinity)));
  return [...sums].sort((a, b) => a[1] - b[1])[0]?.[0];
}

/** The model of trained networks. `full`: with effects, curves and statistics, which the models of folds go without. */
export function assembleModel(dataset: Dataset, plan: NeuralPlan, trained: Trained, full: boolean): NeuralModel {
  return new NeuralModel(assembleState(dataset, plan, trained, full));
}

/** What the model of trained networks holds, whatever their kind. `bare`: nothing of the weights' uncertainty, for predictions alone. */
export function assembleState(dataset: Dataset, plan: NetworkPlan, { networks: trained, l2, held: spare = [] }: Trained, full: boolean, bare = false): NeuralState {
  const { prepared, settings, description } = plan;
  const parts = trained.map((_, member) => plan.part(member));
  const { table, target, recipe } = dataset;
  let networks: NetworksState = {
    description, members: trained.map(network => network.parameters), uncertainty: settings.uncertainty, dropout: settings.dropout,
    seed: recipe.seed,
  };
  const held = spare.length > 0 ? spareParts(plan).map(part => part.held) : parts.map(({ validation }) => validation);
  const judged = { members: spare.length > 0 ? spare.map(network => network.parameters) : networks.members, held };
  const residual = target.task === 'regression' ? heldOutVariance(prepared, description, judged) : NaN;
  if (!bare && (settings.uncertainty === 'laplace' || (settings.uncertainty === 'ensemble' && settings.members === 1))) {
    const posteriors = posteriorsOf(prepared, networks, parts, Number.isFinite(residual) ? residual : 1);
    if (posteriors) networks = { ...networks, posteriors };
  }
  const noise = target.task === 'regression' ? prepared.target.deviation * Math.sqrt(noiseVariance(prepared, networks, held, residual)) : 0;
  const { inputs, tableRows } = prepared;
  const inputMean = columnMeansOf(prepared);
  return {
    ...networks, title: networkTitle(settings, description), target: target.name, task: target.task, ...(prepared.classes && { classes: prepared.classes }),
    inputs, scale: prepared.target, noise, l2, inputMean, inside: [],
    typical: full ? typicalColumns(inputs.encoding, table, tableRows, shownFeatures(inputs.encoding, inputTerms(inputs), inputStrengths(networks), inputDeviations(prepared, inputMean))) : [],
    statistics: full ? statisticsOf(plan, parts, trained, l2) : [],
    notes: full ? [...prepared.notes, ...trainingNotes(trained, settings.validation), ...noiseNotes(spare.length), ...encodingNotes(inputs.encoding, false)] : [],
    ...(full && { training: trainingCurves(description.head, trained, parts) }),
  };
}

/** The same model with sections of what is inside, and more notes. */
export function withInside(model: NeuralModel, inside: readonly Section[], notes: readonly Note[]): NeuralModel {
  return new NeuralModel({ ...model.state, inside, notes: [...model.state.notes, ...notes] });
}

function columnMeansOf({ data: { x, rows, inputs } }: PreparedNetwork): Float32Array {
  const sums = new Float64Array(inputs);
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < inputs; j++) sums[j] += x[at++];
  return Float32Array.from(sums, sum => sum / rows);
}

export function inputDeviations({ data: { x, rows, inputs } }: PreparedNetwork, mean: Float32Array): Float64Array {
  const sums = new Float64Array(inputs);
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < inputs; j++) sums[j] += (x[at++] - mean[j]) ** 2;
  return sums.map(sum => Math.sqrt(sum / rows));
}

/** Size of each input's weights in the first layer, mean over the networks: which features' effects are shown. */
function inputStrengths({ members, description: { inputs } }: NetworksState): Float64Array[] {
  const strength = new Float64Array(inputs);
  for (const [weight] of members) {
    const width = weight.length / inputs;
    for (let j = 0; j < inputs; j++) for (let k = 0; k < width; k++) strength[j] += weight[j * width + k] ** 2;
  }
  return [strength.map(Math.sqrt)];
}

function statisticsOf({ description, settings }: NetworkPlan, parts: readonly RowParts[], trained: readonly TrainedNetwork[], l2: number): FitSection['values'] {
  const epochs = trained.map(network => network.trainLoss.length);
  return [
    { label: 'Networks', value: trained.length, hint: 'Their predictions are averaged' },
    shapeOf(description),
    { label: 'Weights and biases of one network', value: parameterCount(description) },
    { label: 'Training rows of one network', value: parts[0].train.length },
    { label: 'Validation rows of one network', value: parts[0].validation.length, hint: 'Only stop the training' },
    { label: 'Epochs', value: epochs.every(e => e === epochs[0]) ? epochs[0] : `${Math.min(...epochs)} to ${Math.max(...epochs)}` },
    { label: 'Optimiser', value: `${settings.optimiser}, learning rate ${rounded(settings.learningRate)}, batches of ${settings.batchSize}` },
    { label: 'Uncertainty', value: uncertaintyWords(settings, trained.length) },
    { label: 'Penalty l2', value: l2, hint: settings.l2.length > 1 ? `The best of ${settings.l2.join(', ')} on validation rows` : 'As set' },
    { label: 'Computed by', value: trained[0].executor, hint: trained[0].backendReason },
  ];
}

function uncertaintyWords({ uncertainty, dropout }: TrainingSettings, networks: number): string {
  if (uncertainty === 'dropout') return `MC dropout: ${dropoutVoices} masks or more, ${rounded(100 * dropout)} % of the hidden units left out by each`;
  if (networks === 1) return 'Laplace approximation of the last layer';
  return uncertainty === 'laplace' ? 'spread of the ensemble and Laplace approximation of the last layers' : 'spread of the ensemble';
}

/** The layers of a network in one line. */
function shapeOf(description: NetworkDescription): FitSection['values'][number] {
  if (description.kind === 'dense') {
    const { inputs, hidden, outputs, activation } = description;
    return { label: 'Layers', value: [inputs, ...hidden, outputs].join(' → '), hint: `Inputs, hidden units (${activation}), outputs` };
  }
  const { tokens, width, layers, heads, feedForward, uniform } = description;
  const attention = uniform ? 'uniform attention' : heads === 1 ? 'attention with one head' : `attention with ${heads} heads`;
  return {
    label: 'Layers', value: `${tokens} tokens of width ${width}, ${layers === 1 ? 'one layer' : `${layers} layers`} of ${attention}`,
    hint: `One token a feature and [CLS]; each layer also has ${feedForward} hidden feed-forward units`,
  };
}
