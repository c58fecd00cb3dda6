// Units that are not known yet, and the equations between them: a unit is base units times powers of unknown ones, and what
// has to be equal is solved for one unknown after the other, as types are inferred in a program.
import { baseUnits, tiny } from './unit';

/** Exponents of the base units, and of unknown units by their number. */
export interface Quantity {
  base: readonly number[];
  unknown: ReadonlyMap<number, number>;
}

const none: ReadonlyMap<number, number> = new Map();
export const known = (base: readonly number[]): Quantity => ({ base, unknown: none });
export const pure: Quantity = known(baseUnits.map(() => 0));

/** a · bᵖ */
export function joined(a: Quantity, b: Quantity, p: number): Quantity {
  const base = a.base.map((e, k) => e + p * b.base[k]!);
  if (b.unknown.size === 0) return { base, unknown: a.unknown };
  const unknown = new Map(a.unknown);
  for (const [id, e] of b.unknown) {
    const power = (unknown.get(id) ?? 0) + p * e;
    if (Math.abs(power) > tiny) unknown.set(id, power);
    else unknown.delete(id);
  }
  return { base, unknown };
}

export class Unknowns {
  private readonly solved = new Map<number, Quantity>();
  private count = 0;

  /** A unit that is not known; lower numbers are solved for first. */
  fresh(): Quantity {
    return { base: pure.base, unknown: new Map([[this.count++, 1]]) };
  }

  /** With all that is known put in. */
  resolved(of: Quantity): Quantity {
    let now = of;
    for (const [id, e] of of.unknown) {
      const value = this.solved.get(id);
      if (value) now = joined(joined(now, { base: pure.base, unknown: new Map([[id, 1]]) }, -e), this.resolved(value), e);
    }
    return now;
  }

  /** Makes the two equal; false where that cannot be. */
  equal(a: Quantity, b: Quantity): boolean {
    const difference = this.resolved(joined(a, b, -1));
    if (difference.unknown.size === 0) return difference.base.every(e => Math.abs(e) < tiny);
    const id = Math.min(...difference.unknown.keys());
    const e = difference.unknown.get(id)!;
    const rest = joined(difference, { base: pure.base, unknown: new Map([[id, 1]]) }, -e);
    this.solved.set(id, joined(pure, rest, -1 / e));
    return true;
  }

  /** Exponents of the base units once every unit that nothing determines is taken to be none. */
  settled(of: Quantity): readonly number[] {
    return this.resolved(of).base;
  }
}
