/** The last question before a run without a target: all columns that say something, or those that are picked. */
import * as vscode from 'vscode';
import { t } from '../services/l10n';
import { plainText } from '../services/plainText';
import { columnText } from '../views/columnText';
import type { Host } from './host';
import { back, pickStep, type Answer } from './steps';

interface WithFeatures { readonly features?: readonly string[] }

/** `features` stays absent for all that say something: the engine leaves out the others, and says so. */
export async function askColumns<State extends WithFeatures>(
  host: Host, file: string, state: State, place: { readonly title: string; readonly step: number; readonly totalSteps: number },
): Promise<Answer<State>> {
  const items = [
    { label: t('All Columns That Say Something'), detail: t('Without identifiers, free text and constants'), all: true },
    { label: t('Choose Columns…'), detail: t('For instance without a column that names the groups already'), all: false },
  ];
  const answer = await pickStep({ ...place, placeholder: t('Columns'), items });
  if (typeof answer !== 'object') return answer;
  if (answer.all) return { ...state, features: undefined };
  const { profile } = await host.datasets.profile(file);
  const columns = profile.columns.map(column => ({
    label: plainText(column.name) || t('(no name)'), description: columnText(column, profile.rows), name: column.name,
    picked: !['identifier', 'text', 'constant', 'empty'].includes(column.kind),
  }));
  const chosen = await vscode.window.showQuickPick(columns, { title: place.title, placeHolder: t('Columns'), canPickMany: true });
  if (!chosen) return back;
  return chosen.length === 0 ? back : { ...state, features: chosen.map(column => column.name) };
}
