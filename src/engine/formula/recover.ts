// The whole recovery: lanes of search over the cores, the best found so far told while they run, and one choice at the end.
import { CancelledError } from '../../protocol/errors';
import { hasWorkers, lanes as cores, startTask } from '../compute/pool';
import type { WorkContext } from '../context';
import { Archive, type Candidate } from './archive';
import { structureKey } from './key';
import { search } from './search';
import { searchRows } from './searchRows';
import type { SlopeCheck } from './slopes/rules';
import type { Unit } from './units/unit';

export interface RecoverProblem {
  /** Numeric columns, all of one length, rows in random order. */
  columns: readonly Float64Array[];
  target: Float64Array;
  /** Wall seconds that the search may take. */
  seconds: number;
  seed: number;
  /** One a column, undefined where not known: formulas in which they contradict each other take more bits. */
  units?: readonly (Unit | undefined)[];
  targetUnit?: Unit;
  /** Rules about slopes, and where they are looked at on the way. */
  slopes?: SlopeCheck;
}

export interface Recovered {
  /** Best description first; one a structure. */
  candidates: Candidate[];
  seconds: number;
  /** True where the search ended because nothing is left to explain. */
  solved: boolean;
}

/** What one lane does; plain data, so that it can go to a worker. */
export interface LaneTask extends RecoverProblem {
  lane: number;
  lanes: number;
}

/** Candidates that a lane hands back at most. */
const kept = 200;

/** Milliseconds without a better formula after which a lane ends, at least; twice as long as it took to find, if that is more. */
const patience = 10_000;

/** Rows that the search uses at most; more give the same formulas, later. */
export const searchedRows = 1000;

/** Searches in all cores until the time is over, something fits to the last digit, or the person asks to stop. */
export async function recover(problem: RecoverProblem, context: WorkContext, onBest?: (best: Candidate) => void): Promise<Recovered> {
  const began = performance.now();
  const count = hasWorkers() ? cores() : 1;
  const tasks = Array.from({ length: count }, (_, lane): LaneTask => ({ ...problem, lane, lanes: count }));
  let best: Candidate | undefined;
  const tell = (candidate: Candidate): void => {
    if (best && candidate.bits >= best.bits) return;
    best = candidate;
    onBest?.(candidate);
  };
  const found = hasWorkers() ? await inWorkers(tasks, context, tell) : [await inThisThread(tasks[0]!, context, tell)];
  const all = merged(found.flatMap(({ candidates }) => candidates));
  return { candidates: all, seconds: (performance.now() - began) / 1000, solved: found.some(({ solved }) => solved) };
}

interface LaneResult {
  candidates: Candidate[];
  solved: boolean;
}

/** One of each structure, the best description first. */
function merged(candidates: Candidate[]): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = structureKey(candidate.expression);
    const before = best.get(key);
    if (!before || candidate.bits < before.bits) best.set(key, candidate);
  }
  return [...best.values()].sort((a, b) => a.bits - b.bits);
}

async function inWorkers(tasks: LaneTask[], context: WorkContext, tell: (candidate: Candidate) => void): Promise<LaneResult[]> {
  const jobs = await Promise.all(tasks.map(task => startTask<LaneResult>({ method: 'formula', params: task, onEvent: event => tell(event as Candidate) })));
  let reject: ((error: Error) => void) | undefined;
  const cancelled = new Promise<never>((_resolve, fail) => (reject = fail));
  const takeBack = context.onCancel(() => reject?.(new CancelledError()));
  const finishAll = (): void => jobs.forEach(job => job.finish());
  const takeBackFinish = context.onFinish?.(finishAll);
  try {
    // Who solves it ends the search of the others.
    const results = jobs.map(job => job.result.then(result => {
      if (result.solved) finishAll();
      return result;
    }));
    return await Promise.race([Promise.all(results), cancelled]);
  } catch (error) {
    jobs.forEach(job => job.stop());
    throw error;
  } finally {
    takeBack();
    takeBackFinish?.();
  }
}

async function inThisThread(task: LaneTask, context: WorkContext, tell: (candidate: Candidate) => void): Promise<LaneResult> {
  // Who ended an earlier search of the same run has not asked for the end of this one.
  let asked = false;
  const takeBack = context.onFinish?.(() => { asked = true; });
  const lane = runLane(task, () => asked, tell);
  try {
    for (;;) {
      const pause = context.breathe();
      if (pause) await pause;
      const step = lane.next();
      if (step.done) return step.value;
    }
  } finally {
    takeBack?.();
  }
}

/** One lane as steps of a few milliseconds; a worker runs through them, the calling thread pauses between. */
export function* runLane({ columns, target, seconds, seed, lane, lanes, units, targetUnit, slopes }: LaneTask, finishing: () => boolean, tell: (candidate: Candidate) => void): Generator<void, LaneResult> {
  const began = performance.now();
  const until = began + seconds * 1000;
  const given = units || targetUnit ? { columns: units ?? [], ...(targetUnit && { target: targetUnit }) } : undefined;
  const all = searchRows(columns.map(column => column.slice(0, searchedRows)), target.slice(0, searchedRows), undefined, given);
  const rows = slopes ? { ...all, slopes } : all;
  const archive = new Archive(rows);
  let improved = began;
  let known = Infinity;
  archive.onBest = best => {
    // Small change is no news.
    if (best.bits < known - 3) improved = performance.now();
    known = best.bits;
    tell(best);
  };
  for (const _ of search(rows, archive, { lane, lanes, seed })) {
    const now = performance.now();
    if (now > until || finishing() || now - improved > Math.max(patience, 2 * (improved - began))) break;
    yield;
  }
  return { candidates: [...new Set([...archive.front(), ...archive.all().sort((a, b) => a.bits - b.bits).slice(0, kept)])], solved: archive.solved };
}
