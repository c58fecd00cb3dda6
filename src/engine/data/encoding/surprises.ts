/** What in rows to predict differs from the training data of an encoding, counted: values filled in and levels never seen. */
import { BoundTable, isMissing } from './binding';
import { compileEncoding, type Source } from './compiled';
import type { EncodedVariable, Encoding } from './encoding';
import { pooledBefore } from './levelMarks';
import type { CategoryLookup } from './lookup';
import type { Table } from '../table';

export interface Count { readonly column: string; readonly rows: number }

/** `as`: the level that it was taken as. `unsure`: it may have been one of the rare ones that were pooled at the training. */
export interface UnseenLevel extends Count { readonly level: string; readonly as: string; readonly unsure?: true }

export interface Surprises { readonly filled: readonly Count[]; readonly unseen: readonly UnseenLevel[] }

/** Of the given rows, all when absent. Throws UserError 'unknownColumn' when the table lacks a column that the encoding reads. */
export function surprisesIn(encoding: Encoding, table: Table, rows?: Int32Array): Surprises {
  const bound = new BoundTable(table);
  const { sources } = compileEncoding(encoding);
  return {
    filled: encoding.columns.flatMap(({ name, as }) => missingCells(bound, name, as === 'category', rows)),
    unseen: encoding.variables.flatMap((variable, v) => unseenLevels(variable, sources[v], bound, rows)),
  };
}

function missingCells(bound: BoundTable, column: string, category: boolean, rows: Int32Array | undefined): Count[] {
  const source = bound.find(column);
  const numbers = category ? undefined : bound.numeric(column);
  const n = rows?.length ?? bound.table.rows;
  let missing = 0;
  for (let i = 0; i < n; i++) {
    const row = rows ? rows[i] : i;
    if (numbers ? numbers[row] - numbers[row] !== 0 : isMissing(source, row)) missing++;
  }
  return missing > 0 ? [{ column, rows: missing }] : [];
}

/** Of a variable that is a column as it is; others have no levels that the file names. */
function unseenLevels(variable: EncodedVariable, source: Source, bound: BoundTable, rows: Int32Array | undefined): UnseenLevel[] {
  if (variable.kind !== 'category' || variable.expression.kind !== 'name') return [];
  if (source.kind !== 'category' && source.kind !== 'calculatedCategory') return [];
  const [column] = variable.columns;
  const { codes, levels } = bound.categories(column);
  const { isNew, unsure } = newLevels(variable, source.lookup);
  const strange = levels.map(isNew);
  const counts = new Map<number, number>();
  const n = rows?.length ?? bound.table.rows;
  for (let i = 0; i < n; i++) {
    const code = codes[rows ? rows[i] : i];
    if (code >= 0 && strange[code]) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const map = source.lookup.ofLevels(levels);
  return Array.from(counts, ([code, count]) => ({ column, level: levels[code], rows: count, as: variable.levels[map[code]] ?? '', ...(unsure && { unsure }) }));
}

/** A level that was pooled is none that was not seen. */
function newLevels(variable: Extract<EncodedVariable, { kind: 'category' }>, lookup: CategoryLookup): { isNew: (level: string) => boolean; unsure?: true } {
  if (variable.otherLevel === undefined) return { isNew: level => !lookup.knows(level) };
  const pooled = pooledBefore(variable.pooled);
  return pooled ? { isNew: level => !lookup.knows(level) && !pooled(level) } : { isNew: level => !lookup.knows(level), unsure: true };
}
