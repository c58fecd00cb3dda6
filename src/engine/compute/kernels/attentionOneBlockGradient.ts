/** Forward and reverse pass of the attention of a model with one block, on the folded form that `OneBlock` explains. */
import type { AttentionDescription } from '../network/description';
import { linear, softmaxAt, type Named } from './attentionArithmetic';
import { addLinearGradient, backThrough, type ParameterGradients } from './attentionBackward';
import type { TrainableBlocks } from './attentionExecutor';
import { foldAttention, type FoldedAttention } from './attentionOneBlock';

/** Sums of derivatives by the numbers of the folded form, of the same shapes. */
interface FoldedGradients {
  readonly columnScores: Float64Array;
  readonly tokenScores: Float64Array;
  readonly columnValues: Float32Array;
  readonly tokenValues: Float32Array;
}

export class OneBlockGradient implements TrainableBlocks {
  private folded!: FoldedAttention;
  private x: Float32Array = new Float32Array(0);
  private rows = 0;
  /** rows × heads × (tokens + 1), [CLS] first. */
  private attention = new Float32Array(0);
  private mixed = new Float32Array(0);
  private readonly scores: Float64Array;

  constructor(private readonly description: AttentionDescription) {
    this.scores = new Float64Array(description.heads * (description.tokens + 1));
  }

