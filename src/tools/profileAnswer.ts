/** unveil_profile_dataset: the columns of a file in few words each. */
import type { ProfileResult } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import type { ColumnProfile } from '../protocol/profile';
import { compactJson, firstOf, shortened, someOf } from './compact';

/** Throws UserError 'unknownColumn' when a column that is asked for is not there. */
export function profileAnswer({ profile, targets }: ProfileResult, wanted: readonly string[] | undefined): string {
  const columns = wanted ? wanted.map(name => columnNamed(profile.columns, name)) : profile.columns;
  const [likely] = targets;
  const sentence = `${profile.rows} rows and ${profile.columns.length} ${profile.columns.length === 1 ? 'column' : 'columns'}${likely ? `; a likely target is ${likely.column} (${likely.task})` : ''}.`;
  return compactJson(most => ({
    sentence,
    file: profile.file,
    rows: profile.rows,
    columnCount: profile.columns.length,
    ...firstOf('columns', columns.map(column => columnAnswer(column, most)), wanted ? Infinity : most),
    ...firstOf('targets', targets.map(({ column, task, positive, classes }) => ({ column, task, positive, ...(classes && classes.length <= 5 && { classes }) })), Math.min(5, most)),
    ...firstOf('dropped', profile.dropped.map(({ reason, rows }) => ({ reason, rows })), 5),
    ...firstOf('notes', profile.notes.map(note => shortened(note.text, 200)), Math.min(8, most)),
  }));
}

function columnAnswer({ name, kind, missing, distinct, quantiles, levels, note }: ColumnProfile, most: number): Record<string, unknown> {
  const at = (probability: number): number | undefined => quantiles?.find(quantile => Math.abs(quantile.probability - probability) < 1e-9)?.value;
  const shown = (value: number | undefined): unknown => (kind === 'datetime' && value !== undefined && Number.isFinite(value) ? new Date(value).toISOString() : value);
  return {
    name, kind, ...(missing > 0 && { missing }), distinct,
    ...(quantiles && { min: shown(at(0)), median: shown(at(0.5)), max: shown(at(1)) }),
    ...(!quantiles && levels && kind !== 'identifier' && kind !== 'text' && { levels: levels.slice(0, most > 15 ? 5 : 3).map(({ level, count }) => [shortened(level, 40), count]) }),
    ...(note !== undefined && most > 6 && { note: shortened(note, 120) }),
  };
}

function columnNamed(columns: readonly ColumnProfile[], name: string): ColumnProfile {
  const column = columns.find(item => item.name === name);
  if (column) return column;
  throw new UserError('unknownColumn', `There is no column "${name}".`, { column: name });
}

/** "Columns are: a, b, c and 3 more. Call again with one of these." The most similar names come first. */
export function columnsNext(columns: readonly string[], asked: string | undefined): string {
  const ordered = asked === undefined ? columns : [...columns].sort((a, b) => distance(a, asked) - distance(b, asked));
  return `Columns are: ${someOf(ordered, 40)}. Call again with one of these.`;
}

/** Edits (insert, delete, replace) from one name to the other, capitals counting as small letters (Levenshtein 1966). */
function distance(from: string, to: string): number {
  const a = [...from.toLowerCase()].slice(0, 60);
  const b = [...to.toLowerCase()].slice(0, 60);
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    above = row;
  }
  return above[b.length]!;
}
