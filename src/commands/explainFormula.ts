/** `unveil.explainFormula`: a model written as an R formula, checked while it is typed. */
import type { CommandHandlers } from '../contributions';
import type { ProfileResult } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import { baseName, plainText } from '../services/plainText';
import { asExplainArguments } from './arguments';
import { withoutPrompt } from './explainFile';
import type { Host } from './host';
import { chooseFile } from './pickFile';
import { reported } from './reported';
import { askText } from './steps';
import { train } from './train';
import { withProgress } from '../services/progress';

const title = 'Explain With a Formula';

export function explainFormula(host: Host): CommandHandlers['unveil.explainFormula'] {
  return async argument => {
    const request = asExplainArguments(argument);
    if (request?.formula !== undefined) return train(host, withoutPrompt(request));
    host.engine.warm();
    const asked = await reported(host, async () => {
      const file = await chooseFile(host, argument, title);
      if (file === undefined) return undefined;
      const profile = await withProgress(`Reading ${baseName(file)}`, (onProgress, { token }) => host.datasets.profile(file, { token, onProgress }));
      return { file, profile, formula: await askFormula(file, profile, startingFormula(profile)) };
    });
    if (asked?.formula === undefined) return undefined;
    return trainOrAskAgain(host, asked.file, asked.profile, asked.formula);
  };
}

/** What only the data can tell (such as a log of zero) brings the input box back with the formula in it. */
async function trainOrAskAgain(host: Host, file: string, profile: ProfileResult, formula: string): Promise<string | undefined> {
  try {
    return await train(host, { file, formula });
  } catch (error) {
    if (!UserError.is(error, 'badFormula')) throw error;
    const again = await askFormula(file, profile, formula, error.message);
    return again === undefined ? undefined : trainOrAskAgain(host, file, profile, again);
  }
}

async function askFormula(file: string, { profile }: ProfileResult, value: string, wrong?: string): Promise<string | undefined> {
  // The engine's own parser, so that what is accepted here is accepted there.
  const { parseFormula } = await import('../engine/data/formula/formula');
  const columns = profile.columns.map(column => column.name);
  const answer = await askText({
    title: `${title}: ${plainText(baseName(file), 60)}`,
    value,
    prompt: 'target ~ terms; + : * ^ - I() C() log() exp() sqrt() poly(); 0 + for no intercept; names with spaces in `backquotes`',
    placeholder: 'y ~ a + b + a:b',
    check: text => {
      if (text === value && wrong !== undefined) return plainText(wrong, 300);
      if (text.trim() === '') return 'Write a formula such as y ~ a + b.';
      parseFormula(text, columns);
      return undefined;
    },
  });
  return answer?.trim();
}

/** The best guess of a target against the first suitable features. */
export function startingFormula({ profile, targets }: ProfileResult): string {
  const target = targets[0]?.column;
  const usable = profile.columns.filter(column => (
    column.name !== target && ['numeric', 'categorical', 'boolean'].includes(column.kind)));
  const terms = usable.slice(0, 8).map(column => quoted(column.name));
  return `${target === undefined ? '' : quoted(target)} ~ ${terms.length > 0 ? terms.join(' + ') : '1'}`;
}

function quoted(name: string): string {
  return /^[\p{L}.][\p{L}\p{N}._]*$/u.test(name) && !/^(T|F|pi)$/.test(name) ? name : `\`${name}\``;
}
