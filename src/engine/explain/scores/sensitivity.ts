/** How much explanations of single predictions change when the inputs are shaken a little. */
import type { Column, Table } from '../../data/table';
import type { Rng } from '../../math/random';
import { pickedRows } from './maskedFunction';

/** Half-width of the shaking in standard deviations of each numeric input. */
export const shakeRadius = 0.1;

export interface Shaken {
  /** The rows as they are, then `draws` copies of all of them, shaken: (1 + draws) × rows. */
  readonly table: Table;
  readonly rows: number;
  readonly draws: number;
  /** ‖x − z‖₂ of each row of the table from its original, in standard deviations. */
  readonly distance: Float64Array;
}

/**
 * Copies of the rows with uniform noise within ±0.1 SD added to every numeric input (dates too; ‖δ‖_∞ ≤ 0.1 on standardised
 * inputs). Categories and missing cells stay. `deviations`: SD of each column of the table, 0 for those to be left alone.
 */
export function shake(table: Table, deviations: readonly number[], draws: number, rng: Rng): Shaken {
  const { rows } = table;
  const source = Int32Array.from({ length: rows * (1 + draws) }, (_, i) => i % rows);
  const squares = new Float64Array(source.length);
  const columns = table.columns.map((column, c): Column => {
    const copy = pickedRows(column, source);
    if (copy.storage !== 'number' || copy.kind === 'categorical' || !(deviations[c] > 0)) return copy;
    const noise = rng.fork(`shake ${column.name}`);
    for (let i = rows; i < copy.values.length; i++) {
      const step = shakeRadius * (2 * noise.uniform() - 1);
      if (Number.isNaN(copy.values[i])) continue;
      copy.values[i] += step * deviations[c];
      squares[i] += step * step;
    }
    return copy;
  });
  return { table: { rows: source.length, columns }, rows, draws, distance: squares.map(Math.sqrt) };
}

export interface Sensitivity {
  /** By row: max over draws of ‖a(x + δ) − a(x)‖₂ / ‖a(x)‖₂ (Yeh et al. 2019); a zero norm counts as 1. */
  readonly maximum: Float64Array;
  /** By row: max over draws of ‖a(x) − a(z)‖₂ / ‖x − z‖₂, x standardised (Alvarez-Melis & Jaakkola 2018). */
  readonly lipschitz: Float64Array;
}

/** `attributions`: one array a feature over outputs × rows of the shaken table (output after output). */
export function sensitivity(attributions: readonly Float64Array[], { rows, draws, distance }: Shaken): Sensitivity {
  const all = rows * (1 + draws);
  const outputs = attributions.length > 0 ? attributions[0].length / all : 0;
  const maximum = new Float64Array(rows);
  const lipschitz = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const size = norm(attributions, outputs, all, i);
    for (let d = 1; d <= draws; d++) {
      const at = d * rows + i;
      const change = norm(attributions, outputs, all, at, i);
      maximum[i] = Math.max(maximum[i], change / (size > 0 ? size : 1));
      if (distance[at] > 0) lipschitz[i] = Math.max(lipschitz[i], change / distance[at]);
    }
  }
  return { maximum, lipschitz };
}

/** ‖a(row)‖₂ over features and outputs, or ‖a(row) − a(other)‖₂. */
function norm(attributions: readonly Float64Array[], outputs: number, stride: number, row: number, other?: number): number {
  let sum = 0;
  for (const a of attributions) {
    for (let k = 0; k < outputs; k++) {
      const v = a[k * stride + row] - (other === undefined ? 0 : a[k * stride + other]);
      sum += v * v;
    }
  }
  return Math.sqrt(sum);
}
