/** The parts of a robustness study that a file keeps, so that a later study on the same data and settings need not run them again. */
import type { RunOutcome } from '../runs/task';
import type { FoldOutcome } from './oneFold';
import { packed, unpacked } from './packed';

/** Plain JSON; the key says which part of the study it is. */
export interface KeptPart { readonly key: string; readonly outcome: unknown }

const foldKey = (fold: number): string => `fold ${fold}`;

/** What has been run, by the key of the part. */
export class Parts {
  private readonly found = new Map<string, unknown>();
  /** Parts that an earlier study has run and this one has asked for. */
  private readonly taken = new Set<string>();
  private readonly before: ReadonlySet<string>;

  constructor(kept: readonly KeptPart[]) {
    for (const { key, outcome } of kept) this.found.set(key, unpacked(outcome));
    this.before = new Set(this.found.keys());
  }

  get takenOver(): number {
    return this.taken.size;
  }

  fold(fold: number): FoldOutcome | undefined {
    return this.take(foldKey(fold)) as FoldOutcome | undefined;
  }

  setFold(fold: number, outcome: FoldOutcome): void {
    this.found.set(foldKey(fold), outcome);
  }

  spoiled(key: string): RunOutcome | undefined {
    return this.take(key) as RunOutcome | undefined;
  }

  setSpoiled(key: string, outcome: RunOutcome): void {
    this.found.set(key, outcome);
  }

  /** In the order in which they were run. */
  kept(): KeptPart[] {
    return [...this.found].map(([key, outcome]) => ({ key, outcome: packed(outcome) }));
  }

  private take(key: string): unknown {
    if (this.before.has(key)) this.taken.add(key);
    return this.found.get(key);
  }
}
