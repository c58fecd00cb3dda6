/** Edits a model by hand: its terms, its held-out metrics and its report, as a new model file that records the edits. */
import type { EditedMetric, EditParams, EditResult, ModelEdit } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import type { ModelFile, RecordedEdit } from '../protocol/modelFile';
import type { Note } from '../protocol/profile';
import type { Recipe } from '../protocol/recipe';
import type { Report, Section } from '../protocol/report';
import type { WorkContext } from './context';
import { madeAgain, withNotes, withoutEdits } from './editAgain';
import { editedFamily, evaluated, sessionOf, type EditSession } from './editSession';
import type { Evaluation } from './evaluate/crossValidate';
import { pairedChanges, type MetricChange } from './evaluate/foldChange';
import { fewestBackground, backgroundRowsOf } from './explain/backgroundBlock';
import { rowSections } from './explainRow';
import { Rng } from './math/random';
import { measureModel } from './measure';
import { editSentence, editsOf, editWords, withEdits, withWish, type NamedEdit } from './models/boosting/edit';
import { boostingFamily } from './models/boosting/family';
import { BoostingModel } from './models/boosting/model';
import { termName } from './models/boosting/terms';
import { damagedUnless } from './predict';
import { assembleReport } from './report/assemble';
import { withoutNonFinite } from './report/finite';
import { listWords } from './report/format';
import { orderNotes } from './report/notes';
import { editSections } from './report/sectionsEdits';
import { writeConformal } from './uncertainty/conformalBlock';

/**
 * Makes the edit (absent: none, for measuring fully what was edited) and measures the edited model on the rows that were held out at the
 * training, where data and folds can be had again. With the last edit taken back the report and the conformal block are again those of
 * the model as it was fitted. Throws UserError for a wish that cannot be granted.
 */
export async function editModel({ model: file, edit, again, detail }: EditParams, context: WorkContext): Promise<EditResult> {
  if (again) return editAgain(file, again, detail, context);
  const before = await loadEditable(file);
  const old = editsOf(before.state);
  if (!edit && old.length === 0 && !file.report.notes.some(note => note.text === quickNote.text)) return { model: file };
  return measured(file, before, edit ? withWish(before.state, edit, new Date().toISOString()) : old, edit, detail, context);
}

async function editAgain(file: ModelFile, wanted: readonly RecordedEdit[], detail: EditParams['detail'], context: WorkContext): Promise<EditResult> {
  if (file.report.model.family !== boostingFamily.id) return { model: withoutEdits(file, wanted) };
  const before = await loadEditable(file);
  const { edits, notes } = madeAgain(before.state, wanted, new Date().toISOString());
  const noted = withNotes(file, notes);
  return edits.length === 0 ? { model: noted } : measured(noted, before, edits, undefined, detail, context);
}

async function measured(
  file: ModelFile, before: BoostingModel, edits: readonly NamedEdit[], edit: ModelEdit | undefined, detail: EditParams['detail'], context: WorkContext,
): Promise<EditResult> {
  const started = performance.now();
  const state = withEdits(before.state, edits);
  const session = await sessionOf(file, before, context);
  if ('why' in session) return { model: fileOf(file, new BoostingModel(state), () => unmeasuredReport(file, new BoostingModel(state), edits, edit, session.why), edits) };
  const fitted = await evaluated(session, [], context);
  const [now, then] = [await evaluated(session, edits, context), await evaluated(session, editsOf(before.state), context)];
  const model = new BoostingModel(withNoise(state, fitted, now));
  const measures = { fitted, before: then, after: now, changes: await pairedChanges(session.dataset, then, now, context, new Rng(file.recipe.seed).fork('edit')) };
  const changes = changesOf(measures);
  if (edits.length === 0 && file.fitted) return { model: fileOf(file, model, () => file.report, edits), changes };
  // All edits taken back in a file of an older version: what was measured of the fitted model is measured again.
  const { report, conformal } = await reportOf(file, session, model, now, edits, detail === 'full' || edits.length === 0, context);
  const sections = edits.length === 0 ? [] : editSections({ sentence: `${editSentence(state)!}${pairWords(state)}`, last: lastWords(edits, edit), measured: measures, level: file.recipe.level });
  const seconds = (performance.now() - started) / 1000;
  const whole = { ...report, timings: { ...file.report.timings, edit: seconds }, sections: [...withoutNonFinite(sections), ...report.sections] };
  return { model: { ...fileOf(file, model, () => whole, edits), ...(conformal && { conformal }) }, changes };
}

