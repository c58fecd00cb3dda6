/** Forward and reverse pass of the attention of a model with several blocks: every token asks, in the last only [CLS]. */
import type { AttentionDescription } from '../network/description';
import type { DropoutMasks } from '../network/executor';
import { addTo, layerNorm, linear, softmaxAt, type KeptNorm, type Named } from './attentionArithmetic';
import {
  addLinearGradient, backThrough, feedForwardBackward, feedForwardKept, keptNorm, layerNormBackward, type KeptFeedForward, type ParameterGradients,
} from './attentionBackward';
import type { TrainableBlocks } from './attentionExecutor';
import { attentionLayout } from '../network/attentionLayout';

/** What the reverse pass of one attention needs. `askers` questions to each row's tokens. */
interface KeptAttention {
  readonly norm?: KeptNorm;
  readonly z: Float32Array;
  readonly asking: Float32Array;
  readonly question: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  /** rows × askers × heads × (tokens + 1). */
  readonly weights: Float32Array;
  readonly mixed: Float32Array;
  readonly askers: number;
}

export class SeveralBlocksGradient implements TrainableBlocks {
  private readonly count: number;
  /** Place of each token among a dropout mask's, [CLS] first. */
  private readonly maskPlace: Int32Array;
  private readonly scores: Float64Array;
  private x: Float32Array = new Float32Array(0);
  private rows = 0;
  private kept: { readonly attention: KeptAttention; readonly forward?: KeptFeedForward }[] = [];

  constructor(private readonly description: AttentionDescription) {
    const { tokens } = attentionLayout(description);
    this.count = tokens.length;
    this.maskPlace = new Int32Array(this.count);
    tokens.forEach((t, place) => { this.maskPlace[t + 1] = place; });
    this.scores = new Float64Array(this.count);
  }

  forward(get: Named, x: Float32Array, rows: number, dropout: DropoutMasks | undefined): Float32Array {
    const { layers, width } = this.description;
    this.x = x;
    this.rows = rows;
    this.kept = [];
    const h = this.embed(get, x, rows);
    for (let l = 0; l < layers - 1; l++) {
      const attention = this.attend(get, l, h, this.count);
      addTo(h, linear(attention.mixed, rows * this.count, width, get(`block${l}.output.weight`), get(`block${l}.output.bias`)));
      const forward = feedForwardKept(this.description, get, l, h, rows * this.count, dropout && this.arranged(dropout[l]));
      this.kept.push({ attention, forward });
    }
    const last = layers - 1;
    const attention = this.attend(get, last, h, 1);
    this.kept.push({ attention });
    const classes = this.classRows(h);
    addTo(classes, linear(attention.mixed, rows, width, get(`block${last}.output.weight`), get(`block${last}.output.bias`)));
    return classes;
  }

  backward(get: Named, gradients: ParameterGradients, dH: Float32Array, dX: Float32Array | undefined): void {
    const { layers, width } = this.description;
    const { rows, count } = this;
    const last = layers - 1;
    const dTokens = new Float32Array(rows * count * width);
    this.addClassRows(dTokens, dH);
    this.attendBackward(get, gradients, last, dH, dTokens);
    for (let l = last - 1; l >= 0; l--) {
      feedForwardBackward(this.description, get, gradients, l, this.kept[l].forward!, dTokens, rows * count);
      this.attendBackward(get, gradients, l, dTokens.slice(), dTokens);
    }
    this.embedBackward(get, gradients, dTokens, dX);
  }

  /** rows · (tokens + 1) × width, [CLS] first. */
  private embed(get: Named, x: Float32Array, rows: number): Float32Array {
    const { inputs, tokenOf, width } = this.description;
    const weight = get('tokens.weight');
    const h = new Float32Array(rows * this.count * width);
    for (let i = 0; i < rows; i++) {
      const place = i * this.count * width;
      h.set(get('cls'), place);
      h.set(get('tokens.bias'), place + width);
      for (let c = 0; c < inputs; c++) {
        const value = x[i * inputs + c];
        if (value === 0) continue;
        for (let j = 0, to = place + (tokenOf[c] + 1) * width; j < width; j++) h[to + j] += value * weight[c * width + j];
      }
    }
    return h;
  }

