/** The values of a column as domains: levels, or quantile bands of numbers, those with few rows put together. */
import { UserError } from '../../../protocol/errors';
import { quantileOfSorted } from '../../evaluate/order';
import { findColumn, type Column, type Table } from '../../data/table';
import { present } from './drift';

export interface Domain {
  readonly name: string;
  /** Ascending. */
  readonly rows: Int32Array;
  /** Groups that were put together. */
  readonly pooled?: number;
}

export interface Domains {
  /** Largest first, those that were put together last. */
  readonly domains: readonly Domain[];
  /** Groups that are too few rows even together, which stay among the others and are never left out. */
  readonly kept?: { readonly groups: number; readonly rows: Int32Array };
  /** Different numbers, or days, of which bands were made. */
  readonly banded?: number;
}

/** Numbers with more distinct values than this are cut into bands. */
const mostNumbers = 10;
const bands = 4;
/** Domains that a model is fitted without, at most; of more groups the smallest are put together. */
export const mostDomains = 12;

/** Rows that a domain needs: a twentieth of all, but from 5 to 20. */
export function fewestDomainRows(rows: number): number {
  return Math.min(20, Math.max(5, Math.round(rows / 20)));
}

type Group = readonly [string, number[]];

/** Throws UserError for a column that is not there, or has fewer than two domains. */
export function domainsOf(table: Table, name: string): Domains {
  const column = findColumn(table, name);
  if (!column) throw new UserError('unknownColumn', `There is no column "${name}" whose values could be domains.`, { column: name });
  const { groups, banded } = groupsOf(column, table.rows);
  const fewest = fewestDomainRows(table.rows);
  const found = pooled(groups, fewest);
  if (found.domains.length < 2) {
    const why = groups.length === 1 ? 'has one value only, so that nothing is left when it is left out' : `has no two groups of at least ${fewest} rows each, so that none can be left out and scored`;
    throw new UserError('badOption', `The column "${name}" ${why}; name a column with a few values that many rows share.`, { column: name });
  }
  return { ...found, ...(banded !== undefined && { banded }) };
}

function pooled(groups: readonly Group[], fewest: number): Pick<Domains, 'domains' | 'kept'> {
  const sorted = [...groups].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  const large = sorted.filter(([, rows]) => rows.length >= fewest);
  const kept = large.length > mostDomains || (sorted.length > large.length && large.length === mostDomains) ? large.slice(0, mostDomains - 1) : large;
  const rest = sorted.slice(kept.length);
  const domains: Domain[] = kept.map(([name, rows]) => ({ name, rows: Int32Array.from(rows) }));
  const small = Int32Array.from(rest.flatMap(([, rows]) => rows)).sort();
  if (small.length === 0) return { domains };
  if (small.length < fewest) return { domains, kept: { groups: rest.length, rows: small } };
  return { domains: [...domains, rest.length === 1 ? { name: rest[0]![0], rows: small } : { name: `other groups (${rest.length})`, rows: small, pooled: rest.length }] };
}

const missing = '(missing)';

function groupsOf(column: Column, rows: number): { groups: Group[]; banded?: number } {
  const { keyOf, names, banded } = column.storage === 'code' ? { keyOf: (row: number) => column.codes[row]!, names: column.levels, banded: undefined } : numberKeys(column, rows);
  const found = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const key = keyOf(row);
    const own = found.get(key);
    if (own) own.push(row);
    else found.set(key, [row]);
  }
  return { groups: [...found].map(([key, own]) => [key < 0 ? missing : names[key]!, own] as const), ...(banded !== undefined && { banded }) };
}

interface Keys { readonly keyOf: (row: number) => number; readonly names: readonly string[]; readonly banded?: number }

function numberKeys({ values, kind }: Extract<Column, { storage: 'number' }>, rows: number): Keys {
  const sorted = present(values, Int32Array.from({ length: rows }, (_, i) => i));
  const distinct = [...new Set(sorted)];
  const orMissing = (key: (value: number) => number) => (row: number): number => (Number.isFinite(values[row]) ? key(values[row]!) : -1);
  if (distinct.length <= mostNumbers) {
    const place = new Map(distinct.map((value, k) => [value, k]));
    return { keyOf: orMissing(value => place.get(value)!), names: texts(distinct, kind) };
  }
  const edges = [...new Set(Array.from({ length: bands - 1 }, (_, k) => quantileOfSorted(sorted, (k + 1) / bands)))];
  const ends = texts([sorted[0]!, ...edges, sorted[sorted.length - 1]!], kind);
  const names = Array.from({ length: edges.length + 1 }, (_, k) => (k > 0 ? `over ${ends[k]!} to ${ends[k + 1]!}` : ends[0] === ends[1] ? ends[0]! : `${ends[0]!} to ${ends[1]!}`));
  return { keyOf: orMissing(value => edges.filter(edge => value > edge).length), names, banded: distinct.length };
}

/** As short as different numbers stay different. */
function texts(values: readonly number[], kind: Column['kind']): string[] {
  const forms = kind === 'datetime' ? [(value: number) => new Date(value).toISOString().slice(0, 10), (value: number) => new Date(value).toISOString()]
    : [(value: number) => String(Number(value.toPrecision(6))), String];
  const count = new Set(values).size;
  const found = forms.map(form => values.map(form)).find(words => new Set(words).size === count);
  return found ?? values.map(String);
}
