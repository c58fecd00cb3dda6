/** One experiment, from a request to the file of what it found: used by the engine process and by the command line alike. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { StudyKind, StudyPlan, StudyRequest } from '../protocol/experiments';
import { UserError } from '../protocol/errors';
import { modelFormat, modelVersion, type ExperimentFile } from '../protocol/modelFile';
import type { DatasetProfile, Note } from '../protocol/profile';
import type { ExperimentRecipe, ExperimentRequest, Recipe, RunRequest } from '../protocol/recipe';
import { derivedContext, type WorkContext } from './context';
import { contentHash } from './data/contentHash';
import type { Dataset } from './data/dataset';
import { openSource } from './data/source';
import { targetCandidates } from './data/target';
import { rowsChoice } from './experiments/sensitivity/axes';
import { checkStudy, familyWith, planStudy, type RunStudy } from './experiments/studies';
import { families } from './models/families';
import type { Family } from './models/model';
import { assembleFound } from './report/found';
import { checkOptions, checkRequest, defaults, requireColumn, resolveFamily } from './resolve';
import { Stopwatch } from './stopwatch';
import { runDynamics } from './studies/dynamics';
import { runGeneralisation } from './studies/generalisation';
import { runOptimisers } from './studies/optimisers';
import { runRobustness } from './studies/robustness';
import { runSensitivity } from './studies/sensitivity';
import { readRun } from './train';

const runners: Readonly<Record<StudyKind, RunStudy>> = {
  sensitivity: runSensitivity, optimisers: runOptimisers, dynamics: runDynamics, generalisation: runGeneralisation, robustness: runRobustness,
};

const titles: Readonly<Record<StudyKind, string>> = {
  sensitivity: 'Sensitivity', optimisers: 'Optimisers', dynamics: 'Training dynamics', generalisation: 'Generalisation', robustness: 'Robustness',
};

/** Throws UserError for whatever a person can mend, and CancelledError. */
export async function experiment(request: ExperimentRequest, context: WorkContext): Promise<ExperimentFile> {
  const { study: asStudied, kept, ...run } = request;
  checkStudy(asStudied);
  checkRequest(run);
  const clock = new Stopwatch(performance.now());
  context.progress('Opening');
  const source = await openSource(run.file, { categorical: run.categorical, numeric: run.numeric }, context);
  try {
    context.progress('Reading', 0);
    const profile = await source.profile();
    const study = withKnownDomain(asStudied, run.target, profile);
    const guessed = guessedFamily(request);
    const asked: RunRequest = guessed ? { ...run, model: guessed.id } : run;
    const { plan, loaded, prepared } = await readRun({ request: withDomain(asked, study.domain), source, profile, candidates: targetCandidates(profile), started: performance.now() }, context, clock);
    const dataset = withoutGroups(prepared.dataset, study.domain);
    const family = resolveFamily(plan.recipe.model, dataset.target.task);
    checkOptions(family, run.options);
    if (dataset.recipe.split.scheme === 'none') throw new UserError('badOption', 'An experiment is measured on held-out rows; choose folds or a share to hold out.');
    const complete = planStudy(study, family, dataset);
    const madeOn = await stampOf(run.file, dataset.recipe, complete, context);
    const goesOn = kept !== undefined && kept.madeOn === madeOn;
    const found = await runners[study.kind]({ dataset, family, plan: complete, ...(goesOn && { kept: kept.runs }) }, share(context));
    clock.lap('explain');
    const recipe = recipeOf(dataset.recipe, complete);
    const notes: Note[] = [...plan.notes, ...loaded.notes, ...prepared.notes, ...(guessed ? [guessNote(guessed)] : []), ...variedNote(study, complete), ...(kept && !goesOn ? [changedNote] : [])];
    const report = assembleFound({
      recipe, profile, loaded, notes, timings: clock.seconds(),
      explored: {
        title: `${titles[study.kind]} of the ${lowerFirst(family.title)}`, headline: found.headline, rowsUsed: dataset.table.rows, dropped: prepared.dropped, notes: found.notes,
        fields: { experiment: found.found }, sections: found.sections, roles: { [recipe.target]: 'target' },
      },
    });
    return {
      format: modelFormat, version: modelVersion, created: new Date().toISOString(), name: `${titles[study.kind]} · ${recipe.target} · ${basename(run.file)}`,
      recipe, parameters: found.runs ? { madeOn, runs: found.runs } : {}, report,
    };
  } finally {
    await source.close();
  }
}

