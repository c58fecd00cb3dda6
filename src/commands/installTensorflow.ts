/** `unveil.installTensorflow`: native TensorFlow for neural and attention models, into the extension's own storage. */
import * as vscode from 'vscode';
import type { CommandHandlers } from '../contributions';
import { UserError } from '../protocol/errors';
import { t } from '../services/l10n';
import { withProgress } from '../services/progress';
import { tensorflowMegabytes, tensorflowVersion } from '../services/tensorflowInstaller';
import { field } from './arguments';
import type { Host } from './host';
import { reported } from './reported';

const install = t('Install');
const reinstall = t('Install Again');
const remove = t('Remove');

const about = t('It speeds up neural and attention models on some machines; without it they run on what the extension brings. ')
  + t('About {0} MB (@tensorflow/tfjs-node {1}) are downloaded once, by npm, into the extension\'s own folder: never into the workspace. ', tensorflowMegabytes, tensorflowVersion)
  + t('This is the only time that Unveil needs a network.');

export function installTensorflow(host: Host): CommandHandlers['unveil.installTensorflow'] {
  return async argument => (await reported(host, async () => {
    if (vscode.workspace.isTrusted === false) throw new UserError('badOption', t('Native TensorFlow can be installed in a trusted workspace only.'));
    const force = field(argument, 'force', 'boolean') === true;
    const choice = force ? install : await ask(host.tensorflow.isInstalled);
    if (choice === undefined) return false;
    if (choice === remove) return removed(host);
    await withProgress(t('Installing native TensorFlow'), (report, { token }) => host.tensorflow.install(token, report));
    host.notifications.inform(t('Native TensorFlow {0} is installed and passed its self-test; the next neural or attention model uses it.', tensorflowVersion));
    return true;
  })) ?? false;
}

async function ask(isInstalled: boolean): Promise<string | undefined> {
  if (!isInstalled) return vscode.window.showInformationMessage(t('Install native TensorFlow?'), { modal: true, detail: about }, install);
  return vscode.window.showInformationMessage(t('Native TensorFlow is installed already.'), { modal: true, detail: about }, reinstall, remove);
}

async function removed(host: Host): Promise<boolean> {
  await host.tensorflow.remove();
  host.notifications.inform(t('Native TensorFlow is removed; a model that is being trained finishes with it.'));
  return false;
}
