/** The boosting machine's options: what they are called, and the settings that they amount to. */
import { UserError } from '../../../protocol/errors';
import type { OptionValue, Task } from '../../../protocol/recipe';
import type { FamilyOption } from '../model';
import { optionOf } from '../shared/options';
import type { BoostingLoss } from './state';
import type { Direction } from './stump';

export interface BoostingSettings {
  readonly loss: BoostingLoss;
  readonly quantile: number;
  readonly bags: number;
  readonly bins: number;
  readonly pairBins: number;
  /** 'auto': as many as lower the loss on the rows left out. */
  readonly pairs: number | 'auto';
  readonly learningRate: number;
  readonly pairRate: number;
  readonly leaves: number;
  readonly leastWeight: number;
  readonly maxRounds: number;
  readonly smoothing: number;
  readonly monotone: ReadonlyMap<string, Direction>;
  /** Column of row weights. */
  readonly weights?: string;
}

export const boostingOptions: readonly FamilyOption[] = [
  { name: 'objective', description: 'What is minimised; auto takes squared errors for numbers. huber: outliers count less; quantile: see quantile; poisson: counts, with a logarithmic link.', default: 'auto', values: ['auto', 'squared', 'huber', 'quantile', 'poisson'] },
  { name: 'quantile', description: 'The quantile that objective=quantile explains.', default: 0.5, minimum: 0.01, maximum: 0.99 },
  { name: 'pairs', description: 'Number of pairs of features with a term of their own; auto adds them as long as they help on rows left out.', default: 'auto', minimum: 0, maximum: 1000 },
  { name: 'bags', description: 'Samples of 85 % of the rows that the model is the mean of and the bands come from; auto takes 8 to 16, fewer for more rows.', default: 'auto', minimum: 2, maximum: 200 },
  { name: 'bins', description: 'Most bins of a number; auto takes 256, fewer where there are many features.', default: 'auto', minimum: 2, maximum: 4096 },
  { name: 'pairBins', description: 'Most bins of each feature in a pair; auto takes 16 to 64, more for more rows.', default: 'auto', minimum: 2, maximum: 128 },
  { name: 'learningRate', description: 'Share of each tree that is added; auto takes 0.1, 0.2 from 5,000 rows on.', default: 'auto', minimum: 0.001, maximum: 1 },
  { name: 'leaves', description: 'Leaves of each tree of one feature; auto takes 2, or 3 from 5,000 rows on (numbers: from 700 on).', default: 'auto', minimum: 2, maximum: 8 },
  { name: 'minRows', description: 'Least number of rows (sum of weights) in a leaf.', default: 2, minimum: 1, maximum: 1_000_000 },
  { name: 'rounds', description: 'Most rounds over the features; the rows left out of a bag stop it earlier.', default: 10_000, minimum: 1, maximum: 1_000_000 },
  { name: 'smoothing', description: 'Rounds, at the beginning, whose cuts are drawn at random, which makes shapes smooth; auto takes 30 divided by the learning rate.', default: 'auto', minimum: 0, maximum: 1_000_000 },
  { name: 'monotone', description: 'Features along which the prediction may only rise or fall, such as age:+,price:-.', default: '' },
  { name: 'weights', description: 'Column with a weight for each row.', default: '' },
];

/** Bins of all features together, up to which tables over pairs of bins fit into the processor's caches. */
const goodBins = 3000;

export function boostingSettings(options: Readonly<Record<string, OptionValue>>, task: Task, classes: number, rows: number, features: number): BoostingSettings {
  const get = (name: string): OptionValue => optionOf(options, name, boostingOptions.find(option => option.name === name)!.default);
  const number = (name: string, auto: number): number => (get(name) === 'auto' ? auto : Number(get(name)));
  const learningRate = number('learningRate', rows >= 5000 ? 0.2 : 0.1);
  return {
    loss: lossOf(String(get('objective')), task, classes), quantile: Number(get('quantile')),
    bags: number('bags', rows <= 5000 ? 16 : rows <= 100_000 ? 14 : 8),
    bins: number('bins', Math.max(32, Math.min(256, Math.floor(goodBins / Math.max(1, features))))),
    pairBins: number('pairBins', rows < 2000 ? 16 : rows < 10_000 ? 32 : 64),
    pairs: get('pairs') === 'auto' ? 'auto' : Number(get('pairs')),
    learningRate, pairRate: Math.min(1, rows >= 5000 ? 1.5 * learningRate : 0.5 * learningRate), leaves: number('leaves', rows >= 5000 || (task === 'regression' && rows >= 700) ? 3 : 2), leastWeight: Number(get('minRows')), maxRounds: Number(get('rounds')),
    smoothing: number('smoothing', Math.round(30 / learningRate)),
    monotone: readMonotone(String(get('monotone'))),
    ...(get('weights') !== '' && { weights: String(get('weights')) }),
  };
}

function lossOf(objective: string, task: Task, classes: number): BoostingLoss {
  if (task === 'regression') return objective === 'auto' ? 'squared' : (objective as BoostingLoss);
  if (objective !== 'auto') throw new UserError('badOption', `The objective "${objective}" is for numbers, but the target has classes; leave the objective out.`);
  return classes > 2 ? 'softmax' : 'logistic';
}

/** "age:+,price:-" */
export function readMonotone(text: string): Map<string, Direction> {
  const result = new Map<string, Direction>();
  for (const part of text.split(',').map(item => item.trim()).filter(item => item !== '')) {
    const match = /^(.+):\s*([+-])$/.exec(part);
    if (!match) throw new UserError('badOption', `The option monotone takes features with + or -, such as age:+,price:-, but has "${part}".`);
    result.set(match[1]!.trim(), match[2] === '+' ? 1 : -1);
  }
  return result;
}
