/** What long work needs from its caller: progress, cancellation and a chance for the event loop to turn. */
import { CancelledError } from '../protocol/errors';

export interface WorkContext {
  /** Says what is being done; fraction is 0…1 of the whole run. */
  progress(stage: string, fraction?: number): void;
  /**
   * To be awaited in every outer loop (fold, iteration, column, repeat). Cheap: gives the event loop a turn at
   * most every 30 ms, and throws CancelledError once the work was cancelled.
   */
  breathe(): Promise<void> | void;
  /** Runs when the work is cancelled, e.g. to interrupt a query. Returns a function that takes it back. */
  onCancel(listener: () => void): () => void;
}

const turnEvery = 30;

export class CancellableContext implements WorkContext {
  private cancelled = false;
  private lastTurn = performance.now();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly report: (stage: string, fraction?: number) => void = () => undefined) {}

  progress(stage: string, fraction?: number): void {
    this.report(stage, fraction);
  }

  breathe(): Promise<void> | void {
    if (this.cancelled) throw new CancelledError();
    if (performance.now() - this.lastTurn < turnEvery) return;
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        this.lastTurn = performance.now();
        if (this.cancelled) reject(new CancelledError());
        else resolve();
      });
    });
  }

  onCancel(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  cancel(): void {
    this.cancelled = true;
    for (const listener of this.listeners) listener();
  }
}
