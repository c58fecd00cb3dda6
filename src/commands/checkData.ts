/** `unveil.checkData`: what may be wrong with a data file before a model is trained, and what each fix does; those that are picked go into the run. */
import * as vscode from 'vscode';
import type { CheckArguments, CommandHandlers } from '../contributions';
import { checkTitles, withFix, type CheckFinding, type CheckSeverity } from '../protocol/checks';
import type { CheckResult } from '../protocol/engine';
import type { RunRequest } from '../protocol/recipe';
import { known, t } from '../services/l10n';
import { baseName, plainText } from '../services/plainText';
import { withProgress } from '../services/progress';
import { asExplainArguments, isComplete } from './arguments';
import { askRun } from './askRun';
import type { Host } from './host';
import { chooseFile } from './pickFile';
import { reported } from './reported';
import { train } from './train';

export function checkData(host: Host): CommandHandlers['unveil.checkData'] {
  return async argument => {
    const given = asExplainArguments(argument) as CheckArguments | undefined;
    if (given && isComplete(given)) return found(host, given);
    host.engine.warm();
    const request = await reported(host, async () => {
      const file = await chooseFile(host, argument, t('Check Data'));
      return file === undefined ? undefined : askRun(host, file, { checking: true });
    });
    if (!request) return undefined;
    const result = await found(host, { ...request, effects: true });
    const fixed = result && (await askFixes(request, result));
    if (fixed) await train(host, fixed);
    return result;
  };
}

function found(host: Host, { prompt: _prompt, effects, ...request }: CheckArguments): Promise<CheckResult | undefined> {
  const { compare: _compare, ...complete } = host.settings.complete(request);
  return reported(host, () => withProgress(t('Checking {0}', baseName(request.file)), (onProgress, { token }) =>
    host.engine.request('check', { ...complete, ...(effects && { effects }) }, { token, onProgress })), request.file);
}

const icons: Readonly<Record<CheckSeverity, string>> = { severe: '$(error)', warning: '$(warning)', information: '$(info)' };

interface FindingItem extends vscode.QuickPickItem { readonly finding?: CheckFinding }

/** The request with the fixes that were picked; undefined when the person left. */
async function askFixes(request: RunRequest, { recipe, checks: { findings } }: CheckResult): Promise<RunRequest | undefined> {
  const about = t('{0} in {1}', plainText(recipe.target, 40), plainText(baseName(request.file), 60));
  if (findings.length === 0) {
    const explain = t('Explain');
    const answer = await vscode.window.showInformationMessage(t('The checks found nothing wrong with {0}.', about), explain);
    return answer === explain ? request : undefined;
  }
  const [fixable, others] = [findings.filter(({ fix }) => fix), findings.filter(({ fix }) => !fix)];
  const items: FindingItem[] = [
    ...fixable.map(itemOf),
    ...(others.length > 0 ? [{ label: t('Nothing to apply'), kind: vscode.QuickPickItemKind.Separator }] : []),
    ...others.map(itemOf),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Checks of {0}: {1} found', about, findings.length), canPickMany: true, matchOnDetail: true, ignoreFocusOut: true,
    placeHolder: t('Pick the fixes to apply; Enter trains with them, Escape trains nothing'),
  });
  return picked && picked.flatMap(({ finding }) => finding?.fix ?? []).reduce((changed, { change }) => withFix(changed, change), request);
}

function itemOf(finding: CheckFinding): FindingItem {
  const { id, severity, fix, sentence, effect, effectFailed } = finding;
  const words = effect?.sentence ?? effectFailed;
  return {
    finding, label: `${icons[severity]} ${plainText(known(fix?.title ?? checkTitles[id]), 80)}`, description: known(checkTitles[id]),
    detail: plainText(words === undefined ? known(sentence) : `${known(sentence)} ${known(words)}`, 600),
  };
}
