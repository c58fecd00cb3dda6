/** The light summary of a model file that lists and menus need, and the check that a text is a model file at all. */
import { Worker } from 'node:worker_threads';
import { UserError } from '../protocol/errors';
import { explainsTarget, modelFormat, modelVersion, type AnyModelFile } from '../protocol/modelFile';
import type { MetricName, Score } from '../protocol/measures';
import { factsOf, type ModelFacts } from '../protocol/modelFacts';
import type { AnyRecipe, Recipe, TargetlessRecipe } from '../protocol/recipe';
import { t } from './l10n';
import { baseName } from './plainText';

export interface MetricSummary {
  readonly name: MetricName;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly baseline?: number;
}

export interface ModelSummary {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly file: string;
  /** Absent for a model without one. */
  readonly target?: string;
  readonly task: AnyRecipe['task'];
  /** What was found in few words, such as "3 clusters": of a model without a target. */
  readonly headline?: string;
  readonly family: string;
  /** Title of the family, e.g. "Logistic regression". */
  readonly title: string;
  readonly metrics: readonly MetricSummary[];
  /** Interpretability scores, by which models are compared. */
  readonly scores: readonly Score[];
  readonly features: readonly string[];
  readonly rowsUsed: number;
  readonly bytes: number;
  /** A person's own words about the model. */
  readonly note?: string;
  readonly tags: readonly string[];
  /** What a history of models rests on: this model's, and its earlier versions', oldest first. */
  readonly facts: ModelFacts;
  readonly earlier: readonly ModelFacts[];
}

/** Parses the text of a model file. Throws UserError 'badModelFile' with one sentence. The engine checks the rest. */
export function parseModel(text: string, path: string): AnyModelFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const cause = text.trim() === '' ? t('it is empty') : t('it is not valid JSON, perhaps cut off');
    throw new UserError('badModelFile', t('“{0}” is not a readable model file: {1}.', baseName(path), cause), { file: path, detail: String(error) });
  }
  return checkModel(value, path);
}

/** The value when it has the outline of a model file. Throws UserError 'badModelFile'. */
export function checkModel(value: unknown, path: string): AnyModelFile {
  const model = value as Partial<AnyModelFile> | null;
  const wrong = (why: string): UserError =>
    new UserError('badModelFile', t('“{0}” is not a readable model file: {1}.', baseName(path), why), { file: path });
  if (typeof model !== 'object' || model === null || model.format !== modelFormat) throw wrong(t('it is some other JSON'));
  if (typeof model.version === 'number' && model.version > modelVersion) {
    throw wrong(t('it was written by a newer version of Unveil (format {0}, this one reads {1})', model.version, modelVersion));
  }
  const { report } = model;
  const recipe = model.recipe as Partial<Recipe> | Partial<TargetlessRecipe> | undefined;
  const complete = typeof model.name === 'string' && typeof model.created === 'string'
    && (recipe !== undefined && 'target' in recipe && typeof recipe.target === 'string' || isTargetlessTask(recipe?.task)) && typeof recipe?.file === 'string' && Array.isArray(recipe.features)
    && typeof report?.model?.title === 'string' && Array.isArray(report.sections);
  if (!complete) throw wrong(t('parts of it are missing'));
  return model as AnyModelFile;
}

function isTargetlessTask(task: unknown): boolean {
  return task === 'clustering' || task === 'components' || task === 'decisions';
}

export function summarise(model: AnyModelFile, bytes: number): ModelSummary {
  const { name, created, recipe, report } = model;
  return {
    name,
    created,
    file: recipe.file,
    ...(explainsTarget(model) && { target: model.recipe.target }),
    ...(report.model.headline !== undefined && { headline: report.model.headline }),
    task: report.model.task,
    family: report.model.family,
    title: report.model.title,
    metrics: (report.performance?.metrics ?? []).map(metric => (
      { name: metric.name, value: metric.value, low: metric.low, high: metric.high, baseline: metric.baseline })),
    scores: Array.isArray(report.scores) ? report.scores : [],
    features: recipe.features,
    rowsUsed: report.data?.rowsUsed ?? 0,
    bytes,
    ...(typeof model.note === 'string' && { note: model.note }),
    tags: Array.isArray(model.tags) ? model.tags.filter(tag => typeof tag === 'string') : [],
    facts: factsOf(model),
    earlier: Array.isArray(model.earlier) ? model.earlier.filter(isFacts) : [],
  };
}

/** A file can be edited by hand: what is no version is left out rather than the model. */
function isFacts(value: unknown): value is ModelFacts {
  const { created, recipe, model, data, performance } = (value ?? {}) as Partial<ModelFacts>;
  return typeof created === 'string' && Array.isArray(recipe?.features) && typeof recipe.file === 'string' && isObject(recipe.options) && typeof model?.title === 'string' && typeof data?.rows === 'number'
    && (performance === undefined || (isObject(performance) && Array.isArray(performance.metrics) && performance.metrics.every(metric => isObject(metric) && typeof metric.value === 'number')));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Reads and summarises a large file away from the extension host's thread. Throws UserError 'badModelFile'. */
export async function summariseInWorker(path: string): Promise<ModelSummary> {
  const worker = new Worker(workerProgram, { eval: true, workerData: path });
  const answer = await new Promise<WorkerAnswer>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the worker ended without an answer')));
  });
  void worker.terminate();
  if ('failed' in answer) {
    throw new UserError(
      'badModelFile', t('“{0}” is not a readable model file: it is not valid JSON, perhaps cut off.', baseName(path)), { file: path, detail: answer.failed });
  }
  return summarise(checkModel(answer.outline, path), answer.bytes);
}

type WorkerAnswer = { readonly outline: unknown; readonly bytes: number } | { readonly failed: string };

/** Sends the model without its bulk: parameters, sections and columns. */
const workerProgram = `
const { parentPort, workerData } = require('node:worker_threads');
try {
  const text = require('node:fs').readFileSync(workerData, 'utf8');
  const { format, version, created, name, recipe, report, background, edits, note, tags, earlier } = JSON.parse(text) ?? {};
  const light = report && { model: report.model, performance: report.performance, scores: report.scores, data: report.data && { rows: report.data.rows, rowsUsed: report.data.rowsUsed, dropped: report.data.dropped },
    sections: Array.isArray(report.sections) ? [] : undefined };
  const trained = background && { trainedOn: background.trainedOn };
  parentPort.postMessage({ outline: { format, version, created, name, recipe, report: light, background: trained, edits, note, tags, earlier }, bytes: Buffer.byteLength(text) });
} catch (error) {
  parentPort.postMessage({ failed: String(error) });
}`;
