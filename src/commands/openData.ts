/** `unveil.openData`: the data file itself, at a line when one is given. */
import * as vscode from 'vscode';
import { dataFilePattern, type CommandHandlers } from '../contributions';
import { field, fileIn } from './arguments';
import type { Host } from './host';
import { reported } from './reported';
import { chooseModel, requestOf } from './resolveModel';

export function openData(host: Host): CommandHandlers['unveil.openData'] {
  return argument => reported(host, async () => {
    const file = await fileOf(host, argument);
    if (file === undefined) return undefined;
    const uri = typeof file === 'string' ? vscode.Uri.file(file) : file;
    const line = field(argument, 'line', 'number');
    const options = line === undefined ? undefined : { selection: new vscode.Range(line - 1, 0, line - 1, 0) };
    await vscode.commands.executeCommand('vscode.open', uri, options);
    return uri.fsPath;
  });
}

async function fileOf(host: Host, argument: unknown): Promise<string | vscode.Uri | undefined> {
  const named = fileIn(argument);
  if (named !== undefined && (typeof argument !== 'string' || dataFilePattern.test(argument))) return named;
  const reference = await chooseModel(host, argument);
  return reference && (await requestOf(host, reference)).file;
}
