/** Names in exported SQL: of the columns read, of steps on the way, and of the result, none of them twice. */
import { UserError } from '../../protocol/errors';
import { inComment } from './literals';
import type { Program } from './program';

export function requireApart(columns: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const column of columns) {
    const other = seen.get(column.toLowerCase());
    if (other !== undefined) throw new UserError('badOption', `The columns "${inComment(other)}" and "${inComment(column)}" are one name to SQL, which does not tell capitals apart.`, { column });
    seen.set(column.toLowerCase(), column);
  }
}

/** A beginning of names that no column of the model has. */
export function freePrefix(columns: readonly string[]): string {
  let prefix = 'unveil_';
  while (columns.some(column => column.toLowerCase().startsWith(prefix))) prefix += '_';
  return prefix;
}

/** Names that differ from each other and from those taken, which SQL compares without capitals; underscores in front, as `predict` writes them. */
export function freeNames(wanted: readonly string[], taken: readonly string[]): string[] {
  const used = new Set(taken.map(name => name.toLowerCase()));
  return wanted.map(name => {
    let free = name;
    while (used.has(free.toLowerCase())) free = `_${free}`;
    used.add(free.toLowerCase());
    return free;
  });
}

/** What is said of names that are not the usual ones. */
export function namingRemarks(wanted: readonly string[], names: readonly string[]): string[] {
  return wanted.flatMap((name, i) => (name === names[i] ? [] : [`${name} is named ${names[i]} here, for there is another column of that name.`]));
}

export function outputNames({ output }: Program): string[] {
  return ['prediction', ...(output.kind === 'number' ? [] : output.classes.map(name => `probability_${name}`))];
}
