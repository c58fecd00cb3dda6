/** Notes on how the networks of a model were trained. */
import type { Note } from '../../../protocol/profile';
import type { TrainedNetwork } from '../../compute/network/training';
import { countOf } from './words';

/** How the noise was measured, where not on the rows that stopped the training. `spare`: networks trained for it alone. */
export function noiseNotes(spare: number): Note[] {
  if (spare === 0) return [];
  const networks = countOf(spare, 'more network', 'more networks');
  return [{ kind: 'information', text: `The noise of the prediction intervals was measured with ${networks}, each trained without a part of the rows and judged on it.` }];
}

/** What a person should know of how training ended. `validation`: the option's value. */
export function trainingNotes(trained: readonly TrainedNetwork[], validation: number): Note[] {
  const notes: Note[] = [];
  const count = (stopped: TrainedNetwork['stopped']): number => trained.filter(network => network.stopped === stopped).length;
  const which = (n: number): string => (trained.length === 1 ? 'The network' : n === trained.length ? 'All networks' : `${n} of ${trained.length} networks`);
  const diverged = count('diverged');
  const validated = trained.some(network => network.validationLoss.length > 0);
  const kept = validated ? 'the best epoch' : 'the last epoch';
  if (diverged > 0) {
    notes.push({ kind: 'warning', text: `${which(diverged)} diverged in training (a loss was no finite number) and kept the weights of ${kept} before; a smaller learningRate may help.` });
  }
  const asked = count('asked');
  if (asked > 0) notes.push({ kind: 'information', text: `${which(asked)} stopped training early because that was asked for, and kept the weights of ${kept} so far.` });
  const ended = count('epochs');
  if (ended > 0 && validated) {
    notes.push({ kind: 'information', text: `${which(ended)} had not settled at the last epoch allowed; more epochs may fit better.` });
  }
  if (!validated) {
    const why = validation > 0 ? 'There were too few rows to hold some back for stopping the training' : 'With validation=0 no rows were held back for stopping the training';
    notes.push({ kind: 'warning', text: `${why}; a network can then fit the noise.` });
  }
  return notes;
}
