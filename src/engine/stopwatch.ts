/** Times the steps of a run for its report. */

/** Seconds of each step since the start; laps of the same name add up. */
export class Stopwatch {
  private readonly laps = new Map<string, number>();
  private last: number;

  constructor(private readonly started: number) {
    this.last = started;
  }

  /** `counted`: seconds since the last lap that are counted under other names. */
  lap(name: string, counted = 0): void {
    const now = performance.now();
    this.add(name, (now - this.last) / 1000 - counted);
    this.last = now;
  }

  /** Seconds that were measured elsewhere. */
  add(name: string, seconds: number): void {
    this.laps.set(name, (this.laps.get(name) ?? 0) + seconds);
  }

  seconds(): Record<string, number> {
    return { ...Object.fromEntries(this.laps), total: (performance.now() - this.started) / 1000 };
  }
}
