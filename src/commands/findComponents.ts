/** `unveil.findComponents`: the directions in which the rows of a file vary most. */
import type { CommandHandlers } from '../contributions';
import type { TargetlessRequest } from '../protocol/recipe';
import { t } from '../services/l10n';
import { baseName, plainText } from '../services/plainText';
import { asExploreArguments, withoutPrompt } from './arguments';
import { askColumns } from './askColumns';
import { explore } from './explore';
import type { Host } from './host';
import { chooseFile } from './pickFile';
import { reported } from './reported';
import { askInOrder, pickStep, type Answer } from './steps';

interface State {
  readonly features?: readonly string[];
  readonly scaling?: 'standardised' | 'centred';
}

export function findComponents(host: Host): CommandHandlers['unveil.findComponents'] {
  return async argument => {
    const given = asExploreArguments(argument);
    if (given && given.prompt !== true) return explore(host, { ...withoutPrompt(given), task: 'components' });
    host.engine.warm();
    const request = await reported(host, async () => {
      const file = await chooseFile(host, argument, t('Find Principal Components'));
      return file === undefined ? undefined : ask(host, file);
    });
    return request && explore(host, request);
  };
}

async function ask(host: Host, file: string): Promise<TargetlessRequest | undefined> {
  const title = t('Find Components of {0}', plainText(baseName(file), 60));
  const answers = await askInOrder<State>({}, [
    state => askScaling(state, { title, step: 1, totalSteps: 2 }),
    state => askColumns(host, file, state, { title, step: 2, totalSteps: 2 }),
  ]);
  if (!answers) return undefined;
  const { scaling, features } = answers;
  return { file, task: 'components', ...(features && { features }), ...(scaling === 'centred' && { options: { scaling } }) };
}

async function askScaling(state: State, place: { readonly title: string; readonly step: number; readonly totalSteps: number }): Promise<Answer<State>> {
  const items = [
    { label: t('Standardised Columns'), detail: t('Every column counts alike, whatever its unit'), scaling: 'standardised' as const },
    { label: t('Columns in Their Own Units'), detail: t('For columns of one unit; the largest numbers make the first components'), scaling: 'centred' as const },
  ];
  const answer = await pickStep({ ...place, placeholder: t('Scaling'), items, active: item => item.scaling === state.scaling });
  return typeof answer === 'object' ? { ...state, scaling: answer.scaling } : answer;
}
