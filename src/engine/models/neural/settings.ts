/** The neural family's options: what they are called, and the settings that they amount to. */
import { UserError } from '../../../protocol/errors';
import type { OptionValue } from '../../../protocol/recipe';
import { activations, type Activation } from '../../compute/network/description';
import type { Backend, OptimiserName } from '../../compute/network/training';
import type { FamilyOption } from '../model';
import { optionOf, preparationOptions } from '../shared/options';

export type UncertaintyMethod = 'ensemble' | 'laplace' | 'dropout';

/** How networks of any kind are trained and put together. */
export interface TrainingSettings {
  readonly optimiser: OptimiserName;
  readonly learningRate: number;
  readonly l1: number;
  /** Several: the best of them is chosen on validation rows. */
  readonly l2: readonly number[];
  readonly dropout: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly patience: number;
  readonly validation: number;
  readonly backend: Backend;
  /** Networks in the ensemble. */
  readonly members: number;
  /** In each fold of the measurement; undefined: as time allows. */
  readonly foldMembers?: number;
  readonly uncertainty: UncertaintyMethod;
}

export interface NeuralSettings extends TrainingSettings {
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly prune: boolean;
}

const optimisers: readonly OptimiserName[] = ['adam', 'adamw', 'sgd', 'momentum', 'nesterov', 'rmsprop', 'adagrad'];
const backends: readonly Backend[] = ['auto', 'tensorflow', 'wasm', 'cpu', 'simd'];

/** For layers of up to 64 units; wider ones take smaller steps. Plain steps along the gradient need larger ones than steps scaled by the gradients' size. */
export const usualRate: Readonly<Record<OptimiserName, number>> = { adam: 0.005, adamw: 0.005, rmsprop: 0.002, adagrad: 0.02, sgd: 0.05, momentum: 0.01, nesterov: 0.01 };

/** Rate of the dropout where uncertainty=dropout is asked for without one. */
const usualDropout = 0.1;

/** Options of training, ensemble and uncertainty, for networks of any kind. */
export const trainingOptions: readonly FamilyOption[] = [
  { name: 'optimiser', description: 'How steps follow from gradients.', default: 'adam', values: optimisers },
  { name: 'learningRate', description: 'Size of the steps; auto takes one that suits the optimiser.', default: 'auto', minimum: 1e-7, maximum: 10 },
  { name: 'l1', description: 'Penalty on the sizes of weights; makes some of them 0.', default: 0, minimum: 0, maximum: 100 },
  { name: 'l2', description: 'Penalty on the squares of weights (½ l2 Σw²; adamw: decay of the weights); auto takes the best of a few on the validation rows.', default: 'auto', minimum: 0, maximum: 100 },
  { name: 'dropout', description: 'Share of hidden units left out at random in each training step.', default: 'auto', minimum: 0, maximum: 0.9 },
  { name: 'batchSize', description: 'Rows a training step; auto takes 32 to 256, by the number of rows.', default: 'auto', minimum: 1, maximum: 1_000_000 },
  { name: 'epochs', description: 'Most passes over the training rows.', default: 200, minimum: 1, maximum: 100_000 },
  { name: 'patience', description: 'Passes without a better loss on the validation rows before training stops.', default: 'auto', minimum: 1, maximum: 100_000 },
  { name: 'validation', description: 'Share of the training rows that only stop the training.', default: 0.15, minimum: 0, maximum: 0.5 },
  { name: 'backend', description: 'What does the arithmetic; auto takes the fastest that works here.', default: 'auto', values: backends },
  { name: 'ensemble', description: 'Number of networks whose predictions are averaged; 1 for a single network.', default: 5, minimum: 1, maximum: 100 },
  { name: 'foldEnsemble', description: 'Number of networks in each fold when performance is measured; auto takes as many as the ensemble has, fewer where that takes long.', default: 'auto', minimum: 1, maximum: 100 },
  { name: 'uncertainty', description: 'Uncertainty of predictions from the spread of the ensemble, a Laplace approximation of the last layer, or dropout.', default: 'ensemble', values: ['ensemble', 'laplace', 'dropout'] },
];

export const neuralOptions: readonly FamilyOption[] = [
  { name: 'hidden', description: 'Units of each hidden layer, such as 64,64.', default: '64,64' },
  { name: 'width', description: 'Units of every hidden layer; instead of hidden.', default: 'auto', minimum: 1, maximum: 4096 },
  { name: 'depth', description: 'Number of hidden layers; instead of hidden.', default: 'auto', minimum: 0, maximum: 20 },
  { name: 'activation', description: 'What a hidden unit does to its weighted sum.', default: 'relu', values: activations },
  ...trainingOptions,
  { name: 'prune', description: 'Find out how many of the weights are needed.', default: true },
  ...preparationOptions.filter(option => option.name !== 'standardise'),
];

