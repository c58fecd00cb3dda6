/** Finished parts of the study as plain JSON: what a later run takes over in the place of following them again. */
import type { LinearFlowResult } from './linearFlow';
import type { MomentumResult } from './momentum';
import type { NetworkDynamicsResult } from './networkDynamics';
import type { SgdDiffusionResult } from './sgdDiffusion';

export interface PartResults {
  readonly network: NetworkDynamicsResult;
  readonly linear: LinearFlowResult;
  readonly momentum: MomentumResult;
  readonly sgd: SgdDiffusionResult;
}

export type PartName = keyof PartResults;

/** One part: its notes beside those of its result, and the result; absent where the data stood in its way. */
export type KeptPart<N extends PartName = PartName> = { readonly [K in N]: { readonly part: K; readonly notes: readonly string[]; readonly result?: PartResults[K] } }[N];

/** As it is after a trip through a file, so that a study that goes on has the numbers of one that was never stopped. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The part of that name among what an earlier file held; undefined where it has none. */
export function keptPart(kept: readonly unknown[], part: PartName): KeptPart | undefined {
  return kept.find((item): item is KeptPart => {
    if (typeof item !== 'object' || item === null) return false;
    const { part: name, notes, result } = item as Partial<KeptPart>;
    return name === part && Array.isArray(notes) && (result === undefined || (typeof result === 'object' && result !== null && Array.isArray(result.findings)));
  });
}
