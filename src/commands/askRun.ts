/** The questions before a run: target, what to predict of it, model. Each has the best guess first. */
import * as vscode from 'vscode';
import type { ProfileResult, TargetCandidate } from '../protocol/engine';
import type { ColumnProfile } from '../protocol/profile';
import type { RunRequest } from '../protocol/recipe';
import { known, t } from '../services/l10n';
import { baseName, plainText } from '../services/plainText';
import { columnText, kindIcons } from '../views/columnText';
import type { Host } from './host';
import { modelChoices, taskChoices, type ModelChoice, type TaskChoice } from './modelChoices';
import { askInOrder, pickStep, type Answer } from './steps';

interface State {
  readonly column?: ColumnProfile;
  readonly task?: TaskChoice;
  readonly model?: ModelChoice;
}

export interface Asked {
  /** A target that is settled already is not asked for. */
  readonly target?: string;
  /** Shown first instead of the best guess. */
  readonly suggestedTarget?: string;
  /** All models are compared: none is asked for. */
  readonly comparing?: boolean;
  /** The data are checked before a model is chosen: none is asked for. */
  readonly checking?: boolean;
  /** The model is the subject of an experiment: none is chosen automatically. */
  readonly experimenting?: boolean;
  /** A formula is searched for: numbers are explained, and no model is asked for. */
  readonly recovering?: boolean;
}

/** The answers as a request; undefined when the person left. Throws what profiling the file throws. */
export async function askRun(host: Host, file: string, asked: Asked = {}): Promise<RunRequest | undefined> {
  const cancellation = new vscode.CancellationTokenSource();
  const profile = host.datasets.profile(file, { token: cancellation.token });
  profile.catch(() => undefined);
  const named = asked.target === undefined ? undefined : (await profile).profile.columns.find(column => column.name === asked.target);
  const skipped = named ? 1 : 0;
  const last = asked.recovering ? 1 : asked.comparing || asked.checking ? 2 : 3;
  const title = `${asked.experimenting ? t('Run an Experiment on') : asked.recovering ? t('Recover a Formula of') : asked.comparing ? t('Compare Models for') : asked.checking ? t('Check') : t('Explain')} ${plainText(baseName(file), 60)}`;
  const step = (number: number): { title: string; step: number; totalSteps: number } => ({ title, step: number - skipped, totalSteps: last - skipped });
  const questions = [
    (state: State) => askTarget(state, profile, cancellation, step(1), file, asked.suggestedTarget),
    async (state: State) => askTask(state, await profile, step(2)),
    (state: State) => askModel(state, step(3), asked.experimenting === true),
  ].slice(skipped, last);
  try {
    const { column, task, model } = (await askInOrder<State>({ column: named }, questions)) ?? {};
    if (asked.recovering) return column && { file, target: column.name, task: 'regression', model: 'formula' };
    if (!column || !task || !(model || asked.comparing || asked.checking)) return undefined;
    const seconds = host.settings.get('compareSeconds');
    return {
      file, target: column.name, task: task.task, positive: task.positive, model: model?.model, options: model?.options,
      ...(model?.compare && seconds > 0 && { compare: { seconds } }),
    };
  } finally {
    cancellation.dispose();
  }
}

interface Place { readonly title: string; readonly step: number; readonly totalSteps: number }
interface ColumnItem extends vscode.QuickPickItem { readonly column?: ColumnProfile }

async function askTarget(
  state: State, profile: Promise<ProfileResult>, cancellation: vscode.CancellationTokenSource, place: Place, file: string, suggested?: string,
): Promise<Answer<State>> {
  const answer = await pickStep<ColumnItem>({
    ...place,
    placeholder: t('Column to explain'),
    busyPlaceholder: t('Reading {0}…', plainText(baseName(file), 60)),
    items: profile.then(result => targetItems(result, suggested)),
    active: item => item.column !== undefined && item.column === state.column,
    // Leaving while the file is being read stops the reading.
    onHide: () => cancellation.cancel(),
  });
  return typeof answer === 'object' ? { ...state, column: answer.column } : answer;
}

/** Suitable columns, best guess first; then the others, in file order. */
export function targetItems({ profile, targets }: ProfileResult, suggested?: string): ColumnItem[] {
  const byName = new Map(profile.columns.map(column => [column.name, column]));
  const item = (column: ColumnProfile, reason?: string): ColumnItem => ({
    label: plainText(column.name) || t('(no name)'),
    iconPath: new vscode.ThemeIcon(kindIcons[column.kind]),
    description: columnText(column, profile.rows),
    detail: reason === undefined ? undefined : plainText(known(reason)),
    column,
  });
  const ordered = [...targets].sort((a, b) => Number(b.column === suggested) - Number(a.column === suggested));
  const items = ordered.flatMap((target, index) => {
    const column = byName.get(target.column);
    return column ? [item(column, index === 0 ? target.reason : undefined)] : [];
  });
  const suitable = new Set(targets.map(target => target.column));
  const others = profile.columns.filter(column => !suitable.has(column.name));
  if (others.length === 0) return items;
  const separator: ColumnItem = { label: t('Hardly suitable as a target'), kind: vscode.QuickPickItemKind.Separator };
  return [...items, separator, ...others.map(column => item(column, column.note))];
}

async function askTask(state: State, { targets }: ProfileResult, place: Place): Promise<Answer<State>> {
  const column = state.column!;
  const candidate: TargetCandidate | undefined = targets.find(target => target.column === column.name);
  const items = taskChoices(column, candidate).map(choice => ({ label: plainText(known(choice.title)), detail: plainText(known(choice.detail)), choice }));
  const answer = await pickStep({ ...place, placeholder: t('What to predict of {0}', plainText(column.name, 60)), items });
  return typeof answer === 'object' ? { ...state, task: answer.choice } : answer;
}

async function askModel(state: State, place: Place, experimenting: boolean): Promise<Answer<State>> {
  const items = modelChoices
    .filter(choice => choice.tasks.includes(state.task!.task) && !(experimenting && choice.model === 'auto'))
    .map(choice => ({ label: choice.title, detail: choice.detail, choice }));
  const answer = await pickStep({ ...place, placeholder: t('Model'), items });
  return typeof answer === 'object' ? { ...state, model: answer.choice } : answer;
}