  private embedBackward(get: Named, gradients: ParameterGradients, dH: Float32Array, dX: Float32Array | undefined): void {
    const { inputs, tokenOf, width, tokens } = this.description;
    const weight = get('tokens.weight');
    const [dWeight, dBias, dClass] = [gradients.of('tokens.weight'), gradients.of('tokens.bias'), gradients.of('cls')];
    for (let i = 0; i < this.rows; i++) {
      const place = i * this.count * width;
      for (let j = 0; j < width; j++) dClass[j] += dH[place + j];
      for (let k = 0; k < tokens * width; k++) dBias[k] += dH[place + width + k];
      for (let c = 0; c < inputs; c++) {
        const value = this.x[i * inputs + c];
        const from = place + (tokenOf[c] + 1) * width;
        if (value !== 0) for (let j = 0; j < width; j++) dWeight[c * width + j] += value * dH[from + j];
        if (dX) for (let j = 0; j < width; j++) dX[i * inputs + c] += weight[c * width + j] * dH[from + j];
      }
    }
  }

  /** Attention of block `l`, of the first `askers` tokens of each row, before the output matrix. */
  private attend(get: Named, l: number, h: Float32Array, askers: number): KeptAttention {
    const { width, heads } = this.description;
    const { rows, count } = this;
    const norm = l > 0 ? keptNorm(rows * count, width) : undefined;
    const z = norm ? layerNorm(h, rows * count, get(`block${l}.attentionNorm.scale`), get(`block${l}.attentionNorm.shift`), norm) : h.slice();
    const project = (name: string, from: Float32Array, n: number): Float32Array => linear(from, n, width, get(`block${l}.${name}.weight`), get(`block${l}.${name}.bias`));
    const asking = askers === count ? z : this.classRows(z);
    const kept: KeptAttention = {
      ...(norm && { norm }), z, asking, question: project('query', asking, rows * askers), key: project('key', z, rows * count), value: project('value', z, rows * count),
      weights: new Float32Array(rows * askers * heads * count), mixed: new Float32Array(rows * askers * width), askers,
    };
    for (let i = 0; i < rows; i++) for (let q = 0; q < askers; q++) this.ask(kept, i, i * askers + q);
    return kept;
  }

  private ask({ question, key, value, weights, mixed }: KeptAttention, row: number, asker: number): void {
    const { width, heads, uniform } = this.description;
    const { count, scores } = this;
    const size = width / heads;
    const factor = 1 / Math.sqrt(size);
    for (let h = 0, begin = 0; h < heads; h++, begin += size) {
      const end = begin + size;
      for (let t = 0; t < count; t++) {
        let sum = 0;
        for (let j = begin, k = (row * count + t) * width; j < end && !uniform; j++) sum += question[asker * width + j] * key[k + j];
        scores[t] = sum * factor;
      }
      softmaxAt(scores, 0, count);
      weights.set(scores, (asker * heads + h) * count);
      for (let t = 0; t < count; t++) {
        const weight = scores[t];
        for (let j = begin, k = (row * count + t) * width; j < end; j++) mixed[asker * width + j] += weight * value[k + j];
      }
    }
  }

