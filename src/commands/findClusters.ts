/** `unveil.findClusters`: groups of rows that are alike; how many is chosen unless it is said. */
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
  readonly k?: number;
}

export function findClusters(host: Host): CommandHandlers['unveil.findClusters'] {
  return async argument => {
    const given = asExploreArguments(argument);
    if (given && given.prompt !== true) return explore(host, { ...withoutPrompt(given), task: 'clustering' });
    host.engine.warm();
    const request = await reported(host, async () => {
      const file = await chooseFile(host, argument, t('Find Clusters'));
      return file === undefined ? undefined : ask(host, file);
    });
    return request && explore(host, request);
  };
}

async function ask(host: Host, file: string): Promise<TargetlessRequest | undefined> {
  const title = t('Find Clusters in {0}', plainText(baseName(file), 60));
  const answers = await askInOrder<State>({}, [
    state => askNumber(state, { title, step: 1, totalSteps: 2 }),
    state => askColumns(host, file, state, { title, step: 2, totalSteps: 2 }),
  ]);
  if (!answers) return undefined;
  const { k, features } = answers;
  return { file, task: 'clustering', ...(features && { features }), ...(k !== undefined && { options: { k } }) };
}

/** Numbers that are offered; any other is asked for by a program or the command line. */
const offered = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20];

async function askNumber(state: State, place: { readonly title: string; readonly step: number; readonly totalSteps: number }): Promise<Answer<State>> {
  const automatic = { label: t('Automatic'), detail: t('Chosen by gap statistic, silhouette and Caliński–Harabasz; or that there are none'), k: undefined };
  const items = [automatic, ...offered.map(k => ({ label: t('{0} clusters', k), detail: undefined, k }))];
  const answer = await pickStep({ ...place, placeholder: t('Number of clusters'), items, active: item => item.k === state.k });
  return typeof answer === 'object' ? { ...state, k: answer.k } : answer;
}