/** The column of domains by its name in the file. */
function withKnownDomain(study: StudyRequest, target: string | undefined, profile: DatasetProfile): StudyRequest {
  if (study.domain === undefined) return study;
  const domain = requireColumn(profile, study.domain, 'of domains').name;
  if (domain === target) throw new UserError('badOption', `The column "${domain}" cannot be the target and hold the domains.`, { column: domain });
  return { ...study, domain };
}

/** The column of domains is read as that of groups is, and is no feature. */
function withDomain(request: RunRequest, domain: string | undefined): RunRequest {
  if (domain === undefined) return request;
  const { split } = request;
  if (split && split.scheme !== 'kFold') throw new UserError('badOption', 'Domains go with folds; leave the share or the column of the folds out.');
  if (split?.groupColumn !== undefined && split.groupColumn !== domain) throw new UserError('badOption', `The groups of the folds ("${split.groupColumn}") and the domains ("${domain}") are different columns; name one of the two.`);
  return { ...request, split: { scheme: 'kFold', folds: split?.folds ?? defaults.folds, groupColumn: domain } };
}

/** Models that choose a penalty on folds of their own would keep the domains whole there too, and rows of every domain are to be had within. */
function withoutGroups(dataset: Dataset, domain: string | undefined): Dataset {
  const { recipe } = dataset;
  if (domain === undefined || recipe.split.scheme !== 'kFold') return dataset;
  return { ...dataset, recipe: { ...recipe, split: { scheme: 'kFold', folds: recipe.split.folds } } };
}

/** The family that has what is to be varied, where no model was named. */
function guessedFamily({ model, study, task }: ExperimentRequest): Family | undefined {
  if (model !== undefined && model !== 'auto') return undefined;
  if (study.kind === 'optimisers') return families.find(({ id }) => id === 'neural');
  if (!study.vary?.length) return undefined;
  const able = families.filter(family => task === undefined || family.tasks.includes(task));
  const found = familyWith(study.vary, able);
  // The linear model is what is taken without a guess too.
  return found === able[0] ? undefined : found;
}

function guessNote({ title }: Family): Note {
  return { kind: 'guess', text: `No model was named: the experiment is about the ${lowerFirst(title)}.` };
}

/** Of a choice that nobody named. */
function variedNote({ kind, vary: asked }: StudyRequest, { vary }: StudyPlan): Note[] {
  if (kind !== 'sensitivity' || asked?.length || !vary) return [];
  const what = vary[0]!.name === rowsChoice ? 'how many of the training rows are used' : vary[0]!.name;
  return [{ kind: 'guess', text: `Nothing to vary was named: it is ${what}, over its usual values.` }];
}

const changedNote: Note = { kind: 'information', text: 'The data or the settings have changed since the earlier runs, so that all runs were made again.' };

/** Says which data and settings runs were made with: those of another stamp are no part of the same study. The time is no setting. */
async function stampOf(file: string, { file: _file, level: _level, ...settings }: Recipe, { seconds: _seconds, repeats: _repeats, ...study }: ExperimentRecipe['study'], context: WorkContext): Promise<string> {
  const data = await contentHash(file, context);
  const other = study.testFile === undefined ? '' : ` ${(await contentHash(study.testFile, context)) ?? ''}`;
  return `${data ?? ''}${other} ${createHash('sha256').update(JSON.stringify([settings, study])).digest('hex').slice(0, 16)}`;
}

function recipeOf({ task, ...same }: Recipe, study: ExperimentRecipe['study']): ExperimentRecipe {
  return { ...same, task: 'experiment', problem: task, study };
}

/** A title within a sentence; names of people stay as they are. */
const lowerFirst = (title: string): string => (title.startsWith('Bayesian') ? title : `${title.charAt(0).toLowerCase()}${title.slice(1)}`);

/** The study's own progress as a part of the whole. */
function share(context: WorkContext): WorkContext {
  return derivedContext(context, (stage, fraction, live) => context.progress(stage, fraction === undefined ? undefined : 0.2 + 0.75 * fraction, live));
}
