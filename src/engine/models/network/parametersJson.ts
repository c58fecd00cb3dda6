/** Parameters of a network in JSON: little-endian Float32 in base64, one text a parameter. */
import { parameterInfos, type NetworkDescription } from '../../compute/network/description';
import { damaged, readArray, readText } from '../shared/json';

export function writeParameters(parameters: readonly Float32Array[]): string[] {
  return parameters.map(writeFloats);
}

/** Throws UserError 'badModelFile' when a parameter is missing or has not the length that the description says. */
export function readParameters(json: unknown, description: NetworkDescription): Float32Array[] {
  const texts = readArray(json, 'the parameters');
  const infos = parameterInfos(description);
  if (texts.length !== infos.length) throw damaged('a parameter of the network');
  return infos.map(({ name, shape }, i) => readFloats(texts[i], name, shape.reduce((a, b) => a * b, 1)));
}

export function writeFloats(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

export function readFloats(json: unknown, what: string, length: number): Float32Array {
  const bytes = Buffer.from(readText(json, what), 'base64');
  if (bytes.length !== 4 * length) throw damaged(what);
  const values = new Float32Array(length);
  new Uint8Array(values.buffer).set(bytes);
  if (values.some(v => !Number.isFinite(v))) throw damaged(what);
  return values;
}
