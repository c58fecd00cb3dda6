/** `unveil experiment`: how choices shape a model, measured on held-out rows. */
import { basename } from 'node:path';
import type { WorkContext } from '../engine/context';
import { experiment } from '../engine/experiment';
import { studyKinds } from '../engine/experiments/studies';
import { htmlReport, readModelFile } from '../engine/run';
import { UserError } from '../protocol/errors';
import type { KeptRuns, StudyKind, StudyRequest } from '../protocol/experiments';
import { isExperimentFile, type ExperimentFile } from '../protocol/modelFile';
import { experimentRequest, type ExperimentRecipe, type ExperimentRequest } from '../protocol/recipe';
import { columnList, numberOf, oneOf, recipeIn } from './arguments';
import { outputsOf, requestOf, secondsOf, type ExplainFlags } from './explainCommand';
import { experimentText } from './experimentText';
import { asJson, print, writeResult } from './output';

export interface ExperimentFlags extends ExplainFlags {
  study?: string; vary?: string; repeats?: string; domain?: string; testFile?: string; epsilons?: string; immutable?: string; adversarial?: boolean; continue?: string;
}

export async function experimentCommand(file: string, flags: ExperimentFlags, context: WorkContext): Promise<void> {
  const outputs = await outputsOf(file, flags);
  const found = await experiment(flags.continue === undefined ? await newRequest(file, flags) : await continued(file, flags, flags.continue), context);
  if (flags.save !== undefined) await writeResult(flags.save, asJson(found));
  if (flags.html !== undefined) await writeResult(flags.html, await htmlReport(found));
  if (flags.json !== undefined) await writeResult(flags.json, asJson(found.report));
  if (flags.quiet || outputs.includes('-')) return;
  await print(experimentText(found.report));
  const written = [['report', flags.json], ['HTML report', flags.html], ['experiment', flags.save]].filter(([, name]) => name !== undefined).map(([what, name]) => `${what} ${name}`);
  if (written.length > 0) await print(`\nWritten for ${basename(file)}: ${written.join(', ')}\n`);
}

async function newRequest(file: string, flags: ExperimentFlags): Promise<ExperimentRequest> {
  const study = studyOf(flags, flags.recipe === undefined ? undefined : await studyIn(flags.recipe));
  const { conformal: _conformal, detail: _detail, rows: _rows, compare: _compare, ...run } = await requestOf(file, flags);
  return { ...run, study };
}

/** Everything is as it was but the time: what was run is taken over where data and settings are the same. */
async function continued(file: string, flags: ExperimentFlags, path: string): Promise<ExperimentRequest> {
  const before = await readModelFile(path);
  if (!isExperimentFile(before)) throw new UserError('badOption', `--continue takes the file of an experiment; ${basename(path)} holds ${before.report.model.title}.`, { file: path });
  const fixed = (['study', 'vary', 'target', 'model', 'domain', 'testFile', 'epsilons', 'immutable', 'adversarial', 'recipe'] as const).find(name => flags[name] !== undefined);
  if (fixed) throw new UserError('badOption', `--continue goes on with the study of the file as it is; leave --${fixed === 'testFile' ? 'test-file' : fixed} out.`);
  const { study, ...run } = experimentRequest(before.recipe);
  const { seconds: _before, ...same } = study;
  const seconds = secondsOf(flags.seconds, 1e-3);
  const repeats = numberOf('--repeats', flags.repeats, 1, 100, true);
  return { ...run, file, study: { ...same, ...(seconds !== undefined && { seconds }), ...(repeats !== undefined && { repeats }) }, ...keptIn(before) };
}

function keptIn({ parameters }: ExperimentFile): Pick<ExperimentRequest, 'kept'> {
  const { madeOn, runs } = parameters as Partial<KeptRuns>;
  return madeOn !== undefined && runs ? { kept: { madeOn, runs } } : {};
}

/** The study of a recipe that is one of an experiment. */
async function studyIn(path: string): Promise<StudyRequest | undefined> {
  const recipe = await recipeIn(path) as Partial<ExperimentRecipe>;
  return recipe.study && experimentRequest(recipe as ExperimentRecipe).study;
}

/** `start` is what a recipe asked for; another kind of study has nothing of it. */
function studyOf(flags: ExperimentFlags, start: StudyRequest | undefined): StudyRequest {
  const kind: StudyKind = oneOf('--study', flags.study, studyKinds) ?? start?.kind ?? 'sensitivity';
  const before = start?.kind === kind ? start : undefined;
  const vary = columnList(flags.vary) ?? before?.vary;
  const { domain, testFile, adversarial } = flags;
  const epsilons = flags.epsilons?.split(',').map(text => numberOf('--epsilons', text, 0, 1e6, false)!);
  const immutable = columnList(flags.immutable);
  const asked = { vary, domain, testFile, epsilons, immutable, adversarial, repeats: numberOf('--repeats', flags.repeats, 1, 100, true), seconds: secondsOf(flags.seconds, 1e-3) };
  return { ...before, kind, ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) };
}
