/** A part of a run that ends at a deadline: past it the part is cancelled, the run goes on. */
import { CancelledError } from '../../protocol/errors';
import type { WorkContext } from '../context';

/**
 * Stands in for the context of the run. It has no `parent` and cannot be asked to finish: stopping one model's training early would
 * make the comparison unequal.
 */
export class DeadlineContext implements WorkContext {
  private readonly end: number;
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly listeners = new Set<() => void>();
  private ended = false;

  /** `seconds` from now on; Infinity: none. */
  constructor(private readonly run: WorkContext, seconds: number, readonly progress: WorkContext['progress']) {
    this.end = performance.now() + 1000 * seconds;
    if (!Number.isFinite(seconds)) return;
    this.timer = setTimeout(() => {
      // A timer may fire a little before its time.
      this.ended = true;
      for (const listener of this.listeners) listener();
    }, Math.min(1000 * Math.max(0, seconds), 2 ** 31 - 1));
  }

  get expired(): boolean {
    return this.ended || performance.now() >= this.end;
  }

  breathe(): Promise<void> | void {
    if (this.expired) throw new CancelledError();
    return this.run.breathe();
  }

  onCancel(listener: () => void): () => void {
    this.listeners.add(listener);
    const takeBack = this.run.onCancel(listener);
    return () => {
      this.listeners.delete(listener);
      takeBack();
    };
  }

  /** To be called when the part is over. */
  dispose(): void {
    clearTimeout(this.timer);
    this.listeners.clear();
  }
}

/**
 * Runs the part and gives its result, or undefined where the deadline ended it. Cancelling the run is thrown as ever, and so is any
 * other error.
 */
export async function within<T>(
  run: WorkContext, seconds: number, progress: WorkContext['progress'], part: (context: DeadlineContext) => Promise<T>,
): Promise<T | undefined> {
  const context = new DeadlineContext(run, seconds, progress);
  try {
    return await part(context);
  } catch (error) {
    if (!(error instanceof CancelledError) || !context.expired) throw error;
    // The run itself may have been cancelled meanwhile.
    await run.breathe();
    return undefined;
  } finally {
    context.dispose();
  }
}
