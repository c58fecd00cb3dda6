/** Cross-products of a design's standardised columns with each other and with the target. */
import type { WorkContext } from '../../context';
import type { DesignMatrix } from '../../data/encoding/encoding';
import { blockRows } from '../../math/columns';
import { addGram, mirror } from '../../math/gram';
import type { ColumnMeans } from '../shared/linearPredictor';
import type { Moments } from './evidence';

/** The target is divided by `scale` (a power of 1,000 near its spread), so that the hyperpriors mean the same in any unit. */
export function targetScale(sd: number): number {
  return sd > 0 && Number.isFinite(sd) ? 1000 ** Math.floor(Math.log10(sd) / 3) : 1;
}

/** z = (x − mean)/sd, columns without spread are 0; y is centred on `centre` and divided by `scale`. */
export async function standardisedMoments(
  design: DesignMatrix, means: ColumnMeans, sd: Float64Array, y: Float64Array, centre: number, scale: number, context: WorkContext,
): Promise<Moments> {
  const { rows: n, columns: p, data, intercept } = design;
  const block = new Float64Array(blockRows * p);
  const gram = new Float64Array(p * p);
  const zy = new Float64Array(p);
  let yy = 0;
  for (let from = 0; from < n; from += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = Math.min(blockRows, n - from);
    for (let i = 0; i < count; i++) yy += ((y[from + i] - centre) / scale) ** 2;
    for (let j = 0; j < p; j++) {
      const inverse = sd[j] > 0 ? 1 / sd[j] : 0;
      const mean = intercept ? means.mean[j] : 0;
      let s = 0;
      for (let i = 0; i < count; i++) {
        const z = (data[j * n + from + i] - mean) * inverse;
        block[j * blockRows + i] = z;
        s += z * (y[from + i] - centre);
      }
      zy[j] += s / scale;
    }
    addGram(block, blockRows, count, p, gram);
  }
  return { n, p, gram: mirror(gram, p), zy, yy };
}
