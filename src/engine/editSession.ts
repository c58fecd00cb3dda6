/** The data and the folds of a model that is being edited: read again once, kept for the edits that follow. */
import { basename } from 'node:path';

import { UserError } from '../protocol/errors';
import type { ModelFile } from '../protocol/modelFile';
import type { DatasetProfile, Note } from '../protocol/profile';
import type { Metric } from '../protocol/measures';
import type { WorkContext } from './context';
import { contentHash } from './data/contentHash';
import type { Dataset } from './data/dataset';
import { leftOut } from './data/defaultFeatures';
import { readFormula } from './data/formulaRequest';
import { prepareDataset } from './data/prepare';
import { openSource } from './data/source';
import { crossValidate, type Evaluation } from './evaluate/crossValidate';
import { makeFolds, type FoldPlan } from './evaluate/splits';
import { Rng } from './math/random';
import { editsOf, fittedState, withEdits, type NamedEdit } from './models/boosting/edit';
import { editedModels, weighted } from './models/boosting/editFolds';
import { boostingFamily } from './models/boosting/family';
import { BoostingModel } from './models/boosting/model';
import type { BoostingState } from './models/boosting/state';
import type { Family } from './models/model';
import type { ReportInput } from './report/input';
import { splitColumns } from './resolve';

export interface EditSession {
  readonly dataset: Dataset;
  readonly profile: DatasetProfile;
  readonly load: ReportInput['load'];
  readonly notes: readonly Note[];
  /** The model of all rows, and those of the folds, as fitted. */
  readonly full: BoostingState;
  readonly plan: FoldPlan;
  readonly folds: readonly BoostingState[];
  /** By edits: those of the last few edits, so that an edit is compared with what was before it. */
  readonly evaluations: Map<string, Evaluation>;
}

/** Why there are no held-out metrics of an edited model, as a clause. */
export type Unmeasured = { readonly why: string };

const mostEvaluations = 4;
/** What was read is let go after so long without an edit. Milliseconds. */
const keepFor = 300_000;
let kept: { readonly key: string; readonly session: EditSession; readonly timer: NodeJS.Timeout } | undefined;

/** The same file, model and folds as at the training; else why not. Throws CancelledError. */
export async function sessionOf(file: ModelFile, model: BoostingModel, context: WorkContext): Promise<EditSession | Unmeasured> {
  const { recipe, background } = file;
  if (recipe.split.scheme === 'none') return { why: 'no rows were held out at the training' };
  context.progress('Looking at the data', 0);
  const hash = await contentHash(recipe.file, context);
  if (hash === undefined) return { why: `the data file ${basename(recipe.file)} cannot be read any more` };
  if (background?.trainedOn !== undefined && background.trainedOn !== hash) return { why: `the data file ${basename(recipe.file)} has changed since the training` };
  const fitted = fittedState(model.state);
  const key = JSON.stringify([recipe, hash, fitted.intercept]);
  if (kept?.key === key) {
    kept.timer.refresh();
    return kept.session;
  }
  try {
    const session = await openSession(file, model, context);
    const current = await evaluated(session, editsOf(model.state), context);
    if (!repeats(file.report.performance?.metrics, current.metrics)) return { why: `what was held out at the training cannot be repeated from ${basename(recipe.file)}` };
    clearTimeout(kept?.timer);
    kept = { key, session, timer: setTimeout(() => { kept = undefined; }, keepFor).unref() };
    return session;
  } catch (error) {
    if (!UserError.is(error)) throw error;
    return { why: `the data could not be read as at the training (${error.message.replace(/\.$/, '')})` };
  }
}

/** The report's own held-out values come out again: the rows, the folds and the models are those of the training. */
function repeats(reported: readonly Metric[] | undefined, found: readonly Metric[]): boolean {
  return !reported || reported.every(metric => {
    const value = found.find(one => one.name === metric.name)?.value;
    return value !== undefined && Math.abs(value - metric.value) <= 1e-6 * Math.max(1e-6, Math.abs(metric.value));
  });
}

