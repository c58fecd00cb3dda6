/** Checked reading of a model's parameters from JSON, and numbers that JSON has no way to write. */
import { UserError } from '../../../protocol/errors';

/** NaN and infinities are written as null, "Infinity" and "-Infinity"; all other numbers exactly. */
export type JsonNumber = number | null | 'Infinity' | '-Infinity';

export function writeNumber(value: number): JsonNumber {
  if (Number.isNaN(value)) return null;
  if (value === Infinity) return 'Infinity';
  return value === -Infinity ? '-Infinity' : value;
}

export function writeNumbers(values: ArrayLike<number>): JsonNumber[] {
  return Array.from(values, writeNumber);
}

export function readNumber(json: unknown, what: string): number {
  if (typeof json === 'number') return json;
  if (json === null) return NaN;
  if (json === 'Infinity' || json === '-Infinity') return json === 'Infinity' ? Infinity : -Infinity;
  throw damaged(what);
}

export function readNumbers(json: unknown, what: string, length?: number): Float64Array {
  if (!Array.isArray(json) || (length !== undefined && json.length !== length)) throw damaged(what);
  return Float64Array.from(json, item => readNumber(item, what));
}

export function readObject(json: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw damaged(what);
  return json as Record<string, unknown>;
}

export function readArray(json: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(json)) throw damaged(what);
  return json;
}

export function readText(json: unknown, what: string): string {
  if (typeof json !== 'string') throw damaged(what);
  return json;
}

export function damaged(what: string): UserError {
  return new UserError('badModelFile', `The model file is damaged: ${what} is missing or not as it should be.`);
}
