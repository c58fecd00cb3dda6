/** Small arithmetic on what networks say: log-odds, the likeliest class, and rows that cannot be predicted. */
import type { EncodedInputs } from '../network/inputs';
import type { Voices } from './networks';

/** log p / (1 − p) of class c; for two classes from both probabilities, so that digits near 1 are kept. */
export function logOdds(p: Float64Array, i: number, c: number, width: number): number {
  if (width === 2) return Math.log(p[2 * i + c]) - Math.log(p[2 * i + 1 - c]);
  const value = p[i * width + c];
  return Math.log(value) - Math.log1p(-Math.min(value, 1 - 1e-16));
}

export function likeliest(p: Float64Array, i: number, width: number): number {
  let best = 0;
  for (let c = 1; c < width; c++) if (p[i * width + c] > p[i * width + best]) best = c;
  return best;
}

/** Rows that cannot be predicted get NaN in every voice. */
export function withoutIncomplete(voices: Voices, { incomplete }: EncodedInputs): Voices {
  if (!incomplete) return voices;
  const width = voices.outputs[0].length / voices.rows;
  for (const outputs of voices.outputs) incomplete.forEach((flag, i) => { if (flag === 1) outputs.fill(NaN, i * width, (i + 1) * width); });
  return voices;
}
