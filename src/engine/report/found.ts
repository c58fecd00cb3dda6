/** Puts the report of what is no model of a target together (clusters, components, decisions, an experiment): its data, its notes and its sections. */
import type { DatasetProfile, Note } from '../../protocol/profile';
import type { ExperimentRecipe, TargetlessRecipe } from '../../protocol/recipe';
import { reportFormat, reportVersion, type Report, type Section } from '../../protocol/report';
import type { ReportColumn, ReportData } from '../../protocol/reportData';
import type { Loaded } from '../data/sourceTypes';
import { withoutNonFinite } from './finite';
import { countOf, formatCount, listWords } from './format';
import { orderNotes } from './notes';
import { droppedColumnsSection, droppedRowsSection, droppedRowsWords, shareable } from './sectionsData';

export interface FoundInput<R extends TargetlessRecipe | ExperimentRecipe = TargetlessRecipe | ExperimentRecipe> {
  readonly recipe: R;
  readonly profile: DatasetProfile;
  readonly loaded: Pick<Loaded, 'rowsInFile' | 'sampled' | 'dropped'>;
  readonly explored: {
    readonly title: string;
    readonly headline: string;
    readonly rowsUsed: number;
    readonly dropped: ReportData['dropped'];
    readonly notes: readonly Note[];
    readonly fields: Pick<Report<R>, 'clusters' | 'components' | 'decisions' | 'experiment'>;
    readonly sections: readonly Section[];
    readonly roles?: Readonly<Record<string, ReportColumn['role']>>;
  };
  /** Of the plan and of the reading. */
  readonly notes: readonly Note[];
  readonly timings: Readonly<Record<string, number>>;
}

export function assembleFound<R extends TargetlessRecipe | ExperimentRecipe>(input: FoundInput<R>): Report<R> {
  const { recipe, explored } = input;
  return {
    format: reportFormat, version: reportVersion, recipe, data: dataOf(input),
    model: { family: recipe.model, title: explored.title, task: recipe.task, headline: explored.headline },
    ...withoutNonFinite(explored.fields),
    timings: withoutNonFinite(input.timings), notes: notesOf(input),
    sections: withoutNonFinite([...explored.sections, ...dataSections(input)]),
  };
}

function roleOf({ recipe, explored }: FoundInput): (name: string) => ReportColumn['role'] {
  const features = new Set(recipe.features);
  return name => (explored.roles && Object.hasOwn(explored.roles, name) ? explored.roles[name] : features.has(name) ? 'feature' : 'dropped');
}

function droppedRows({ loaded, explored }: FoundInput): ReportData['dropped'] {
  return [...loaded.dropped, ...explored.dropped].filter(part => part.rows > 0).map(({ reason, rows }) => ({ reason, rows }));
}

function dataOf(input: FoundInput): ReportData {
  const { recipe, profile, loaded, explored } = input;
  const reasons = new Map(recipe.dropped.map(d => [d.column, d.reason]));
  const role = roleOf(input);
  return {
    rows: loaded.rowsInFile, rowsUsed: explored.rowsUsed, dropped: droppedRows(input),
    columns: profile.columns.map(column => {
      const note = reasons.get(column.name) ?? column.note;
      return {
        name: column.name, kind: column.kind, role: role(column.name), missing: column.missing, distinct: column.distinct,
        ...(note !== undefined && { note }), ...(column.reading && { reading: column.reading }),
      };
    }),
  };
}

function notesOf(input: FoundInput): Note[] {
  const { recipe, profile, loaded, explored } = input;
  const given = [...input.notes, ...profile.notes, ...explored.notes];
  const notes: Note[] = [];
  if (loaded.sampled && !given.some(note => note.kind === 'sampling' && note.text.includes('sample'))) {
    notes.push({ kind: 'sampling', text: `Made from a random sample: ${formatCount(explored.rowsUsed)} of ${countOf(loaded.rowsInFile, 'row')}.` });
  }
  const lost = loaded.dropped.filter(part => part.rows > 0);
  if (lost.length > 0) notes.push({ kind: 'dropped', text: droppedRowsWords(lost) });
  const told = given.filter(note => note.kind === 'column').map(note => note.text);
  const untold = recipe.dropped.filter(d => !told.some(text => text.includes(d.column)));
  if (untold.length > 0) notes.push({ kind: 'column', text: `${countOf(untold.length, 'column is', 'columns are')} not used: ${listWords(untold.map(d => `${d.column} (${d.reason})`))}.` });
  return orderNotes([...given, ...notes]);
}

function dataSections(input: FoundInput): Section[] {
  const { recipe, profile, loaded, explored } = input;
  const role = roleOf(input);
  const columns = profile.columns.map(column => ({ ...withoutNonFinite(shareable(column)), role: role(column.name) }));
  const used = columns.filter(column => column.role !== 'dropped');
  const gaps = used.filter(column => column.missing > 0);
  const rows = explored.rowsUsed === loaded.rowsInFile ? `all ${formatCount(loaded.rowsInFile)} rows` : `${formatCount(explored.rowsUsed)} of ${countOf(loaded.rowsInFile, 'row')}`;
  const missing = gaps.length === 0 ? 'None of them has missing values.' : `Missing values in the file: ${listWords(gaps.map(c => `${c.name} (${formatCount(c.missing)})`))}.`;
  return [
    {
      kind: 'columns', id: 'columns', panel: 'data', title: 'Columns',
      summary: `${countOf(used.length, 'column')} of ${formatCount(profile.columns.length)} ${used.length === 1 ? 'is' : 'are'} used, on ${rows}. ${missing}`,
      method: `Profile of ${countOf(profile.rows, 'row')} of the file`, columns,
    },
    ...droppedColumnsSection({ recipe }), ...droppedRowsSection({ load: { rowsInFile: loaded.rowsInFile, dropped: droppedRows(input) } }),
  ];
}
