/**
 * Navigation and UI state of a report view: which tab, and per section its sort order, table/chart switch, choice and
 * number of rows. Pure and serialisable; sections are keyed in a Map because ids may hold names from data.
 */
import type { PanelSnapshot } from '../src/protocol/panel';
import type { AnyReport } from '../src/protocol/report';
import type { PanelId } from '../src/protocol/sectionBase';
import { t } from './l10n';
import { readWhatIf } from './whatIf/state';
import type { WhatIfState } from './whatIf/state';

export interface SortOrder { readonly column: number; readonly descending: boolean }

/** The choosers that sections have. */
export const choosers = ['feature', 'class', 'matrix', 'layer', 'axis', 'formula'] as const;
export type Chooser = (typeof choosers)[number];
export type Choice = Partial<Readonly<Record<Chooser, string>>>;

export interface SectionState {
  /** Shown as a table instead of as a chart. */
  readonly asTable?: boolean;
  readonly sort?: SortOrder;
  /** Rows of the table, or bars of the chart, shown. */
  readonly rows?: number;
  readonly filter?: string;
  /** What a section's choosers hold, by chooser. */
  readonly choice?: Choice;
  readonly expanded?: boolean;
}

export interface ViewState {
  readonly panel: PanelId;
  readonly sections: ReadonlyMap<string, SectionState>;
  /** The data row that was asked for last on the panel of one row. */
  readonly row?: number;
  readonly whatIf?: WhatIfState;
}

export const panels: readonly { readonly id: PanelId; readonly title: string }[] = [
  { id: 'overview', title: t('Overview') },
  { id: 'profiles', title: t('Profiles') },
  { id: 'rules', title: t('Rules') },
  { id: 'loadings', title: t('Loadings') },
  { id: 'map', title: t('Map') },
  { id: 'stability', title: t('Fit and Stability') },
  { id: 'policy', title: t('Policy') },
  { id: 'values', title: t('Values') },
  { id: 'evidence', title: t('Evidence') },
  { id: 'learning', title: t('Learning') },
  { id: 'sensitivity', title: t('Sensitivity') },
  { id: 'optimisers', title: t('Optimisers') },
  { id: 'dynamics', title: t('Dynamics') },
  { id: 'generalisation', title: t('Generalisation') },
  { id: 'robustness', title: t('Robustness') },
  { id: 'settings', title: t('Settings') },
  { id: 'weights', title: t('Weights') },
  { id: 'importance', title: t('Feature Importance') },
  { id: 'effects', title: t('Effects') },
  { id: 'intervals', title: t('Confidence Intervals') },
  { id: 'interpretability', title: t('Interpretability') },
  { id: 'row', title: t('One Row') },
  { id: 'whatIf', title: t('What-If') },
  { id: 'data', title: t('Data') },
];

const nothing: SectionState = {};

export const initialState: ViewState = { panel: 'overview', sections: new Map() };

export function isPanel(value: unknown): value is PanelId {
  return panels.some(panel => panel.id === value);
}

export function withPanel(state: ViewState, panel: PanelId): ViewState {
  return state.panel === panel || !isPanel(panel) ? state : { ...state, panel };
}

export function withRow(state: ViewState, row: number): ViewState {
  return { ...state, row };
}

export function withWhatIf(state: ViewState, whatIf: WhatIfState): ViewState {
  return { ...state, whatIf };
}

/**
 * The tabs of a report: those with sections, the overview and the data, those of a row and of what-if where the model can be asked, and the
 * one that is in front, for it may have been asked for by a command.
 */
export function visiblePanels(report: Pick<AnyReport, 'sections'>, current: PanelId, asksModel: boolean): typeof panels {
  const filled = new Set<PanelId>(report.sections.map(section => section.panel));
  for (const always of ['overview', 'data', current] as const) filled.add(always);
  if (asksModel) for (const panel of ['row', 'whatIf'] as const) filled.add(panel);
  return panels.filter(panel => filled.has(panel.id));
}

export function sectionState(state: ViewState, id: string): SectionState {
  return state.sections.get(id) ?? nothing;
}

export function withSection(state: ViewState, id: string, change: SectionState): ViewState {
  const sections = new Map(state.sections);
  sections.set(id, { ...sectionState(state, id), ...change });
  return { ...state, sections };
}

/** What the webview stores; the host's serializer reads `id`, `name` and `panel` to restore the panel. */
export interface StoredState {
  readonly version: 1;
  readonly id?: string;
  readonly name: string;
  readonly panel: PanelId;
  readonly sections: readonly (readonly [string, SectionState])[];
  readonly row?: number;
  readonly whatIf?: WhatIfState;
}

export function toStored({ panel, sections, row, whatIf }: ViewState, name: string, id?: string): StoredState {
  return { version: 1, ...(id !== undefined && { id }), name, panel, sections: [...sections], ...(row !== undefined && { row }), ...(whatIf && { whatIf }) };
}

/** Reads stored state back; anything that is not what toStored writes gives the initial state. */
export function fromStored(stored: unknown): { readonly id?: string; readonly name?: string; readonly state: ViewState } {
  if (!isObject(stored) || stored['version'] !== 1) return { state: initialState };
  const id = typeof stored['id'] === 'string' ? stored['id'] : undefined;
  const name = typeof stored['name'] === 'string' ? stored['name'] : undefined;
  const panel = isPanel(stored['panel']) ? stored['panel'] : initialState.panel;
  const entries = Array.isArray(stored['sections']) ? stored['sections'] : [];
  const sections = new Map<string, SectionState>();
  for (const entry of entries) {
    if (Array.isArray(entry) && typeof entry[0] === 'string' && isObject(entry[1])) {
      sections.set(entry[0], readSection(entry[1]));
    }
  }
  const row = isRow(stored['row']) ? stored['row'] : undefined;
  const whatIf = readWhatIf(stored['whatIf']);
  return { ...(id !== undefined && { id }), ...(name !== undefined && { name }), state: { panel, sections, ...(row !== undefined && { row }), ...(whatIf && { whatIf }) } };
}

/** Whether the state was stored for this model: by its id, by its name where one of the two has no id. */
export function isStoredFor({ id, name }: { readonly id?: string; readonly name?: string }, model: Pick<PanelSnapshot, 'id' | 'name'>): boolean {
  return id !== undefined && model.id !== undefined ? id === model.id : name === undefined || name === model.name;
}

function readSection(stored: Readonly<Record<string, unknown>>): SectionState {
  const { asTable, sort, rows, filter, choice, expanded } = stored;
  return {
    ...(typeof asTable === 'boolean' && { asTable }),
    ...(isObject(sort) && Number.isInteger(sort['column']) && {
      sort: { column: sort['column'] as number, descending: sort['descending'] === true },
    }),
    ...(typeof rows === 'number' && rows > 0 && { rows }),
    ...(typeof filter === 'string' && { filter }),
    ...(isObject(choice) && { choice: readChoice(choice) }),
    ...(typeof expanded === 'boolean' && { expanded }),
  };
}

function readChoice(stored: Readonly<Record<string, unknown>>): Choice {
  return Object.fromEntries(choosers.flatMap(key => (typeof stored[key] === 'string' ? [[key, stored[key]]] : [])));
}

/** A 1-based data row. */
export function isRow(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
