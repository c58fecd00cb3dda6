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
  /** New gradients and curvatures of the rows; `sameCurvature`: those of the last time go on to serve, where that saves work. */
  restart(gradient: Float64Array, curvature: Float64Array, sameCurvature?: boolean): void;
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
  /** Where the table's rows of one step begin, and how much of each is added. */
  private readonly rows: Float64Array;
  private readonly amounts: Float64Array;

  constructor(readonly offsets: Int32Array, private readonly bins: readonly Uint16Array[], private readonly running: readonly boolean[]) {
    this.size = offsets[offsets.length - 1]!;
    this.gradient = new Float64Array(this.size);
    this.curvature = new Float64Array(this.size);
    this.table = new Float64Array(this.size * this.size);
    this.rows = new Float64Array(this.size + 1);
    this.amounts = new Float64Array(this.size + 1);
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
    const { offsets, size, curvature, rows, amounts } = this;
    const from = offsets[feature]!;
    const bins = offsets[feature + 1]! - from;
    // What most bins change by goes to all of them at once: a feature's rows of the table add up to the curvature of all bins.
    const common = this.running[feature]! ? change[bins - 2]! : commonest(change);
    let count = 0;
    for (let b = 0; b < bins; b++) {
      // A running row counts for all bins up to it: what it adds is the difference to the next bin.
      const inside = this.running[feature]! && b >= 1 && b < bins - 1;
      const amount = inside ? (b < bins - 2 ? change[b]! - change[b + 1]! : 0) : change[b]! - common;
      if (amount === 0 || (!inside && curvature[from + b] === 0)) continue;
      rows[count] = (from + b) * size;
      amounts[count++] = amount;
    }
    this.add(common, count);
  }

  /** Adds `common` times the curvature and the first `count` of `rows`, two at a time: each pass over the gradients waits for memory. */
  private add(common: number, count: number): void {
    const { gradient, curvature, table, size, rows, amounts } = this;
    for (let i = 0; i === 0 || i < count; i += 2) {
      const [r, s] = [rows[i]!, rows[i + 1]!];
      const c = i === 0 ? common : 0;
      const [x, y] = [i < count ? amounts[i]! : 0, i + 1 < count ? amounts[i + 1]! : 0];
      if (y !== 0) for (let b = 0; b < size; b++) gradient[b]! += c * curvature[b]! + x * table[r + b]! + y * table[s + b]!;
      else if (x !== 0) for (let b = 0; b < size; b++) gradient[b]! += c * curvature[b]! + x * table[r + b]!;
      else if (c !== 0) for (let b = 0; b < size; b++) gradient[b]! += c * curvature[b]!;
    }
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
