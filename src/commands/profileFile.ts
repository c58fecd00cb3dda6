/** `unveil.profileFile`: reads a file and opens its columns in the side bar. */
import * as vscode from 'vscode';
import { viewIds, type CommandHandlers } from '../contributions';
import { t } from '../services/l10n';
import { baseName } from '../services/plainText';
import { withProgress } from '../services/progress';
import type { Host } from './host';
import { chooseFile } from './pickFile';
import { reported } from './reported';

export function profileFile(host: Host): CommandHandlers['unveil.profileFile'] {
  return async argument => {
    const file = await reported(host, () => chooseFile(host, argument, t('Profile Data')));
    if (file === undefined) return undefined;
    return reported(host, async () => {
      const { profile } = await withProgress(
        t('Reading {0}', baseName(file)), (onProgress, { token }) => host.datasets.profile(file, { token, onProgress }));
      // Not awaited: the side bar may be busy drawing, the profile is known.
      void vscode.commands.executeCommand(`${viewIds.datasets}.focus`).then(() => host.datasetsView.reveal(file)).then(undefined, () => undefined);
      const first = profile.columns[0];
      if (first) host.inspector.show({ kind: 'column', file, rows: profile.rows, column: first });
      return profile;
    }, file);
  };
}
