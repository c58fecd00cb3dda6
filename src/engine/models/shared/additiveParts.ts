/** A linear predictor taken apart by feature, where each term reads a single column. */
import { blockRows, Encoder } from '../../data/encoding/encoder';
import type { Encoding } from '../../data/encoding/encoding';
import type { Table } from '../../data/table';
import type { AdditiveParts } from '../model';
import type { LinearPredictor } from './linearPredictor';

/** True when no term is a product of, or calculated from, several columns. */
export function isAdditive(encoding: Encoding): boolean {
  return encoding.terms.every(term => new Set(term.factors.flatMap(f => encoding.variables[f.variable].columns)).size === 1);
}

/**
 * η_k = base[k] + Σ_j part_j of the rows, one output a coefficient vector; undefined where a term joins columns. `outputs`:
 * number of outputs, `place`: the output of each vector; an output without a vector is 0.
 */
export function linearParts(
  predictor: LinearPredictor, encoding: Encoding, table: Table, rows?: Int32Array, outputs = predictor.coefficients.length, place?: readonly number[],
): AdditiveParts | undefined {
  if (!isAdditive(encoding)) return undefined;
  const encoder = new Encoder(encoding, table);
  const n = rows ? rows.length : table.rows;
  const features = encoding.columns.map(column => column.name);
  const values = new Float64Array(n * features.length * outputs);
  const { coefficients, constants, shifts } = predictor;
  const base = new Float64Array(outputs);
  coefficients.forEach((_, k) => (base[place?.[k] ?? k] = constants[k]));
  const outs = coefficients.map(() => new Float64Array(n));
  features.forEach((feature, j) => {
    const terms = encoder.termsOf([feature]);
    if (terms.length === 0) return;
    for (const out of outs) out.fill(0);
    for (let from = 0; from < n; from += blockRows) {
      encoder.addLinear({ rows, from, length: Math.min(blockRows, n - from) }, coefficients, shifts, outs, from, terms);
    }
    outs.forEach((out, k) => {
      for (let i = 0, at = j * outputs + (place?.[k] ?? k); i < n; i++, at += features.length * outputs) values[at] = out[i];
    });
  });
  return { features, outputs, base, values };
}
