/** What every section of a report has: its panel and its words. */
/** The panels (tabs) of a report. Later families add to this list. */
export type PanelId =
  | 'overview' | 'weights' | 'importance' | 'effects' | 'intervals' | 'interpretability' | 'row' | 'whatIf' | 'data'
  | 'profiles' | 'rules' | 'map' | 'stability' | 'loadings' | 'policy' | 'values' | 'evidence' | 'learning'
  | 'sensitivity' | 'optimisers' | 'dynamics' | 'generalisation' | 'robustness' | 'settings';

export interface SectionBase {
  /** Unique within the report. */
  readonly id: string;
  readonly panel: PanelId;
  readonly title: string;
  /** One or two sentences in plain words: what is seen, and what it means. Also the chart's text alternative. */
  readonly summary: string;
  /** Name of the method and how many rows it rests on. */
  readonly method: string;
  readonly assumptions?: readonly string[];
}
