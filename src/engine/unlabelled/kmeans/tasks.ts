/** What a worker thread does for clusterings: groups of restarts, one part of many rows in a team, or one reference of the gap statistic. */
import { Rng } from '../../math/random';
import type { Matrix } from '../shared/matrix';
import { runReference, type GapRun, type ReferencePlan } from './gapReference';
import { RowKernel } from './kernel';
import { lloyd, type LloydResult, type LloydSettings } from './lloyd';
import { searchGroup, type GroupResult, type GroupSettings } from './search';
import { shareOf, Team, type TeamMemory } from './team';

export interface GroupTask {
  readonly kind: 'groups';
  /** Row-major, on shared memory where workers read it. */
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly groups: readonly GroupSettings[];
}

/** One member's part of a clustering of many rows, from several starts; the best one's labels and distances go to shared memory. */
export interface TeamTask {
  readonly kind: 'team';
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly k: number;
  readonly starts: readonly Float64Array[];
  readonly settings: LloydSettings;
  readonly memory: TeamMemory;
  readonly member: number;
  readonly labels: Int32Array;
  readonly distances: Float64Array;
}

/** For k = 1 … most. Index 0: the data themselves; else a reference set. */
export interface GapTask {
  readonly kind: 'gap';
  readonly matrix: Matrix;
  readonly plan: ReferencePlan;
  readonly most: number;
  readonly seed: number;
  readonly index: number;
}

export type ClusterTask = GroupTask | TeamTask | GapTask;

export interface TeamResult extends LloydResult {
  /** Of each start. */
  readonly inertias: readonly number[];
}

/** In the calling thread, without pauses. A member of a team waits for the others. */
export function runClusterTask(task: ClusterTask): GroupResult[] | TeamResult | GapRun {
  switch (task.kind) {
    case 'groups': return runGroups(task);
    case 'team': return runMember(task);
    case 'gap': return runGap(task);
  }
}

export function runGap({ matrix, plan, most, seed, index }: GapTask): GapRun {
  return runReference(matrix, plan, index > 0, most, new Rng(seed).fork(`reference ${index}`));
}

function runGroups({ data, rows, columns, groups }: GroupTask): GroupResult[] {
  const kernel = new RowKernel(data, rows, columns, Math.max(...groups.map(({ k }) => k)));
  return groups.map(group => searchGroup(kernel, data, group));
}

function runMember(task: TeamTask): TeamResult {
  const { rows, columns, k, memory, member } = task;
  const { from, to, firstChunk } = shareOf(rows, memory.members, member);
  const kernel = new RowKernel(task.data.subarray(from * columns, to * columns), to - from, columns, k);
  const part = { kernel, team: new Team(memory, member), rows, from, firstChunk };
  return bestStart(task, start => lloyd(part, start, k, task.settings), () => {
    task.labels.set(kernel.labels, from);
    task.distances.set(kernel.distances, from);
  });
}

/** The start that ends best; `keep` is called after each that is the best so far. */
export function bestStart(task: Pick<TeamTask, 'starts'>, run: (start: Float64Array) => LloydResult, keep: () => void): TeamResult {
  let best: LloydResult | undefined;
  const inertias: number[] = [];
  for (const start of task.starts) {
    const result = run(start);
    inertias.push(result.inertia);
    if (best && !(result.inertia < best.inertia)) continue;
    best = result;
    keep();
  }
  return { ...best!, inertias };
}
