/** The network of the neural family trained on attacked rows, with the same settings as the plain one. */
import { simdDense } from '../../compute/kernels/simdDense';
import { trainNetwork } from '../../compute/network/trainer';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { Rng } from '../../math/random';
import { encodeInputs } from '../../models/network/inputs';
import { prepareNetwork, type PreparedNetwork } from '../../models/network/prepareNetwork';
import { assembleState, planFit } from '../../models/neural/fit';
import { NeuralModel } from '../../models/neural/model';
import { neuralSettings } from '../../models/neural/settings';
import { middlePenalty } from '../runs/oneNetwork';
import { AdversarialExecutor, type InputBox } from './adversarialExecutor';
import { boxOf, groundOf, placesOf, tableAt, everyRow } from './ground';
import { isPlain } from './plain';

export interface AdversarialFit {
  readonly epsilon: number;
  readonly immutable: readonly string[];
}

/** Undefined where the design is not made of the columns as they are: a box of rows is no box of inputs then. Throws CancelledError, UserError. */
export async function trainHardened(dataset: Dataset, train: Int32Array, { epsilon, immutable }: AdversarialFit, context: WorkContext): Promise<NeuralModel | undefined> {
  const prepared = prepareNetwork(dataset, train);
  if (!isPlain(prepared.inputs.encoding)) return undefined;
  const settings = neuralSettings(dataset.recipe.options, prepared.data.rows);
  const plan = planFit(dataset, prepared, { ...settings, members: 1, uncertainty: 'ensemble' });
  const l2 = middlePenalty(plan.settings);
  const data = { ...prepared.data, x: prepared.data.x.slice() };
  const rng = new Rng(dataset.recipe.seed).fork('attacks in training');
  const executor = new AdversarialExecutor(simdDense(plan.description, data), data, trainingBox(dataset, train, prepared, epsilon, immutable), rng);
  try {
    const trained = await trainNetwork(plan.job(0, l2), executor, { breathe: () => context.breathe(), finishing: () => false });
    return new NeuralModel(assembleState(dataset, plan, { networks: [{ ...trained, backendReason: '' }], l2 }, false, true));
  } finally {
    executor.dispose();
  }
}

function trainingBox(dataset: Dataset, train: Int32Array, { inputs, tableRows }: PreparedNetwork, epsilon: number, immutable: readonly string[]): InputBox {
  const ground = groundOf(dataset, { features: inputs.encoding.columns.map(column => column.name), train, rows: tableRows, immutable });
  const p = ground.columns.length;
  const [low, high] = [0, 1].map(end => {
    const cells = ground.start.slice();
    for (const j of placesOf(ground, 'number')) for (let i = 0; i < ground.rows; i++) cells[i * p + j] = boxOf(ground, i, j, epsilon)[end];
    return encodeInputs(inputs, tableAt(ground, cells, everyRow(ground))).x;
  });
  return { low, high };
}
