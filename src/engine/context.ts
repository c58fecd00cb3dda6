/** What long work needs from its caller: progress, cancellation and a chance for the event loop to turn. */
import type { LiveCurve } from '../protocol/engine';
import { CancelledError } from '../protocol/errors';
import type { Comparison } from '../protocol/comparison';

export interface WorkContext {
  /** Says what is being done; fraction is 0…1 of the whole run; `live`: a curve that grows while the work lasts; `comparison`: what a comparison has found so far. */
  progress(stage: string, fraction?: number, live?: LiveCurve, comparison?: Comparison): void;
  /**
   * To be awaited in every outer loop (fold, iteration, column, repeat). Cheap: gives the event loop a turn at
   * most every 30 ms, and throws CancelledError once the work was cancelled.
   */
  breathe(): Promise<void> | void;
  /** Runs when the work is cancelled, e.g. to interrupt a query. Returns a function that takes it back. */
  onCancel(listener: () => void): () => void;
  /** True once the person asked to stop training early and keep the best so far. Absent: nobody can ask. */
  finishing?(): boolean;
  /** Runs when that is asked for. Returns a function that takes it back. */
  onFinish?(listener: () => void): () => void;
  /** The context that this one stands in for: `derivedContext`. */
  readonly parent?: WorkContext;
}

/** The same run with other words for its progress. Cancelling, asking to stop early and what follows from it stay the run's own. */
export function derivedContext(parent: WorkContext, progress: WorkContext['progress']): WorkContext {
  return {
    parent, progress, breathe: () => parent.breathe(), onCancel: listener => parent.onCancel(listener),
    ...(parent.finishing && { finishing: () => parent.finishing!() }),
    ...(parent.onFinish && { onFinish: listener => parent.onFinish!(listener) }),
  };
}

/** The context of the run that this one belongs to. */
export function rootOf(context: WorkContext): WorkContext {
  return context.parent ? rootOf(context.parent) : context;
}

const turnEvery = 30;

export class CancellableContext implements WorkContext {
  private cancelled = false;
  private lastTurn = performance.now();
  private readonly listeners = new Set<() => void>();

  private asked = false;
  private readonly finishListeners = new Set<() => void>();

  constructor(private readonly report: WorkContext['progress'] = () => undefined) {}

  progress(stage: string, fraction?: number, live?: LiveCurve, comparison?: Comparison): void {
    this.report(stage, fraction, live, comparison);
  }

  finishing(): boolean {
    return this.asked;
  }

  onFinish(listener: () => void): () => void {
    this.finishListeners.add(listener);
    return () => this.finishListeners.delete(listener);
  }

  /** Asks training to stop and keep the best so far; the run goes on with that. */
  finish(): void {
    this.asked = true;
    for (const listener of this.finishListeners) listener();
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
