/** A minimal event source for services that must run (and be tested) without vscode. Fits vscode.Event. */

export interface Subscription { dispose(): void }

export class Emitter<T> {
  private readonly listeners = new Set<(value: T) => void>();

  /** Subscribes; the result takes the listener back. */
  readonly event = (listener: (value: T) => void): Subscription => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }

  dispose(): void {
    this.listeners.clear();
  }
}