function changesOf({ before, after, changes }: { readonly before: Evaluation; readonly after: Evaluation; readonly changes: readonly MetricChange[] }): EditedMetric[] {
  return after.metrics.map(({ name, value }) => {
    const change = changes.find(one => one.name === name);
    return { name, value, before: before.metrics.find(one => one.name === name)?.value, ...(change && { change: change.change, low: change.low, high: change.high }) };
  });
}

async function loadEditable(file: ModelFile): Promise<BoostingModel> {
  const { family, title } = file.report.model;
  if (family !== boostingFamily.id) throw new UserError('badOption', `Terms are edited of an explainable boosting machine only; this model is: ${title}.`);
  if (Number(file.recipe.options['components'] ?? 0) > 0) throw new UserError('badOption', 'Terms of principal components cannot be edited; train the model without the option components.');
  return damagedUnless(() => boostingFamily.load(file.parameters) as BoostingModel);
}

/**
 * Without the conformal block: it was calibrated on the model before. What was measured of the fitted model is kept aside with the first
 * edit and is back where it was when no edit is left.
 */
function fileOf({ conformal, edits: old, fitted: kept, ...file }: ModelFile, model: BoostingModel, report: () => Report, edits: readonly NamedEdit[]): ModelFile {
  const parameters = model.toJSON();
  if (edits.length === 0) return { ...file, parameters, ...(kept ?? { report: report() }) };
  const fitted = kept ?? (old ? undefined : { report: file.report, ...(conformal && { conformal }) });
  const record = edits.map(({ term, edit: { kind, at, ...more } }) => ({ term, edit: kind, at, ...more }));
  return { ...file, parameters, edits: record, ...(fitted && { fitted }), report: report() };
}

/** The noise about the predictions grows with what is left unexplained on held-out rows. */
function withNoise(state: BoostingModel['state'], fitted: Evaluation, now: Evaluation): BoostingModel['state'] {
  const [before, after] = [fitted, now].map(({ metrics }) => metrics.find(metric => metric.name === 'rmse')?.value);
  if (state.noise === undefined || !state.fitted || !(before! > 0) || after === undefined) return state;
  return { ...state, noise: (state.noise * after) / before! };
}

function lastWords(edits: readonly NamedEdit[], wish: ModelEdit | undefined): string {
  if (wish?.kind === 'undo') return 'the last edit was taken back';
  const { term, edit } = edits[edits.length - 1]!;
  return `${term} was ${editWords(edit).replace(/ on \d{4}-\d\d-\d\d/, '')}`;
}

/** Terms of two features are terms of their own: removing or bending that of one feature leaves them. */
function pairWords({ terms }: BoostingModel['state']): string {
  const touched = new Set(terms.filter(term => term.features.length === 1 && term.edits?.some(edit => edit.kind !== 'smoothed')).map(term => term.features[0]!));
  const pairs = terms.filter(term => term.features.length === 2 && term.features.some(f => touched.has(f)) && term.scores.some(score => score !== 0)).map(termName);
  return pairs.length === 0 ? '' : ` ${pairs.length === 1 ? 'The term' : 'The terms'} ${listWords(pairs)} ${pairs.length === 1 ? 'stays' : 'stay'}.`;
}

