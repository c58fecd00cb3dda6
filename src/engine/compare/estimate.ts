/** How long a family will take, from a fit on a few of the rows. */
import { sampleRows } from '../evaluate/scores';
import type { Fold } from '../evaluate/splits';
import { UserError } from '../../protocol/errors';
import type { Dataset } from '../data/dataset';
import type { Rng } from '../math/random';
import type { Family } from '../models/model';
import type { WorkContext } from '../context';
import { within } from './deadline';

/** Fewer rows are fitted without a pilot. */
const fewestRows = 400;
const pilotShare = 0.25;
const mostPilotRows = 1000;
/** A pilot may take this share of the time that is left. */
const pilotTime = 0.1;
/** A fit on r times the rows takes about r^growth times as long: boosting and networks need fewer passes over more rows. */
const growth = 0.7;
/** Families that fit all folds together take about this much of the time of one fit for them all. */
const sharedFolds = 1.5;

export interface Estimate {
  readonly seconds: number;
  /** The pilot was ended before it was done: it takes at least this long. */
  readonly atLeast: boolean;
}

/** Seconds of the fit and of the folds; undefined where a pilot says nothing (few rows, or the family cannot take so few). */
export async function estimateSeconds(family: Family, dataset: Dataset, folds: readonly Fold[], left: number, context: WorkContext, rng: Rng): Promise<Estimate | undefined> {
  const rows = dataset.table.rows;
  if (rows < fewestRows || !Number.isFinite(left)) return undefined;
  const count = Math.min(mostPilotRows, Math.floor(rows * pilotShare));
  const chosen = sampleRows(Int32Array.from({ length: rows }, (_, i) => i), count, rng);
  const started = performance.now();
  try {
    const done = await within(context, pilotTime * left, () => undefined, async inner => { await family.fit(dataset, inner, chosen); return true; });
    const seconds = ((performance.now() - started) / 1000) * (rows / count) ** growth;
    return { seconds: seconds * (1 + foldsAlone(family, folds)), atLeast: done === undefined };
  } catch (error) {
    if (UserError.is(error)) return undefined;
    throw error;
  }
}

/** The time of the folds in units of that of the fit on all rows. */
export function foldsAlone(family: Family, folds: readonly Fold[]): number {
  const apart = folds.reduce((sum, { train, test }) => sum + train.length / (train.length + test.length), 0);
  return family.fitFolds ? Math.min(apart, sharedFolds) : apart;
}
