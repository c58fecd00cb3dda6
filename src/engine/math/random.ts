/** Seeded random numbers: xoshiro128** (Blackman & Vigna 2018), seeded through splitmix32. Same seed, same numbers. */

export class Rng {
  private readonly state: Uint32Array;
  private spareNormal: number | undefined;

  constructor(readonly seed: number) {
    let s = (Math.trunc(seed) ^ Math.trunc(seed / 4294967296)) >>> 0;
    this.state = new Uint32Array(4);
    for (let i = 0; i < 4; i++) {
      s = (s + 0x9e3779b9) >>> 0;
      let z = s;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      this.state[i] = (z ^ (z >>> 16)) >>> 0;
    }
  }

  /** Next 32 random bits. */
  private next(): number {
    const s = this.state;
    const five = Math.imul(s[1]!, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  /** Uniform on [0, 1) with 53 random bits. */
  uniform(): number {
    return ((this.next() >>> 5) * 67108864 + (this.next() >>> 6)) / 9007199254740992;
  }

  /** Uniform integer in 0 … n-1, without modulo bias. */
  integer(n: number): number {
    if (!(n >= 1 && n <= 4294967296)) throw new RangeError(`integer needs 1 ≤ n ≤ 2^32, got ${n}`);
    let bits = this.next();
    // Surely below the limit: nearly always, and it spares a slow remainder.
    if (bits < 4294967296 - n) return bits % n;
    const limit = 4294967296 - (4294967296 % n);
    while (bits >= limit) bits = this.next();
    return bits % n;
  }

  /** Standard normal (Marsaglia's polar method). */
  normal(): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal;
      this.spareNormal = undefined;
      return spare;
    }
    let u: number;
    let v: number;
    let s: number;
    do {
      u = 2 * this.uniform() - 1;
      v = 2 * this.uniform() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const factor = Math.sqrt((-2 * Math.log(s)) / s);
    this.spareNormal = v * factor;
    return u * factor;
  }

  /** Shuffles in place (Fisher–Yates). */
  shuffle(items: Int32Array): Int32Array {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = items[i]!;
      items[i] = items[j]!;
      items[j] = held;
    }
    return items;
  }

  /** An independent generator for a named part of the work, so that parts do not disturb each other's numbers. */
  fork(label: string): Rng {
    let hash = 2166136261 ^ (this.seed >>> 0);
    for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 16777619);
    return new Rng(hash >>> 0);
  }
}
