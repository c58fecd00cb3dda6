/** Attention models for tables: one token a feature, after FT-Transformer (Gorishniy et al. 2021), several averaged. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { AttentionDescription } from '../../compute/network/description';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { Family, Model } from '../model';
import { tokensOf } from '../network/inputs';
import { prepareNetwork, type PreparedNetwork } from '../network/prepareNetwork';
import { assembleState, planNetwork, trainPlans, type NetworkPlan } from '../neural/fit';
import { readState } from '../neural/state';
import { AttentionModel, checkTokens, readAttention } from './model';
import { attentionOptions, attentionSettings, type AttentionSettings } from './settings';

type AttentionPlan = NetworkPlan<AttentionSettings, AttentionDescription>;

export function planFor(dataset: Dataset, rows: Int32Array | undefined, folds: number | undefined): AttentionPlan {
  const prepared = prepareNetwork(dataset, rows);
  const settings = attentionSettings(dataset.recipe.options, prepared.data.rows);
  const description = describe(prepared, settings);
  const members = folds === undefined ? settings.members : foldMembers(settings, description, prepared.data.rows, folds);
  return planNetwork(dataset, prepared, { ...settings, members }, description);
}

/**
 * Multiplications up to which the folds have as many networks as the model, so that its own intervals are measured; else those
 * that fewer networks may take in all folds together. Epochs that a network usually takes.
 */
const fullBudget = 1e11;
const foldBudget = 3e10;
const usualEpochs = 40;
/** Where it cannot be as many as the model has, more networks would hardly change what is measured. */
const mostFoldMembers = 3;

/** Networks in each of `folds` folds of so many rows. Folds are trained twice: once more with uniform attention. */
export function foldMembers({ members, foldMembers: asked, epochs }: AttentionSettings, { inputs, tokens, width, feedForward, layers }: AttentionDescription, rows: number, folds: number): number {
  if (asked !== undefined) return Math.min(asked, members);
  const perToken = 4 * width * width + 2 * width * feedForward;
  const perRow = width * (inputs + tokens) + perToken + (layers - 1) * tokens * (perToken + width * tokens);
  const each = 6 * perRow * rows * Math.min(usualEpochs, epochs) * folds;
  if (members * each <= fullBudget) return members;
  return Math.max(1, Math.min(members, mostFoldMembers, Math.floor(foldBudget / each)));
}

function describe({ inputs, data, classes, outputs }: PreparedNetwork, { width, heads, layers, feedForward, uniform }: AttentionSettings): AttentionDescription {
  const { tokenOf, features } = tokensOf(inputs);
  if (features.length > mostTokens) {
    throw new UserError('badFeatures', `The attention model takes at most ${mostTokens} features, and there are ${features.length}; choose fewer features or another model.`);
  }
  const head = !classes ? 'identity' : classes.length > 2 ? 'softmax' : 'logistic';
  return { kind: 'attention', head, inputs: data.inputs, tokenOf, tokens: features.length, width, heads, layers: layersFor(layers, features.length), feedForward, outputs, uniform };
}

/** More tokens than this take minutes and more to train and to explain. */
const mostTokens = 1000;
/** Tokens beyond which attention between all pairs of them would take too much memory and time. */
const mostPairedTokens = 300;

function layersFor(asked: number, tokens: number): number {
  return tokens > mostPairedTokens ? 1 : asked;
}

async function fit(dataset: Dataset, context: WorkContext, rows?: Int32Array): Promise<AttentionModel> {
  const plan = planFor(dataset, rows, undefined);
  const [trained] = await trainPlans([plan], context, { stage: 'Training attention model', from: 0.25, to: 0.5 });
  const state = assembleState(dataset, plan, trained, rows === undefined);
  return new AttentionModel(rows ? state : { ...state, notes: [...state.notes, ...ownNotes(dataset, plan)] });
}

/** Inputs that folds hold at once, at most. */
const mostCells = 6e7;

async function fitFolds(dataset: Dataset, trainRows: readonly Int32Array[], context: WorkContext): Promise<Model[]> {
  const models: Model[] = [];
  let plans: AttentionPlan[] = [];
  const train = async (): Promise<void> => {
    const share = (k: number): number => 0.5 + (0.2 * k) / trainRows.length;
    const trained = await trainPlans(plans, context, { stage: 'Training attention model of the folds', from: share(models.length), to: share(models.length + plans.length) });
    plans.forEach((plan, i) => models.push(new AttentionModel(assembleState(dataset, plan, trained[i], false))));
    plans = [];
  };
  let cells = 0;
  for (const rows of trainRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const plan = planFor(dataset, rows, trainRows.length);
    cells += plan.prepared.data.x.length;
    if (cells > mostCells && plans.length > 0) {
      await train();
      cells = plan.prepared.data.x.length;
    }
    plans.push(plan);
  }
  if (plans.length > 0) await train();
  return models;
}

/** What was done otherwise than was asked for, and what the measurement does otherwise than the fit. */
function ownNotes({ recipe: { split }, table }: Dataset, { settings, description, prepared }: AttentionPlan): Note[] {
  const notes: Note[] = [];
  if (description.layers < settings.layers) {
    notes.push({ kind: 'information', text: `With ${description.tokens} features one layer of attention was used instead of ${settings.layers}: attention between all pairs of them would take too much memory.` });
  }
  const folds = split.scheme === 'kFold' ? split.folds : split.scheme === 'holdout' ? 1 : 5;
  const share = split.scheme === 'holdout' ? 1 - split.share : 1 - 1 / folds;
  const inFolds = foldMembers(settings, description, Math.min(prepared.data.rows, Math.round(table.rows * share)), folds);
  if (split.scheme !== 'none' && inFolds < settings.members) {
    const networks = inFolds === 1 ? 'a single network' : `${inFolds} networks`;
    notes.push({ kind: 'evaluation', text: `Performance was measured with ${networks} in each fold instead of ${settings.members}, to save time; the ensemble itself was not measured (foldEnsemble=${settings.members} measures it).` });
  }
  if (tokensOf(prepared.inputs).features.some(name => name.includes(':') && !prepared.inputs.encoding.columns.some(column => column.name === name))) {
    notes.push({ kind: 'information', text: 'Products of features are tokens of their own; their attention is divided evenly among their features.' });
  }
  return notes;
}

export const attentionFamily: Family = {
  id: 'attention',
  title: 'Attention model',
  tasks: ['regression', 'classification'],
  options: attentionOptions,
  fit,
  fitFolds,
  load: json => new AttentionModel(checkTokens(readState(json, readAttention))),
};
