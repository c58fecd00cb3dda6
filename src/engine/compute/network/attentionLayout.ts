/** How the columns of an attention model's design fall into tokens, in the order in which executors hold them. */
import type { AttentionDescription } from './description';

/**
 * Tokens with one column come first, then [CLS] (as a token whose column is always 1), then those with several columns
 * (or none): the first kind is cheap elementwise arithmetic, the last a product with a masked matrix.
 */
export interface AttentionLayout {
  /** Design column at each place; -1 is the column of ones of [CLS]. Length inputs + 1. */
  readonly columns: Int32Array;
  /** Token at each place; -1 is [CLS]. Length tokens + 1. */
  readonly tokens: Int32Array;
  /** Tokens of one column; [CLS] stands at this place among columns and tokens alike. */
  readonly singles: number;
  /** Columns and tokens after [CLS]. */
  readonly groupColumns: number;
  readonly groupTokens: number;
  /** Membership of those: groupColumns × groupTokens, 1 where the column belongs to the token. */
  readonly membership: Float32Array;
}

/** The layout that a description has. */
export function attentionLayout({ inputs, tokens, tokenOf }: Pick<AttentionDescription, 'inputs' | 'tokens' | 'tokenOf'>): AttentionLayout {
  const columnsOf = Array.from({ length: tokens }, (): number[] => []);
  for (let c = 0; c < inputs; c++) columnsOf[tokenOf[c]].push(c);
  const all = columnsOf.map((_, t) => t);
  const single = all.filter(t => columnsOf[t].length === 1);
  const groups = all.filter(t => columnsOf[t].length !== 1);
  const grouped = groups.flatMap(t => columnsOf[t]);
  const membership = new Float32Array(grouped.length * groups.length);
  let at = 0;
  groups.forEach((t, place) => columnsOf[t].forEach(() => { membership[at++ * groups.length + place] = 1; }));
  return {
    columns: Int32Array.from([...single.map(t => columnsOf[t][0]), -1, ...grouped]),
    tokens: Int32Array.from([...single, -1, ...groups]),
    singles: single.length, groupColumns: grouped.length, groupTokens: groups.length, membership,
  };
}

/** Rows of the design in the layout's order with the column of ones: rows × (inputs + 1). `rows` absent: the first `count`. */
export function arrangeRows(layout: AttentionLayout, x: Float32Array, inputs: number, rows: Int32Array | undefined, from: number, count: number): Float32Array {
  const { columns } = layout;
  const width = inputs + 1;
  const out = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const start = (rows ? rows[from + i] : from + i) * inputs;
    const to = i * width;
    for (let j = 0; j < width; j++) out[to + j] = columns[j] < 0 ? 1 : x[start + columns[j]];
  }
  return out;
}
