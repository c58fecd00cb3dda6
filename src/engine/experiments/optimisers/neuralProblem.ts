/** A dense network with the settings of the recipe, its gradients by the executor that trains networks; parameters are kept in double precision. */
import type { DenseDescription } from '../../compute/network/description';
import { parameterInfos } from '../../compute/network/description';
import { createExecutor } from '../../compute/network/createExecutor';
import type { NetworkExecutor } from '../../compute/network/executor';
import { initialiseParameters } from '../../compute/network/initialise';
import { meanLoss } from '../../compute/network/loss';
import type { Dataset } from '../../data/dataset';
import { learnEncoding } from '../../data/encoding/learn';
import { planDesign } from '../../data/encoding/plan';
import { encodeInputs, learnInputs } from '../../models/network/inputs';
import { neuralSettings } from '../../models/neural/settings';
import { targetAt, type Losses, type OptimisationProblem } from './problem';

/** The start is drawn with the seed. Inputs and target are standardised by the training rows. */
export async function neuralProblem(dataset: Dataset, train: Int32Array, test: Int32Array, seed: number): Promise<OptimisationProblem> {
  const { table, target, recipe } = dataset;
  const settings = neuralSettings(recipe.options, train.length);
  const both = new Int32Array(train.length + test.length);
  both.set(train);
  both.set(test, train.length);
  const inputs = learnInputs(learnEncoding(planDesign(dataset), table, train), table, train);
  const { x, columns, rows } = encodeInputs(inputs, table, both);
  const classes = target.task === 'classification' ? target.classes.length : 0;
  const description: DenseDescription = {
    kind: 'dense', head: classes > 2 ? 'softmax' : classes === 2 ? 'logistic' : 'identity', inputs: columns, hidden: settings.hidden,
    activation: settings.activation, outputs: classes > 2 ? classes : 1,
  };
  const y = Float32Array.from(targetAt(dataset, both, train.length));
  const { executor } = await createExecutor(description, { rows, inputs: columns, x, y }, settings.backend);
  return new NeuralProblem(executor, description, y, train.length, initialiseParameters(description, seed));
}

class NeuralProblem implements OptimisationProblem {
  readonly size: number;
  readonly start: Float64Array;
  readonly weights: Uint8Array;
  /** Single precision, with a margin for sums. */
  readonly rounding = 1e-6;
  private readonly parameters: Float32Array[];
  private readonly train: Int32Array;
  private readonly held: Int32Array;

  constructor(
    private readonly executor: NetworkExecutor, private readonly description: DenseDescription, private readonly y: Float32Array, readonly rows: number, start: Float32Array[],
  ) {
    this.start = Float64Array.from(start.flatMap(values => [...values]));
    this.size = this.start.length;
    this.weights = Uint8Array.from(parameterInfos(description).flatMap(({ penalised }, i) => Array.from(start[i], () => (penalised ? 1 : 0))));
    this.parameters = start;
    this.train = Int32Array.from({ length: rows }, (_, i) => i);
    this.held = Int32Array.from({ length: y.length - rows }, (_, i) => rows + i);
  }

  async gradient(w: Float64Array, batch: Int32Array, out: Float64Array): Promise<number> {
    this.take(w);
    const pending = this.executor.gradients(this.parameters, batch);
    const { loss, gradients } = pending instanceof Promise ? await pending : pending;
    let at = 0;
    for (const values of gradients) {
      out.set(values, at);
      at += values.length;
    }
    return loss;
  }

  async losses(w: Float64Array): Promise<Losses> {
    this.take(w);
    return { train: await this.lossOf(this.train), heldOut: await this.lossOf(this.held) };
  }

  dispose(): void {
    this.executor.dispose();
  }

  private async lossOf(rows: Int32Array): Promise<number> {
    const pending = this.executor.outputs(this.parameters, rows);
    const outputs = pending instanceof Promise ? await pending : pending;
    return meanLoss(this.description.head, outputs, this.description.outputs, this.y, rows);
  }

  private take(w: Float64Array): void {
    let at = 0;
    for (const values of this.parameters) {
      values.set(w.subarray(at, at + values.length));
      at += values.length;
    }
  }
}
