/** `unveil.runExperiment`: how choices shape a model, or the one that a data file would get. */
import * as vscode from 'vscode';
import type { CommandHandlers, ExperimentArguments } from '../contributions';
import { choicesToVary, type StudyKind, type StudyRequest } from '../protocol/experiments';
import { explainsTarget } from '../protocol/modelFile';
import type { ExperimentRequest, RunRequest } from '../protocol/recipe';
import { t } from '../services/l10n';
import { plainText } from '../services/plainText';
import { requestFrom } from '../services/recipeRequest';
import { columnText } from '../views/columnText';
import { fileIn, isRecord, isUri, modelIn, withoutPrompt } from './arguments';
import { askRun } from './askRun';
import { experiment } from './experiment';
import type { Host } from './host';
import { browseForFile, chooseFile } from './pickFile';
import { reported } from './reported';
import { chooseModel, loadModel } from './resolveModel';
import { UserError } from '../protocol/errors';

export function runExperiment(host: Host): CommandHandlers['unveil.runExperiment'] {
  return async argument => {
    const given = asArguments(argument);
    if (given) return experiment(host, withoutPrompt(given));
    host.engine.warm();
    const request = await reported(host, async () => {
      const about = await modelAskedFor(host, argument);
      return about && ask(host, about);
    });
    return request && experiment(host, request);
  };
}

/** The request of a program; undefined for anything that a menu or a tree passes. */
function asArguments(argument: unknown): ExperimentArguments | undefined {
  if (isUri(argument) || !isRecord(argument) || typeof argument['file'] !== 'string' || !isRecord(argument['study']) || 'kind' in argument) return undefined;
  return argument as unknown as ExperimentArguments;
}

/** The model that the argument or the report in view is of; with a data file, the one that is asked for. */
async function modelAskedFor(host: Host, argument: unknown): Promise<RunRequest | undefined> {
  if (modelIn(argument) === undefined && (fileIn(argument) !== undefined || host.views.active === undefined)) {
    const file = await chooseFile(host, argument, t('Run an Experiment'));
    return file === undefined ? undefined : askRun(host, file, { experimenting: true });
  }
  const reference = await chooseModel(host, argument);
  if (!reference) return undefined;
  const model = await loadModel(host, reference);
  if (!explainsTarget(model)) throw new UserError('badOption', t('An experiment is about a model of a target, and {0} has none.', model.name));
  return requestFrom(model.recipe, reference.source === 'file' ? reference.uri.fsPath : undefined);
}

/** `families`: those that it can be about; absent: all. */
interface StudyItem extends vscode.QuickPickItem { readonly study: StudyKind; readonly families?: readonly string[] }

const studies: readonly StudyItem[] = [
  { label: t('Sensitivity'), detail: t('Vary learning rate, penalty, depth, rows …: what matters, what is as good, where training diverges'), study: 'sensitivity' },
  { label: t('Robustness'), detail: t('Attacks, noise, missing cells, outliers and wrong labels: how much the predictions withstand'), study: 'robustness' },
  { label: t('Generalisation'), detail: t('Does it hold up elsewhere: each value of a column left out in turn, or another file'), study: 'generalisation' },
  { label: t('Optimisers'), detail: t('Gradient descent to Adam and L-BFGS from the same start: loss against steps and seconds (linear, logistic, neural)'), study: 'optimisers', families: ['linear', 'logistic', 'neural'] },
  { label: t('Training Dynamics'), detail: t('Training as a flow: time constants, stability, sharpness, the loss surface (linear, logistic, Bayesian, neural)'), study: 'dynamics', families: ['linear', 'logistic', 'bayes', 'neural'] },
];

async function ask(host: Host, { conformal: _conformal, detail: _detail, rows: _rows, compare: _compare, ...run }: RunRequest): Promise<ExperimentRequest | undefined> {
  const title = t('Run an Experiment');
  const family = run.model ?? 'linear';
  const able = studies.filter(({ families }) => families?.includes(family) ?? true);
  const chosen = await vscode.window.showQuickPick(able, { title, placeHolder: t('What to find out'), matchOnDetail: true });
  if (!chosen) return undefined;
  const study = chosen.study === 'generalisation' ? await askElsewhere(host, run, title) : await askStudy(chosen.study, family, title);
  return study && { ...run, study };
}

async function askStudy(kind: StudyKind, family: string, title: string): Promise<StudyRequest | undefined> {
  if (kind !== 'sensitivity') return { kind };
  const names = choicesToVary[family] ?? ['rows'];
  const items = names.map((name, i) => ({ label: name, ...(name === 'rows' && { description: t('the share of the training rows: a learning curve') }), picked: i === 0 }));
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: t('Choices to vary: one for a curve, two for a map of both'), canPickMany: true });
  return picked && picked.length > 0 ? { kind, vary: picked.map(({ label }) => label) } : undefined;
}

/** A column whose values are domains, or another file. */
async function askElsewhere(host: Host, { file, target }: RunRequest, title: string): Promise<StudyRequest | undefined> {
  const { profile } = await host.datasets.profile(file);
  const columns = profile.columns.filter(({ name, distinct, kind }) => name !== target && distinct > 1 && kind !== 'text' && kind !== 'identifier');
  const other = { label: `$(folder-opened) ${t('Another File…')}`, alwaysShow: true, column: undefined };
  const items = [other, ...columns.map(column => ({ label: plainText(column.name) || t('(no name)'), description: columnText(column, profile.rows), column: column.name }))];
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder: t('Column whose values are left out in turn, or another file to test on') });
  if (!chosen) return undefined;
  if (chosen.column !== undefined) return { kind: 'generalisation', domain: chosen.column };
  const uri = await browseForFile(t('File to Test On'));
  return uri && { kind: 'generalisation', testFile: uri.fsPath };
}
