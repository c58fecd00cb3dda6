/** Sections of the data panel, and the `data` field of the report. */
import type { ColumnProfile } from '../../protocol/profile';
import type { AnyRecipe } from '../../protocol/recipe';
import type { Section } from '../../protocol/report';
import type { ReportColumn, ReportData } from '../../protocol/reportData';
import { countOf, formatCount, listWords } from './format';
import type { Facts } from './input';
import { withoutNonFinite } from './finite';
import { fittedRowsOf } from '../models/evenClasses/rows';

export function dataSections(facts: Facts): Section[] {
  return [columnsSection(facts), ...droppedColumnsSection(facts), ...droppedRowsSection(facts)];
}

/** Rows and columns as other programs read them. */
export function reportData(facts: Facts): ReportData {
  const role = columnRoles(facts);
  const fitted = fittedRowsOf(facts.dataset);
  const reasons = new Map(facts.recipe.dropped.map(d => [d.column, d.reason]));
  return {
    rows: facts.load.rowsInFile,
    rowsUsed: facts.dataset.table.rows,
    ...(fitted < facts.dataset.table.rows && { rowsFitted: fitted }),
    dropped: facts.load.dropped.map(({ reason, rows }) => ({ reason, rows })),
    columns: facts.profile.columns.map(column => {
      const note = reasons.get(column.name) ?? column.note;
      return {
        name: column.name, kind: column.kind, role: role(column.name),
        missing: column.missing, distinct: column.distinct,
        ...(note === undefined ? {} : { note }),
        ...(column.reading && { reading: column.reading }),
      };
    }),
  };
}

/** What a column is to the model, by its name. */
function columnRoles({ recipe, target }: Facts): (name: string) => ReportColumn['role'] {
  const features = new Set(recipe.features);
  const dropped = new Set(recipe.dropped.map(d => d.column));
  const leftHandSide = recipe.formula === undefined ? new Set<string>() : namesIn(recipe.target);
  const { split } = recipe;
  return name => {
    if (name === recipe.target || name === target.name) return 'target';
    if (split.scheme === 'foldColumn' && split.column === name) return 'fold';
    if (split.scheme === 'kFold' && split.groupColumn === name) return 'group';
    if (features.has(name)) return 'feature';
    return !dropped.has(name) && leftHandSide.has(name) ? 'target' : 'dropped';
  };
}

/** Names that a formula's left-hand side may mention, e.g. "log(price)". */
function namesIn(expression: string): Set<string> {
  return new Set([...expression.matchAll(/`([^`]+)`|[\p{L}_.][\p{L}\p{N}_.]*/gu)].map(match => match[1] ?? match[0]));
}

/** A column's profile as it may leave with a report: the cells of free text and identifiers stay with the data. */
export function shareable(column: ColumnProfile): ColumnProfile {
  if (column.kind !== 'text' && column.kind !== 'identifier') return column;
  const { levels: _cells, ...rest } = column;
  return rest;
}

function columnsSection(facts: Facts): Section {
  const { profile, load, dataset, recipe } = facts;
  const role = columnRoles(facts);
  const columns = profile.columns.map(column => ({ ...withoutNonFinite(shareable(column)), role: role(column.name) }));
  const gaps = columns.filter(c => c.missing > 0 && c.role === 'feature');
  const used = dataset.table.rows === load.rowsInFile
    ? `all ${formatCount(load.rowsInFile)} rows`
    : `${formatCount(dataset.table.rows)} of ${countOf(load.rowsInFile, 'row')}`;
  const missing = gaps.length === 0
    ? 'No feature has missing values.'
    : `${countOf(gaps.length, 'feature has', 'features have')} missing values in the file: ${listWords(gaps.map(c => `${c.name} (${formatCount(c.missing)})`))}.`;
  return {
    kind: 'columns', id: 'columns', panel: 'data', title: 'Columns',
    summary: `The model explains ${recipe.target} by ${countOf(recipe.features.length, 'feature')} of ${countOf(profile.columns.length, 'column')}, on ${used}. ${missing}`,
    method: `Profile of ${countOf(profile.rows, 'row')} of the file`,
    columns,
  };
}

export function droppedColumnsSection({ recipe }: { readonly recipe: Pick<AnyRecipe, 'dropped'> }): Section[] {
  if (recipe.dropped.length === 0) return [];
  return [{
    kind: 'table', id: 'droppedColumns', panel: 'data', title: 'Columns left out',
    summary: `${countOf(recipe.dropped.length, 'column is', 'columns are')} left out of the features: ${listWords(recipe.dropped.map(d => d.column))}.`,
    method: 'Identifiers, free text and constants are left out unless asked for; so is what was asked to be dropped.',
    header: [{ title: 'Column' }, { title: 'Reason' }],
    rows: recipe.dropped.map(d => [d.column, d.reason]),
  }];
}

/** "6 rows are left out: 4 (the target is missing) and 2 (…)." */
export function droppedRowsWords(dropped: readonly { readonly reason: string; readonly rows: number }[]): string {
  const rows = dropped.reduce((sum, d) => sum + d.rows, 0);
  const reasons = dropped.length === 1 ? dropped[0].reason : listWords(dropped.map(d => `${formatCount(d.rows)} (${d.reason})`));
  return `${countOf(rows, 'row is', 'rows are')} left out: ${reasons}.`;
}

export function droppedRowsSection({ load }: { readonly load: Pick<ReportData, 'dropped'> & { readonly rowsInFile: number } }): Section[] {
  if (load.dropped.length === 0) return [];
  return [{
    kind: 'table', id: 'droppedRows', panel: 'data', title: 'Rows left out',
    summary: droppedRowsWords(load.dropped),
    method: `Counted while reading and preparing ${countOf(load.rowsInFile, 'row')}`,
    header: [{ title: 'Reason' }, { title: 'Rows', numeric: true }],
    rows: load.dropped.map(d => [d.reason, d.rows]),
  }];
}
