/** `unveil.openExample`: a copy of the bundled example, and the questions about it. Needs no folder that is open. */
import * as vscode from 'vscode';
import type { CommandHandlers } from '../contributions';
import { placeExample } from '../services/examples';
import { field } from './arguments';
import { explainFile } from './explainFile';
import type { Host } from './host';
import { reported } from './reported';

export function openExample(host: Host): CommandHandlers['unveil.openExample'] {
  return async argument => {
    const file = await reported(host, () => placeExample(host.examples, workspaceFolder()));
    if (file === undefined) return undefined;
    return field(argument, 'prompt', 'boolean') === false ? explainFile(host)({ file, prompt: false }) : explainFile(host)(file);
  };
}

function workspaceFolder(): string | undefined {
  return vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
}
