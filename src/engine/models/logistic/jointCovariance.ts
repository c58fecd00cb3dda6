/** Covariance of all coefficients of a multinomial model: the inverse of the observed information at the estimate. */
import type { WorkContext } from '../../context';
import { blockRows } from '../../data/encoding/encoder';
import type { DesignMatrix } from '../../data/encoding/encoding';
import { cholesky, invertUpper } from '../../math/cholesky';
import type { LinearPredictor } from '../shared/linearPredictor';
import { classProbabilities } from './probabilities';

/** Multiplications that are affordable; beyond, effects have no bands. */
const budget = 4e9;
const mostParameters = 250;

export interface JointCovariance {
  /** Columns are taken about these values. */
  readonly centre: Float64Array;
  /** Lower triangle by rows over the vectors' (intercept, columns); 0 for absent ones. */
  readonly lower: Float64Array;
}

/**
 * I = Σ_i (diag p_i − p_i p_iᵀ) ⊗ x_i x_iᵀ over the classes with a vector (Agresti 2013, §8.1.4), x about `centre` and
 * scaled by `sd`. Undefined where it is too large or singular.
 */
export async function jointCovariance(
  design: DesignMatrix, predictor: LinearPredictor, outcomes: readonly number[], classes: number, centre: Float64Array, sd: Float64Array,
  absent: Uint8Array, context: WorkContext,
): Promise<JointCovariance | undefined> {
  const kept = Array.from(absent.keys()).filter(j => absent[j] === 0 && sd[j] > 0);
  const q = kept.length + (design.intercept ? 1 : 0);
  const m = outcomes.length * q;
  if (m > mostParameters || design.rows * m * m > budget || m === 0) return undefined;
  const information = new Float64Array(m * m);
  const lead = design.intercept ? 1 : 0;
  const n = design.rows;
  for (let from = 0; from < n; from += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const length = Math.min(blockRows, n - from);
    const x = blockOf(design, kept, centre, sd, lead, from, length);
    const etas = predictor.coefficients.map((b, k) => {
      const eta = new Float64Array(length).fill(predictor.constants[k]);
      for (let j = 0; j < b.length; j++) {
        if (b[j] !== 0) for (let i = 0; i < length; i++) eta[i] += b[j] * (design.data[j * n + from + i] - predictor.shifts[j]);
      }
      return eta;
    });
    addInformation(x, classProbabilities(etas, outcomes, classes), outcomes, classes, q, length, information);
  }
  if (!(cholesky(information, m) > 1e-14)) return undefined;
  return unpack(invertUpper(information, m), m, q, kept, sd, lead, outcomes.length, design.columns, design.intercept ? centre : new Float64Array(design.columns));
}

function blockOf(design: DesignMatrix, kept: readonly number[], centre: Float64Array, sd: Float64Array, lead: number, from: number, length: number): Float64Array[] {
  const columns = kept.map(j => {
    const middle = lead ? centre[j] : 0;
    return design.data.subarray(j * design.rows + from, j * design.rows + from + length).map(v => (v - middle) / sd[j]);
  });
  return lead ? [new Float64Array(length).fill(1), ...columns] : columns;
}

function addInformation(x: readonly Float64Array[], p: Float64Array, outcomes: readonly number[], classes: number, q: number, n: number, out: Float64Array): void {
  const m = outcomes.length * q;
  const weight = new Float64Array(n);
  for (let k = 0; k < outcomes.length; k++) {
    for (let l = 0; l <= k; l++) {
      const a = outcomes[k];
      const b = outcomes[l];
      for (let i = 0; i < n; i++) weight[i] = (k === l ? p[i * classes + a] : 0) - p[i * classes + a] * p[i * classes + b];
      for (let s = 0; s < q; s++) {
        for (let t = 0; t < q; t++) {
          if (k === l && t > s) break;
          let sum = 0;
          for (let i = 0; i < n; i++) sum += weight[i] * x[s][i] * x[t][i];
          // Upper triangle, column-major: row l·q + t, column k·q + s.
          out[(k * q + s) * m + l * q + t] += sum;
        }
      }
    }
  }
}

/** (RᵀR)⁻¹ = R⁻¹ R⁻ᵀ, in the data's units, spread over all columns. */
function unpack(
  inverse: Float64Array, m: number, q: number, kept: readonly number[], sd: Float64Array, lead: number, vectors: number, columns: number, centre: Float64Array,
): JointCovariance {
  const size = vectors * (columns + 1);
  const place = (a: number): number => {
    const k = Math.floor(a / q);
    const s = a % q;
    return k * (columns + 1) + (s < lead ? 0 : kept[s - lead] + 1);
  };
  const scale = (a: number): number => (a % q < lead ? 1 : 1 / sd[kept[(a % q) - lead]]);
  const lower = new Float64Array((size * (size + 1)) / 2);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let k = a; k < m; k++) sum += inverse[k * m + a] * inverse[k * m + b];
      const [row, column] = [Math.max(place(a), place(b)), Math.min(place(a), place(b))];
      lower[(row * (row + 1)) / 2 + column] = sum * scale(a) * scale(b);
    }
  }
  return { centre, lower };
}
