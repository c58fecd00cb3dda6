/** Shapley values by permutation sampling (Štrumbelj & Kononenko 2014), in antithetic pairs, for any model that predicts. */
import type { WorkContext } from '../context';
import type { Column, Table } from '../data/table';
import type { Rng } from '../math/random';
import type { Model } from '../models/model';
import { linkOutputs, type LinkOutputs } from './linkOutputs';
import type { Shapley, ShapleyJob } from './shapley';
import { largestResidual } from './shapley';
import { permutation, subsetTable } from './shuffle';

/** Hybrid rows predicted at a time. */
const blockRows = 2000;

/**
 * For each row x: from a background row z, the features are given x's cells one after another in a random order, and once
 * more in the reverse order (an antithetic pair; Mitchell et al. 2022); what the output moves by at a feature's turn is its
 * contribution. Every background row is the start equally often, so base + Σ φ is the output of x but for rounding. The
 * standard errors are those of the mean over pairs, taken as independent.
 */
export async function sampledShapley(job: ShapleyJob, context: WorkContext, rng: Rng): Promise<Shapley> {
  const { model, rows, background } = job;
  const link = linkOutputs(model, false);
  const sources = Int32Array.of(...rows, ...background);
  const table = subsetTable(job.table, model.features, sources);
  const names = table.columns.map(column => column.name);
  const known = link.read(model.predict(table));
  const repeats = Math.max(1, Math.ceil(job.pairs / background.length));
  const size = names.length * link.outputs;
  const values = new Float64Array(rows.length * size);
  const errors = new Float64Array(rows.length * size);
  for (let row = 0; row < rows.length; row++) {
    const walk = new Walks(model, table, link, known, row, rows.length, background.length * repeats, background.length, rng.fork(`shapley ${row}`));
    const { mean, error } = await walk.run(context);
    values.set(mean, row * size);
    errors.set(error, row * size);
  }
  const base = meanOutputs(known.subarray(rows.length * link.outputs), link.outputs);
  const output = known.slice(0, rows.length * link.outputs);
  return {
    features: names, rows: rows.length, outputs: link.outputs, scale: link.scale, base, values, standardErrors: errors, output,
    exact: false, background: background.length, permutations: 2 * background.length * repeats,
    residual: largestResidual(base, values, output, names.length),
  };
}

function meanOutputs(values: Float64Array, outputs: number): Float64Array {
  const mean = new Float64Array(outputs);
  values.forEach((v, at) => (mean[at % outputs] += v));
  return mean.map(v => v / (values.length / outputs));
}

/** All permutations of one row. */
class Walks {
  private readonly p: number;
  private readonly size: number;
  private readonly sum: Float64Array;
  private readonly squares: Float64Array;

  constructor(
    private readonly model: Model, private readonly table: Table, private readonly link: LinkOutputs, private readonly known: Float64Array,
    private readonly row: number, private readonly firstBackground: number, private readonly pairs: number, private readonly background: number, private readonly rng: Rng,
  ) {
    this.p = table.columns.length;
    this.size = this.p * link.outputs;
    this.sum = new Float64Array(this.size);
    this.squares = new Float64Array(this.size);
  }

  async run(context: WorkContext): Promise<{ mean: Float64Array; error: Float64Array }> {
    const steps = 2 * Math.max(0, this.p - 1);
    const perBlock = Math.max(1, Math.floor(blockRows / Math.max(1, steps)));
    for (let from = 0; from < this.pairs; from += perBlock) {
      const pause = context.breathe();
      if (pause) await pause;
      this.addPairs(from, Math.min(perBlock, this.pairs - from));
    }
    const n = this.pairs;
    const mean = this.sum.map(s => s / n);
    const error = this.squares.map((s, at) => (n > 1 ? Math.sqrt(Math.max(0, s - n * mean[at] ** 2) / (n - 1) / n) : NaN));
    return { mean, error };
  }

  private addPairs(from: number, count: number): void {
    const { p } = this;
    const steps = Math.max(0, p - 1);
    const orders = Array.from({ length: count }, () => permutation(p, this.rng));
    const start = (pair: number): number => this.firstBackground + ((from + pair) % this.background);
    // Source row of each cell: column by column, the hybrids of pair after pair, forwards then backwards.
    const sources = Array.from({ length: p }, () => new Int32Array(count * 2 * steps));
    orders.forEach((order, pair) => {
      for (let direction = 0; direction < 2; direction++) {
        const at = (pair * 2 + direction) * steps;
        for (let place = 0; place < p; place++) {
          const own = sources[order[direction === 0 ? place : p - 1 - place]];
          // The cell is x's once its turn has come: in hybrids place … steps − 1.
          own.fill(start(pair), at, at + place);
          own.fill(this.row, at + place, at + steps);
        }
      }
    });
    const hybrids = steps > 0 ? this.link.read(this.model.predict(hybridTable(this.table, sources, count * 2 * steps))) : new Float64Array();
    orders.forEach((order, pair) => this.addPair(order, start(pair), hybrids, pair, steps));
  }

  /** Adds the mean of both directions of a pair. */
  private addPair(order: Int32Array, start: number, hybrids: Float64Array, pair: number, steps: number): void {
    const { p, link: { outputs }, known } = this;
    const moved = new Float64Array(this.size);
    for (let direction = 0; direction < 2; direction++) {
      const at = (pair * 2 + direction) * steps;
      for (let k = 0; k < outputs; k++) {
        let before = known[start * outputs + k];
        for (let place = 0; place < p; place++) {
          const after = place < steps ? hybrids[(at + place) * outputs + k] : known[this.row * outputs + k];
          moved[order[direction === 0 ? place : p - 1 - place] * outputs + k] += (after - before) / 2;
          before = after;
        }
      }
    }
    for (let at = 0; at < this.size; at++) {
      this.sum[at] += moved[at];
      this.squares[at] += moved[at] ** 2;
    }
  }
}

/** Rows made of cells of different rows: column j of row i is that of row sources[j][i]. */
function hybridTable(table: Table, sources: readonly Int32Array[], rows: number): Table {
  return { rows, columns: table.columns.map((column, j) => cellsOf(column, sources[j])) };
}

function cellsOf(column: Column, sources: Int32Array): Column {
  if (column.storage === 'code') return { ...column, codes: Int32Array.from(sources, i => column.codes[i]) };
  return { ...column, values: Float64Array.from(sources, i => column.values[i]) };
}
