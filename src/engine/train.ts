/** One training run: resolve, load, prepare, fit, measure, explain, assemble. The steps and their notes, in order. */
import type { TargetCandidate } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import type { BackgroundBlock, ConformalBlock } from '../protocol/modelFile';
import type { DatasetProfile, Note } from '../protocol/profile';
import type { Recipe, RunRequest, Task } from '../protocol/recipe';
import type { Comparison } from '../protocol/comparison';
import type { Report } from '../protocol/report';
import { checkData } from './checks/checkData';
import { comparedFamilies } from './compare/complexity';
import { compareFamilies, type CompareInput } from './compare/compareFamilies';
import { forFamily, type Contender } from './compare/contender';
import { choiceNotes } from './compare/words';
import { derivedContext, type WorkContext } from './context';
import type { Dataset } from './data/dataset';
import { defaultFeatures } from './data/defaultFeatures';
import { readFormula } from './data/formulaRequest';
import { prepareDataset, type Prepared } from './data/prepare';
import type { DataSource, Loaded } from './data/sourceTypes';
import { crossValidate } from './evaluate/crossValidate';
import { Rng } from './math/random';
import type { Model } from './models/model';
import { backgroundRowsOf, fewestBackground, writeBackground } from './explain/backgroundBlock';
import { requireRow, rowSections } from './explainRow';
import { measureModel } from './measure';
import { assembleReport } from './report/assemble';
import { writeConformal } from './uncertainty/conformalBlock';
import { withProposer } from './proposer';
import { Stopwatch } from './stopwatch';
import { checkConformal, checkOptions, checkSharedOptions, recipeBase, numberAsClasses, requireColumn, resolveFamily, resolveTarget, splitColumns } from './resolve';

export interface TrainInput {
  readonly request: RunRequest;
  readonly source: DataSource;
  readonly profile: DatasetProfile;
  readonly candidates: readonly TargetCandidate[];
  /** performance.now() when the request came. */
  readonly started: number;
}

export interface Trained { readonly report: Report; readonly parameters: unknown; readonly conformal?: ConformalBlock; readonly background?: BackgroundBlock }

/** Trains and reports. Throws UserError for whatever a person can mend, CancelledError when cancelled. */
export async function train(input: TrainInput, context: WorkContext): Promise<Trained> {
  const { request, profile } = input;
  const clock = new Stopwatch(input.started);
  const { plan, loaded, prepared } = await readRun(input, context, clock);
  const { comparison, others, family, dataset, model, evaluation } = request.compare
    ? await compareModels(request, prepared.dataset, context, clock)
    : await fitModel(request, prepared.dataset, context, clock);
  const { recipe } = dataset;

  const checks = await checkData({ dataset, family, folds: evaluation?.folds ?? [] }, context);
  clock.lap('check');
  const rng = new Rng(recipe.seed);
  const measurements = await measureModel({ recipe, dataset, family, model, evaluation, ...(others && { others }) }, context, rng);
  const usual = backgroundRowsOf(dataset, model);
  const asked = recipe.rows?.length
    ? await rowSections({ dataset, model, rows: recipe.rows, ...(usual.length >= fewestBackground && { usual }), conformal: measurements.conformal?.predictor, context, rng: rng.fork('rows') }) : undefined;
  context.progress('Assembling the report', 0.95);
  const report = assembleReport({
    recipe, profile, dataset, model, evaluation, measurements,
    load: { rowsInFile: loaded.rowsInFile, sampled: loaded.sampled, dropped: [...loaded.dropped, ...prepared.dropped] },
    notes: [...plan.notes, ...loaded.notes, ...prepared.notes, ...(comparison ? choiceNotes(comparison) : []), ...(asked?.notes ?? [])],
    ...(asked && { rowSections: asked.sections }),
    ...(comparison && { comparison }),
    checks,
    timings: {},
  });
  clock.lap('explain');
  const conformal = measurements.conformal && writeConformal(measurements.conformal.predictor.state);
  const background = writeBackground(dataset.table, model, usual);
  return { report: { ...report, timings: clock.seconds() }, parameters: model.toJSON(), ...(conformal && { conformal }), ...(background && { background }) };
}

/** Compares the families without explaining any. */
export async function compare(input: TrainInput, context: WorkContext): Promise<Comparison> {
  const { prepared } = await readRun(input, context, new Stopwatch(input.started));
  if (prepared.dataset.recipe.split.scheme === 'none') throw new UserError('badOption', 'Models are compared on held-out rows; choose folds or a share to hold out.');
  return (await compareFamilies(compareInput(input.request, prepared.dataset), context)).comparison;
}

export interface ReadRun { readonly plan: Plan; readonly loaded: Loaded; readonly prepared: Prepared }

