/** What is kept of a trained model to compare it with others: how it was made and how well it did. No parameters, no sections. */
import type { Performance } from './measures';
import type { AnyModelFile } from './modelFile';
import type { AnyRecipe } from './recipe';
import type { ReportData } from './reportData';

export interface ModelFacts {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly recipe: AnyRecipe;
  readonly model: { readonly family: string; readonly title: string; readonly headline?: string };
  readonly data: Pick<ReportData, 'rows' | 'rowsUsed' | 'dropped'>;
  readonly performance?: Performance;
  /** Says which file the model was fitted on: size and SHA-256 of its contents. Absent in older files and where nothing was kept of the rows. */
  readonly trainedOn?: string;
  /** How often the model was edited by hand. */
  readonly edits?: number;
}

/** At most this many earlier versions of a model are kept in its file. */
export const mostEarlier = 30;

/** A file of an older version may lack parts of its report. */
export function factsOf({ name, created, recipe, report, background, edits }: AnyModelFile): ModelFacts {
  const { family, title, headline } = report.model;
  const { rows = 0, rowsUsed = 0, dropped = [] } = (report.data ?? {}) as Partial<ReportData>;
  return {
    name, created, recipe, model: { family, title, ...(headline !== undefined && { headline }) }, data: { rows, rowsUsed, dropped },
    ...(report.performance && { performance: withoutNotes(report.performance) }),
    ...(background?.trainedOn !== undefined && { trainedOn: background.trainedOn }),
    ...(edits && edits.length > 0 && { edits: edits.length }),
  };
}

/** Older files may lack the metrics. */
function withoutNotes({ metrics, ...rest }: Performance): Performance {
  return { ...rest, metrics: ((metrics as Performance['metrics'] | undefined) ?? []).map(({ note: _note, train: _train, versusBaseline: _versus, ...metric }) => metric) };
}

/** Whether two models explain the same column of the same data (or look for the same in them): then one is in the other's history. */
export function isSameSubject(a: ModelFacts, b: ModelFacts): boolean {
  const sameData = a.recipe.file === b.recipe.file || (a.trainedOn !== undefined && a.trainedOn === b.trainedOn);
  return sameData && a.recipe.task === b.recipe.task && targetOf(a) === targetOf(b);
}

/** Undefined for a model without a target. */
export function targetOf({ recipe }: Pick<ModelFacts, 'recipe'>): string | undefined {
  return 'target' in recipe ? recipe.target : undefined;
}
