/** Where a fitted attention model looks: weights by feature, of each network and of untrained ones, and between features. */
import { attentionForward } from '../../compute/kernels/attentionForward';
import type { AttentionDescription } from '../../compute/network/description';
import { initialiseParameters } from '../../compute/network/initialise';
import type { Table } from '../../data/table';
import type { AttentionView } from '../model';
import { encodeInputs, tokensOf, type NetworkInputs } from '../network/inputs';

type Parameters = readonly Float32Array[];

/** Rows worked on together. */
const blockRows = 4096;

export class NetworkAttention implements AttentionView {
  readonly features: readonly string[];
  readonly layers: number;
  readonly heads: number;
  /** By token: the places of its features, among which its weight is divided evenly. */
  private readonly featuresOf: readonly (readonly number[])[];
  readonly pairs?: (table: Table, rows?: Int32Array) => Float64Array;

  constructor(private readonly description: AttentionDescription, private readonly members: readonly Parameters[], private readonly inputs: NetworkInputs) {
    this.features = inputs.encoding.columns.map(column => column.name);
    this.layers = description.layers;
    this.heads = description.heads;
    const place = new Map(this.features.map((name, j) => [name, j]));
    this.featuresOf = tokensOf(inputs).features.map(token => placesOf(token, place));
    if (description.layers > 1) this.pairs = (table, rows) => this.betweenFeatures(table, rows);
  }

  attention(table: Table, rows?: Int32Array): Float64Array {
    return this.mean(this.members, table, rows);
  }

  each(table: Table, rows?: Int32Array): readonly Float64Array[] {
    return this.members.map(member => this.mean([member], table, rows));
  }

  untrained(table: Table, rows: Int32Array | undefined, seed: number): Float64Array {
    return this.mean([initialiseParameters(this.description, seed)], table, rows);
  }

  private mean(networks: readonly Parameters[], table: Table, rows: Int32Array | undefined): Float64Array {
    const n = rows ? rows.length : table.rows;
    const p = this.features.length;
    const result = new Float64Array(n * p);
    this.eachBlock(table, rows, (x, from, length, incomplete) => {
      for (const parameters of networks) this.add(attentionForward(this.description, parameters, x, length, { attention: true }).attention!, result, from, length);
      for (let i = 0; i < length; i++) this.finishRow(result, from + i, incomplete?.[i] === 1);
    });
    return result;
  }

  /** Adds the weights of a block's tokens, rows × (tokens + 1) with [CLS] first, to those of the features. */
  private add(attention: Float32Array, result: Float64Array, from: number, rows: number): void {
    const p = this.features.length;
    const count = this.featuresOf.length + 1;
    for (let i = 0; i < rows; i++) {
      const rest = 1 - attention[i * count];
      this.featuresOf.forEach((places, t) => {
        const weight = attention[i * count + t + 1] / (rest > 0 ? rest : 1) / places.length;
        for (const j of places) result[(from + i) * p + j] += weight;
      });
    }
  }

  /** Makes a row sum to 1; NaN where it has no prediction. */
  private finishRow(result: Float64Array, row: number, incomplete: boolean): void {
    const p = this.features.length;
    let sum = 0;
    for (let j = 0; j < p; j++) sum += result[row * p + j];
    for (let j = 0; j < p; j++) result[row * p + j] = incomplete ? NaN : sum > 0 ? result[row * p + j] / sum : 1 / p;
  }

  private betweenFeatures(table: Table, rows: Int32Array | undefined): Float64Array {
    const p = this.features.length;
    const tokens = this.featuresOf.length;
    const result = new Float64Array(p * p);
    this.eachBlock(table, rows, (x, _from, length) => {
      for (const parameters of this.members) {
        const { pairs } = attentionForward(this.description, parameters, x, length, { pairs: true });
        for (let a = 0; a < tokens; a++) {
          for (let b = 0; b < tokens; b++) this.addPair(result, a, b, pairs![(a + 1) * (tokens + 1) + b + 1]);
        }
      }
    });
    for (let i = 0; i < p; i++) {
      const row = result.subarray(i * p, (i + 1) * p);
      const sum = row.reduce((s, v) => s + v, 0);
      for (let j = 0; j < p; j++) row[j] = sum > 0 ? row[j] / sum : 1 / p;
    }
    return result;
  }

  private addPair(result: Float64Array, a: number, b: number, weight: number): void {
    const p = this.features.length;
    const [from, to] = [this.featuresOf[a], this.featuresOf[b]];
    for (const i of from) for (const j of to) result[i * p + j] += weight / (from.length * to.length);
  }

  private eachBlock(table: Table, rows: Int32Array | undefined, use: (x: Float32Array, from: number, length: number, incomplete: Uint8Array | undefined) => void): void {
    const n = rows ? rows.length : table.rows;
    for (let from = 0; from < n; from += blockRows) {
      const length = Math.min(blockRows, n - from);
      const part = rows ? rows.subarray(from, from + length) : Int32Array.from({ length }, (_, i) => from + i);
      const { x, incomplete } = encodeInputs(this.inputs, table, part);
      use(x, from, length, incomplete);
    }
  }
}

/** The token's own feature, or those of a product ("a:b"). */
function placesOf(token: string, place: ReadonlyMap<string, number>): number[] {
  const own = place.get(token);
  if (own !== undefined) return [own];
  return [...new Set(token.split(':'))].flatMap(name => place.get(name) ?? []);
}
