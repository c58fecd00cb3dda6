/** Boosts all bags, over the cores where there are workers. The same seeds give the same numbers either way. */
import { hasWorkers, lanes, runLanes, startTask } from '../../compute/pool';
import type { WorkContext } from '../../context';
import { drawBag, thinned, wholeBag, type BoostingData } from './bag';
import { boostMains, RowScores, type BoostHooks, type BoostSettings } from './boostMains';
import { boostPairs } from './boostPairs';
import { makeLoss, type LossSettings } from './losses';
import { cellsOf, type CoarseFeature, type Pair } from './pairBins';
import { drain } from './untilWorse';

/** How rows are drawn; 'whole' trains on all rows, for as many rounds as is said. */
export type BagKind = 'bootstrap' | 'subsample' | 'whole';

/** What one bag has learned so far. */
export interface BagScores {
  readonly intercept: Float64Array;
  readonly mains: readonly Float64Array[];
  readonly pairs: readonly Float64Array[];
  /** Mean loss on the rows left out: after each look of the last stage. */
  readonly course: readonly number[];
  /** Rounds done at each of these looks. */
  readonly looks: readonly number[];
  readonly rounds: number;
  /** Of the terms of the last stage, at each look; see BoostSettings. */
  readonly snapshots?: readonly (readonly Float32Array[])[];
}

export interface BagTask {
  readonly data: BoostingData;
  readonly seed: number;
  readonly bag: BagKind;
  readonly loss: LossSettings;
  readonly settings: BoostSettings;
  /** Absent: boost the main effects. */
  readonly pairStage?: { readonly coarse: readonly CoarseFeature[]; readonly known: readonly Pair[]; readonly added: readonly Pair[]; readonly before: BagScores };
}

/** One bag's stage, in the calling thread, without pauses. */
export function boostBag(task: BagTask, hooks: BoostHooks = {}): BagScores {
  return drain(boostBagInSteps(task, hooks));
}

/** Pauses after each round. */
function* boostBagInSteps({ data, seed, bag: kind, loss: lossSettings, settings, pairStage }: BagTask, hooks: BoostHooks): Generator<void, BagScores> {
  const loss = makeLoss(lossSettings);
  const drawn = kind === 'whole' ? wholeBag(data) : drawBag(data, seed, kind);
  const bag = pairStage ? thinned(drawn) : drawn;
  const seeded = { ...settings, seed };
  if (!pairStage) {
    const { scores, ...rest } = yield* boostMains(data, bag, loss, seeded, hooks);
    return { ...rest, mains: scores, pairs: [] };
  }
  const { coarse, known, added, before } = pairStage;
  const base = (part: typeof bag.train): Float64Array => {
    const rows = new RowScores(data, part, loss.outputs);
    rows.update(before.intercept, before.mains);
    known.forEach((pair, t) => {
      const cells = cellsOf(data, coarse, pair, part.rows);
      const scores = before.pairs[t]!;
      for (let i = 0; i < cells.length; i++) for (let k = 0; k < loss.outputs; k++) rows.values[i * loss.outputs + k]! += scores[cells[i]! * loss.outputs + k]!;
    });
    return rows.values;
  };
  const { scores, ...rest } = yield* boostPairs(data, bag, loss, coarse, added, base(bag.train), base(bag.rest), seeded, hooks);
  return { intercept: before.intercept, mains: before.mains, pairs: [...before.pairs, ...scores], ...rest };
}

export interface BagProgress { started(index: number): void; looked(index: number, course: readonly number[]): void; done(index: number): void }

/** All tasks, in order. Throws CancelledError. */
export async function boostBags(tasks: readonly BagTask[], context: WorkContext, progress?: BagProgress): Promise<BagScores[]> {
  const spread = tasks.length > 1 && hasWorkers() && lanes() > 1;
  const results: BagScores[] = [];
  const running = new Set<{ stop(): void }>();
  let ended = false;
  const work = async (index: number): Promise<void> => {
    progress?.started(index);
    results[index] = spread ? await inWorker(tasks[index]!, running, () => ended, course => progress?.looked(index, course)) : await inThisThread(tasks[index]!, context, course => progress?.looked(index, course));
    progress?.done(index);
  };
  await runLanes(tasks.length, spread ? lanes() : 1, context, work, () => {
    ended = true;
    running.forEach(job => job.stop());
  });
  return results;
}

async function inWorker(task: BagTask, running: Set<{ stop(): void }>, ended: () => boolean, looked: (course: readonly number[]) => void): Promise<BagScores> {
  const job = await startTask<BagScores>({ method: 'boost', params: task, onEvent: course => looked(course as readonly number[]) });
  running.add(job);
  // The pool may have taken its time to start: what was cancelled meanwhile must not run on.
  if (ended()) job.stop();
  return job.result.finally(() => running.delete(job));
}

/** Without workers (tests, small data) the event loop turns between rounds. */
async function inThisThread(task: BagTask, context: WorkContext, looked: (course: readonly number[]) => void): Promise<BagScores> {
  const work = boostBagInSteps(task, { looked: course => { looked(course); return false; } });
  for (;;) {
    const pause = context.breathe();
    if (pause) await pause;
    const step = work.next();
    if (step.done) return step.value;
  }
}