/** Reads the options for so many training rows. Throws UserError 'badOption'. */
export function neuralSettings(options: Readonly<Record<string, OptionValue>>, rows: number): NeuralSettings {
  const hidden = hiddenLayers(options);
  const settings = trainingSettings(options, {
    optimiser: 'adam', rate: optimiser => usualRate[optimiser] * Math.min(1, Math.sqrt(64 / Math.max(1, ...hidden))), l2: usualPenalties(rows), dropout: 0,
    batchSize: usualBatch(rows), epochs: 200, patience: usualPatience(rows), members: 5,
  });
  if (settings.uncertainty === 'dropout' && hidden.length === 0) throw new UserError('badOption', 'uncertainty=dropout needs a hidden layer.');
  return { ...settings, hidden, activation: optionOf(options, 'activation', 'relu') as Activation, prune: optionOf(options, 'prune', true) === true };
}

/** What a family takes where an option is not set. */
export interface UsualTraining extends Pick<TrainingSettings, 'optimiser' | 'l2' | 'dropout' | 'batchSize' | 'epochs' | 'patience' | 'members'> {
  rate(optimiser: OptimiserName): number;
}

/** The options that all networks share. Throws UserError 'badOption'. */
export function trainingSettings(options: Readonly<Record<string, OptionValue>>, usual: UsualTraining): TrainingSettings {
  const number = (name: string, otherwise: number): number => {
    const value = optionOf(options, name, 'auto');
    return typeof value === 'number' ? value : otherwise;
  };
  const whole = (name: string, otherwise: number): number => wholeNumber(name, number(name, otherwise));
  const uncertainty = optionOf(options, 'uncertainty', 'ensemble') as UncertaintyMethod;
  const dropout = number('dropout', uncertainty === 'dropout' ? Math.max(usualDropout, usual.dropout) : usual.dropout);
  if (uncertainty === 'dropout' && dropout === 0) throw new UserError('badOption', 'uncertainty=dropout needs a dropout above 0, such as dropout=0.1.');
  const folds = optionOf(options, 'foldEnsemble', 'auto');
  const optimiser = optionOf(options, 'optimiser', usual.optimiser) as OptimiserName;
  return {
    optimiser, learningRate: number('learningRate', usual.rate(optimiser)), l1: number('l1', 0), l2: asked(options, 'l2') ?? usual.l2, dropout,
    batchSize: whole('batchSize', usual.batchSize), epochs: whole('epochs', usual.epochs), patience: whole('patience', usual.patience),
    validation: number('validation', 0.15), backend: optionOf(options, 'backend', 'auto') as Backend,
    members: whole('ensemble', usual.members), ...(typeof folds === 'number' && { foldMembers: wholeNumber('foldEnsemble', folds) }), uncertainty,
  };
}

function usualBatch(rows: number): number {
  return Math.min(256, Math.max(32, 2 ** Math.round(Math.log2(rows / 100))));
}

function usualPatience(rows: number): number {
  return rows < 5000 ? 20 : 10;
}

/** Few rows may need strong penalties; with many the choice costs more than it gains. */
function usualPenalties(rows: number): number[] {
  return rows < 5000 ? [0.0003, 0.003, 0.03] : [0.0001, 0.001];
}

function asked(options: Readonly<Record<string, OptionValue>>, name: string): number[] | undefined {
  const value = optionOf(options, name, 'auto');
  return typeof value === 'number' ? [value] : undefined;
}

export function wholeNumber(name: string, value: number): number {
  if (Number.isInteger(value)) return value;
  throw new UserError('badOption', `The option ${name} takes a whole number, not ${value}.`);
}

/** `hidden` as text ("64,64", "64x64", "none") or number, or `width` and `depth`. */
function hiddenLayers(options: Readonly<Record<string, OptionValue>>): number[] {
  const width = optionOf(options, 'width', 'auto');
  const depth = optionOf(options, 'depth', 'auto');
  const text = optionOf(options, 'hidden', 'auto');
  if (typeof width === 'number' || typeof depth === 'number') {
    if (text !== 'auto') throw new UserError('badOption', 'The option hidden says the layers already; leave width and depth out.');
    const layers = wholeNumber('depth', typeof depth === 'number' ? depth : 2);
    return Array.from({ length: layers }, () => wholeNumber('width', typeof width === 'number' ? width : 64));
  }
  if (text === 'auto') return [64, 64];
  if (text === 'none') return [];
  const sizes = String(text).split(/[\s,;x×]+/).filter(part => part !== '').map(Number);
  if (sizes.length === 0 || sizes.length > 20 || sizes.some(size => !(Number.isInteger(size) && size >= 1 && size <= 4096))) {
    throw new UserError('badOption', `The option hidden takes the units of each layer, such as 64,64 (1 to 4096, at most 20 layers), not "${String(text)}".`);
  }
  return sizes;
}
