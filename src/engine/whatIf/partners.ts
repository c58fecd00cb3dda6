/** The features that a changed one is judged with: all, or of wide data those that share the most information with it. */
import { lowerBound, type ReferenceRows } from './referenceRows';

export const mostPartners = 20;
const bins = 8;
/** Classes of a feature: the last are missing cells. */
const width = bins + 1;

export class Partners {
  private readonly chosen = new Map<number, readonly number[]>();
  private readonly binned = new Map<number, Binned>();
  private readonly shared = new Map<number, number>();
  /** n log n of every count there can be. */
  private readonly logs: Float64Array;

  constructor(private readonly reference: ReferenceRows) {
    this.logs = Float64Array.from({ length: reference.count + 1 }, (_, n) => (n > 0 ? n * Math.log(n) : 0));
  }

  of(j: number): readonly number[] {
    let chosen = this.chosen.get(j);
    if (!chosen) {
      const others = Array.from({ length: this.reference.points.cells.length }, (_, k) => k).filter(k => k !== j);
      chosen = others.length <= mostPartners ? others
        : others.map(k => ({ k, shared: this.sharedInformation(j, k) })).sort((a, b) => b.shared - a.shared || a.k - b.k).slice(0, mostPartners).map(({ k }) => k);
      this.chosen.set(j, chosen);
    }
    return chosen;
  }

  /** Mutual information of two features in classes, less what chance gives them (Miller 1955). */
  private sharedInformation(first: number, second: number): number {
    const [j, k] = [Math.min(first, second), Math.max(first, second)];
    const key = j * this.reference.points.cells.length + k;
    const known = this.shared.get(key);
    if (known !== undefined) return known;
    const [a, b] = [this.binsOf(j), this.binsOf(k)];
    const n = a.codes.length;
    const both = new Int32Array(width * width);
    for (let i = 0; i < n; i++) both[a.codes[i] * width + b.codes[i]]++;
    this.reference.compared += n;
    let sum = this.logs[n] - a.logs - b.logs;
    for (const count of both) sum += this.logs[count];
    const information = n > 0 ? (sum - ((a.used - 1) * (b.used - 1)) / 2) / n : 0;
    this.shared.set(key, information);
    return information;
  }

  /** The reference rows in classes of a feature: of numbers evenly filled ones, of levels the most frequent and the others. */
  private binsOf(j: number): Binned {
    let binned = this.binned.get(j);
    if (!binned) {
      const { values } = this.reference.orderOf(j);
      const frequent = this.reference.space.isChoice(j) ? mostFrequent(values, bins - 1) : undefined;
      const codes = Uint8Array.from(this.reference.points.cells[j], cell => {
        if (Number.isNaN(cell)) return bins;
        return frequent ? (frequent.get(cell) ?? bins - 1) : Math.floor((bins * lowerBound(values, cell)) / values.length);
      });
      const counts = new Int32Array(width);
      for (const code of codes) counts[code]++;
      binned = { codes, logs: counts.reduce((sum, count) => sum + this.logs[count], 0), used: counts.reduce((n, count) => n + Number(count > 0), 0) };
      this.binned.set(j, binned);
    }
    return binned;
  }
}

interface Binned {
  readonly codes: Uint8Array;
  /** Sum of n log n over the classes. */
  readonly logs: number;
  /** Classes that have rows. */
  readonly used: number;
}

/** The most frequent values, numbered. */
function mostFrequent(values: Float64Array, most: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return new Map([...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, most).map(([value], i) => [value, i]));
}
