/** `unveil profile`: the columns of a file as a table or as JSON. */
import { profile } from '../engine/run';
import { formatCount, formatNumber } from '../engine/report/format';
import type { WorkContext } from '../engine/context';
import type { DatasetProfile } from '../protocol/profile';
import { columnList } from './arguments';
import { asJson, textTable, writeResult } from './output';

export interface ProfileFlags { json?: string; categorical?: string; numeric?: string }

export async function profileCommand(file: string, flags: ProfileFlags, context: WorkContext): Promise<void> {
  const result = await profile({ file, categorical: columnList(flags.categorical), numeric: columnList(flags.numeric) }, context);
  if (flags.json !== undefined) {
    await writeResult(flags.json, asJson({ format: 'unveil-profile', version: 1, ...result.profile, targets: result.targets }));
    return;
  }
  process.stdout.write(profileText(result.profile));
  const best = result.targets[0];
  if (best) process.stdout.write(`\nLikely target: ${best.column} (${best.task}). ${best.reason}\n`);
}

function profileText(profile: DatasetProfile): string {
  const rows = profile.columns.map(column => [
    column.name,
    column.kind,
    formatCount(column.missing),
    formatCount(column.distinct),
    column.quantiles
      ? spread(column.quantiles)
      : (column.levels ?? []).slice(0, 3).map(level => `${level.level} (${level.count})`).join(', '),
    column.note ?? '',
  ]);
  const notes = profile.notes.map(note => `- ${note.text}\n`).join('');
  return (
    `${formatCount(profile.rows)} rows, ${formatCount(profile.columns.length)} columns\n${notes}\n` +
    textTable(['column', 'kind', 'missing', 'distinct', 'values', 'note'], rows, [false, false, true, true, false, false], 60)
  );
}

function spread(quantiles: readonly { probability: number; value: number }[]): string {
  const at = (p: number): string => formatNumber(quantiles.find(q => Math.abs(q.probability - p) < 1e-9)?.value ?? NaN);
  return `${at(0)} … ${at(0.5)} … ${at(1)}`;
}
