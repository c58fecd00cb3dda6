/** The training runs under way: who waits for what, at which stage, and how to cancel it. */
import type { ProgressEvent } from '../protocol/engine';
import { Emitter } from './emitter';

export interface Run {
  /** The id that the model has or will have. */
  readonly id: string;
  readonly name: string;
  readonly progress: ProgressEvent;
  cancel(): void;
}

export class Runs {
  private readonly active = new Map<string, Run>();
  private readonly didChange = new Emitter<void>();
  private readonly didEndLast = new Emitter<void>();

  readonly onDidChange = this.didChange.event;
  /** Fires when no run is left. */
  readonly onDidBecomeIdle = this.didEndLast.event;

  get all(): readonly Run[] {
    return [...this.active.values()];
  }

  get(id: string): Run | undefined {
    return this.active.get(id);
  }

  start(run: Run): void {
    this.active.get(run.id)?.cancel();
    this.active.set(run.id, run);
    this.didChange.fire();
  }

  progress(id: string, progress: ProgressEvent): void {
    const run = this.active.get(id);
    if (!run) return;
    this.active.set(id, { ...run, progress });
    this.didChange.fire();
  }

  end(id: string): void {
    if (!this.active.delete(id)) return;
    this.didChange.fire();
    if (this.active.size === 0) this.didEndLast.fire();
  }

  /** Cancels one run, or all. Gives how many. */
  cancel(id?: string): number {
    const chosen = id === undefined ? this.all : this.all.filter(run => run.id === id);
    for (const run of chosen) run.cancel();
    return chosen.length;
  }

  dispose(): void {
    this.didChange.dispose();
    this.didEndLast.dispose();
  }
}
