/** The inner loops of the encoder: over the rows of a block, without calls or allocation inside. */
import type { Block } from './binding';
import { absent, type NumberRule } from './compiled';

/** out[offset + i] = the value of the column as the rule has it. */
export function writeNumbers(source: Float64Array, { rows, from, length }: Block, rule: NumberRule, out: Float64Array, offset: number): void {
  const { fill, shift, unit, mean, deviation } = rule;
  if (!rule.plain) {
    for (let i = 0; i < length; i++) {
      const value = (source[rows ? rows[from + i] : from + i] - shift) / unit;
      out[offset + i] = ((value - value === 0 ? value : fill) - mean) / deviation;
    }
  } else if (rows) {
    for (let i = 0; i < length; i++) {
      const value = source[rows[from + i]];
      out[offset + i] = value - value === 0 ? value : fill;
    }
  } else {
    for (let i = 0; i < length; i++) {
      const value = source[from + i];
      out[offset + i] = value - value === 0 ? value : fill;
    }
  }
}

/** out[at + i] += factor (x_i − centre), x as `writeNumbers` has it. */
export function addNumbers(source: Float64Array, { rows, from, length }: Block, rule: NumberRule, factor: number, centre: number, out: Float64Array, at: number): void {
  const { fill, shift, unit, mean, deviation } = rule;
  if (!rule.plain) {
    for (let i = 0; i < length; i++) {
      const value = (source[rows ? rows[from + i] : from + i] - shift) / unit;
      out[at + i] += factor * (((value - value === 0 ? value : fill) - mean) / deviation - centre);
    }
  } else if (rows) {
    for (let i = 0; i < length; i++) {
      const value = source[rows[from + i]];
      out[at + i] += factor * ((value - value === 0 ? value : fill) - centre);
    }
  } else {
    for (let i = 0; i < length; i++) {
      const value = source[from + i];
      out[at + i] += factor * ((value - value === 0 ? value : fill) - centre);
    }
  }
}

/** out[at + i] += factor where the column has no finite number. */
export function addMissing(source: Float64Array, { rows, from, length }: Block, factor: number, out: Float64Array, at: number): void {
  for (let i = 0; i < length; i++) {
    const value = source[rows ? rows[from + i] : from + i];
    if (value - value !== 0) out[at + i] += factor;
  }
}

/** 1 where the column has no finite number. */
export function writeMissing(source: Float64Array, { rows, from, length }: Block, out: Float64Array, offset: number): void {
  for (let i = 0; i < length; i++) {
    const value = source[rows ? rows[from + i] : from + i];
    out[offset + i] = value - value === 0 ? 0 : 1;
  }
}

export function mapCodes(codes: Int32Array, { rows, from, length }: Block, map: Int32Array, missing: number): Int32Array {
  const out = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const code = codes[rows ? rows[from + i] : from + i];
    out[i] = code < 0 ? missing : map[code];
  }
  return out;
}

/** What each level adds: beta[start + step · place], 0 for the reference. */
export function effectsOf(place: Int32Array, beta: Float64Array, start: number, step: number): Float64Array {
  const effects = new Float64Array(place.length);
  for (let level = 0; level < place.length; level++) effects[level] = place[level] >= 0 ? beta[start + step * place[level]] : 0;
  return effects;
}

export function addEffects(codes: Int32Array, effects: Float64Array, out: Float64Array, at: number): void {
  for (let i = 0; i < codes.length; i++) out[at + i] += codes[i] === absent ? NaN : effects[codes[i]];
}

export function addSlopes(codes: Int32Array, slopes: Float64Array, column: Float64Array, out: Float64Array, at: number): void {
  for (let i = 0; i < codes.length; i++) out[at + i] += codes[i] === absent ? NaN : slopes[codes[i]] * column[i];
}

/** Two categories: the column of a pair of levels is place + width · other place. */
export function addPairs(
  codes: Int32Array, place: Int32Array, others: Int32Array, otherPlace: Int32Array, width: number, beta: Float64Array, start: number, out: Float64Array, at: number,
): void {
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] === absent || others[i] === absent) {
      out[at + i] = NaN;
      continue;
    }
    const a = place[codes[i]];
    const b = otherPlace[others[i]];
    if (a >= 0 && b >= 0) out[at + i] += beta[start + b * width + a];
  }
}

export function addProducts(first: Float64Array, second: Float64Array, factor: number, out: Float64Array, at: number): void {
  if (factor === 0) return;
  for (let i = 0; i < first.length; i++) out[at + i] += factor * (first[i] * second[i]);
}

export function addScaled(column: Float64Array, factor: number, shift: number, out: Float64Array, at: number): void {
  if (factor === 0) return;
  for (let i = 0; i < column.length; i++) out[at + i] += factor * (column[i] - shift);
}

export function multiplied(first: Float64Array, second: Float64Array): Float64Array {
  const out = new Float64Array(first.length);
  for (let i = 0; i < out.length; i++) out[i] = first[i] * second[i];
  return out;
}
