/** A model of principal components as a model of the columns that these are made of. */
import type { Note } from '../../../protocol/profile';
import type { Section } from '../../../protocol/report';
import { isMissing } from '../../data/encoding/binding';
import { findColumn, type NumberColumn, type Table } from '../../data/table';
import { scoresOfMatrix, type ComponentsModel } from '../../unlabelled/components/components';
import { applyPreparation } from '../../unlabelled/shared/apply';
import type { Model } from '../model';
import { standardisedNote } from '../shared/encodingNotes';
import type { InputTally } from '../shared/inputTally';
import { componentsSection } from './section';
import { standardisesScores } from './scores';
import { posteriorBack, weightsBack, weightsInfoBack } from './weights';
import { varianceWords } from './words';

export interface ComponentsState {
  readonly version: 1;
  readonly components: ComponentsModel;
  /** Of the columns of scores. */
  readonly names: readonly string[];
  /** Features that the model reads as they are: categories. */
  readonly others: readonly string[];
  /** Rows that the components were learned on. */
  readonly rows: number;
}

/** A model on components, and what it is made of. */
export interface Through { readonly state: ComponentsState; readonly inner: Model }
const throughs = new WeakMap<Model, Through>();

/** Undefined for a model of the columns themselves. */
export function throughOf(model: Model): Through | undefined {
  return throughs.get(model);
}

/** "PC1", "PC2" …, another where the table has a column of that name. */
export function componentNames(model: ComponentsModel, table: Table): string[] {
  const taken = new Set(table.columns.map(column => column.name));
  return model.vectors.map((_, c) => {
    let name = `PC${c + 1}`;
    while (taken.has(name)) name += '′';
    return name;
  });
}

/** The table's other columns, and the scores of its rows. */
export function preparedTable({ components, names }: Pick<ComponentsState, 'components' | 'names'>, table: Table): Table {
  const replaced = new Set(components.preparation.columns.map(column => column.name));
  const { data, rows, columns } = scoresOfMatrix(components, applyPreparation(components.preparation, table).matrix);
  const scores = names.map((name, c): NumberColumn => ({ name, kind: 'numeric', storage: 'number', values: Float64Array.from({ length: rows }, (_, i) => data[i * columns + c]) }));
  return { rows: table.rows, columns: [...table.columns.filter(column => !replaced.has(column.name)), ...scores] };
}

/** `key`: under which its JSON holds the components. `learned`: notes of the components' learning; those of a loaded model are in the report. */
export function throughComponents(state: ComponentsState, inner: Model, key: string, learned: readonly Note[] = []): Model {
  const { components, others, names } = state;
  const tables = new WeakMap<Table, Table>();
  const prepared = (table: Table): Table => {
    const known = tables.get(table) ?? preparedTable(state, table);
    tables.set(table, known);
    return known;
  };
  const columns = components.preparation.columns.map(column => column.name);
  const json = (through: unknown): unknown => ({ [key]: state, through });
  const share = components.shares.reduce((sum, each) => sum + each, 0);
  const about: Note = {
    kind: 'information',
    text: `The model reads ${names.length} principal ${names.length === 1 ? 'component' : 'components'} in the place of ${columns.length} ${columns.length === 1 ? 'column' : 'columns'}; ${names.length === 1 ? 'it holds' : 'they hold'} ${varianceWords(share)} of these, standardised. Every fold learns its own.`,
  };
  const model: Model = {
    family: inner.family, title: `${inner.title} on ${names.length} principal ${names.length === 1 ? 'component' : 'components'}`, task: inner.task,
    ...(inner.classes && { classes: inner.classes }), features: [...columns, ...others], notes: [about, ...learned, ...notesBack(inner, names)], ...(inner.aliased && { aliased: inner.aliased }),
    predict: (table, rows) => inner.predict(prepared(table), rows),
    inputTally: () => throughTally(columns, prepared, inner),
    toJSON: () => json(inner.toJSON()),
    ...(inner.toLeanJSON && { toLeanJSON: () => json(inner.toLeanJSON!()) }),
    ...(inner.weights && { weights: (level: number) => weightsBack(state, inner, level) }),
    ...(inner.weightsInfo && { weightsInfo: weightsInfoBack(state, inner) }),
    ...(inner.posterior && inner.weights && { posterior: (level: number) => posteriorBack(state, inner, level) }),
    ...(inner.fitStatistics && { fitStatistics: () => inner.fitStatistics!() }),
    ...(inner.path && { path: inner.path }),
    ...(inner.training && { training: inner.training }),
    ...(inner.predictionWork && { predictionWork: inner.predictionWork }),
    ...(inner.averaged !== undefined && { averaged: inner.averaged }),
    ...(inner.stopsEarly && { stopsEarly: inner.stopsEarly }),
    ...(inner.link && { link: inner.link }),
    ...(inner.predictIntervals && { predictIntervals: (table: Table, level: number, rows?: Int32Array) => inner.predictIntervals!(prepared(table), level, rows) }),
    inside: (level: number): readonly Section[] => [componentsSection(state, inner, level)],
  };
  throughs.set(model, { state, inner });
  return model;
}

/** The inner model's notes; weights that are led back are per unit of the columns, whatever scale the scores are read on. */
function notesBack(inner: Model, names: readonly string[]): Note[] {
  if (!standardisesScores(inner, names)) return [...inner.notes];
  const text = 'The scores of the components were standardised before the fit; weights that are led back to the columns are per unit of the columns.';
  return inner.notes.map(note => (note.text === standardisedNote.text ? { ...note, text } : note));
}

/** Rows with a cell that a score was made without, and what the inner model counts. */
function throughTally(names: readonly string[], prepared: (table: Table) => Table, inner: Model): InputTally {
  const own = inner.inputTally?.();
  let missing = 0;
  return {
    add: (table, rows) => {
      const used = names.flatMap(name => findColumn(table, name) ?? []);
      for (let i = 0; i < (rows?.length ?? table.rows); i++) if (used.some(column => isMissing(column, rows ? rows[i] : i))) missing++;
      own?.add(prepared(table), rows);
    },
    notes: () => {
      const text = `${missing} ${missing === 1 ? 'row has' : 'rows have'} a missing cell in a column of the principal components; the median of the training rows takes its place.`;
      return [...(missing === 0 ? [] : [{ kind: 'imputed' as const, text }]), ...(own?.notes() ?? [])];
    },
  };
}
