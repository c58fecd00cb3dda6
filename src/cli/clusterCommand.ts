/** `unveil cluster`: groups of rows that are alike, how many there are, and what sets each apart. */
import type { WorkContext } from '../engine/context';
import { numberOf } from './arguments';
import { clusterText } from './clusterText';
import { exploreRequest, exploreTo, type ExploreFlags } from './exploreCommand';

export interface ClusterFlags extends ExploreFlags { k?: string; most?: string; scaling?: string }

export async function clusterCommand(file: string, flags: ClusterFlags, context: WorkContext): Promise<void> {
  const k = flags.k === 'auto' ? undefined : numberOf('--k', flags.k, 1, 1000, true);
  const most = flags.most === undefined ? undefined : numberOf('--most', flags.most, 1, 50, true);
  const request = exploreRequest(file, 'clustering', flags, { k, most, scaling: flags.scaling });
  await exploreTo(request, flags, context, { writes: 'their clusters', text: clusterText });
}