  /** dOut: derivative by the tokens after the attention (of the askers). Adds those by the tokens before it to dTokens. */
  private attendBackward(get: Named, gradients: ParameterGradients, l: number, dOut: Float32Array, dTokens: Float32Array): void {
    const { width, uniform } = this.description;
    const { rows, count } = this;
    const { attention: kept } = this.kept[l];
    const { askers } = kept;
    const name = (part: string): string => `block${l}.${part}`;
    addLinearGradient(kept.mixed, width, dOut, width, rows * askers, gradients.of(name('output.weight')), gradients.of(name('output.bias')));
    const dMixed = backThrough(get(name('output.weight')), width, width, dOut, rows * askers);
    const [dQuestion, dKey, dValue] = [rows * askers, rows * count, rows * count].map(n => new Float32Array(n * width));
    for (let i = 0; i < rows; i++) for (let q = 0; q < askers; q++) this.askBackward(kept, i, i * askers + q, dMixed, dQuestion, dKey, dValue);
    const back = (part: string, input: Float32Array, d: Float32Array, n: number): Float32Array => {
      addLinearGradient(input, width, d, width, n, gradients.of(name(`${part}.weight`)), gradients.of(name(`${part}.bias`)));
      return backThrough(get(name(`${part}.weight`)), width, width, d, n);
    };
    const dZ = back('value', kept.z, dValue, rows * count);
    if (!uniform) {
      addTo(dZ, back('key', kept.z, dKey, rows * count));
      const dAsking = back('query', kept.asking, dQuestion, rows * askers);
      if (askers === count) addTo(dZ, dAsking);
      else this.addClassRows(dZ, dAsking);
    }
    addTo(dTokens, kept.norm ? layerNormBackward(kept.norm, get(name('attentionNorm.scale')), dZ, gradients.of(name('attentionNorm.scale')), gradients.of(name('attentionNorm.shift'))) : dZ);
  }

  private askBackward(
    { question, key, value, weights }: KeptAttention, row: number, asker: number, dMixed: Float32Array, dQuestion: Float32Array, dKey: Float32Array, dValue: Float32Array,
  ): void {
    const { width, heads, uniform } = this.description;
    const { count, scores } = this;
    const size = width / heads;
    const factor = 1 / Math.sqrt(size);
    const from = asker * width;
    for (let h = 0, begin = 0; h < heads; h++, begin += size) {
      const end = begin + size;
      const own = (asker * heads + h) * count;
      let mean = 0;
      for (let t = 0; t < count; t++) {
        const weight = weights[own + t];
        let along = 0;
        for (let j = begin, k = (row * count + t) * width; j < end; j++) {
          along += dMixed[from + j] * value[k + j];
          dValue[k + j] += weight * dMixed[from + j];
        }
        scores[t] = along;
        mean += weight * along;
      }
      for (let t = 0; t < count && !uniform; t++) {
        const d = weights[own + t] * (scores[t] - mean) * factor;
        for (let j = begin, k = (row * count + t) * width; j < end; j++) {
          dQuestion[from + j] += d * key[k + j];
          dKey[k + j] += d * question[from + j];
        }
      }
    }
  }

  /** The vectors of [CLS], rows × width. */
  private classRows(h: Float32Array): Float32Array {
    const { width } = this.description;
    const stride = this.count * width;
    const out = new Float32Array(this.rows * width);
    for (let i = 0; i < this.rows; i++) out.set(h.subarray(i * stride, i * stride + width), i * width);
    return out;
  }

  private addClassRows(target: Float32Array, classes: Float32Array): void {
    const { width } = this.description;
    const stride = this.count * width;
    for (let i = 0; i < this.rows; i++) for (let j = 0; j < width; j++) target[i * stride + j] += classes[i * width + j];
  }

  /** A dropout mask, given in the layout's order of tokens, with [CLS] first. */
  private arranged(mask: Float32Array): Float32Array {
    const units = this.description.feedForward;
    const out = new Float32Array(mask.length);
    for (let i = 0; i < this.rows; i++) {
      for (let t = 0; t < this.count; t++) {
        const from = (i * this.count + this.maskPlace[t]) * units;
        out.set(mask.subarray(from, from + units), (i * this.count + t) * units);
      }
    }
    return out;
  }
}
