/** `unveil components`: the directions in which rows vary, how many are worth keeping, and what they are made of. */
import type { WorkContext } from '../engine/context';
import { numberOf } from './arguments';
import { componentsText } from './componentsText';
import { exploreRequest, exploreTo, type ExploreFlags } from './exploreCommand';

export interface ComponentsFlags extends ExploreFlags { count?: string; scaling?: string; categories?: string }

export async function componentsCommand(file: string, flags: ComponentsFlags, context: WorkContext): Promise<void> {
  const count = numberOf('--count', flags.count, 1, 10_000, true);
  const request = exploreRequest(file, 'components', flags, { count, scaling: flags.scaling, categories: flags.categories });
  await exploreTo(request, flags, context, { writes: 'their scores', text: componentsText });
}
