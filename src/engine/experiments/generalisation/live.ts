/** What is drawn while runs come in: the loss of each held-out fold. */
import type { LiveCurve } from '../../../protocol/engine';
import type { Dataset } from '../../data/dataset';
import type { Ledger } from './ledger';
import { meanOf, scaleOf } from './losses';
import type { FitTask } from './task';

export type LiveLine = LiveCurve['lines'][number];

export const lossName = ({ target }: Pick<Dataset, 'target'>): string => (target.task === 'regression' ? 'RMSE' : 'log loss');

/** Of the rows with a prediction; undefined where there are none. */
export function scoreSoFar(losses: Float64Array | undefined, { target }: Pick<Dataset, 'target'>): number | undefined {
  const known = losses?.filter(Number.isFinite);
  return known?.length ? scaleOf(target)(meanOf(known)) : undefined;
}

/** A line through the values that there are, at 1, 2, 3 …; none where there is none. */
export function lineOf(name: string, values: readonly (number | undefined)[]): LiveLine[] {
  const points = values.flatMap((value, k): [number, number][] => (value === undefined ? [] : [[k + 1, value]]));
  return points.length === 0 ? [] : [{ name, x: points.map(([x]) => x), y: points.map(([, y]) => y) }];
}

export function foldLine(name: string, within: readonly FitTask[], ledger: Ledger, dataset: Dataset): LiveLine[] {
  return lineOf(name, within.map(({ key }) => scoreSoFar(ledger.get(key)?.losses, dataset)));
}
