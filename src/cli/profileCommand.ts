/** `unveil profile`: the columns of a file as a table or as JSON. */
import { profile } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import { formatCount, formatNumber } from '../engine/report/format';
import type { WorkContext } from '../engine/context';
import type { DatasetProfile } from '../protocol/profile';
import { columnList } from './arguments';
import { asJson, print, textTable, writeResult } from './output';

export interface ProfileFlags { json?: string; categorical?: string; numeric?: string }

export async function profileCommand(file: string, flags: ProfileFlags, context: WorkContext): Promise<void> {
  if (flags.json !== undefined) await requireOther(flags.json, [file]);
  const result = await profile({ file, categorical: columnList(flags.categorical), numeric: columnList(flags.numeric) }, context);
  if (flags.json !== undefined) {
    await writeResult(flags.json, asJson({ format: 'unveil-profile', version: 1, ...result.profile, targets: result.targets }));
    return;
  }
  await print(profileText(result.profile));
  const best = result.targets[0];
  if (best) await print(`\nLikely target: ${best.column} (${best.task}). ${best.reason}\n`);
}

function profileText(profile: DatasetProfile): string {
  const rows = profile.columns.map(column => [
    column.name,
    column.kind,
    formatCount(column.missing),
    formatCount(column.distinct),
    column.quantiles
      ? spread(column.quantiles, column.kind === 'datetime')
      : (column.levels ?? []).slice(0, 3).map(level => `${level.level} (${level.count})`).join(', '),
    column.note ?? '',
  ]);
  const notes = profile.notes.map(note => `- ${note.text}\n`).join('');
  return (
    `${formatCount(profile.rows)} rows, ${formatCount(profile.columns.length)} columns\n${notes}\n` +
    textTable(['column', 'kind', 'missing', 'distinct', 'values', 'note'], rows, [false, false, true, true, false, false], 60)
  );
}

function spread(quantiles: readonly { probability: number; value: number }[], dates: boolean): string {
  const at = (p: number): string => {
    const value = quantiles.find(q => Math.abs(q.probability - p) < 1e-9)?.value ?? NaN;
    return dates && Number.isFinite(value) ? dateText(value) : formatNumber(value);
  };
  return `${at(0)} … ${at(0.5)} … ${at(1)}`;
}

/** Milliseconds since 1970 as a date, with the time of day unless it is midnight. */
function dateText(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : `${text.slice(0, 19).replace('T', ' ')}`;
}
