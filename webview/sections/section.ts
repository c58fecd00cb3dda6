/** What a section renderer is given and what it gives back. A renderer never touches the page. */
import type { Peer } from '../../src/protocol/panel';
import type { AnyReport, Section } from '../../src/protocol/report';
import type { ChartSpec } from '../charts/spec';
import type { SectionState } from '../state';
import type { TableModel } from '../tables/tableModel';

/** What can be done to a term of an additive model. */
export type TermEditName = 'remove' | 'smooth' | 'increasing' | 'decreasing' | 'undo';

export interface SectionView {
  readonly report: AnyReport;
  readonly state: SectionState;
  /** Other models of the same data; nothing in an HTML file. */
  readonly peers?: readonly Peer[] | undefined;
  /** Edits a term of the model, where the host can: an HTML file cannot. `term`: its place among the model's terms. */
  readonly editTerm?: ((term: number, edit: TermEditName) => void) | undefined;
  /** Explains another family of the comparison in full, in a panel of its own; absent where there is no host. */
  readonly explainFamily?: ((family: string) => void) | undefined;
  /** Trains anew with the fix of a finding of the data checks; `place`: its place among the findings. Absent where there is no host. */
  readonly applyFix?: ((place: number) => void) | undefined;
  /** Puts text on the clipboard and says so; absent where nothing can be copied. */
  readonly copy?: ((text: string, what: string) => void) | undefined;
  /** Unique in the page; a prefix for ids of controls. */
  readonly domId: string;
  change(change: SectionState): void;
}

export interface ChartPart {
  readonly spec: ChartSpec;
  /** A heading over the chart where a section has several. */
  readonly title?: string;
}

/** A picture that is no chart of Chart.js (a lit template); it brings its own text alternative. */
export interface DrawingPart {
  readonly drawing: () => unknown;
  readonly title?: string;
}

export interface SectionBody {
  /** Choosers above the chart (a lit template). */
  readonly controls?: unknown;
  readonly charts?: readonly (ChartPart | DrawingPart)[];
  /** Charts side by side where there is room: two of equal width, a small one beside a large one, or as many small ones as there is room for. */
  readonly layout?: 'pair' | 'aside' | 'grid';
  /** With charts: what "Show as table" shows. Without: always shown. Made only when shown. */
  readonly table?: () => TableModel;
  /** Anything else (a lit template), under the chart or table. */
  readonly extra?: unknown;
  /** In place of everything else: why there is nothing to show. */
  readonly empty?: string;
}

export type SectionKind = Section['kind'];
export type SectionOf<K extends SectionKind> = Extract<Section, { readonly kind: K }>;

export interface SectionRenderer<K extends SectionKind> {
  /** Takes the whole width of the panel rather than one of two columns. */
  readonly wide: boolean | ((section: SectionOf<K>) => boolean);
  render(section: SectionOf<K>, view: SectionView): SectionBody;
}
