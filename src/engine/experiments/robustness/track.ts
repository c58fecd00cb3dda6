/** The worst that was found of each row so far. Rows that are wrong stay as they first were. */
import { everyRow } from './ground';
import type { Judge } from './judge';

export class Track {
  readonly cells: Float64Array;
  readonly harm: Float64Array;
  readonly wrong: Uint8Array;
  /** ε at which the row was first found wrong, 0 for rows that are wrong as they are; NaN for none. */
  readonly first: Float64Array;

  constructor(private readonly judge: Judge) {
    const { ground } = judge;
    this.cells = ground.start.slice();
    const { harm, wrong } = judge.of(this.cells, everyRow(ground));
    this.harm = harm;
    this.wrong = wrong;
    this.first = Float64Array.from(wrong, flag => (flag === 1 ? 0 : NaN));
  }

  /** Rows that are still right; of a regression all rows with a prediction. */
  open(): Int32Array {
    return everyRow(this.judge.ground).filter(row => this.wrong[row] === 0 && !Number.isNaN(this.harm[row]));
  }

  /** Takes the cells of the listed rows where predicting them is worse than what there was. */
  offer(cells: Float64Array, which: Int32Array, epsilon: number): void {
    const p = this.judge.ground.columns.length;
    const { harm, wrong } = this.judge.of(cells, which);
    which.forEach((row, i) => {
      if (this.wrong[row] === 1 || Number.isNaN(harm[i]) || !(harm[i] > this.harm[row] || wrong[i] === 1)) return;
      this.take(row, cells.subarray(i * p, (i + 1) * p), harm[i], wrong[i], epsilon);
    });
  }

  /** Takes what another attack within the same box found worse. */
  adopt(other: Track, epsilon: number): void {
    const p = this.judge.ground.columns.length;
    for (let row = 0; row < this.wrong.length; row++) {
      if (this.wrong[row] === 1 || !(other.harm[row] > this.harm[row] || other.wrong[row] === 1)) continue;
      this.take(row, other.cells.subarray(row * p, (row + 1) * p), other.harm[row], other.wrong[row], epsilon);
    }
  }

  /** 1 where wrong, or the squared error; NaN for rows without a prediction. */
  losses(): Float64Array {
    const regression = this.judge.truth.task === 'regression';
    return this.harm.map((harm, row) => (regression ? harm * harm : this.wrong[row]));
  }

  private take(row: number, cells: Float64Array, harm: number, wrong: number, epsilon: number): void {
    this.cells.set(cells, row * cells.length);
    this.harm[row] = harm;
    if (wrong === 1 && this.wrong[row] === 0) {
      this.wrong[row] = 1;
      this.first[row] = epsilon;
    }
  }
}
