/** What a model's terms are called, how much they matter, and how wide their bands are. */
import { normalFactor, tFactor } from '../../math/distributions';
import { binCount } from './bins';
import type { BoostedTerm, BoostingState, FeatureBins } from './state';

/** "age", "age × hours"; no two terms have the same: names of features that could be taken for a pair stand in quotation marks. */
export function termName({ bins }: Pick<BoostedTerm, 'bins'>): string {
  return bins.map(({ name }) => (/×|^"|"$/.test(name) ? `"${name}"` : name)).join(' × ');
}

/** Number of cells: bins, or bins × bins. */
export function cellCount({ bins }: BoostedTerm): number {
  return bins.reduce((product, axis) => product * binCount(axis), 1);
}

/** Terms that add something somewhere. */
export function activeTerms({ terms }: BoostingState): number[] {
  return terms.flatMap((term, t) => (term.scores.some(score => score !== 0) ? [t] : []));
}

export interface TermSize {
  /** Σ weight · |score| ÷ Σ weight over the cells, mean over the outputs: the mean absolute contribution in the training rows. */
  readonly importance: number;
  /** Smallest and largest score of a cell with training rows, over the outputs. */
  readonly lowest: number;
  readonly highest: number;
}

export function termSize(term: BoostedTerm, outputs: number): TermSize {
  let sum = 0;
  let total = 0;
  let lowest = Infinity;
  let highest = -Infinity;
  for (let cell = 0; cell < term.weights.length; cell++) {
    const weight = term.weights[cell]!;
    if (!(weight > 0)) continue;
    total += weight;
    for (let k = 0; k < outputs; k++) {
      const score = term.scores[cell * outputs + k]!;
      sum += weight * Math.abs(score);
      lowest = Math.min(lowest, score);
      highest = Math.max(highest, score);
    }
  }
  return total > 0 ? { importance: sum / (total * outputs), lowest, highest } : { importance: 0, lowest: 0, highest: 0 };
}

/** Half-width of a band over the standard error of a score: Student's t by the degrees of freedom × the calibration. */
export function bandFactor({ bands }: Pick<BoostingState, 'bands'>, level: number): number {
  if (!bands) return NaN;
  const { degrees, calibration } = bands;
  return calibration * (degrees > 0 && Number.isFinite(degrees) ? tFactor(level, degrees) : normalFactor(level));
}

/** Edges of a number's bins, one more than those: least, the cuts, largest. */
export function binEdges({ cuts, least, largest }: Extract<FeatureBins, { kind: 'number' }>): number[] {
  return [Math.min(least, cuts[0] ?? least), ...cuts, Math.max(largest, cuts[cuts.length - 1] ?? largest)];
}
