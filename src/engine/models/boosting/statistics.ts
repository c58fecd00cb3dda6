/**
 * Sums of gradients and curvatures over the bins of each feature, kept up to date while scores of bins change. About the
 * scores of the last `restart` the loss is taken as Σ g δ + ½ h δ², so gradients after a change of the scores by δ are g + h δ.
 */

/** One output's rows in the bag: bins of each feature, weighted gradients and curvatures. */
export interface Statistics {
  /** Where each feature's bins start in `gradient`, `curvature` and `weight`. */
  readonly offsets: Int32Array;
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
  /** New gradients and curvatures of the rows. */
  restart(gradient: Float64Array, curvature: Float64Array): void;
  /** Adds `change[b]` to the score of every bin of a feature. */
  apply(feature: number, change: Float64Array): void;
}

export function offsetsOf(counts: readonly number[]): Int32Array {
  const offsets = new Int32Array(counts.length + 1);
  counts.forEach((count, j) => { offsets[j + 1] = offsets[j]! + count; });
  return offsets;
}

/** Adds up over the rows anew for the feature that is asked for: cost of a step ∝ rows. */
export class RowStatistics implements Statistics {
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
  private readonly rowGradient: Float64Array;
  private rowCurvature: Float64Array = new Float64Array(0);

  constructor(readonly offsets: Int32Array, private readonly bins: readonly Uint16Array[]) {
    this.gradient = new Float64Array(offsets[offsets.length - 1]!);
    this.curvature = new Float64Array(this.gradient.length);
    this.rowGradient = new Float64Array(bins[0]!.length);
  }

  restart(gradient: Float64Array, curvature: Float64Array): void {
    this.rowGradient.set(gradient);
    this.rowCurvature = curvature;
    this.curvature.fill(0);
    this.bins.forEach((bins, j) => {
      const sums = this.curvature.subarray(this.offsets[j]!, this.offsets[j + 1]!);
      for (let i = 0; i < bins.length; i++) sums[bins[i]!]! += curvature[i]!;
    });
  }

  /** To be called before the feature's gradient is read. */
  refresh(feature: number): void {
    const sums = this.gradient.subarray(this.offsets[feature]!, this.offsets[feature + 1]!).fill(0);
    const bins = this.bins[feature]!;
    const { rowGradient } = this;
    for (let i = 0; i < bins.length; i++) sums[bins[i]!]! += rowGradient[i]!;
  }

  apply(feature: number, change: Float64Array): void {
    const bins = this.bins[feature]!;
    const { rowGradient, rowCurvature } = this;
    for (let i = 0; i < bins.length; i++) rowGradient[i]! += rowCurvature[i]! * change[bins[i]!]!;
  }
}

/**
 * Curvature summed over each pair of bins of two features. A change of one bin's score moves all gradients by a row of that
 * table, so that a step costs a few passes over the bins, however many rows there are. Rows of a number's bins are held as
 * running sums: a change that is constant on either side of a cut then takes two rows.
 */
export class TableStatistics implements Statistics {
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
  private readonly table: Float64Array;
  private readonly size: number;

  constructor(readonly offsets: Int32Array, private readonly bins: readonly Uint16Array[], private readonly running: readonly boolean[]) {
    this.size = offsets[offsets.length - 1]!;
    this.gradient = new Float64Array(this.size);
    this.curvature = new Float64Array(this.size);
    this.table = new Float64Array(this.size * this.size);
  }

  restart(gradient: Float64Array, curvature: Float64Array, sameCurvature = false): void {
    this.sumGradient(gradient);
    if (sameCurvature) return;
    this.table.fill(0);
    this.sumPairs(curvature);
    this.mirror();
    for (let at = 0; at < this.size; at++) this.curvature[at] = this.table[at * this.size + at]!;
    this.running.forEach((wanted, j) => { if (wanted) this.accumulate(j); });
  }

  private sumGradient(gradient: Float64Array): void {
    this.gradient.fill(0);
    this.bins.forEach((bins, j) => {
      const sums = this.gradient.subarray(this.offsets[j]!, this.offsets[j + 1]!);
      for (let i = 0; i < bins.length; i++) sums[bins[i]!]! += gradient[i]!;
    });
  }

  private sumPairs(curvature: Float64Array): void {
    const { table, size, bins, offsets } = this;
    const p = bins.length;
    const at = new Int32Array(p);
    for (let i = 0; i < curvature.length; i++) {
      const h = curvature[i]!;
      for (let j = 0; j < p; j++) at[j] = offsets[j]! + bins[j]![i]!;
      for (let j = 0; j < p; j++) {
        const row = at[j]! * size;
        for (let k = j; k < p; k++) table[row + at[k]!]! += h;
      }
    }
  }

  private mirror(): void {
    const { table, size, offsets } = this;
    for (let j = 0; j + 1 < offsets.length; j++) {
      for (let a = offsets[j]!; a < offsets[j + 1]!; a++) {
        for (let b = offsets[j + 1]!; b < size; b++) table[b * size + a] = table[a * size + b]!;
      }
    }
  }

  /** Bins 1 … last but one of a number become running sums. */
  private accumulate(j: number): void {
    const { table, size, offsets } = this;
    for (let a = offsets[j]! + 2; a < offsets[j + 1]! - 1; a++) {
      for (let b = 0; b < size; b++) table[a * size + b]! += table[(a - 1) * size + b]!;
    }
  }

  apply(feature: number, change: Float64Array): void {
    const from = this.offsets[feature]!;
    const bins = this.offsets[feature + 1]! - from;
    // What most levels change by goes to all of them at once, by the row of the intercept.
    const common = this.running[feature]! ? 0 : commonest(change);
    if (common !== 0) this.addCommon(common);
    for (let b = 0; b < bins; b++) {
      const inside = this.running[feature]! && b >= 1 && b < bins - 2;
      // A running row counts for all bins up to it: what it adds is the difference to the next bin.
      const amount = inside ? change[b]! - change[b + 1]! : change[b]! - common;
      if (amount !== 0) this.addRow(from + b, amount);
    }
  }

  /** A feature's rows of the table add up to the curvature of all bins: each row of the data is in one of its bins. */
  private addCommon(amount: number): void {
    const { gradient, curvature } = this;
    for (let b = 0; b < gradient.length; b++) gradient[b]! += amount * curvature[b]!;
  }

  private addRow(row: number, amount: number): void {
    const { gradient, table, size } = this;
    const start = row * size;
    for (let b = 0; b < size; b++) gradient[b]! += amount * table[start + b]!;
  }
}

/** The value that more bins have than any other (the last seen of two as frequent). */
function commonest(values: Float64Array): number {
  let best = 0;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    let count = 0;
    for (let j = i; j < values.length; j++) if (values[j] === values[i]) count++;
    if (count > most) {
      most = count;
      best = values[i]!;
    }
    if (most > values.length / 2) break;
  }
  return best;
}
