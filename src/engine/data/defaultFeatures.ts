/** Which columns are features when nobody said: all but those that cannot explain anything, each with its reason. */
import type { ColumnProfile, DatasetProfile } from '../../protocol/profile';

export interface FeatureChoice {
  /** In file order. */
  readonly features: readonly string[];
  readonly dropped: readonly { readonly column: string; readonly reason: string }[];
}

/** Reason of columns that were asked to be left out. */
export const leftOut = 'left out by request';

/** `reserved`: columns with another part to play, such as the target and the fold column; they are not listed as dropped. */
export function defaultFeatures(profile: DatasetProfile, reserved: readonly string[] = [], drop: readonly string[] = []): FeatureChoice {
  const taken = new Set(reserved);
  const unwanted = new Set(drop);
  const features: string[] = [];
  const dropped: { column: string; reason: string }[] = [];
  for (const column of profile.columns) {
    if (taken.has(column.name)) continue;
    const reason = unwanted.has(column.name) ? leftOut : unsuitable(column, profile.rows);
    if (reason === undefined) features.push(column.name);
    else dropped.push({ column: column.name, reason });
  }
  return { features, dropped };
}

function unsuitable(column: ColumnProfile, rows: number): string | undefined {
  switch (column.kind) {
    case 'identifier': return `identifies rows (${column.distinct} distinct values in ${rows} rows)`;
    case 'text': return 'free text';
    case 'constant': return 'the same value in every row';
    case 'empty': return 'empty';
    default: return undefined;
  }
}
