/** The training runs under way: who waits for what, at which stage, and how to cancel it. */
import type { ProgressEvent } from '../protocol/engine';
import { Emitter } from './emitter';

export interface Run {
  /** The id that the model has or will have. */
  readonly id: string;
  readonly name: string;
  readonly progress: ProgressEvent;
  cancel(): void;
  /** Asks to stop training and keep the best so far. Gives whether that was possible. */
  finish?(): Promise<boolean>;
}

/** Says which of the runs of an id is meant: a run that was replaced changes nothing any more. */
export interface RunToken { readonly id: string }

interface Entry {
  readonly token: RunToken;
  readonly run: Run;
}

export class Runs {
  private readonly active = new Map<string, Entry>();
  private readonly didChange = new Emitter<void>();
  private readonly didEndLast = new Emitter<void>();

  readonly onDidChange = this.didChange.event;
  /** Fires when no run is left. */
  readonly onDidBecomeIdle = this.didEndLast.event;

  get all(): readonly Run[] {
    return [...this.active.values()].map(({ run }) => run);
  }

  get(id: string): Run | undefined {
    return this.active.get(id)?.run;
  }

  /** Takes the place of the run that has the id, which is cancelled. */
  start(run: Run): RunToken {
    const token = { id: run.id };
    const replaced = this.active.get(run.id);
    this.active.set(run.id, { token, run });
    replaced?.run.cancel();
    this.didChange.fire();
    return token;
  }

  /** Whether the run is under way and no other has taken its place. */
  isCurrent(token: RunToken): boolean {
    return this.active.get(token.id)?.token === token;
  }

  progress(token: RunToken, progress: ProgressEvent): void {
    const entry = this.active.get(token.id);
    if (entry?.token !== token) return;
    this.active.set(token.id, { token, run: { ...entry.run, progress } });
    this.didChange.fire();
  }

  end(token: RunToken): void {
    if (!this.isCurrent(token)) return;
    this.active.delete(token.id);
    this.didChange.fire();
    if (this.active.size === 0) this.didEndLast.fire();
  }

  /** Cancels one run, or all. Gives how many. */
  cancel(id?: string): number {
    const chosen = id === undefined ? this.all : this.all.filter(run => run.id === id);
    for (const run of chosen) run.cancel();
    return chosen.length;
  }

  /** Whether a run is at a stage that can be finished early. */
  get canFinish(): boolean {
    return this.all.some(isFinishable);
  }

  /** Asks one run, or all, to keep the best so far. Gives how many took it. */
  async finish(id?: string): Promise<number> {
    const chosen = this.all.filter(run => (id === undefined || run.id === id) && isFinishable(run));
    const asked = await Promise.all(chosen.map(run => run.finish?.() ?? Promise.resolve(false)));
    return asked.filter(Boolean).length;
  }

  dispose(): void {
    this.didChange.dispose();
    this.didEndLast.dispose();
  }
}

function isFinishable({ progress, finish }: Run): boolean {
  return finish !== undefined && progress.live?.canFinish === true;
}
