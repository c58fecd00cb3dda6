/** What explains a table without a target: one explorer a task, from the columns it reads to the report and to the columns it adds to other files. */
import type { DatasetProfile, Note } from '../../protocol/profile';
import type { TargetlessRecipe, TargetlessRequest, TargetlessTask } from '../../protocol/recipe';
import type { Section, TargetlessReport } from '../../protocol/report';
import type { ReportColumn } from '../../protocol/reportData';
import type { TargetlessModelFile } from '../../protocol/modelFile';
import type { WorkContext } from '../context';
import type { Loaded } from '../data/sourceTypes';
import type { Table } from '../data/table';
import type { Cell } from '../data/writeCsv';
import type { Family } from '../models/model';

export interface TargetlessPlan {
  readonly recipe: TargetlessRecipe;
  /** Columns to read. */
  readonly columns: readonly string[];
  readonly notes: readonly Note[];
}

export interface ExploreInput {
  readonly recipe: TargetlessRecipe;
  readonly profile: DatasetProfile;
  readonly loaded: Loaded;
}

export interface Explored {
  /** Of what was found, such as "k-means". */
  readonly title: string;
  /** What a list says of it in few words, such as "3 clusters". */
  readonly headline: string;
  /** JSON; what `apply` reads. */
  readonly parameters: object;
  readonly rowsUsed: number;
  readonly dropped: readonly { readonly reason: string; readonly rows: number }[];
  readonly notes: readonly Note[];
  /** Upper-level fields of the report. */
  readonly fields: Pick<TargetlessReport, 'clusters' | 'components' | 'decisions'>;
  /** Of all panels but the data's columns, in the order in which they are read. */
  readonly sections: readonly Section[];
  /** Role of each column that is not simply a feature. */
  readonly roles?: Readonly<Record<string, ReportColumn['role']>>;
}

/** What a model says of each row of another file, a table of its rows after another. */
export interface Applied {
  readonly names: readonly string[];
  /** Cells of the i-th row of a table, in the order of `names`. */
  block(table: Table): (i: number) => Cell[];
  /** On all rows so far. */
  notes(): string[];
}

export interface Explorer extends Pick<Family, 'id' | 'options'> {
  readonly task: TargetlessTask;
  /** As in "Finding clusters". */
  readonly doing: string;
  /** Completes a request whose parts that need no file are checked. Throws UserError. */
  plan(request: TargetlessRequest, profile: DatasetProfile): TargetlessPlan;
  /** Throws UserError and CancelledError. */
  explore(input: ExploreInput, context: WorkContext): Promise<Explored>;
  /** Columns of another file that `apply` needs. */
  needs(model: TargetlessModelFile): readonly string[];
  /** It and `block` throw UserError; anything else they throw says that the parameters are damaged. */
  apply(model: TargetlessModelFile): Applied;
}
