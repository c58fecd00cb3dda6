/** The loss by epoch of trained networks, as a report draws it. */
import type { CurveLine } from '../../../protocol/chartSections';
import type { Head } from '../../compute/network/description';
import type { TrainedNetwork } from '../../compute/network/training';
import type { Model } from '../model';
import type { RowParts } from './validationParts';

const mostPoints = 200;
/** Lines of more networks than these would be a tangle. */
const mostNetworks = 10;

/** Title of the loss's axis. */
export function lossTitle(head: Head): string {
  return head === 'identity' ? 'Half the mean squared error (target standardised)' : 'Log loss';
}

/** Curves of all networks: the validation loss, and the first network's training loss. Undefined without epochs. */
export function trainingCurves(head: Head, trained: readonly TrainedNetwork[], parts: readonly Pick<RowParts, 'train' | 'validation'>[]): Model['training'] {
  const [first] = trained;
  if (!first || first.trainLoss.length === 0) return undefined;
  const single = trained.length === 1;
  const name = (m: number, rows: string): string => (single ? `${rows} rows` : `Network ${m + 1}, ${rows.toLowerCase()} rows`);
  const lines = [lineOf(name(0, 'Training'), first.trainLoss)];
  trained.slice(0, mostNetworks).forEach((network, m) => {
    if (network.validationLoss.length > 0) lines.push(lineOf(name(m, 'Validation'), network.validationLoss));
  });
  const validated = first.validationLoss.length > 0;
  const best = first.bestEpoch + 1;
  const subject = single ? 'The network' : 'The first network';
  const gap = validated ? ` There its loss was ${short(first.trainLoss[first.bestEpoch])} on the training rows and ${short(first.validationLoss[first.bestEpoch])} on the validation rows.` : '';
  const kept = validated ? ` and kept the weights of epoch ${best}, where its validation loss was lowest.` : '.';
  return {
    summary: `${subject} trained for ${first.trainLoss.length} ${first.trainLoss.length === 1 ? 'epoch' : 'epochs'}${kept}${gap}${single ? '' : ` The other${trained.length > 2 ? ` ${trained.length - 1}` : ''} took ${range(trained.slice(1))}.`}`,
    method: `Mean loss by pass over the training rows (${parts[0].train.length} rows), without penalties, measured while the weights still changed; validation: ${parts[0].validation.length} rows that only stop the training${single ? '' : ', others for each network'}.`,
    yTitle: lossTitle(head), lines, ...(validated && { best }),
  };
}

function lineOf(name: string, losses: readonly number[]): CurveLine {
  const points = Math.min(losses.length, mostPoints);
  const picked = Array.from({ length: points }, (_, i) => (points === 1 ? losses.length - 1 : Math.round((i * (losses.length - 1)) / (points - 1))));
  return { name, x: picked.map(i => i + 1), y: picked.map(i => losses[i]) };
}

function short(loss: number): string {
  return String(Number(loss.toPrecision(3)));
}

function range(networks: readonly TrainedNetwork[]): string {
  const epochs = networks.map(network => network.trainLoss.length);
  const low = Math.min(...epochs);
  const high = Math.max(...epochs);
  return low === high ? `${low} epochs` : `${low} to ${high} epochs`;
}