async function reportOf(
  file: ModelFile, session: EditSession, model: BoostingModel, evaluation: Evaluation, edits: readonly NamedEdit[], full: boolean, context: WorkContext,
): Promise<{ report: Report } & Pick<ModelFile, 'conformal'>> {
  const { dataset, profile, load } = session;
  const { recipe } = file;
  const rng = new Rng(recipe.seed);
  const asked = full ? recipe : quickRecipe(recipe);
  const measurements = await measureModel({ recipe: asked, dataset, family: editedFamily(edits), model, evaluation }, context, rng);
  const usual = backgroundRowsOf(dataset, model);
  const rows = full && recipe.rows?.length
    ? await rowSections({ dataset, model, rows: recipe.rows, ...(usual.length >= fewestBackground && { usual }), conformal: measurements.conformal?.predictor, context, rng: rng.fork('rows') }) : undefined;
  const report = assembleReport({
    recipe, profile, dataset, model, evaluation, measurements, load,
    notes: [...keptNotes(file.report), ...session.notes, ...(rows?.notes ?? []), ...(full || recipe.detail === 'brief' ? [] : [quickNote])],
    ...(rows && { rowSections: rows.sections }), ...(file.report.comparison && { comparison: file.report.comparison }), timings: file.report.timings,
  });
  const conformal = measurements.conformal && writeConformal(measurements.conformal.predictor.state);
  const compared = file.report.sections.find(section => section.kind === 'comparison');
  const sections = report.sections.map(section => (section.kind === 'comparison' && compared ? comparedBefore(compared, edits.length > 0) : section));
  return { report: { ...report, sections }, ...(conformal && { conformal }) };
}

/** Families were compared by their fits: that of this one is the model before it was edited. */
function comparedBefore(section: Section, edited: boolean): Section {
  const title = 'Models compared, before the edits';
  if (!edited || section.title === title) return section;
  return { ...section, title, summary: `The values of this model are those before it was edited by hand. ${section.summary}` };
}

/** What takes long is left for later, but not the conformal intervals that the file had. */
function quickRecipe(recipe: Recipe): Recipe {
  const named = recipe.conformal !== undefined && recipe.conformal !== 'auto';
  return { ...recipe, detail: 'brief', ...(!named && recipe.detail !== 'brief' && { conformal: 'cv+' }) };
}

const quickNote: Note = {
  kind: 'evaluation',
  text: 'Partial dependence, accumulated local effects, mean contributions and interpretability scores are left out: they were measured before the last edit.',
};

/** Those of the reading, the preparation and the guesses: what was measured says its own anew. */
function keptNotes({ notes }: Report): Note[] {
  return notes.filter(note => note.kind !== 'edited' && note.kind !== 'evaluation');
}

/** Nothing is kept that was measured of the model before the edit. */
function unmeasuredReport(file: ModelFile, model: BoostingModel, edits: readonly NamedEdit[], wish: ModelEdit | undefined, why: string): Report {
  const { report, recipe: { level } } = file;
  const { performance: _p, importance: _i, intervals: _n, scores: _s, weights: _w, comparison: _c, effects: _e, ...rest } = report;
  const words = editSentence(model.state) ?? 'All edits were taken back.';
  const missing: Note = { kind: 'evaluation', text: `Held-out metrics, importance, intervals with a guarantee and scores are left out after editing: ${why}.` };
  const sections = editSections({ sentence: `${words}${pairWords(model.state)}`, last: edits.length === 0 ? '' : lastWords(edits, wish), why, level });
  return {
    ...rest, model: { ...report.model, title: model.title }, notes: orderNotes([...model.notes, ...keptNotes(report), missing]),
    effects: withoutNonFinite([...model.effects(level), ...model.pairShapes(level)]),
    sections: withoutNonFinite([...sections, ...model.inside(level), ...report.sections.filter(section => section.panel === 'data')]),
  };
}
