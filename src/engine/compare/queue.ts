/** Families that were put off: the cheapest by estimate first, whatever the order in which they were put off. */
import type { Family } from '../models/model';
import type { Estimate } from './estimate';

export interface PutOff { readonly family: Family; readonly estimate: Estimate }

export class Queue {
  /** Sorted; of equals the one that came first, which is the simpler one. Pilots that were cut off come last, and tell no order among them. */
  private readonly items: PutOff[] = [];

  add(item: PutOff): void {
    this.items.push(item);
    const cost = ({ estimate }: PutOff): number => (estimate.atLeast ? Number.MAX_VALUE : estimate.seconds);
    this.items.sort((a, b) => cost(a) - cost(b));
  }

  /** Takes the cheapest out; undefined where none waits. */
  takeCheapest(): PutOff | undefined {
    return this.items.shift();
  }

  /** Whether one is known to take less; of a pilot that was cut off nothing is known. */
  hasCheaper(seconds: number): boolean {
    return this.items.some(({ estimate }) => !estimate.atLeast && estimate.seconds < seconds);
  }
}
