/** What a person is asked before a tool works for long or writes: nothing for the tools that only read. No vscode. */
import { t } from '../services/l10n';
import type { ToolName } from '../tools/definitions';

export interface Confirmation {
  readonly title: string;
  /** What is about to be done, and to what: texts, with the values that the language model chose apart from them. */
  readonly message: readonly (string | { readonly value: string })[];
}

/** Undefined where no question is needed. The input may be anything: it is checked when the tool runs. */
export function confirmation(name: ToolName, given: unknown): Confirmation | undefined {
  const input = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  const about = [input['target'], input['file']];
  if (name === 'unveil_train_model') {
    const saves = input['save'] === undefined ? [] : [' ', ...apart(t('The model file {0} is written.', ...places), [input['save']])];
    const words = t('Train a model of the column {0} in {1}. The file is only read, on this machine; the model is listed under Models.', ...places);
    return { title: t('Train a model?'), message: [...apart(words, about), ...saves] };
  }
  if (name === 'unveil_compare_models' && input['models'] === undefined) {
    const words = t('Fit several models of the column {0} in {1} to compare them. The file is only read, on this machine.', ...places);
    return { title: t('Compare models?'), message: apart(words, about) };
  }
  return undefined;
}

/** Stand where the values go, wherever a translation puts them. */
const places = ['\u0001', '\u0002'];

function apart(text: string, values: readonly unknown[]): Confirmation['message'] {
  return text.split(/([\u0001\u0002])/).filter(part => part !== '').map(part => {
    const place = places.indexOf(part);
    return place < 0 ? part : { value: String(values[place] ?? '?') };
  });
}
