/**
 * The attention of a model with one block. Its only question, that of [CLS], is the same for every row, and keys and values
 * are linear in the design: all matrices are multiplied into the embeddings once, and a row costs its non-zero columns.
 */
import type { AttentionDescription } from '../network/description';
import { linear, softmaxAt, type Named } from './attentionArithmetic';
import type { Blocks } from './attentionForward';

export class OneBlock implements Blocks {
  readonly blockRows = 256;
  private readonly folded: FoldedAttention;
  private readonly scores: Float64Array;

  constructor(private readonly description: AttentionDescription, private readonly get: Named) {
    this.folded = foldAttention(description, get);
    this.scores = new Float64Array(description.heads * (description.tokens + 1));
  }

  classVectors(x: Float32Array, from: number, rows: number, attention: Float32Array | undefined): Float32Array {
    const { width } = this.description;
    const mixed = new Float32Array(rows * width);
    for (let i = 0; i < rows; i++) {
      this.score(x, from + i);
      this.mix(x, from + i, mixed, i * width);
      if (attention) this.tell(attention, from + i);
    }
    const h = linear(mixed, rows, width, this.get('block0.output.weight'), this.get('block0.output.bias'));
    const start = this.get('cls');
    for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < width; j++, at++) h[at] += start[j];
    return h;
  }

  /** Attention of [CLS] in one row: heads × (tokens + 1), [CLS] first. */
  private score(x: Float32Array, row: number): void {
    const { inputs, tokenOf, tokens, heads, uniform } = this.description;
    const { scores, folded: { columnScores, tokenScores } } = this;
    const count = tokens + 1;
    if (uniform) {
      scores.fill(1 / count);
      return;
    }
    scores.set(tokenScores);
    for (let c = 0, from = row * inputs; c < inputs; c++) {
      const value = x[from + c];
      if (value === 0) continue;
      for (let h = 0, at = tokenOf[c] + 1; h < heads; h++, at += count) scores[at] += value * columnScores[c * heads + h];
    }
    for (let h = 0; h < heads; h++) softmaxAt(scores, h * count, count);
  }

  private mix(x: Float32Array, row: number, out: Float32Array, place: number): void {
    const { inputs, tokenOf, tokens, heads, width } = this.description;
    const { scores, folded: { columnValues, tokenValues, valueBias } } = this;
    const count = tokens + 1;
    const size = width / heads;
    for (let j = 0; j < width; j++) out[place + j] = valueBias[j];
    for (let t = 0; t < count; t++) {
      for (let h = 0, j = 0; h < heads; h++) {
        const weight = scores[h * count + t];
        for (const end = j + size; j < end; j++) out[place + j] += weight * tokenValues[t * width + j];
      }
    }
    for (let c = 0, from = row * inputs; c < inputs; c++) {
      const value = x[from + c];
      if (value === 0) continue;
      for (let h = 0, j = 0, at = tokenOf[c] + 1; h < heads; h++, at += count) {
        const weight = value * scores[at];
        for (const end = j + size; j < end; j++) out[place + j] += weight * columnValues[c * width + j];
      }
    }
  }

  private tell(attention: Float32Array, row: number): void {
    const { tokens, heads } = this.description;
    const count = tokens + 1;
    for (let h = 0; h < heads; h++) for (let t = 0; t < count; t++) attention[row * count + t] += this.scores[h * count + t] / heads;
  }
}

/** The question of [CLS] multiplied into the keys of all columns and tokens, and the values of those. */
export interface FoldedAttention {
  /** (tokens + 1) × width: [CLS] and the tokens of a row of zeros. */
  readonly embedded: Float32Array;
  /** The question of [CLS], and W_key · question of each head / √(head size), width × heads. */
  readonly question: Float32Array;
  readonly questions: Float64Array;
  /** inputs × heads: what 1 in a column adds to the score of its token. */
  readonly columnScores: Float64Array;
  /** heads × (tokens + 1), [CLS] first: scores of a row of zeros. */
  readonly tokenScores: Float64Array;
  /** inputs × width, and (tokens + 1) × width. */
  readonly columnValues: Float32Array;
  readonly tokenValues: Float32Array;
  readonly valueBias: Float32Array;
}

/** The folded form of the parameters as they are now. */
export function foldAttention({ inputs, tokens, width, heads }: AttentionDescription, get: Named): FoldedAttention {
  const noBias = new Float32Array(width);
  const value = get('block0.value.weight');
  const embedded = new Float32Array((tokens + 1) * width);
  embedded.set(get('cls'));
  embedded.set(get('tokens.bias'), width);
  const question = linear(get('cls'), 1, width, get('block0.query.weight'), get('block0.query.bias'));
  const questions = questionByHead(question, get('block0.key.weight'), width, heads);
  const byToken = timesDoubles(embedded, tokens + 1, questions, width, heads);
  const tokenScores = new Float64Array(heads * (tokens + 1));
  for (let h = 0; h < heads; h++) for (let t = 0; t <= tokens; t++) tokenScores[h * (tokens + 1) + t] = byToken[t * heads + h];
  return {
    embedded, question, questions,
    columnScores: timesDoubles(get('tokens.weight'), inputs, questions, width, heads), tokenScores,
    columnValues: linear(get('tokens.weight'), inputs, width, value, noBias),
    tokenValues: linear(embedded, tokens + 1, width, value, noBias), valueBias: get('block0.value.bias'),
  };
}

/** The keys' bias is left out: it shifts all scores alike and has no effect. */
function questionByHead(question: Float32Array, key: Float32Array, width: number, heads: number): Float64Array {
  const size = width / heads;
  const result = new Float64Array(width * heads);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) result[i * heads + Math.floor(j / size)] += (key[i * width + j] * question[j]) / Math.sqrt(size);
  }
  return result;
}

function timesDoubles(a: Float32Array, rows: number, b: Float64Array, inner: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) for (let j = 0; j < columns; j++) out[i * columns + j] += a[i * inner + k] * b[k * columns + j];
  }
  return out;
}
