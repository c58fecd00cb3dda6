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
/** A fit on r times the rows takes about r^growth times as long: networks need fewer passes over more rows. */
const growth = 0.7;
/** A fit of at most this share of the time that is left may be measured once more: the first of a run starts workers and warms up the code. */
const secondLook = 0.15;
/** Families that fit all folds together take about this much of the time of one fit for them all. */
const sharedFolds = 1.5;

export interface Estimate {
  readonly seconds: number;
  /** The pilot was ended before it was done: it takes at least this long. */
  readonly atLeast: boolean;
}

/** Seconds of the fit and of the folds; undefined where a pilot says nothing (a fit itself is cheap, or the family cannot take so few rows). */
export async function estimateSeconds(family: Family, dataset: Dataset, folds: readonly Fold[], left: number, context: WorkContext, rng: Rng): Promise<Estimate | undefined> {
  if (family.ownSeconds) return { seconds: family.ownSeconds(dataset), atLeast: false };
  const rows = dataset.table.rows;
  const pilot = family.pilot ? family.pilot(dataset) : usualPilot(rows);
  if (!pilot || pilot.rows >= rows || !Number.isFinite(left)) return undefined;
  const chosen = sampleRows(Int32Array.from({ length: rows }, (_, i) => i), pilot.rows, rng);
  const times = (rows / pilot.rows) ** pilot.growth * (1 + foldsAlone(family, folds));
  const timed = async (): Promise<Estimate> => {
    const started = performance.now();
    const done = await within(context, pilotTime * left, () => undefined, async inner => { await family.fit(dataset, inner, chosen); return true; });
    return { seconds: ((performance.now() - started) / 1000) * times, atLeast: done === undefined };
  };
  try {
    const first = await timed();
    // What starts once is not stretched with the rows: a look at a warm fit, where the first one decides against the family.
    if (first.atLeast || first.seconds < left / 2) return first;
    const second = await timed();
    return second.seconds < first.seconds && !second.atLeast ? second : first;
  } catch (error) {
    if (UserError.is(error)) return undefined;
    throw error;
  }
}

function usualPilot(rows: number): ReturnType<NonNullable<Family['pilot']>> {
  return rows < fewestRows ? undefined : { rows: Math.min(mostPilotRows, Math.floor(rows * pilotShare)), growth };
}

/**
 * Seconds of the folds after a fit on all rows that took `fitSeconds`. Where they would not be done in the time that is `left` and a
 * fit is short beside it, the first fold is fitted for its time: the first fit of a run also starts workers and warms up the code.
 */
export async function foldsSeconds(family: Family, dataset: Dataset, folds: readonly Fold[], fitSeconds: number, left: number, context: WorkContext): Promise<number> {
  const seconds = fitSeconds * foldsAlone(family, folds);
  const [first] = folds;
  if (seconds <= left || fitSeconds > secondLook * left || !first) return seconds;
  const started = performance.now();
  try {
    await family.fit(dataset, context, first.train);
  } catch (error) {
    if (UserError.is(error)) return seconds;
    throw error;
  }
  const share = first.train.length / (first.train.length + first.test.length);
  return Math.min(seconds, ((performance.now() - started) / 1000 / share) * foldsAlone(family, folds));
}

/** The time of the folds in units of that of the fit on all rows. */
export function foldsAlone(family: Family, folds: readonly Fold[]): number {
  const apart = folds.reduce((sum, { train, test }) => sum + train.length / (train.length + test.length), 0);
  return family.fitFolds ? Math.min(apart, sharedFolds) : apart;
}