async function openSession(file: ModelFile, model: BoostingModel, context: WorkContext): Promise<EditSession> {
  const { recipe } = file;
  const source = await openSource(recipe.file, { categorical: recipe.categorical, numeric: recipe.numeric }, context);
  try {
    const profile = await source.profile();
    const columns = [...new Set([...columnsOf(file, profile), ...splitColumns(recipe.split)])];
    const loaded = await source.load({ columns, maxRows: recipe.maxRows, seed: recipe.seed });
    const { dataset, dropped, notes } = prepareDataset(loaded.table, profile, recipe, loaded.sourceRows);
    const load = { rowsInFile: loaded.rowsInFile, sampled: loaded.sampled, dropped: [...loaded.dropped, ...dropped] };
    const plan = makeFolds(dataset, recipe.split, evaluationRng(recipe.seed).fork('folds'));
    const full = fittedState(model.state);
    const states = await foldStates(file, dataset, plan, full, context);
    return { dataset, profile, load, notes: [...loaded.notes, ...notes], full, ...states, evaluations: new Map() };
  } finally {
    await source.close();
  }
}

/** As in train.ts: the same numbers deal the same folds. */
function evaluationRng(seed: number): Rng {
  return new Rng(seed).fork('evaluate');
}

function columnsOf({ recipe }: ModelFile, profile: DatasetProfile): readonly string[] {
  if (recipe.formula === undefined) return [...recipe.features, recipe.target];
  const formula = readFormula(recipe.formula, profile, splitColumns(recipe.split), recipe.dropped.filter(item => item.reason === leftOut).map(item => item.column));
  return [...formula.features, ...formula.responseColumns];
}

/** Those that the file keeps for conformal intervals, one a fold; else they are fitted anew, which gives the same models. */
async function foldStates(
  { conformal }: ModelFile, dataset: Dataset, plan: FoldPlan, full: BoostingState, context: WorkContext,
): Promise<Pick<EditSession, 'plan' | 'folds'>> {
  const inOrder = conformal?.units.every((unit, i) => i === 0 || unit.model >= conformal.units[i - 1]!.model);
  if (conformal && inOrder && conformal.models.length === plan.folds.length) {
    return { plan, folds: conformal.models.map((json, f) => weighted(boostingFamily.load(json) as BoostingModel, dataset, plan.folds[f]!.train)) };
  }
  const { recipe } = dataset;
  const evaluation = await crossValidate(boostingFamily, dataset, recipe.split, context, evaluationRng(recipe.seed), new BoostingModel(full), plan);
  const { foldModels, folds } = evaluation!;
  return { plan: { ...plan, folds }, folds: foldModels.map(model => (model as BoostingModel).state) };
}

/** The edited models of the folds on the rows that they did not see. */
export async function evaluated(session: EditSession, edits: readonly NamedEdit[], context: WorkContext): Promise<Evaluation> {
  const { dataset, plan, folds, full, evaluations } = session;
  const key = JSON.stringify(edits);
  const known = evaluations.get(key);
  if (known) return known;
  const family: Family = { ...boostingFamily, fitFolds: () => Promise.resolve(editedModels(folds, edits)) };
  const { recipe } = dataset;
  const evaluation = (await crossValidate(family, dataset, recipe.split, context, evaluationRng(recipe.seed), new BoostingModel(withEdits(full, edits)), plan))!;
  evaluations.set(key, evaluation);
  // The first is of the model as it was fitted, or as it was when this began.
  for (const old of [...evaluations.keys()].slice(0, -mostEvaluations)) evaluations.delete(old);
  return evaluation;
}

/** The procedure of an edited model: fitted, then edited. For what refits the family. */
export function editedFamily(edits: readonly NamedEdit[]): Family {
  const edit = (model: unknown): BoostingModel => new BoostingModel(withEdits((model as BoostingModel).state, edits));
  return { ...boostingFamily, fit: async (dataset, context, rows) => edit(await boostingFamily.fit(dataset, context, rows)) };
}
