/** Follows the training of one problem by L-BFGS on gradients of all rows, with a budget of gradient evaluations. */
import type { WorkContext } from '../../context';
import { minimiseLbfgs, type Objective } from '../../math/lbfgs';
import { endOf, looksAt } from './descend';
import type { OptimisationProblem } from './problem';
import type { Trajectory, TrajectoryPoint } from './result';

/** Largest |gradient| at which it is done, in double precision. */
const gradientTolerance = 1e-10;
/** Trials in a row that do not lower the loss by more than its rounding: the line search cannot see any more. */
const blind = 8;

/** Each trial of the line search counts as a pass. What is looked at is the best point so far; once it is done, the loss stays. */
export async function runLbfgs(problem: OptimisationProblem, passes: number, context: WorkContext): Promise<Trajectory> {
  const following = new Following(problem, passes, context);
  await following.begin();
  await minimiseLbfgs(problem.start.slice(), x => following.evaluate(x), { gradientTolerance, iterations: passes });
  return following.finish();
}

class Following {
  private readonly points: TrajectoryPoint[] = [];
  private readonly rows: Int32Array;
  private readonly looks: readonly number[];
  private best: Float64Array;
  private lowest = Infinity;
  private worse = 0;
  private evaluations = 0;
  private steps = 0;
  private seconds = 0;
  private looked = 0;

  constructor(private readonly problem: OptimisationProblem, private readonly passes: number, private readonly context: WorkContext) {
    this.rows = Int32Array.from({ length: problem.rows }, (_, i) => i);
    this.looks = looksAt(passes);
    this.best = problem.start.slice();
  }

  async begin(): Promise<void> {
    this.points.push({ pass: 0, steps: 0, seconds: 0, ...await this.problem.losses(this.problem.start) });
  }

  async evaluate(x: Float64Array): Promise<Objective> {
    const pause = this.context.breathe();
    if (pause) await pause;
    const from = performance.now();
    const gradient = new Float64Array(this.problem.size);
    const value = await this.problem.gradient(x, this.rows, gradient);
    this.seconds += (performance.now() - from) / 1000;
    this.evaluations++;
    this.worse = value < this.lowest - this.problem.rounding * Math.abs(this.lowest) || this.lowest === Infinity ? 0 : this.worse + 1;
    if (value < this.lowest) {
      // The first evaluation is that of the start.
      if (this.evaluations > 1) this.steps++;
      this.lowest = value;
      this.best = x.slice();
    }
    await this.look();
    return { value, gradient, stop: this.evaluations >= this.passes || (this.problem.rounding > 0 && this.worse >= blind) };
  }

  /** The step that a search takes follows its evaluation: after pass k, the best of k gradients. */
  private async look(): Promise<void> {
    if (this.looks[this.looked] !== this.evaluations) return;
    this.looked++;
    this.points.push({ pass: this.evaluations, steps: this.steps, seconds: this.seconds, ...await this.problem.losses(this.best) });
  }

  async finish(): Promise<Trajectory> {
    const last = await this.problem.losses(this.best);
    for (const pass of this.looks.slice(this.looked)) this.points.push({ pass, steps: this.steps, seconds: this.seconds, ...last });
    return { end: endOf(this.points[0]!, last), points: this.points };
  }
}
