/** The explorers, one a task without a target. */
import { UserError } from '../../protocol/errors';
import type { TargetlessTask } from '../../protocol/recipe';
import { clusteringExplorer } from './clustering';
import { componentsExplorer } from './components';
import { decisionsExplorer } from './decisions';
import type { Explorer } from './explorer';

const explorers: readonly Explorer[] = [clusteringExplorer, componentsExplorer, decisionsExplorer];

/** Throws UserError 'badOption' for a task that there is not. */
export function explorerFor(task: TargetlessTask): Explorer {
  const explorer = explorers.find(each => each.task === task);
  if (!explorer) throw new UserError('badOption', `Without a target there are the tasks ${explorers.map(each => each.task).join(', ')}, not "${String(task)}".`);
  return explorer;
}
