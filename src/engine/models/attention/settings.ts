/** The attention family's options: what they are called, and the settings that they amount to. */
import { UserError } from '../../../protocol/errors';
import type { OptionValue } from '../../../protocol/recipe';
import type { FamilyOption } from '../model';
import { trainingOptions, trainingSettings, usualRate, wholeNumber, type TrainingSettings } from '../neural/settings';
import { optionOf, preparationOptions } from '../shared/options';

export interface AttentionSettings extends TrainingSettings {
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly feedForward: number;
  /** Every token gets the same attention: the control. */
  readonly uniform: boolean;
}

/** Each feature is one token: powers and products of features would blur what is attended to. */
const withoutProducts = preparationOptions.filter(({ name }) => !['standardise', 'polynomial', 'interactions'].includes(name));

/** What differs from other networks. */
const ownUsual: Readonly<Record<string, Partial<FamilyOption>>> = {
  optimiser: { default: 'adamw' },
  l2: { description: 'Penalty on the squares of weights (½ l2 Σw²; adamw: decay of the weights); auto is 0.1 with adamw, else 0.0001.' },
  ensemble: { default: 'auto', description: 'Number of models whose predictions are averaged; auto takes 5, from 20,000 rows on 3.' },
  foldEnsemble: { description: 'Number of models in each fold when performance is measured; auto takes as many as the model has, fewer where that takes long.' },
};

export const attentionOptions: readonly FamilyOption[] = [
  { name: 'width', description: 'Numbers in a token; a multiple of heads.', default: 32, minimum: 1, maximum: 1024 },
  { name: 'heads', description: 'Heads of attention in each layer.', default: 4, minimum: 1, maximum: 64 },
  { name: 'layers', description: 'Layers of attention; with one, its weights can be read directly.', default: 1, minimum: 1, maximum: 3 },
  { name: 'feedForward', description: 'Hidden units of the feed-forward part of each layer; auto takes twice the width.', default: 'auto', minimum: 1, maximum: 4096 },
  { name: 'attention', description: 'Learned attention, or the same for every feature (a control that shows whether attention is needed).', default: 'learned', values: ['learned', 'uniform'] },
  ...trainingOptions.map(option => ({ ...option, ...ownUsual[option.name] })),
  ...withoutProducts,
];

/** Reads the options for so many training rows. Throws UserError 'badOption'. */
export function attentionSettings(options: Readonly<Record<string, OptionValue>>, rows: number): AttentionSettings {
  const number = (name: string, otherwise: number): number => {
    const value = optionOf(options, name, otherwise);
    return wholeNumber(name, typeof value === 'number' ? value : otherwise);
  };
  const width = number('width', 32);
  const heads = number('heads', 4);
  if (width % heads !== 0) throw new UserError('badOption', `The width of a token must be a multiple of the number of heads, but ${width} is none of ${heads}.`);
  const training = trainingSettings(options, {
    optimiser: 'adamw', rate: optimiser => rateOf(optimiser) * Math.min(1, Math.sqrt(32 / width)), l2: [optionOf(options, 'optimiser', 'adamw') === 'adamw' ? 0.1 : 1e-4], dropout: 0,
    batchSize: usualBatch(rows), epochs: 200, patience: rows < 5000 ? 25 : 8, members: usualMembers(rows),
  });
  return {
    ...training, width, heads, layers: number('layers', 1), feedForward: number('feedForward', 2 * width),
    uniform: optionOf(options, 'attention', 'learned') === 'uniform',
  };
}

function rateOf(optimiser: TrainingSettings['optimiser']): number {
  return optimiser === 'adam' || optimiser === 'adamw' ? 0.003 : usualRate[optimiser];
}

function usualBatch(rows: number): number {
  return Math.min(256, Math.max(32, 2 ** Math.round(Math.log2(rows / 60))));
}

function usualMembers(rows: number): number {
  return rows < 20000 ? 5 : 3;
}
