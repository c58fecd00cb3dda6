/** Gives new rows their conformal intervals or sets: the calibrated models put together, at any level. */
import { alignedProbabilities } from '../evaluate/scores';
import type { Table } from '../data/table';
import type { Model } from '../models/model';
import { CombinedBounds, CombinedRanks, type ScoreList } from './combinedBounds';
import { guaranteedCoverage, type Combination } from './guarantee';
import { infiniteBecause } from './conformalQuantile';
import { labelScores, likeliest } from './labelScores';
import { rowUniforms } from './rowUniforms';
import { residualBounds, type Bounds, type ResidualQuantiles } from './residualQuantiles';

export interface CalibratedUnit extends ScoreList {
  /** Index into `models`; −1: the model of all rows. */
  readonly model: number;
  readonly quantiles?: ResidualQuantiles;
  /** Calibration rows, those without a finite score too. */
  readonly rows: number;
}

export interface ConformalState {
  readonly method: 'split' | 'cv+' | 'jackknife+' | 'cqr';
  readonly score: 'residual' | 'quantile' | 'aps';
  readonly combination: Combination;
  readonly units: readonly CalibratedUnit[];
  /** Models that did not see the calibration rows of their units; none where the model of all rows stands in. */
  readonly models: readonly Model[];
  readonly classes?: readonly string[];
  readonly seed: number;
}

/** Rows × classes, 1 where the class is in the row's set. A row that cannot be predicted has none. */
export type Sets = Uint8Array;

export class ConformalPredictor {
  readonly rows: number;

  /** `full`: the model of all rows. */
  constructor(readonly state: ConformalState, private readonly full: Model) {
    this.rows = state.units.reduce((sum, unit) => sum + unit.rows, 0);
  }

  /** Lower bound of the coverage; undefined where the model of all rows stands in for those that left rows out. */
  guarantee(level: number): number | undefined {
    const { units, combination } = this.state;
    if (units.some(unit => unit.model < 0)) return undefined;
    return guaranteedCoverage(combination, units.map(unit => unit.rows), level);
  }

  /** Why the intervals of every row are infinite at the level, and sets hold all classes; undefined where they are not. */
  infinite(level: number): string | undefined {
    return infiniteBecause(this.rows, level);
  }

  /** Regression: −Infinity and Infinity where no finite interval will do, NaN where there is no prediction. */
  intervals(table: Table, level: number, rows: Int32Array): Bounds {
    const { units } = this.state;
    const combined = new CombinedBounds(units, this.rows, level);
    const bounds = this.unitBounds(table, rows);
    const result = { low: new Float64Array(rows.length), high: new Float64Array(rows.length) };
    const low = new Array<number>(units.length);
    const high = new Array<number>(units.length);
    for (let i = 0; i < rows.length; i++) {
      for (let u = 0; u < units.length; u++) {
        low[u] = bounds[u].low[i];
        high[u] = bounds[u].high[i];
      }
      result.low[i] = combined.lower(low);
      result.high[i] = combined.upper(high);
      if (result.low[i] > result.high[i]) result.low[i] = result.high[i] = result.low[i] / 2 + result.high[i] / 2;
    }
    return result;
  }

  private unitBounds(table: Table, rows: Int32Array): Bounds[] {
    const predicted = new Map<number, Float64Array>();
    return this.state.units.map(({ model, quantiles }) => {
      let mean = predicted.get(model);
      if (!mean) {
        mean = this.model(model).predict(table, rows).mean!;
        predicted.set(model, mean);
      }
      return quantiles ? residualBounds(quantiles, table, rows, mean) : { low: mean, high: mean };
    });
  }

  private model(index: number): Model {
    return index < 0 ? this.full : this.state.models[index];
  }

  /** Classification: the sets of the rows; never empty, the likeliest class by the model of all rows is in each. */
  sets(table: Table, level: number, rows: Int32Array): Sets {
    const { units, seed } = this.state;
    const classes = this.state.classes!;
    const width = classes.length;
    const ranks = new CombinedRanks(units, this.rows, level);
    const probabilities = units.map(({ model }) => alignedProbabilities(this.model(model).predict(table, rows), this.model(model).classes, classes));
    const own = alignedProbabilities(this.full.predict(table, rows), this.full.classes, classes);
    const uniforms = rowUniforms(table, this.full.features, rows, seed);
    const sets = new Uint8Array(rows.length * width);
    for (let i = 0; i < rows.length; i++) {
      const at = (all: Float64Array): Float64Array => all.subarray(i * width, (i + 1) * width);
      if (Number.isNaN(at(own)[0])) continue;
      const scores = probabilities.map(all => labelScores('aps', at(all), uniforms[i]));
      for (let k = 0; k < width; k++) if (ranks.keeps(scores.map(score => score[k]))) sets[i * width + k] = 1;
      sets[i * width + likeliest(at(own))] = 1;
    }
    return sets;
  }
}
