/** Sentences on how a sensitivity study was made. */
import { isNetwork } from '../experiments/runs/oneNetwork';
import type { Sensitivity } from '../experiments/sensitivity/study';
import { usualWords } from '../experiments/sensitivity/usual';
import { valueWords } from '../experiments/sensitivity/words';
import { countOf, formatCount, listWords } from './format';

/** Grid, usual setting, folds and runs. */
export function designWords({ settings, varied, usual, combinations, complete, folds, scheme, done, planned }: Sensitivity, model: string): string {
  const grid = varied.map(({ name, values }) => `${name} ${listWords(values.map(value => valueWords(name, value)), values.length)}`).join('; ');
  const part = complete ? (varied.length > 1 ? ', every combination' : '') : `, ${settings.length - 1} of the ${formatCount(combinations)} combinations, each value about equally often`;
  return `${model}: ${grid}${part}; and ${usualWords(usual)}. Each setting on ${folds === 1 ? 'one fold' : `the same ${countOf(folds, 'fold')}`} (${scheme}); ${formatCount(done)} of ${formatCount(planned)} runs`;
}

/** What a run of a network is not that a model would be. */
export function networkWords({ family, varied, settings }: Sensitivity): string[] {
  if (!isNetwork(family)) return [];
  const names = new Set(varied.map(({ name }) => name));
  const follows = !names.has('learningRate') && ['optimiser', 'width', 'hidden', 'depth'].some(name => names.has(name)) && settings.length > 0;
  return [
    `Each run trains one network, not an ensemble${names.has('l2') ? '' : '; where l2 is left to the model it is the middle one of the penalties that a model would choose from'}.`,
    ...(follows ? ['Where the learning rate is left to the model it follows the optimiser and the widest layer, so that it changes with them.'] : []),
  ];
}

/** What was given up to keep to the time. */
export function timeWords({ leftBehind, neverRun }: Sensitivity): string[] {
  return [
    ...(leftBehind > 0 ? ['Where time was short the settings with the higher mean loss were left behind from fold to fold (successive halving); they are measured on fewer folds, and compared with the lowest on those that both have, which flatters the lowest, as what they lost there is why they were left behind.'] : []),
    ...(neverRun > 0 ? ['The first fold takes at most half of the time. The settings that it held were picked to be spread over the values, without regard to their loss.'] : []),
  ];
}
