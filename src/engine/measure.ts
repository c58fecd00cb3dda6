/** Everything that a run measures and explains once the model is fitted: importance, intervals, effects, scores. */
import type { Note } from '../protocol/profile';
import type { Recipe } from '../protocol/recipe';
import type { WorkContext } from './context';
import type { Dataset } from './data/dataset';
import { measureCoverage } from './evaluate/coverage';
import type { Evaluation } from './evaluate/crossValidate';
import { sameEnsemble } from './evaluate/sameEnsemble';
import { uncertaintyParts } from './evaluate/uncertaintyParts';
import { attentionFaithfulness } from './explain/attentionFaithfulness';
import { explainEffects, rankedFeatures } from './explain/explainEffects';
import { formulaBeside } from './explain/formulaBeside';
import { permutationImportance } from './explain/permutation';
import { interpretabilityScores } from './explain/scores/interpretability';
import type { Rng } from './math/random';
import type { Family, Model } from './models/model';
import type { Measurements } from './report/input';
import { conformalPrediction } from './uncertainty/conformal';

/** Scores predict again and again with each feature exchanged: with more features than this they would take minutes. */
const mostScored = 500;

export interface MeasureInput {
  readonly recipe: Recipe;
  readonly dataset: Dataset;
  readonly family: Family;
  /** Fitted on all rows. */
  readonly model: Model;
  /** Absent when nothing was held out. */
  readonly evaluation?: Evaluation;
  /** Other models of the same rows that this one was compared with, the best first. */
  readonly others?: readonly Model[];
}

/** Importance and coverage always; the rest unless the recipe is brief. Each part has random numbers of its own. */
export async function measureModel(input: MeasureInput, context: WorkContext, rng: Rng): Promise<Measurements> {
  const { dataset, evaluation, model, recipe } = input;
  context.progress('Measuring importance and coverage', 0.7);
  const importance = evaluation && (await permutationImportance(dataset, evaluation, context, rng.fork('importance'), model));
  // What single networks of the folds say of their uncertainty is not what the ensemble says.
  const own = evaluation && sameEnsemble(model, evaluation.foldModels) ? evaluation : undefined;
  const coverage = own && (await measureCoverage(dataset, own, context, rng.fork('coverage')));
  const basics: Measurements = { ...(importance && { importance }), ...(coverage && { coverage }) };
  // Brief leaves conformal intervals out unless a method was named: then they were asked for.
  const named = recipe.conformal !== undefined && recipe.conformal !== 'auto';
  if (recipe.detail === 'brief') return { ...basics, ...(named && (await measureConformal(input, context, rng))) };
  return { ...basics, ...(await measureRest(input, basics, context, rng)) };
}

async function measureRest(
  { dataset, family, model, evaluation, recipe, others }: MeasureInput, { importance }: Measurements, context: WorkContext, rng: Rng,
): Promise<Measurements> {
  const own = evaluation && sameEnsemble(model, evaluation.foldModels) ? evaluation : undefined;
  const parts = own && (await uncertaintyParts(dataset, own, context, rng.fork('parts')));
  const attention = await attentionFaithfulness({ dataset, evaluation, family, model, importance, context, rng: rng.fork('attention') });
  const conformal = await measureConformal({ dataset, model, evaluation, recipe }, context, rng);
  context.progress('Effects and contributions', 0.8);
  const shared = { dataset, model, evaluation, importance, context };
  const effects = await explainEffects({ ...shared, rng: rng.fork('effects') });
  const beside = await formulaBeside({ dataset, model, ...(others && { others }), ranked: rankedFeatures(model, importance), context, rng: rng.fork('beside') });
  const wide = model.features.length > mostScored;
  context.progress('Interpretability scores', 0.88);
  const scores = wide ? undefined : await interpretabilityScores({ ...shared, family, rng: rng.fork('scores') });
  const left = [...(wide ? [wideNote(model.features.length)] : []), ...(scores === 'constant' ? [constantNote] : [])];
  return { effects, ...(beside && { beside }), ...(left.length > 0 && { notes: left }), ...(attention && { attention }), ...(parts && { parts }), ...conformal, ...(scores && scores !== 'constant' && { scores }) };
}

async function measureConformal(
  { dataset, model, evaluation, recipe }: Pick<MeasureInput, 'dataset' | 'model' | 'evaluation' | 'recipe'>, context: WorkContext, rng: Rng,
): Promise<Pick<Measurements, 'conformal'>> {
  if (!evaluation) return {};
  context.progress('Calibrating conformal intervals', 0.76);
  const conformal = await conformalPrediction(dataset, evaluation, model, recipe.conformal ?? 'auto', context, rng.fork('conformal'));
  return conformal ? { conformal } : {};
}

const constantNote: Note = { kind: 'evaluation', text: 'Interpretability scores are left out: the model predicts the same for every row that was looked at, so there is nothing to interpret.' };

function wideNote(features: number): Note {
  return { kind: 'evaluation', text: `Interpretability scores and mean contributions are left out: with ${features.toLocaleString('en-US')} features they would take minutes. Choose fewer features to have them.` };
}
