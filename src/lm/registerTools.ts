/** The language-model tools of agent mode: VS Code's side of src/tools. */
import * as vscode from 'vscode';
import { UserError } from '../protocol/errors';
import { t } from '../services/l10n';
import type { Log } from '../services/log';
import { errorDetail } from '../services/log';
import { isCancellation } from '../services/notifications';
import { baseName } from '../services/plainText';
import { callTool } from '../tools/callTool';
import { confirmation, type Confirmation } from './confirmation';
import { tools, type ToolDefinition } from '../tools/definitions';
import { serviceHost, type ToolServices } from './serviceHost';

export function registerTools(services: ToolServices & { readonly log: Log }): vscode.Disposable {
  return vscode.Disposable.from(...tools.map(tool => vscode.lm.registerTool(tool.name, languageModelTool(tool, services))));
}

function languageModelTool(tool: ToolDefinition, services: ToolServices & { readonly log: Log }): vscode.LanguageModelTool<object> {
  return {
    prepareInvocation: ({ input }) => {
      const asked = confirmation(tool.name, input);
      return { invocationMessage: invocationText(tool, input), ...(asked && { confirmationMessages: confirmationText(asked) }) };
    },
    invoke: async ({ input }, token) => {
      try {
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(await callTool(tool.name, input, serviceHost(services, token)))]);
      } catch (error) {
        if (isCancellation(error)) throw new vscode.CancellationError();
        services.log.warn(`${tool.name}: ${errorDetail(error)}`);
        // The language model reads the message: no stack, no name of a class.
        throw error instanceof UserError ? new Error(error.message) : error;
      }
    },
  };
}

/** Names come from a language model: they are text, never Markdown. */
function confirmationText({ title, message }: Confirmation): vscode.LanguageModelToolConfirmationMessages {
  const text = new vscode.MarkdownString();
  for (const part of message) {
    if (typeof part === 'string') text.appendText(part);
    else text.appendMarkdown('**').appendText(part.value).appendMarkdown('**');
  }
  return { title, message: text };
}

const doing: Readonly<Record<ToolDefinition['name'], string>> = {
  unveil_profile_dataset: t('Reading the columns'),
  unveil_train_model: t('Training a model'),
  unveil_explain_model: t('Reading the model'),
  unveil_explain_prediction: t('Explaining a row'),
  unveil_compare_models: t('Comparing models'),
};

function invocationText({ name }: ToolDefinition, input: unknown): vscode.MarkdownString {
  const { file } = (typeof input === 'object' && input !== null ? input : {}) as { file?: unknown };
  const text = new vscode.MarkdownString(doing[name]);
  return typeof file === 'string' ? text.appendText(` (${baseName(file)})`) : text;
}
