/** What fits to drawn targets say: how far they come out from the shapes that the targets were drawn from. */
import type { TermScores } from './purify';

export const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Least share of a shape that is believed to be found again. */
const leastShare = 0.5;
/** Least share of the squared distances that counts as errors of the mean over samples: chance could leave next to nothing. */
const leastSize = 0.3;

/** Two fits to the same drawn targets, by different samples of the rows. */
export type Twins = readonly [TermScores, TermScores];

/**
 * Squared distances of drawn fits to the shapes that they were drawn from. A model is the mean over many samples of the rows, a drawn fit one
 * sample, with errors of its own that the mean has little of. Two fits to the same targets tell them apart: with the distances
 * a and b, the mean of a b has errors and losses that all samples share, that of (a − b)² / 2 those of a sample's own.
 */
export class DrawnErrors {
  /** Per main effect and cell (cells × outputs): Σ ((a + b) / 2)². */
  private readonly squares: readonly Float64Array[];
  /** Per main effect: sums over rows and draws of the squared errors that a mean over the samples has. */
  private readonly sizes: Float64Array;
  private readonly roughSizes: readonly number[];
  /** One a draw: squared errors of all main effects ÷ rough ones. */
  private readonly ratios: number[] = [];

  /** `rough`: standard errors of which only the course over the cells of a term is used. `samples`: how many a model is the mean of. */
  constructor(private readonly truth: TermScores, private readonly rough: readonly Float64Array[], private readonly weights: readonly Float64Array[], private readonly samples: number) {
    this.squares = truth.mains.map(main => new Float64Array(main.length));
    this.sizes = new Float64Array(truth.mains.length);
    this.roughSizes = rough.map((errors, j) => overRows(errors.map(error => error ** 2), weights[j]!));
  }

  get count(): number {
    return this.ratios.length;
  }

  add([first, second]: Twins): void {
    let sum = 0;
    this.truth.mains.forEach((main, j) => {
      const squares = this.squares[j]!;
      const errors = main.map((value, at) => {
        const [a, b] = [first.mains[j]![at]! - value, second.mains[j]![at]! - value];
        squares[at]! += ((a + b) / 2) ** 2;
        return a * b + (a - b) ** 2 / 2 / this.samples;
      });
      const size = overRows(errors, this.weights[j]!);
      this.sizes[j]! += size;
      sum += size;
    });
    const rough = this.roughSizes.reduce((a, b) => a + b, 0);
    this.ratios.push(rough > 0 ? sum / rough : 1);
  }

  /** Root mean square of the errors over that of the rough ones. */
  factor(): number {
    return Math.sqrt(Math.max(0, meanOf(this.ratios)));
  }

  /** Relative standard error of the factor; 0 where nothing differs. */
  precision(): number {
    const mean = meanOf(this.ratios);
    if (!(mean > 0)) return 0;
    const variance = this.ratios.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (this.count - 1);
    return Math.sqrt(variance / this.count) / mean / 2;
  }

  /** Mean squared error of the sum of the main effects (one output), as if their errors were independent. */
  total(): number {
    return this.sizes.reduce((sum, size, j) => sum + size / this.weights[j]!.reduce((a, b) => a + b, 0), 0) / this.count;
  }

  /**
   * Standard errors of the scores: over a term as large as the draws say; in its cells, where few draws say little, by the draws and by
   * the rough errors, as the degrees of freedom of these have it.
   */
  blended(degrees: number): Float64Array[] {
    const n = this.count;
    return this.squares.map((squares, j) => {
      const drawn = overRows(squares, this.weights[j]!);
      if (!(drawn > 0)) return squares.map(() => 0);
      const size = Math.max(leastSize * drawn, this.sizes[j]!) / n;
      const rough = this.roughSizes[j]!;
      return squares.map((square, at) => Math.sqrt(size * (rough > 0 ? (n * square / drawn + (degrees * this.rough[j]![at]! ** 2) / rough) / (n + degrees) : square / drawn)));
    });
  }
}

/**
 * Share of a shape that fits to targets drawn from it find again: the slope of theirs on it, 1 where less is not sure (the loss is shrunk
 * by its own error). Scores are cells × outputs.
 */
export function shareKept(shape: Float64Array, found: readonly Float64Array[], weights: Float64Array): number {
  const product = (other: Float64Array): number => overRows(shape.map((value, at) => value * other[at]!), weights);
  const size = product(shape);
  if (!(size > 0)) return 1;
  const losses = found.map(values => 1 - product(values) / size);
  const loss = meanOf(losses);
  if (!(loss > 0)) return 1;
  const error = losses.reduce((sum, value) => sum + (value - loss) ** 2, 0) / (losses.length - 1) / losses.length;
  return Math.max(leastShare, 1 - loss ** 3 / (loss ** 2 + error));
}

/** Sum over the rows of the values (cells × outputs) of their cells. */
function overRows(values: Float64Array, weights: Float64Array): number {
  const outputs = values.length / weights.length;
  return values.reduce((sum, value, at) => sum + weights[Math.floor(at / outputs)]! * value, 0);
}
