/** `unveil.explainFormula`: a model written as an R formula, looked over while it is typed. */
import * as vscode from 'vscode';
import type { CommandHandlers } from '../contributions';
import type { ProfileResult } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import { t } from '../services/l10n';
import { baseName, plainText } from '../services/plainText';
import { withProgress } from '../services/progress';
import { asExplainArguments } from './arguments';
import { withoutPrompt } from './explainFile';
import { formulaProblem, startingFormula } from './formulaText';
import type { Host } from './host';
import { chooseFile } from './pickFile';
import { reported } from './reported';
import { train } from './train';

const title = t('Explain With a Formula');

export function explainFormula(host: Host): CommandHandlers['unveil.explainFormula'] {
  return async argument => {
    const request = asExplainArguments(argument);
    if (request?.formula !== undefined) return train(host, withoutPrompt(request));
    host.engine.warm();
    const asked = await reported(host, async () => {
      const file = await chooseFile(host, argument, title);
      if (file === undefined) return undefined;
      const profile = await withProgress(t('Reading {0}', baseName(file)), (onProgress, { token }) => host.datasets.profile(file, { token, onProgress }));
      return { file, profile, formula: await askFormula(file, profile, startingFormula(profile)) };
    });
    if (asked?.formula === undefined) return undefined;
    return trainOrAskAgain(host, asked.file, asked.profile, asked.formula);
  };
}

/** What only the engine can tell (such as a log of a text) brings the input box back with the formula in it. */
async function trainOrAskAgain(host: Host, file: string, profile: ProfileResult, formula: string): Promise<string | undefined> {
  try {
    return await train(host, { file, formula }, { handled: 'badFormula' });
  } catch (error) {
    if (!UserError.is(error, 'badFormula')) throw error;
    const again = await askFormula(file, profile, formula, error.message);
    return again === undefined ? undefined : trainOrAskAgain(host, file, profile, again);
  }
}

/** An input box that does not accept what is certainly wrong, nor `value` itself when the engine said it is `wrong`. */
async function askFormula(file: string, { profile }: ProfileResult, value: string, wrong?: string): Promise<string | undefined> {
  const columns = profile.columns.map(column => column.name);
  const answer = await vscode.window.showInputBox({
    title: `${title}: ${plainText(baseName(file), 60)}`,
    value,
    valueSelection: [value.length, value.length],
    // The box checks nothing before the first key, so what the engine said stands where the help was.
    prompt: wrong !== undefined ? plainText(wrong, 300) : t('target ~ terms; + : * ^ - I() C() log() exp() sqrt() poly(); 0 + for no intercept; names with spaces in `backquotes`'),
    placeHolder: 'y ~ a + b + a:b',
    ignoreFocusOut: true,
    validateInput: text => {
      if (text === value && wrong !== undefined) return plainText(wrong, 300);
      const problem = formulaProblem(text, columns);
      const severity = problem?.isCertain ? vscode.InputBoxValidationSeverity.Error : vscode.InputBoxValidationSeverity.Warning;
      return problem && { message: plainText(problem.message), severity };
    },
  });
  return answer?.trim();
}
