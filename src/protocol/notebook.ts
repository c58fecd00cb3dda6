/** A Jupyter notebook (nbformat 4.5) that shows a report and holds the code that repeats its run: the parts that Unveil writes. */
import type { AnyReport } from './report';

/** A report in a notebook's output: the same JSON as `--json` writes. */
export const reportMime = 'application/vnd.unveil.report+json';

/** Lines with their line ends, as Jupyter writes text. */
export type Lines = readonly string[];

export interface MarkdownCell {
  readonly cell_type: 'markdown';
  readonly id: string;
  readonly metadata: Readonly<Record<string, never>>;
  readonly source: Lines;
}

export interface ReportOutput {
  readonly output_type: 'display_data';
  /** `text/plain` is for programs that do not know the report's type. */
  readonly data: { readonly [reportMime]: AnyReport; readonly 'text/plain': Lines };
  readonly metadata: Readonly<Record<string, never>>;
}

export interface CodeCell {
  readonly cell_type: 'code';
  readonly id: string;
  readonly metadata: Readonly<Record<string, never>>;
  readonly execution_count: null;
  readonly source: Lines;
  readonly outputs: readonly ReportOutput[];
}

export interface Notebook {
  readonly nbformat: 4;
  readonly nbformat_minor: 5;
  readonly metadata: {
    readonly kernelspec: { readonly name: string; readonly display_name: string; readonly language: string };
    readonly language_info: { readonly name: string };
  };
  readonly cells: readonly (MarkdownCell | CodeCell)[];
}
