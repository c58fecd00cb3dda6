/** Neural networks: feed-forward, trained by gradient descent with early stopping, several averaged (a deep ensemble). */
import type { Note } from '../../../protocol/profile';
import { parameterCount } from '../../compute/network/description';
import type { NetworkData } from '../../compute/network/executor';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { Family, Model } from '../model';
import { prepareNetwork } from '../network/prepareNetwork';
import { assembleModel, planFit, trainPlans, withInside, type NeuralPlan } from './fit';
import { lookInside } from './inside/lookInside';
import { NeuralModel } from './model';
import { neuralOptions, neuralSettings, type NeuralSettings } from './settings';
import { readState } from './state';

async function fit(dataset: Dataset, context: WorkContext, rows?: Int32Array): Promise<NeuralModel> {
  const prepared = prepareNetwork(dataset, rows);
  const settings = neuralSettings(dataset.recipe.options, prepared.data.rows);
  const plan = planFit(dataset, prepared, settings);
  const [trained] = await trainPlans([plan], context, { stage: 'Training network', from: 0.25, to: rows ? 0.5 : 0.4 });
  const model = assembleModel(dataset, plan, trained, rows === undefined);
  if (rows) return model;
  const inside = await lookInside(dataset, plan, model, context, 0.4, 0.5);
  return withInside(model, inside, foldNotes(dataset, prepared.data, settings));
}

/** Inputs that folds hold at once, at most. */
const mostCells = 6e7;

async function fitFolds(dataset: Dataset, trainRows: readonly Int32Array[], context: WorkContext, full?: Model): Promise<NeuralModel[]> {
  const models: NeuralModel[] = [];
  let plans: NeuralPlan[] = [];
  const train = async (): Promise<void> => {
    const share = (k: number): number => 0.5 + (0.2 * k) / trainRows.length;
    const words = { stage: 'Training network of the folds', from: share(models.length), to: share(models.length + plans.length) };
    const trained = await trainPlans(plans, context, words);
    plans.forEach((plan, i) => models.push(assembleModel(dataset, plan, trained[i], false)));
    plans = [];
  };
  let cells = 0;
  for (const rows of trainRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const prepared = prepareNetwork(dataset, rows);
    const settings = foldSettings(neuralSettings(dataset.recipe.options, prepared.data.rows), prepared.data, trainRows.length, full);
    cells += prepared.data.x.length;
    if (cells > mostCells && plans.length > 0) {
      await train();
      cells = prepared.data.x.length;
    }
    plans.push(planFit(dataset, prepared, settings));
  }
  if (plans.length > 0) await train();
  return models;
}

/** Multiplications that the networks of all folds together may take. */
const foldBudget = 1.5e11;
/** Epochs that a network usually takes. */
const usualEpochs = 40;
/** From so many rows on, folds take the penalty that was chosen on all rows. */
const sharedPenaltyFrom = 5000;

/** The settings for a fold: fewer networks where training takes long. */
export function foldSettings(settings: NeuralSettings, data: Pick<NetworkData, 'rows' | 'inputs'>, folds: number, full?: Model): NeuralSettings {
  const l2 = full instanceof NeuralModel && data.rows >= sharedPenaltyFrom ? [full.state.l2] : settings.l2;
  return { ...settings, l2, members: foldMembers(settings, data, folds) };
}

function foldMembers(settings: NeuralSettings, { rows, inputs }: Pick<NetworkData, 'rows' | 'inputs'>, folds: number): number {
  if (settings.foldMembers !== undefined) return Math.min(settings.foldMembers, settings.members);
  const weights = parameterCount({ kind: 'dense', head: 'identity', inputs, hidden: settings.hidden, activation: 'relu', outputs: 1 });
  const each = 3 * weights * rows * Math.min(usualEpochs, settings.epochs) * folds;
  return Math.max(1, Math.min(settings.members, Math.floor(foldBudget / each)));
}

/** What the measurement in folds does otherwise than the fit on all rows. */
function foldNotes({ recipe: { split }, table }: Dataset, data: NetworkData, settings: NeuralSettings): Note[] {
  if (split.scheme === 'none') return [];
  const folds = split.scheme === 'kFold' ? split.folds : split.scheme === 'holdout' ? 1 : 5;
  const rows = Math.min(data.rows, Math.round(table.rows * (split.scheme === 'holdout' ? 1 - split.share : 1 - 1 / folds)));
  const members = foldMembers(settings, { rows, inputs: data.inputs }, folds);
  const parts: string[] = [];
  if (members < settings.members) {
    parts.push(`with ${members === 1 ? 'a single network' : `${members} networks`} in each fold instead of ${settings.members}, to save time; the ensemble itself was not measured (foldEnsemble=${settings.members} measures it)`);
  }
  if (settings.l2.length > 1 && rows >= sharedPenaltyFrom) parts.push('with the penalty l2 that was chosen on all rows');
  return parts.length > 0 ? [{ kind: 'evaluation', text: `Performance was measured ${parts.join(', and ')}.` }] : [];
}

function takenFromAllRows({ recipe }: Dataset, foldRows: number): string | undefined {
  return foldRows >= sharedPenaltyFrom && neuralSettings(recipe.options, foldRows).l2.length > 1 ? 'the penalty l2' : undefined;
}

export const neuralFamily: Family = {
  id: 'neural',
  title: 'Neural network',
  takenFromAllRows,
  tasks: ['regression', 'classification'],
  options: neuralOptions,
  fit,
  fitFolds,
  load: json => new NeuralModel(readState(json)),
};
