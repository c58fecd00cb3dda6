/** The attention model as its description defines it, row by row and token by token in double precision: slow and plain. */
import { parameterInfos, type AttentionDescription } from '../../../src/engine/compute/network/description';
import type { NetworkData } from '../../../src/engine/compute/network/executor';

type Vector = number[];

export interface Reference {
  readonly outputs: Float64Array;
  /** attention[row][layer][head][query][key]; token t at t + 1, [CLS] at 0. */
  readonly attention: number[][][][][];
}

/** Dropout masks: one a block, rows × (tokens + 1) × units in the executor's token order with [CLS]; only [CLS]'s in the last. */
export function referenceOutputs(
  d: AttentionDescription, parameters: readonly ArrayLike<number>[], data: NetworkData, rows: Int32Array, dropout?: readonly Float32Array[],
): Reference {
  const named = new Map(parameterInfos(d).map((info, i) => [info.name, parameters[i]]));
  const get = (name: string): ArrayLike<number> => named.get(name)!;
  const [tokenWeight, tokenBias] = [get('tokens.weight'), get('tokens.bias')];
  const places = layoutPlaces(d);
  const outputs = new Float64Array(rows.length * d.outputs);
  const attention: number[][][][][] = [];
  rows.forEach((row, i) => {
    const tokens: Vector[] = [Array.from(get('cls'))];
    for (let t = 0; t < d.tokens; t++) {
      const token = Array.from({ length: d.width }, (_, j) => tokenBias[t * d.width + j]);
      for (let c = 0; c < d.inputs; c++) if (d.tokenOf[c] === t) for (let j = 0; j < d.width; j++) token[j] += data.x[row * d.inputs + c] * tokenWeight[c * d.width + j];
      tokens.push(token);
    }
    let h = tokens;
    const maps: number[][][][] = [];
    for (let l = 0; l < d.layers; l++) {
      const z = l === 0 ? h : h.map(v => norm(v, get(`block${l}.attentionNorm.scale`), get(`block${l}.attentionNorm.shift`)));
      const of = (name: string, v: Vector): Vector => linear(v, get(`block${l}.${name}.weight`), get(`block${l}.${name}.bias`));
      const { mixed, weights } = attend(d, z.map(v => of('query', v)), z.map(v => of('key', v)), z.map(v => of('value', v)));
      maps.push(weights);
      h = h.map((v, t) => plus(v, of('output', mixed[t])));
      h = h.map((v, t) => {
        const hidden = of('forward1', norm(v, get(`block${l}.forwardNorm.scale`), get(`block${l}.forwardNorm.shift`))).map(a => Math.max(0, a));
        const mask = dropout?.[l];
        const at = l === d.layers - 1 ? i : i * (d.tokens + 1) + places[t];
        const only = l === d.layers - 1 && t > 0;
        return plus(v, of('forward2', mask && !only ? hidden.map((a, k) => a * mask[at * d.feedForward + k]) : hidden));
      });
    }
    attention.push(maps);
    const out = linear(norm(h[0], get('headNorm.scale'), get('headNorm.shift')).map(a => Math.max(0, a)), get('head.weight'), get('head.bias'));
    outputs.set(out, i * d.outputs);
  });
  return { outputs, attention };
}

/** Where the executor holds each token: those of one column, [CLS], the others. */
function layoutPlaces(d: AttentionDescription): number[] {
  const count = (t: number): number => d.tokenOf.filter(o => o === t).length;
  const all = Array.from({ length: d.tokens }, (_, t) => t);
  const order = [...all.filter(t => count(t) === 1), -1, ...all.filter(t => count(t) !== 1)];
  return [-1, ...all].map(t => order.indexOf(t));
}

function attend(d: AttentionDescription, q: Vector[], k: Vector[], v: Vector[]): { mixed: Vector[]; weights: number[][][] } {
  const size = d.width / d.heads;
  const weights: number[][][] = [];
  const mixed = q.map(() => new Array<number>(d.width).fill(0));
  for (let head = 0; head < d.heads; head++) {
    weights.push(q.map((query, t) => {
      const scores = k.map(key => {
        let sum = 0;
        for (let j = head * size; j < (head + 1) * size; j++) sum += query[j] * key[j];
        return d.uniform ? 0 : sum / Math.sqrt(size);
      });
      const most = Math.max(...scores);
      const exps = scores.map(s => Math.exp(s - most));
      const total = exps.reduce((a, b) => a + b, 0);
      const row = exps.map(e => e / total);
      for (let j = head * size; j < (head + 1) * size; j++) mixed[t][j] = row.reduce((sum, a, u) => sum + a * v[u][j], 0);
      return row;
    }));
  }
  return { mixed, weights };
}

function norm(v: Vector, scale: ArrayLike<number>, shift: ArrayLike<number>): Vector {
  const mean = v.reduce((a, b) => a + b, 0) / v.length;
  const variance = v.reduce((a, b) => a + (b - mean) ** 2, 0) / v.length;
  return v.map((a, j) => ((a - mean) / Math.sqrt(variance + 1e-5)) * scale[j] + shift[j]);
}

function linear(v: Vector, weight: ArrayLike<number>, bias: ArrayLike<number>): Vector {
  return Array.from(bias, (b, j) => v.reduce((sum, a, i) => sum + a * weight[i * bias.length + j], b));
}

function plus(a: Vector, b: Vector): Vector {
  return a.map((v, j) => v + b[j]);
}
