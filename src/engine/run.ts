/** The main job, from a request to a model file: used by the engine process and by the command line alike. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import type { CompareResult, HtmlParams, PageLanguage, PredictParams, PredictResult, ProfileParams, ProfileResult } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import { explainsTarget, modelFormat, modelVersion, type AnyModelFile, type ModelFile } from '../protocol/modelFile';

import type { RunRequest } from '../protocol/recipe';
import type { WorkContext } from './context';
import { contentHash } from './data/contentHash';
import { guessColumns } from './policy/guessColumns';
import { openSource } from './data/source';
import type { DataSource } from './data/sourceTypes';
import { targetCandidates } from './data/target';
import { compare, train } from './train';
import { parseModelFile } from './modelFile';
import { predictFile } from './predict';
import { hasFormula, reportHtml } from './report/html';
import { comparisonSection } from './report/sectionsComparison';
import { checkRequest } from './resolve';
import { requireOther } from './sameFile';
import { writeWhole } from './writeWhole';

/** Profiles a file; never holds more of it in memory than DuckDB's limit. */
export async function profile(params: ProfileParams, context: WorkContext): Promise<ProfileResult> {
  return withSource(params.file, params, context, async source => {
    context.progress('Profiling');
    const result = await source.profile();
    return { profile: result, targets: targetCandidates(result), log: guessColumns(result).guesses };
  });
}

/** Trains the model that a request asks for and reports on it. Throws UserError for whatever a person can mend. */
export async function explain(request: RunRequest, context: WorkContext): Promise<ModelFile> {
  checkRequest(request);
  const started = performance.now();
  const hints = { categorical: request.categorical, numeric: request.numeric };
  return withSource(request.file, hints, context, async source => {
    context.progress('Reading', 0);
    const dataProfile = await source.profile();
    const candidates = targetCandidates(dataProfile);
    const trained = await train({ request, source, profile: dataProfile, candidates, started }, context);
    const trainedOn = trained.background && (await contentHash(request.file, context));
    return {
      format: modelFormat,
      version: modelVersion,
      created: new Date().toISOString(),
      name: `${trained.report.recipe.target} · ${basename(request.file)}`,
      recipe: trained.report.recipe,
      parameters: trained.parameters,
      ...(trained.conformal && { conformal: trained.conformal }),
      ...(trained.background && { background: { ...trained.background, ...(trainedOn !== undefined && { trainedOn }) } }),
      report: trained.report,
    };
  });
}

/** Compares the model families for a target without explaining any of them; each that is done comes with the progress. */
export async function compareModels(request: RunRequest, context: WorkContext): Promise<CompareResult> {
  const asked = { ...request, compare: request.compare ?? {} };
  checkRequest(asked);
  const started = performance.now();
  const hints = { categorical: request.categorical, numeric: request.numeric };
  return withSource(request.file, hints, context, async source => {
    const dataProfile = await source.profile();
    const comparison = await compare({ request: asked, source, profile: dataProfile, candidates: targetCandidates(dataProfile), started }, context);
    return { comparison: { ...comparison, date: new Date().toISOString() }, section: comparisonSection(comparison) };
  });
}

/** Predicts the rows of a file and writes them as CSV, whole or not at all. */
export async function predict(params: PredictParams, context: WorkContext): Promise<PredictResult> {
  return predictFile(params, context);
}

/** Writes the self-contained HTML report of a model. */
export async function exportHtml({ model, out, language }: HtmlParams): Promise<{ readonly out: string }> {
  await requireOther(out, [model.recipe.file]);
  await writeWhole(out, await htmlReport(model, language));
  return { out };
}

/** The text of the HTML report of a model; without a language in English. */
export async function htmlReport(model: AnyModelFile, language?: PageLanguage): Promise<string> {
  const folder = join(__dirname, 'webview');
  const texts = (...names: string[]): Promise<string[]> => Promise.all(names.map(name => readFile(join(folder, name), 'utf8')));
  const [script, css] = (await texts('offline.js', 'report.css')) as [string, string];
  if (!hasFormula(model.report)) return reportHtml(model, { script, css }, language);
  const [mathScript, mathCss] = (await texts('math.js', 'math.css')) as [string, string];
  return reportHtml(model, { script, css, math: { script: mathScript, css: mathCss } }, language);
}

/** Reads and checks the file of a model of a target. `what`: as in "can be exported". */
export async function readTargetModel(path: string, what: string): Promise<ModelFile> {
  const model = await readModelFile(path);
  if (!explainsTarget(model)) throw new UserError('badOption', `Only models of a target can be ${what}; ${basename(path)} holds ${model.report.model.title}, which has none.`, { file: path });
  return model;
}

/** Reads and checks a model file. */
export async function readModelFile(path: string): Promise<AnyModelFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : 'cannot be read';
    throw new UserError(code === 'ENOENT' ? 'fileNotFound' : 'fileUnreadable', `The model file ${path} ${why}.`, { file: path });
  }
  return parseModelFile(text, path);
}

async function withSource<T>(
  file: string, hints: { categorical?: readonly string[]; numeric?: readonly string[] }, context: WorkContext,
  use: (source: DataSource) => Promise<T>,
): Promise<T> {
  context.progress('Opening');
  const source = await openSource(file, { categorical: hints.categorical, numeric: hints.numeric }, context);
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}

