/** Sorts out what a command was called with: menus, tree items, keyboard and programs all pass something else. No vscode. */
import type * as vscode from 'vscode';
import type { ExplainArguments, ExploreArguments } from '../contributions';
import { modelFileSuffix } from '../protocol/modelFile';

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

export function isUri(value: unknown): value is vscode.Uri {
  return isRecord(value) && typeof value['scheme'] === 'string' && typeof value['path'] === 'string' && typeof value['fsPath'] === 'string';
}

/** Whether a program passed the argument: menus pass Uris, trees and links pass nodes, which have a kind. */
export function isFromProgram(argument: unknown): boolean {
  return typeof argument === 'string' || (isRecord(argument) && !isUri(argument) && !('kind' in argument));
}

/** The request of a program; undefined for anything that a menu or a tree passes. */
export function asExplainArguments(argument: unknown): ExplainArguments | undefined {
  if (isUri(argument) || !isRecord(argument) || typeof argument['file'] !== 'string') return undefined;
  return argument as unknown as ExplainArguments;
}

/** The request without a target of a program; undefined for anything that a menu or a tree passes. */
export function asExploreArguments(argument: unknown): ExploreArguments | undefined {
  if (isUri(argument) || !isRecord(argument) || typeof argument['file'] !== 'string' || 'kind' in argument) return undefined;
  return argument as unknown as ExploreArguments;
}

export function withoutPrompt<A extends { readonly prompt?: boolean }>({ prompt: _prompt, ...request }: A): Omit<A, 'prompt'> {
  return request;
}

/** Whether the request can run without questions. */
export function isComplete(request: ExplainArguments): boolean {
  return request.target !== undefined || request.formula !== undefined || request.prompt === false;
}

/** Not the Uri of a webview panel or of a model file, which menus of the editor title pass. */
function isFileUri(uri: vscode.Uri): boolean {
  return uri.scheme !== 'webview-panel' && !uri.path.endsWith(modelFileSuffix);
}

/** A data file as a Uri or a path; undefined when the argument names none. */
export function fileIn(argument: unknown): vscode.Uri | string | undefined {
  if (typeof argument === 'string') return argument === '' ? undefined : argument;
  if (isUri(argument)) return isFileUri(argument) ? argument : undefined;
  if (!isRecord(argument)) return undefined;
  if (isUri(argument['uri'])) return fileIn(argument['uri']);
  if (isUri(argument['resourceUri'])) return fileIn(argument['resourceUri']);
  return typeof argument['file'] === 'string' && argument['file'] !== '' ? argument['file'] : undefined;
}

export type NamedModel = { readonly id: string } | { readonly uri: vscode.Uri } | { readonly path: string };

/** The model an argument names; undefined when it names none, as the Uri of a webview panel does. */
export function modelIn(argument: unknown): NamedModel | undefined {
  if (typeof argument === 'string') return argument.endsWith(modelFileSuffix) ? { path: argument } : argument === '' ? undefined : { id: argument };
  if (isUri(argument)) return argument.path.endsWith(modelFileSuffix) ? { uri: argument } : undefined;
  if (!isRecord(argument)) return undefined;
  if (typeof argument['id'] === 'string') return modelIn(argument['id']);
  return isUri(argument['uri']) ? modelIn(argument['uri']) : undefined;
}

/** A field of an argument object when it has the type. */
export function field(argument: unknown, name: string, type: 'string'): string | undefined;
export function field(argument: unknown, name: string, type: 'number'): number | undefined;
export function field(argument: unknown, name: string, type: 'boolean'): boolean | undefined;
export function field(argument: unknown, name: string, type: string): unknown {
  if (!isRecord(argument) || isUri(argument)) return undefined;
  const value = argument[name];
  return typeof value === type ? value : undefined;
}

/** A list that an argument object holds, its items as texts; undefined where there is none. */
export function listField(argument: unknown, name: string): readonly string[] | undefined {
  const value = isRecord(argument) && !isUri(argument) ? argument[name] : undefined;
  return Array.isArray(value) ? (value as unknown[]).map(String) : undefined;
}

const requestFields = [
  'target', 'task', 'positive', 'features', 'drop', 'formula', 'categorical', 'numeric', 'missing', 'model', 'options', 'split', 'level',
  'seed', 'maxRows', 'conformal', 'detail', 'rows',
] as const;

/** The fields of a run request that an argument object carries. */
export function requestFieldsIn(argument: unknown): Partial<ExplainArguments> {
  if (!isRecord(argument) || isUri(argument)) return {};
  return Object.fromEntries(requestFields.filter(name => argument[name] !== undefined && !('kind' in argument)).map(name => [name, argument[name]]));
}

const targetlessFields = ['features', 'drop', 'roles', 'categorical', 'numeric', 'missing', 'options', 'level', 'seed', 'maxRows'] as const;

/** The fields of a request without a target that an argument object carries; never its task. */
export function targetlessFieldsIn(argument: unknown): Omit<Partial<ExploreArguments>, 'file'> {
  if (!isRecord(argument) || isUri(argument) || 'kind' in argument) return {};
  return Object.fromEntries(targetlessFields.filter(name => argument[name] !== undefined).map(name => [name, argument[name]]));
}
