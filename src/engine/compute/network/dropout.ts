/** Inverted dropout masks (Srivastava et al. 2014) from a seeded generator. */
import type { Rng } from '../../math/random';
import type { NetworkDescription } from './description';

/**
 * Units of each mask in a row of a batch. Dense: those of each hidden layer. Attention: one mask a block, the hidden
 * feed-forward units of every token, in the last block of [CLS] alone.
 */
export function dropoutUnits(description: NetworkDescription): readonly number[] {
  if (description.kind === 'dense') return description.hidden;
  const { layers, tokens, feedForward } = description;
  return Array.from({ length: layers }, (_, l) => (l === layers - 1 ? feedForward : (tokens + 1) * feedForward));
}

/** Masks for up to `rows` rows a batch, made anew in the same memory by each call of `next`. */
export class Dropout {
  private readonly units: readonly number[];
  private readonly memory: Float32Array[];
  private state: number;

  constructor(description: NetworkDescription, rows: number, private readonly rate: number, rng: Rng) {
    this.units = dropoutUnits(description);
    this.memory = this.units.map(units => new Float32Array(rows * units));
    this.state = 1 + rng.integer(0xfffffffe);
  }

  /** One array a mask, rows × units; values 0 or 1 / (1 − rate). Valid until the next call. */
  next(rows: number): Float32Array[] {
    const threshold = Math.round(65536 * this.rate);
    const kept = 65536 / (65536 - threshold);
    let s = this.state;
    const masks = this.memory.map((memory, layer) => {
      const mask = memory.subarray(0, rows * this.units[layer]);
      for (let k = 0; k < mask.length; k += 2) {
        // xorshift32 (Marsaglia 2003): two masks of 16 bits a draw.
        s ^= s << 13;
        s ^= s >>> 17;
        s ^= s << 5;
        mask[k] = (s & 0xffff) < threshold ? 0 : kept;
        if (k + 1 < mask.length) mask[k + 1] = s >>> 16 < threshold ? 0 : kept;
      }
      return mask;
    });
    this.state = s;
    return masks;
  }
}
