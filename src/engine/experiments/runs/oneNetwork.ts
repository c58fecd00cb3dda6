/** One network as an experiment needs it: its predictions and how its training went; no ensemble, nothing of its uncertainty. */
import { trainAll } from '../../compute/trainAll';
import type { TrainedNetwork } from '../../compute/network/training';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { planFor } from '../../models/attention/family';
import { AttentionModel } from '../../models/attention/model';
import type { Family, Model } from '../../models/model';
import { prepareNetwork } from '../../models/network/prepareNetwork';
import { assembleState, planFit, type NetworkPlan } from '../../models/neural/fit';
import { NeuralModel } from '../../models/neural/model';
import { neuralSettings, type TrainingSettings } from '../../models/neural/settings';

export type NetworkFamily = 'neural' | 'attention';

export const isNetwork = (family: string): family is NetworkFamily => family === 'neural' || family === 'attention';

/** The family with a fit that trains one network and hands over how that went. Penalties to choose from: the middle one is taken. */
export function singleNetwork(family: Family, onTrained: (trained: TrainedNetwork) => void): Family {
  const fit = async (dataset: Dataset, context: WorkContext, rows?: Int32Array): Promise<Model> => {
    const { plan, model } = planOf(family.id, dataset, rows);
    const l2 = middlePenalty(plan.settings);
    const [trained] = await trainAll([plan.job(0, l2)], context, { stage: 'Training', from: 0, to: 1 });
    onTrained(trained!);
    return model(assembleState(dataset, plan, { networks: [trained!], l2 }, false, true));
  };
  const { fitFolds: _folds, ...rest } = family;
  return { ...rest, fit };
}

type State = ReturnType<typeof assembleState>;

function planOf(family: string, dataset: Dataset, rows: Int32Array | undefined): { plan: NetworkPlan; model: (state: State) => Model } {
  if (family === 'attention') {
    const plan = planFor(dataset, rows, undefined);
    return { plan: single(plan), model: state => new AttentionModel(state) };
  }
  const prepared = prepareNetwork(dataset, rows);
  return { plan: single(planFit(dataset, prepared, neuralSettings(dataset.recipe.options, prepared.data.rows))), model: state => new NeuralModel(state) };
}

function single<P extends NetworkPlan>(plan: P): P {
  return { ...plan, settings: { ...plan.settings, members: 1, uncertainty: 'ensemble' } };
}

/** The usual penalty where an experiment does not vary it. */
export function middlePenalty({ l2 }: Pick<TrainingSettings, 'l2'>): number {
  return l2[Math.floor((l2.length - 1) / 2)]!;
}