/** From the request to the dataset that models are fitted on. */
export async function readRun(input: TrainInput, context: WorkContext, clock: Stopwatch): Promise<ReadRun> {
  const { request, source, profile } = input;
  const plan = planRun(input);
  const reserved = splitColumns(plan.recipe.split);
  const columns = [...new Set([...plan.columns, ...reserved])];
  context.progress('Reading the columns', 0.1);
  const loaded = await source.load({ columns, maxRows: plan.recipe.maxRows, seed: plan.recipe.seed });
  clock.lap('read');
  for (const row of request.rows ?? []) requireRow(row, loaded, request.file);
  context.progress('Preparing', 0.2);
  const prepared = prepareDataset(loaded.table, profile, plan.recipe, loaded.sourceRows);
  clock.lap('prepare');
  await context.breathe();
  return { plan, loaded, prepared };
}

/** A model of all rows with what was held out of it. */
type Fitted = Pick<Contender, 'family' | 'dataset' | 'model' | 'evaluation'> & { readonly comparison?: Comparison; readonly others?: readonly Model[] };

async function fitModel(request: RunRequest, dataset: Dataset, context: WorkContext, clock: Stopwatch): Promise<Fitted> {
  const { recipe } = dataset;
  const resolved = resolveFamily(request.model, dataset.target.task);
  checkOptions(resolved, request.options);
  const family = await withProposer(resolved, dataset);
  checkConformal(recipe.conformal, dataset.target.task);
  context.progress(`Fitting the ${family.title.toLowerCase()} model`, 0.25);
  const model = await family.fit(dataset, context);
  clock.lap('fit');
  const evaluation = await crossValidate(family, dataset, recipe.split, context, new Rng(recipe.seed).fork('evaluate'), model);
  clock.lap('evaluate');
  return { family, dataset, model, evaluation };
}

async function compareModels(request: RunRequest, dataset: Dataset, context: WorkContext, clock: Stopwatch): Promise<Fitted> {
  const { recipe } = dataset;
  checkConformal(recipe.conformal, dataset.target.task);
  const input = compareInput(request, dataset);
  // Nothing to compare by: the simplest model, with the note that nothing was held out.
  if (recipe.split.scheme === 'none') {
    const [family] = input.families;
    return fitModel({ ...request, model: family!.id }, forFamily(dataset, family!), context, clock);
  }
  const share = derivedContext(context, (stage, fraction, live, comparison) => context.progress(stage, fraction === undefined ? undefined : 0.25 + 0.45 * fraction, live, comparison));
  const { comparison, chosen, others } = await compareFamilies(input, share);
  clock.add('fit', chosen.fitSeconds);
  clock.add('evaluate', chosen.evaluateSeconds);
  clock.lap('compare', chosen.fitSeconds + chosen.evaluateSeconds);
  return { ...chosen, comparison, others };
}

function compareInput({ compare: asked, options }: RunRequest, dataset: Dataset): CompareInput {
  const { task } = dataset.target;
  const families = comparedFamilies(task, asked?.models);
  if (families.length === 0) throw new UserError('badOption', `None of the models ${asked?.models?.join(', ')} does ${task}.`);
  checkSharedOptions(families, options);
  return { dataset: withSearchTime(dataset, asked?.seconds), families, ...(asked?.seconds !== undefined && { seconds: asked.seconds }) };
}

/** Share of a comparison's time that a search for a formula takes, unless its seconds are given; and what it takes at most. */
const searchShare = 0.3;
const longestSearch = 60;

function withSearchTime(dataset: Dataset, seconds: number | undefined): Dataset {
  const { recipe } = dataset;
  if (seconds === undefined || recipe.options['seconds'] !== undefined) return dataset;
  return { ...dataset, recipe: { ...recipe, options: { ...recipe.options, seconds: Math.min(longestSearch, searchShare * seconds) } } };
}

interface Plan { readonly recipe: Recipe; readonly columns: readonly string[]; readonly notes: readonly Note[] }

/** Fills in what was not asked for; names the columns to read. */
function planRun({ request, profile, candidates }: TrainInput): Plan {
  return request.formula === undefined ? planColumns(request, profile, candidates) : planFormula(request, request.formula, profile, candidates);
}

