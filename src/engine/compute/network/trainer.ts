/** Trains one network: minibatches, optimiser, early stopping. The arithmetic of a step is the executor's. */
import { Rng } from '../../math/random';
import { parameterInfos } from './description';
import { Dropout } from './dropout';
import type { DropoutMasks, NetworkExecutor } from './executor';
import { initialiseParameters } from './initialise';
import { meanLoss } from './loss';
import { Optimiser } from './optimiser';
import type { TrainedNetwork, TrainingHooks, TrainingJob } from './training';

/** A validation loss counts as better for the patience when it is lower by this share. */
const tolerance = 1e-4;
/** The learning rate falls to this share after half the patience without a better loss … */
const plateauFactor = 0.3;
/** … at most so often. */
const mostDecays = 3;

/**
 * Trains as the job says; the same job and executor give the same numbers. Does not throw on divergence: the parameters
 * of the best epoch so far are kept and `stopped` is 'diverged'. `backendReason` is '' for the caller to fill in.
 */
export async function trainNetwork(job: TrainingJob, executor: NetworkExecutor, hooks: TrainingHooks): Promise<TrainedNetwork> {
  const started = performance.now();
  const training = new Training(job, executor, hooks);
  const stopped = await training.run();
  return {
    parameters: training.best, bestEpoch: training.bestEpoch, trainLoss: training.trainLoss, validationLoss: training.validationLoss,
    stopped, executor: executor.name, backendReason: '', seconds: (performance.now() - started) / 1000,
  };
}

class Training {
  best: Float32Array[];
  bestEpoch = 0;
  readonly trainLoss: number[] = [];
  readonly validationLoss: number[] = [];
  private readonly parameters: Float32Array[];
  private readonly optimiser: Optimiser;
  private readonly order: Int32Array;
  private readonly batches: number;
  private readonly shuffling: Rng;
  private readonly dropout: Dropout | undefined;
  private bestLoss = Infinity;
  private learningRate: number;
  private decays = 0;
  /** Loss and epoch that the patience counts from. */
  private reference = Infinity;
  private since = 0;
  private sinceDecay = 0;

  constructor(private readonly job: TrainingJob, private readonly executor: NetworkExecutor, private readonly hooks: TrainingHooks) {
    const { description, initial, masks, seed, optimiser: name, l1, l2, dropout } = job;
    this.parameters = initial ? initial.map(values => Float32Array.from(values)) : initialiseParameters(description, seed);
    masks?.forEach((mask, i) => mask?.forEach((keep, k) => { if (keep === 0) this.parameters[i][k] = 0; }));
    this.best = this.parameters.map(values => values.slice());
    this.optimiser = new Optimiser(parameterInfos(description), { name, l1, l2, masks });
    this.order = job.trainRows.slice();
    this.batches = Math.max(1, Math.ceil(this.order.length / Math.max(1, job.batchSize)));
    const rng = new Rng(seed);
    this.shuffling = rng.fork('batches');
    const largest = Math.ceil(this.order.length / this.batches);
    if (dropout > 0) this.dropout = new Dropout(description, largest, dropout, rng.fork('dropout'));
    this.learningRate = job.learningRate;
  }

  async run(): Promise<TrainedNetwork['stopped']> {
    if (this.job.initial && this.job.validationRows.length > 0) this.bestLoss = this.reference = await this.validate();
    for (let epoch = 0; epoch < this.job.epochs; epoch++) {
      const loss = await this.epoch();
      const validation = this.job.validationRows.length > 0 && Number.isFinite(loss) ? await this.validate() : undefined;
      const finite = Number.isFinite(loss) && (validation === undefined ? this.allFinite() : Number.isFinite(validation));
      if (!finite) return 'diverged';
      this.trainLoss.push(loss);
      if (validation !== undefined) this.validationLoss.push(validation);
      this.hooks.epoch?.(epoch, loss, validation);
      this.keepIfBest(epoch, validation);
      if (this.hooks.finishing()) return 'asked';
      if (validation !== undefined && this.outOfPatience(epoch, validation)) return 'patience';
    }
    return 'epochs';
  }

  /** One pass over the shuffled training rows; mean loss, or NaN as soon as it is not finite. */
  private async epoch(): Promise<number> {
    const { order, batches, executor, parameters } = this;
    this.shuffling.shuffle(order);
    let sum = 0;
    let seen = 0;
    for (let b = 0; b < batches; b++) {
      const from = Math.floor((b * order.length) / batches);
      const rows = order.subarray(from, Math.floor(((b + 1) * order.length) / batches));
      if (rows.length === 0) continue;
      const pending = executor.gradients(parameters, rows, this.masks(rows.length));
      const { loss, gradients } = pending instanceof Promise ? await pending : pending;
      if (!Number.isFinite(loss)) return NaN;
      this.optimiser.step(parameters, gradients, this.learningRate);
      sum += loss * rows.length;
      seen += rows.length;
      const pause = this.hooks.breathe();
      if (pause) await pause;
      if (this.hooks.finishing()) break;
    }
    return sum / seen;
  }

  private masks(rows: number): DropoutMasks | undefined {
    return this.dropout?.next(rows);
  }

  private async validate(): Promise<number> {
    const { executor, parameters, job: { description, data, validationRows } } = this;
    const pending = executor.outputs(parameters, validationRows);
    const outputs = pending instanceof Promise ? await pending : pending;
    return meanLoss(description.head, outputs, description.outputs, data.y, validationRows);
  }

  private allFinite(): boolean {
    return this.parameters.every(values => values.every(Number.isFinite));
  }

  private keepIfBest(epoch: number, validation: number | undefined): void {
    if (validation !== undefined && !(validation < this.bestLoss)) return;
    if (validation !== undefined) this.bestLoss = validation;
    this.bestEpoch = epoch;
    this.parameters.forEach((values, i) => this.best[i].set(values));
  }

  /** Counts epochs without a better loss; lowers the learning rate on the way. */
  private outOfPatience(epoch: number, validation: number): boolean {
    if (validation < this.reference - tolerance * Math.abs(this.reference) || this.reference === Infinity) {
      this.reference = validation;
      this.since = this.sinceDecay = epoch;
      return false;
    }
    const { patience } = this.job;
    if (epoch - this.sinceDecay >= Math.max(1, Math.ceil(patience / 2)) && this.decays < mostDecays) {
      this.learningRate *= plateauFactor;
      this.decays++;
      this.sinceDecay = epoch;
    }
    return epoch - this.since >= patience;
  }
}
