// What the evolution has tried: structures (constants left open) and values, as hashes.
import { isConstant, type Genome } from './genome';

/** Beyond this many entries a memory starts anew. */
const most = 2_000_000;

export class Memory {
  private readonly tries = new Map<number, number>();
  private readonly values = new Set<number>();

  /** How often this structure has been tried before; counts this time. */
  triedBefore({ words }: Genome): number {
    const key = hash(words.length, k => (isConstant(words[k]!) ? 1 : words[k]!));
    const count = this.tries.get(key) ?? 0;
    if (this.tries.size > most) this.tries.clear();
    this.tries.set(key, count + 1);
    return count;
  }

  /** Whether values like these, up to a factor and a shift, were there before; notes them. */
  hasValues(values: Float64Array): boolean {
    let mean = 0;
    for (const v of values) mean += v / values.length;
    let size = 0;
    for (const v of values) size = Math.max(size, Math.abs(v - mean));
    if (!(size > 0)) return true;
    const sign = values[0]! < mean ? -1 : 1;
    const key = hash(values.length, k => Math.round((sign * 1e7 * (values[k]! - mean)) / size));
    if (this.values.has(key)) return true;
    if (this.values.size > most) this.values.clear();
    this.values.add(key);
    return false;
  }
}

/** 52 bits of two multiplicative hashes. */
function hash(length: number, word: (k: number) => number): number {
  let a = 0x811c9dc5 ^ length;
  let b = 0x9747b28c ^ length;
  for (let k = 0; k < length; k++) {
    const w = word(k) | 0;
    a = Math.imul(a ^ w ^ (w >>> 15), 0x01000193);
    b = Math.imul(b ^ (w + (b >>> 13)), 0x5bd1e995);
  }
  a ^= a >>> 15;
  b ^= b >>> 13;
  return (a >>> 0) * 0x100000 + ((b >>> 0) & 0xfffff);
}
