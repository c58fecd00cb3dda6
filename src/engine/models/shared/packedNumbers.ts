/**
 * Arrays of numbers as short texts in a model file, exact to the last bit: "f8:…" is base64 of little-endian numbers, of the narrowest type
 * that holds every one of them (u1, u2: whole numbers of 1, 2 bytes; f4, f8: floating point of 4, 8). "f8z:…": the first bytes of all
 * numbers, then the second ones and so on, deflated (RFC 1951).
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { damaged, readArray } from './json';

const types = {
  u1: { bytes: 1, fits: (value: number) => Number.isInteger(value) && value >= 0 && value < 256 && !Object.is(value, -0) },
  u2: { bytes: 2, fits: (value: number) => Number.isInteger(value) && value >= 0 && value < 65536 && !Object.is(value, -0) },
  f4: { bytes: 4, fits: (value: number) => Math.fround(value) === value },
  f8: { bytes: 8, fits: Number.isFinite },
} as const;
type TypeName = keyof typeof types;
const names = Object.keys(types) as TypeName[];

/** Shorter arrays stay lists that people can read; so do those with numbers that are not finite. */
const readable = 64;

export function packNumbers(values: Float64Array): string | number[] {
  const name = names.find(one => values.every(types[one].fits));
  if (values.length < readable || name === undefined) return Array.from(values);
  const plain = bytesOf(values, name);
  const zipped = deflateRawSync(planes(plain, types[name].bytes, values.length), { level: constants.Z_BEST_COMPRESSION });
  return zipped.length < plain.length ? `${name}z:${zipped.toString('base64')}` : `${name}:${plain.toString('base64')}`;
}

function bytesOf(values: Float64Array, name: TypeName): Buffer {
  const { bytes } = types[name];
  const buffer = Buffer.alloc(values.length * bytes);
  values.forEach((value, i) => {
    if (name === 'u1') buffer.writeUInt8(value, i);
    else if (name === 'u2') buffer.writeUInt16LE(value, 2 * i);
    else if (name === 'f4') buffer.writeFloatLE(value, 4 * i);
    else buffer.writeDoubleLE(value, 8 * i);
  });
  return buffer;
}

/** The bytes of each place of a number together: signs and exponents are much alike. */
function planes(buffer: Buffer, bytes: number, count: number): Buffer {
  const result = Buffer.alloc(buffer.length);
  for (let i = 0; i < count; i++) for (let b = 0; b < bytes; b++) result[b * count + i] = buffer[i * bytes + b]!;
  return result;
}

/** Packed, or a list as in older files. `length`: how many there must be; a packed text needs it. Throws UserError 'badModelFile'. */
export function unpackNumbers(json: unknown, what: string, length?: number): Float64Array {
  const values = typeof json === 'string' && length !== undefined ? fromText(json, what, length) : fromList(readArray(json, what), what);
  if ((length !== undefined && values.length !== length) || !values.every(Number.isFinite)) throw damaged(what);
  return values;
}

function fromList(items: readonly unknown[], what: string): Float64Array {
  return Float64Array.from(items, item => {
    if (typeof item !== 'number') throw damaged(what);
    return item;
  });
}

function fromText(text: string, what: string, length: number): Float64Array {
  const [, name, zipped, code] = /^(u1|u2|f4|f8)(z?):([A-Za-z0-9+/]*={0,2})$/.exec(text) ?? [];
  if (name === undefined || code === undefined) throw damaged(what);
  const { bytes } = types[name as TypeName];
  const raw = Buffer.from(code, 'base64');
  const plain = zipped === 'z' ? unplanes(inflated(raw, what, bytes * length), bytes, length) : raw;
  if (plain.length !== bytes * length) throw damaged(what);
  return Float64Array.from({ length }, (_, i) => {
    if (name === 'u1') return plain.readUInt8(i);
    if (name === 'u2') return plain.readUInt16LE(2 * i);
    return name === 'f4' ? plain.readFloatLE(4 * i) : plain.readDoubleLE(8 * i);
  });
}

/** No more than is wanted is unpacked: a model file may be anyone's. */
function inflated(raw: Buffer, what: string, size: number): Buffer {
  try {
    const plain = inflateRawSync(raw, { maxOutputLength: Math.max(1, size) });
    if (plain.length === size) return plain;
  } catch { /* said below */ }
  throw damaged(what);
}

function unplanes(buffer: Buffer, bytes: number, count: number): Buffer {
  const result = Buffer.alloc(buffer.length);
  for (let i = 0; i < count; i++) for (let b = 0; b < bytes; b++) result[i * bytes + b] = buffer[b * count + i]!;
  return result;
}
