/** What differs between the columns of two files, by name: presence, kind, levels, range, missing cells. */
import type { Dataset } from '../../data/dataset';
import { asCategories } from '../../data/encoding/binding';
import { findColumn, type Column, type Table } from '../../data/table';
import { present } from './drift';
import type { ColumnDifference } from './result';

/** Missing shares that differ by less than this are not listed. */
const noticed = 0.05;
const mostNamed = 5;

export function differencesOf({ table, features, target }: Dataset, other: Table): ColumnDifference[] {
  const shared = features.flatMap(name => {
    const [first, second] = [findColumn(table, name)!, findColumn(other, name)];
    return second ? columnDifferences(first, second) : [{ column: name, difference: 'only in the first' as const, words: 'A feature that the second file does not have: the model is fitted without it.' }];
  });
  const known = new Set([...table.columns.map(({ name }) => name), target.name]);
  const extra = other.columns.filter(({ name }) => !known.has(name)).map(({ name }) => ({ column: name, difference: 'only in the second' as const, words: 'A column that the first file does not have; it is not used.' }));
  return [...shared, ...extra];
}

function columnDifferences(first: Column, second: Column): ColumnDifference[] {
  const column = first.name;
  const found: ColumnDifference[] = [];
  if (first.kind !== second.kind) found.push({ column, difference: 'kind', words: `${first.kind} in the first file, ${second.kind} in the second; read as in the first.` });
  if (first.storage === 'code') found.push(...levelDifferences(first, second));
  else if (second.storage === 'number') found.push(...rangeDifferences(column, first.values, second.values));
  const [a, b] = [missingShare(first), missingShare(second)];
  if (Math.abs(a - b) > noticed) found.push({ column, difference: 'missing cells', words: `${percent(a)} missing in the first file, ${percent(b)} in the second.` });
  return found;
}

function levelDifferences(first: Column, second: Column): ColumnDifference[] {
  const [a, b] = [levelsOf(first), levelsOf(second)];
  const fresh = [...b].filter(level => !a.has(level));
  const gone = [...a].filter(level => !b.has(level));
  const words = [fresh.length > 0 ? `only in the second file: ${named(fresh)}` : '', gone.length > 0 ? `only in the first: ${named(gone)}` : ''].filter(text => text !== '').join('; ');
  return words === '' ? [] : [{ column: first.name, difference: 'levels', words: `${words.charAt(0).toUpperCase()}${words.slice(1)}.` }];
}

function levelsOf(column: Column): Set<string> {
  const { codes, levels } = asCategories(column);
  return new Set([...new Set(codes)].filter(code => code >= 0).map(code => levels[code]!));
}

function named(levels: readonly string[]): string {
  return `${levels.slice(0, mostNamed).map(level => `"${level}"`).join(', ')}${levels.length > mostNamed ? ` and ${levels.length - mostNamed} more` : ''}`;
}

function rangeDifferences(column: string, first: Float64Array, second: Float64Array): ColumnDifference[] {
  const [a, b] = [first, second].map(values => present(values, Int32Array.from(values.keys())));
  if (a!.length === 0 || b!.length === 0) return [];
  const ends = (sorted: Float64Array): [number, number] => [sorted[0]!, sorted[sorted.length - 1]!];
  const [[low, high], [from, to]] = [ends(a!), ends(b!)];
  if (from >= low && to <= high) return [];
  return [{ column, difference: 'range', words: `${short(low)} to ${short(high)} in the first file, ${short(from)} to ${short(to)} in the second.` }];
}

function missingShare(column: Column): number {
  const values: ArrayLike<number> = column.storage === 'number' ? column.values : column.codes;
  let missing = 0;
  for (let i = 0; i < values.length; i++) if (column.storage === 'number' ? !Number.isFinite(values[i]) : values[i]! < 0) missing++;
  return values.length === 0 ? 0 : missing / values.length;
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
const short = (value: number): string => String(Number(value.toPrecision(4)));
