/** Everything that a run measures and explains once the model is fitted: importance, intervals, effects, scores. */
import type { Note } from '../protocol/profile';
import type { Recipe } from '../protocol/recipe';
import type { WorkContext } from './context';
import type { Dataset } from './data/dataset';
import { measureCoverage } from './evaluate/coverage';
import type { Evaluation } from './evaluate/crossValidate';
import { uncertaintyParts } from './evaluate/uncertaintyParts';
import { attentionFaithfulness } from './explain/attentionFaithfulness';
import { explainEffects } from './explain/explainEffects';
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
}

/** Importance and coverage always; the rest unless the recipe is brief. Each part has random numbers of its own. */
export async function measureModel(input: MeasureInput, context: WorkContext, rng: Rng): Promise<Measurements> {
  const { dataset, evaluation, model, recipe } = input;
  context.progress('Measuring importance and coverage', 0.7);
  const importance = evaluation && (await permutationImportance(dataset, evaluation, context, rng.fork('importance'), model));
  const coverage = evaluation && (await measureCoverage(dataset, evaluation, context, rng.fork('coverage')));
  const basics: Measurements = { ...(importance && { importance }), ...(coverage && { coverage }) };
  return recipe.detail === 'brief' ? basics : { ...basics, ...(await measureRest(input, basics, context, rng)) };
}

async function measureRest(
  { dataset, family, model, evaluation, recipe }: MeasureInput, { importance }: Measurements, context: WorkContext, rng: Rng,
): Promise<Measurements> {
  const parts = evaluation && (await uncertaintyParts(dataset, evaluation, context, rng.fork('parts')));
  const attention = await attentionFaithfulness({ dataset, evaluation, family, model, importance, context, rng: rng.fork('attention') });
  context.progress('Calibrating conformal intervals', 0.76);
  const conformal = evaluation && (await conformalPrediction(dataset, evaluation, model, recipe.conformal ?? 'auto', context, rng.fork('conformal')));
  context.progress('Effects and contributions', 0.8);
  const shared = { dataset, model, evaluation, importance, context };
  const effects = await explainEffects({ ...shared, rng: rng.fork('effects') });
  const wide = model.features.length > mostScored;
  context.progress('Interpretability scores', 0.88);
  const scores = wide ? undefined : await interpretabilityScores({ ...shared, family, rng: rng.fork('scores') });
  return { effects, ...(wide && { notes: [wideNote(model.features.length)] }), ...(attention && { attention }), ...(parts && { parts }), ...(conformal && { conformal }), ...(scores && { scores }) };
}

function wideNote(features: number): Note {
  return { kind: 'evaluation', text: `Interpretability scores and mean contributions are left out: with ${features.toLocaleString('en-US')} features they would take minutes. Choose fewer features to have them.` };
}