function planColumns(request: RunRequest, profile: DatasetProfile, candidates: readonly TargetCandidate[]): Plan {
  const { candidate, notes } = resolveTarget(request, profile, candidates);
  const target = candidate.column;
  const task = resolveTask(request, candidate, profile, notes, request.target === undefined);
  const drop = (request.drop ?? []).map(name => requireColumn(profile, name, 'to leave out').name);
  if (drop.includes(target)) throw new UserError('badOption', `The column "${target}" cannot be the target and be left out.`, { column: target });
  const reserved = splitColumns(request.split).map(name => requireColumn(profile, name, 'of the folds').name);
  if (reserved.includes(target)) throw new UserError('badOption', `The column "${target}" cannot be the target and make the folds.`, { column: target });
  const choice = request.features
    ? { features: inFileOrder(profile, request.features.map(name => requireColumn(profile, name, 'a feature').name).filter(name => !drop.includes(name))), dropped: [] }
    : defaultFeatures(profile, [target, ...reserved], drop);
  const recipe = { ...recipeParts(request, profile), target, task, positive: positiveOf(request, candidate, task, notes), features: choice.features, dropped: choice.dropped };
  return { recipe: clean(recipe), columns: [...choice.features, target], notes };
}

function planFormula(request: RunRequest, text: string, profile: DatasetProfile, candidates: readonly TargetCandidate[]): Plan {
  const notes: Note[] = [];
  const drop = (request.drop ?? []).map(name => requireColumn(profile, name, 'to leave out').name);
  const formula = readFormula(text, profile, splitColumns(request.split), drop);
  const known = candidates.find(item => item.column === formula.target);
  const candidate: TargetCandidate = known ?? { column: formula.target, task: fallbackTask(profile, formula.target), reason: '' };
  const task = formula.task ?? resolveTask(request, candidate, profile, notes, false);
  const positive = formula.positive ?? positiveOf(request, candidate, task, notes);
  // The formula's own notes come from the preparation, which reads the formula again.
  const recipe = { ...recipeParts(request, profile), target: formula.target, task, positive, features: formula.features, dropped: formula.dropped, formula: text };
  return { recipe: clean(recipe), columns: [...formula.features, ...formula.responseColumns], notes };
}

function recipeParts(request: RunRequest, profile: DatasetProfile) {
  const named = (names: readonly string[] | undefined, use: string) => names?.map(name => requireColumn(profile, name, use).name);
  return {
    file: request.file,
    categorical: named(request.categorical, 'to take as categorical'),
    numeric: named(request.numeric, 'to take as numeric'),
    model: request.model ?? 'auto',
    options: request.options ?? {},
    ...recipeBase(request),
    detail: request.detail,
    rows: request.rows,
  };
}

/** The recipe without undefined fields, with 'auto' resolved to the family of the task. */
function clean(recipe: Recipe): Recipe {
  const model = resolveFamily(recipe.model, recipe.task).id;
  return Object.fromEntries(Object.entries({ ...recipe, model }).filter(([, value]) => value !== undefined)) as unknown as Recipe;
}

/** The task asked for, or the only one of the family asked for, or the candidate's own with a note that it was guessed. */
function resolveTask(request: RunRequest, candidate: TargetCandidate, profile: DatasetProfile, notes: Note[], targetGuessed: boolean): Task {
  if (request.task !== undefined) return request.task;
  if (request.model === 'linear' || request.model === 'formula') return 'regression';
  const task = candidate.reason === 'asked for' ? fallbackTask(profile, candidate.column) : candidate.task;
  if (request.model === 'logistic') {
    if (task === 'regression') notes.push(...numberAsClasses(profile, candidate.column));
    return 'classification';
  }
  if (!targetGuessed) {
    const column = profile.columns.find(item => item.name === candidate.column);
    const why = column === undefined ? '' : task === 'classification' ? ` (${column.distinct} distinct values)` : ' (a number with many values)';
    notes.push({ kind: 'guess', text: `The task was guessed from the values of ${candidate.column}: ${task}${why}.` });
  }
  return task;
}

function fallbackTask(profile: DatasetProfile, name: string): Task {
  const column = profile.columns.find(item => item.name === name);
  return column?.quantiles !== undefined ? 'regression' : 'classification';
}

/** The positive class asked for, or the guessed one with a note. */
function positiveOf(request: RunRequest, candidate: TargetCandidate, task: Task, notes: Note[]): string | undefined {
  if (task !== 'classification') {
    if (request.positive === undefined) return undefined;
    throw new UserError('badOption', `A positive class goes with classification, but "${candidate.column}" is explained by regression; set the task or leave the positive class out.`);
  }
  if (request.positive !== undefined) return request.positive;
  if (candidate.positive !== undefined && (candidate.classes?.length ?? 2) === 2) {
    // A guessed target's own note says it already.
    if (request.target !== undefined || request.formula !== undefined) notes.push({ kind: 'guess', text: `The positive class, whose probability is modelled, was guessed: ${candidate.positive}.` });
    return candidate.positive;
  }
  return undefined;
}

function inFileOrder(profile: DatasetProfile, names: readonly string[]): string[] {
  const wanted = new Set(names);
  return profile.columns.map(column => column.name).filter(name => wanted.has(name));
}
