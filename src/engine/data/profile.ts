/** Profiles of columns that are held in memory. */
import type { ColumnProfile } from '../../protocol/profile';
import type { WorkContext } from '../context';
import type { Converted } from './convert';
import type { Decision } from './kinds';
import { summariseCodes, summariseNumbers } from './summary';

export interface ProfilePart {
  readonly index: number;
  readonly name: string;
  readonly decision: Decision;
  readonly note: string | undefined;
}

/** `tell` is called for columns with infinite values. */
export async function profileColumns(
  parts: readonly ProfilePart[],
  convert: (index: number) => Converted,
  tell: (found: { name: string; rows: readonly number[] }) => Promise<void>,
  context: WorkContext,
): Promise<ColumnProfile[]> {
  const profiles: ColumnProfile[] = [];
  for (const part of parts) {
    if (part.decision.summary) {
      profiles.push(columnProfile(part, part.decision.summary));
      continue;
    }
    const { column, infinite } = convert(part.index);
    if (infinite.length > 0) await tell({ name: part.name, rows: infinite });
    profiles.push(columnProfile(part, column.storage === 'number' ? summariseNumbers(column) : summariseCodes(column)));
    const pause = context.breathe();
    if (pause) await pause;
  }
  return profiles;
}

/** Puts a profile together, without the fields that do not apply. */
export function columnProfile(part: ProfilePart, summary: Omit<ColumnProfile, 'name' | 'kind' | 'note'>): ColumnProfile {
  const fields = Object.fromEntries(Object.entries(summary).filter(([, value]) => value !== undefined)) as typeof summary;
  return { name: part.name, kind: part.decision.kind, ...(part.note === undefined ? {} : { note: part.note }), ...(part.decision.reading && { reading: part.decision.reading }), ...fields };
}
