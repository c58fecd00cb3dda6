/** The training rows that are most like a row of values, by Gower's distance: the evidence near it. */
import type { NearestRequest, WhatIfNearest } from '../../protocol/whatIf';
import { UserError } from '../../protocol/errors';
import type { WorkContext } from '../context';
import { countOf } from '../report/format';
import type { WhatIfSession } from './session';
import type { Point, Points, Space } from './space';
import { cellOf, trainingRows } from './trainingRows';

const usualCount = 5;
const mostCount = 100;
const blockRows = 5000;

/** Throws UserError where the file is gone or is another one. */
export async function nearestRows(session: WhatIfSession, { values, count = usualCount }: NearestRequest, context: WorkContext): Promise<WhatIfNearest> {
  const { space } = session;
  const found = await trainingRows(session, context);
  if ('why' in found) throw new UserError('fileNotFound', `The training rows cannot be looked at: ${found.why}`, { file: session.dataFile });
  const { points, target, numbers, note } = found;
  const nearest = await nearestPoints(space, space.pointOf(values), points, Math.max(1, Math.min(mostCount, count)), context);
  return {
    kind: 'nearest',
    rows: nearest.map(({ at, distance }) => ({ row: numbers[at], distance, target: cellOf(target, at), values: space.valuesOf(space.at(points, at)) })),
    method: `Gower's distance (1971) over the ${countOf(space.features.length, 'feature')} of the model, all weighted equally: differences of numbers as a share of their range in the training data, 0 or 1 for levels; 0 is the same row, 1 is unlike in everything. Looked at: ${countOf(points.count, 'row')}.`,
    ...(note !== undefined && { note }),
  };
}

/** Nearest first; of equally near ones the earlier. */
export async function nearestPoints(
  space: Space, point: Point, points: Points, count: number, context: WorkContext,
): Promise<{ readonly at: number; readonly distance: number }[]> {
  const best: { at: number; distance: number }[] = [];
  for (let i = 0; i < points.count; i++) {
    if (i % blockRows === 0) await context.breathe();
    const distance = space.gower(point, points, i);
    if (best.length === count && distance >= best[count - 1].distance) continue;
    let place = best.length;
    while (place > 0 && best[place - 1].distance > distance) place--;
    best.splice(place, 0, { at: i, distance });
    if (best.length > count) best.pop();
  }
  return best;
}
