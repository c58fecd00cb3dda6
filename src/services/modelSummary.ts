/** The light summary of a model file that lists and menus need, and the check that a text is a model file at all. */
import { Worker } from 'node:worker_threads';
import { UserError } from '../protocol/errors';
import { modelFormat, modelVersion, type ModelFile } from '../protocol/modelFile';
import type { MetricName, Score } from '../protocol/report';
import type { Task } from '../protocol/recipe';
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
  readonly target: string;
  readonly task: Task;
  readonly family: string;
  /** Title of the family, e.g. "Logistic regression". */
  readonly title: string;
  readonly metrics: readonly MetricSummary[];
  /** Interpretability scores, by which models are compared. */
  readonly scores: readonly Score[];
  readonly features: readonly string[];
  readonly rowsUsed: number;
  readonly bytes: number;
}

/** Parses the text of a model file. Throws UserError 'badModelFile' with one sentence. The engine checks the rest. */
export function parseModel(text: string, path: string): ModelFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const cause = text.trim() === '' ? 'it is empty' : 'it is not valid JSON, perhaps cut off';
    throw new UserError('badModelFile', `“${baseName(path)}” is not a readable model file: ${cause}.`, { file: path, detail: String(error) });
  }
  return checkModel(value, path);
}

/** The value when it has the outline of a model file. Throws UserError 'badModelFile'. */
export function checkModel(value: unknown, path: string): ModelFile {
  const model = value as Partial<ModelFile> | null;
  const wrong = (why: string): UserError =>
    new UserError('badModelFile', `“${baseName(path)}” is not a readable model file: ${why}.`, { file: path });
  if (typeof model !== 'object' || model === null || model.format !== modelFormat) throw wrong('it is some other JSON');
  if (typeof model.version === 'number' && model.version > modelVersion) {
    throw wrong(`it was written by a newer version of Unveil (format ${model.version}, this one reads ${modelVersion})`);
  }
  const { recipe, report } = model;
  const complete = typeof model.name === 'string' && typeof model.created === 'string'
    && typeof recipe?.target === 'string' && typeof recipe.file === 'string' && Array.isArray(recipe.features)
    && typeof report?.model?.title === 'string' && Array.isArray(report.sections);
  if (!complete) throw wrong('parts of it are missing');
  return model as ModelFile;
}

export function summarise(model: ModelFile, bytes: number): ModelSummary {
  const { name, created, recipe, report } = model;
  return {
    name,
    created,
    file: recipe.file,
    target: recipe.target,
    task: report.model.task,
    family: report.model.family,
    title: report.model.title,
    metrics: (report.performance?.metrics ?? []).map(metric => (
      { name: metric.name, value: metric.value, low: metric.low, high: metric.high, baseline: metric.baseline })),
    scores: Array.isArray(report.scores) ? report.scores : [],
    features: recipe.features,
    rowsUsed: report.data?.rowsUsed ?? 0,
    bytes,
  };
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
      'badModelFile', `“${baseName(path)}” is not a readable model file: it is not valid JSON, perhaps cut off.`, { file: path, detail: answer.failed });
  }
  return summarise(checkModel(answer.outline, path), answer.bytes);
}

type WorkerAnswer = { readonly outline: unknown; readonly bytes: number } | { readonly failed: string };

/** Sends the model without its bulk: parameters, sections and columns. */
const workerProgram = `
const { parentPort, workerData } = require('node:worker_threads');
try {
  const text = require('node:fs').readFileSync(workerData, 'utf8');
  const { format, version, created, name, recipe, report } = JSON.parse(text) ?? {};
  const light = report && { model: report.model, performance: report.performance, scores: report.scores, data: report.data && { rowsUsed: report.data.rowsUsed },
    sections: Array.isArray(report.sections) ? [] : undefined };
  parentPort.postMessage({ outline: { format, version, created, name, recipe, report: light }, bytes: text.length });
} catch (error) {
  parentPort.postMessage({ failed: String(error) });
}`;