  forward(get: Named, x: Float32Array, rows: number): Float32Array {
    const { heads, tokens, width } = this.description;
    this.folded = foldAttention(this.description, get);
    this.x = x;
    this.rows = rows;
    const cells = heads * (tokens + 1);
    if (this.attention.length < rows * cells) this.attention = new Float32Array(rows * cells);
    this.mixed = new Float32Array(rows * width);
    for (let i = 0; i < rows; i++) {
      this.attend(i);
      this.attention.set(this.scores, i * cells);
      this.mix(i);
    }
    const h = linear(this.mixed, rows, width, get('block0.output.weight'), get('block0.output.bias'));
    const start = get('cls');
    for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < width; j++, at++) h[at] += start[j];
    return h;
  }

  backward(get: Named, gradients: ParameterGradients, dH: Float32Array, dX: Float32Array | undefined): void {
    const { width, inputs, tokens, heads, uniform } = this.description;
    const { rows } = this;
    addLinearGradient(this.mixed, width, dH, width, rows, gradients.of('block0.output.weight'), gradients.of('block0.output.bias'));
    addRows(dH, rows, gradients.of('cls'));
    const dMixed = backThrough(get('block0.output.weight'), width, width, dH, rows);
    addRows(dMixed, rows, gradients.of('block0.value.bias'));
    const sums: FoldedGradients = {
      columnScores: new Float64Array(inputs * heads), tokenScores: new Float64Array(heads * (tokens + 1)),
      columnValues: new Float32Array(inputs * width), tokenValues: new Float32Array((tokens + 1) * width),
    };
    for (let i = 0; i < rows; i++) {
      this.mixBackward(i, dMixed, sums, dX);
      if (!uniform) this.attendBackward(i, sums, dX);
    }
    this.unfold(get, gradients, sums);
  }

  /** Attention of [CLS] in row `i` into `scores`. */
  private attend(i: number): void {
    const { inputs, tokenOf, tokens, heads, uniform } = this.description;
    const { scores, x, folded: { tokenScores, columnScores } } = this;
    const count = tokens + 1;
    if (uniform) {
      scores.fill(1 / count);
      return;
    }
    scores.set(tokenScores);
    for (let c = 0, from = i * inputs; c < inputs; c++) {
      const value = x[from + c];
      if (value === 0) continue;
      for (let h = 0, at = tokenOf[c] + 1, k = c * heads; h < heads; h++, at += count, k++) scores[at] += value * columnScores[k];
    }
    for (let h = 0; h < heads; h++) softmaxAt(scores, h * count, count);
  }

  private mix(i: number): void {
    const { inputs, tokenOf, tokens, heads, width } = this.description;
    const { scores, x, mixed, folded: { tokenValues, columnValues, valueBias } } = this;
    const count = tokens + 1;
    const size = width / heads;
    const place = i * width;
    mixed.set(valueBias, place);
    for (let t = 0; t < count; t++) {
      for (let h = 0, j = 0, at = t; h < heads; h++, at += count) {
        const weight = scores[at];
        for (const end = j + size; j < end; j++) mixed[place + j] += weight * tokenValues[t * width + j];
      }
    }
    for (let c = 0, from = i * inputs; c < inputs; c++) {
      const value = x[from + c];
      if (value === 0) continue;
      for (let h = 0, j = 0, at = tokenOf[c] + 1; h < heads; h++, at += count) {
        const weight = value * scores[at];
        for (const end = j + size; j < end; j++) mixed[place + j] += weight * columnValues[c * width + j];
      }
    }
  }

  /** From the derivative by the mixed values to those by the attention (into `scores`), the values and the inputs. */
  private mixBackward(i: number, dMixed: Float32Array, sums: FoldedGradients, dX: Float32Array | undefined): void {
    const { inputs, tokenOf, tokens, heads, width } = this.description;
    const { scores: dAttention, attention, x, folded: { tokenValues, columnValues } } = this;
    const count = tokens + 1;
    const size = width / heads;
    const place = i * width;
    const own = i * heads * count;
    for (let t = 0; t < count; t++) {
      for (let h = 0, j = 0, at = t; h < heads; h++, at += count) {
        const weight = attention[own + at];
        let along = 0;
        for (const end = j + size; j < end; j++) {
          const d = dMixed[place + j];
          along += d * tokenValues[t * width + j];
          sums.tokenValues[t * width + j] += weight * d;
        }
        dAttention[at] = along;
      }
    }
    for (let c = 0, from = i * inputs; c < inputs; c++) {
      const value = x[from + c];
      if (value === 0 && !dX) continue;
      for (let h = 0, j = 0, at = tokenOf[c] + 1; h < heads; h++, at += count) {
        const weight = attention[own + at];
        let along = 0;
        for (const end = j + size; j < end; j++) {
          const d = dMixed[place + j];
          along += d * columnValues[c * width + j];
          sums.columnValues[c * width + j] += value * weight * d;
        }
        dAttention[at] += value * along;
        if (dX) dX[from + c] += weight * along;
      }
    }
  }

  /** From the derivative by the attention, in `scores`, to that by the scores before the softmax and by the inputs. */
  private attendBackward(i: number, sums: FoldedGradients, dX: Float32Array | undefined): void {
    const { inputs, tokenOf, tokens, heads } = this.description;
    const { scores, attention, x, folded: { columnScores } } = this;
    const count = tokens + 1;
    const own = i * heads * count;
    for (let h = 0, begin = 0; h < heads; h++, begin += count) {
      let mean = 0;
      for (let at = begin; at < begin + count; at++) mean += attention[own + at] * scores[at];
      for (let at = begin; at < begin + count; at++) sums.tokenScores[at] += scores[at] = attention[own + at] * (scores[at] - mean);
    }
    for (let c = 0, from = i * inputs; c < inputs; c++) {
      const value = x[from + c];
      if (value === 0 && !dX) continue;
      for (let h = 0, at = tokenOf[c] + 1, k = c * heads; h < heads; h++, at += count, k++) {
        sums.columnScores[k] += value * scores[at];
        if (dX) dX[from + c] += scores[at] * columnScores[k];
      }
    }
  }

  /** From the folded form to the parameters that it was made of. */
  private unfold(get: Named, gradients: ParameterGradients, sums: FoldedGradients): void {
    const { inputs, tokens, width, heads, uniform } = this.description;
    const { embedded, questions } = this.folded;
    const count = tokens + 1;
    const value = get('block0.value.weight');
    const dEmbedded = backThrough(value, width, width, sums.tokenValues, count);
    const dColumns = backThrough(value, width, width, sums.columnValues, inputs);
    addLinearGradient(embedded, width, sums.tokenValues, width, count, gradients.of('block0.value.weight'));
    addLinearGradient(get('tokens.weight'), width, sums.columnValues, width, inputs, gradients.of('block0.value.weight'));
    if (!uniform) {
      const dQuestions = new Float64Array(width * heads);
      const byToken = new Float64Array(count * heads);
      for (let h = 0; h < heads; h++) for (let t = 0; t < count; t++) byToken[t * heads + h] = sums.tokenScores[h * count + t];
      scoresBackward(embedded, byToken, questions, count, width, heads, dEmbedded, dQuestions);
      scoresBackward(get('tokens.weight'), sums.columnScores, questions, inputs, width, heads, dColumns, dQuestions);
      this.questionBackward(get, gradients, dQuestions);
    }
    addInto(gradients.of('tokens.weight'), dColumns);
    addInto(gradients.of('cls'), dEmbedded.subarray(0, width));
    addInto(gradients.of('tokens.bias'), dEmbedded.subarray(width));
  }

  /** From W_key · question of each head to the key's and the query's matrices and to [CLS]. */
  private questionBackward(get: Named, gradients: ParameterGradients, dQuestions: Float64Array): void {
    const { width, heads } = this.description;
    const { question } = this.folded;
    const key = get('block0.key.weight');
    const dKey = gradients.of('block0.key.weight');
    const size = width / heads;
    const factor = 1 / Math.sqrt(size);
    const dQuestion = new Float32Array(width);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) {
        const d = dQuestions[i * heads + Math.floor(j / size)] * factor;
        dKey[i * width + j] += d * question[j];
        dQuestion[j] += d * key[i * width + j];
      }
    }
    addLinearGradient(get('cls'), width, dQuestion, width, 1, gradients.of('block0.query.weight'), gradients.of('block0.query.bias'));
    addInto(gradients.of('cls'), backThrough(get('block0.query.weight'), width, width, dQuestion, 1));
  }
}

/** Scores = table (rows × width) · questions (width × heads): adds the derivatives by both. */
function scoresBackward(
  table: Float32Array, dScores: Float64Array, questions: Float64Array, rows: number, width: number, heads: number, dTable: Float32Array, dQuestions: Float64Array,
): void {
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < width; j++) {
      let sum = 0;
      for (let h = 0; h < heads; h++) {
        const d = dScores[r * heads + h];
        sum += d * questions[j * heads + h];
        dQuestions[j * heads + h] += d * table[r * width + j];
      }
      dTable[r * width + j] += sum;
    }
  }
}

function addRows(values: Float32Array, rows: number, sum: Float32Array): void {
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < sum.length; j++, at++) sum[j] += values[at];
}

function addInto(target: Float32Array, source: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] += source[i];
}
