/** The blocks of an attention model with more than one: every token asks, in the last block only [CLS]. */
import type { AttentionDescription } from '../network/description';
import { addTo, feedForward, layerNorm, linear, softmaxAt, type Named } from './attentionArithmetic';
import type { Blocks } from './attentionForward';

/** Tokens of all rows worked on together. */
const blockTokens = 4096;

export class SeveralBlocks implements Blocks {
  readonly blockRows: number;
  private readonly count: number;
  /** Attention of one row averaged over heads, one matrix a layer but the last. */
  private readonly maps: Float64Array[];
  private readonly classRow: Float64Array;

  constructor(private readonly description: AttentionDescription, private readonly get: Named) {
    this.count = description.tokens + 1;
    this.blockRows = Math.max(1, Math.floor(blockTokens / this.count));
    this.maps = Array.from({ length: description.layers - 1 }, () => new Float64Array(0));
    this.classRow = new Float64Array(this.count);
  }

  classVectors(x: Float32Array, from: number, rows: number, attention: Float32Array | undefined, pairs: Float64Array | undefined): Float32Array {
    const { width, layers } = this.description;
    const { count } = this;
    const wanted = attention !== undefined || pairs !== undefined;
    const cells = count * count;
    if (wanted) this.maps.forEach((_, l) => { this.maps[l] = new Float64Array(rows * cells); });
    let h = this.embed(x, from, rows);
    for (let l = 0; l < layers - 1; l++) {
      const mixed = this.attend(l, this.normed(l, h, rows * count), rows, wanted ? this.maps[l] : undefined);
      addTo(h, linear(mixed, rows * count, width, this.get(`block${l}.output.weight`), this.get(`block${l}.output.bias`)));
      feedForward(this.description, this.get, l, h, rows * count);
    }
    const last = new Float64Array(attention ? rows * count : 0);
    h = this.attendLast(h, rows, attention && last);
    if (attention) for (let i = 0; i < rows; i++) this.rollOut(last, i, attention, (from + i) * count);
    if (pairs) for (const map of this.maps) for (let k = 0; k < map.length; k++) pairs[k % cells] += map[k] / (layers - 1);
    return h;
  }

  /** rows · (tokens + 1) × width, [CLS] first. */
  private embed(x: Float32Array, from: number, rows: number): Float32Array {
    const { inputs, tokenOf, width } = this.description;
    const h = new Float32Array(rows * this.count * width);
    const weight = this.get('tokens.weight');
    const start = this.get('cls');
    const bias = this.get('tokens.bias');
    for (let i = 0; i < rows; i++) {
      const place = i * this.count * width;
      h.set(start, place);
      h.set(bias, place + width);
      for (let c = 0; c < inputs; c++) {
        const value = x[(from + i) * inputs + c];
        if (value === 0) continue;
        const to = place + (tokenOf[c] + 1) * width;
        for (let j = 0; j < width; j++) h[to + j] += value * weight[c * width + j];
      }
    }
    return h;
  }

  private normed(l: number, h: Float32Array, rows: number): Float32Array {
    return l === 0 ? h : layerNorm(h, rows, this.get(`block${l}.attentionNorm.scale`), this.get(`block${l}.attentionNorm.shift`));
  }

  private project(l: number, name: string, z: Float32Array, rows: number): Float32Array {
    return linear(z, rows, this.description.width, this.get(`block${l}.${name}.weight`), this.get(`block${l}.${name}.bias`));
  }

  /** All tokens' questions; `map`: rows × count × count, added to. */
  private attend(l: number, z: Float32Array, rows: number, map: Float64Array | undefined): Float32Array {
    const { width } = this.description;
    const { count } = this;
    const question = this.project(l, 'query', z, rows * count);
    const key = this.project(l, 'key', z, rows * count);
    const value = this.project(l, 'value', z, rows * count);
    const out = new Float32Array(rows * count * width);
    for (let i = 0; i < rows; i++) {
      for (let t = 0; t < count; t++) this.ask(question, i * count + t, key, value, i * count, out, map, (i * count + t) * count);
    }
    return out;
  }

  /** One token's question to the tokens of its row; writes the mixed values at the question's place in `out`. */
  private ask(
    question: Float32Array, asker: number, key: Float32Array, value: Float32Array, first: number, out: Float32Array, map: Float64Array | undefined, place: number,
  ): void {
    const { width, heads, uniform } = this.description;
    const { count, classRow: scores } = this;
    const size = width / heads;
    const factor = 1 / Math.sqrt(size);
    for (let h = 0, begin = 0; h < heads; h++, begin += size) {
      const end = begin + size;
      for (let t = 0; t < count; t++) {
        let sum = 0;
        for (let j = begin, k = (first + t) * width; j < end && !uniform; j++) sum += question[asker * width + j] * key[k + j];
        scores[t] = sum * factor;
      }
      softmaxAt(scores, 0, count);
      for (let t = 0; t < count; t++) {
        const weight = scores[t];
        for (let j = begin, k = (first + t) * width; j < end; j++) out[asker * width + j] += weight * value[k + j];
        if (map) map[place + t] += weight / heads;
      }
    }
  }

  /** The question of [CLS] in the last block; `map`: rows × count. Gives the vectors of [CLS] after it, rows × width. */
  private attendLast(h: Float32Array, rows: number, map: Float64Array | undefined): Float32Array {
    const { width, layers } = this.description;
    const { count } = this;
    const l = layers - 1;
    const z = this.normed(l, h, rows * count);
    const classes = firstRows(h, rows, count * width, width);
    const question = this.project(l, 'query', firstRows(z, rows, count * width, width), rows);
    const key = this.project(l, 'key', z, rows * count);
    const value = this.project(l, 'value', z, rows * count);
    const out = new Float32Array(rows * width);
    for (let i = 0; i < rows; i++) this.ask(question, i, key, value, i * count, out, map, i * count);
    addTo(classes, this.project(l, 'output', out, rows));
    return classes;
  }

  /** [CLS]'s row of (½ A_L + ½ I) ⋯ (½ A₁ + ½ I). */
  private rollOut(last: Float64Array, row: number, attention: Float32Array, place: number): void {
    const { count } = this;
    let share = last.slice(row * count, (row + 1) * count).map((a, t) => 0.5 * a + (t === 0 ? 0.5 : 0));
    for (let l = this.maps.length - 1; l >= 0; l--) {
      const map = this.maps[l];
      const next = share.map(a => 0.5 * a);
      for (let t = 0; t < count; t++) for (let u = 0, at = (row * count + t) * count; u < count; u++) next[u] += 0.5 * share[t] * map[at + u];
      share = next;
    }
    for (let t = 0; t < count; t++) attention[place + t] = share[t];
  }
}

/** The first `width` numbers of each of `rows` stretches of `stride`. */
function firstRows(values: Float32Array, rows: number, stride: number, width: number): Float32Array {
  const out = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) out.set(values.subarray(i * stride, i * stride + width), i * width);
  return out;
}
