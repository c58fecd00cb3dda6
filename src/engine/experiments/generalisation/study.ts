/** A study of generalisation from the dataset to its result: groups of a column left out one by one, another file as the test, or both. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import { derivedContext, type WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { sharedDataset } from '../runs/runAll';
import { measured } from '../sensitivity/summary';
import { domainsOf } from './domains';
import { generalisationFindings, unknownClasses } from './findings';
import { studiedFamily } from './fitting';
import { leaveDomainsOut, type LeftOut } from './leaveOut';
import { Ledger, type KeptRun } from './ledger';
import type { OtherTable } from './match';
import { generalisationNotes } from './notes';
import type { GeneralisationStudy } from './result';
import type { DomainClassifier } from './shift';
import { transferTo } from './transfer';

export interface GeneralisationInput {
  readonly dataset: Dataset;
  readonly family: string;
  /** Column whose values are domains; it is no feature then. */
  readonly groupColumn?: string;
  /** A second file as it was read, its target column included. */
  readonly other?: OtherTable;
  /** Of the second file against the first; absent: logistic regression. */
  readonly classifier?: DomainClassifier;
  /** Time budget; absent: everything is run. */
  readonly seconds?: number;
  /** What an earlier part of the same study has run. */
  readonly kept?: readonly KeptRun[];
  /** The worker knows the study's method; absent: all runs are in this thread. */
  readonly workers?: boolean;
}

/** Throws UserError where there is neither a column nor a file, or they cannot be used; CancelledError. */
export async function generalisationStudy(input: GeneralisationInput, context: WorkContext): Promise<{ readonly study: GeneralisationStudy; readonly kept: readonly KeptRun[] }> {
  const { groupColumn, other, seconds, kept, workers = false, family } = input;
  const dataset = sharedDataset(input.dataset);
  if (groupColumn === undefined && !other) throw new UserError('badOption', 'Name a column whose values are domains, or a second file to test on.');
  if (groupColumn === dataset.target.name) throw new UserError('badOption', `The target "${groupColumn}" cannot be the column of domains too.`, { column: groupColumn });
  studiedFamily(family);
  const ledger = new Ledger({ workers, ...(kept && { kept }), ...(seconds !== undefined && { until: performance.now() + 1000 * seconds }) });
  const domains = groupColumn === undefined ? undefined : domainsOf(dataset.table, groupColumn);
  const half = domains && other ? 0.5 : 1;
  const left = domains && await leaveDomainsOut({ dataset: withoutFeature(dataset, groupColumn!), family, column: groupColumn!, domains: domains.domains, ledger }, share(context, 0, half));
  const transferred = other && await transferTo({ dataset, family, other, ledger, ...(input.classifier && { classifier: input.classifier }) }, share(context, 1 - half, half));
  const meanDrop = left && meanDropOf(left, dataset);
  const found: Omit<GeneralisationStudy, 'findings' | 'notes'> = {
    loss: dataset.target.task === 'regression' ? 'RMSE' : 'log loss', ...(groupColumn !== undefined && { groupColumn }), domains: left?.domains ?? [], ...(meanDrop && { meanDrop }),
    ...(transferred && { transfer: transferred.transfer }), rows: dataset.table.rows, scheme: (left ?? transferred)!.scheme,
    planned: (left?.planned ?? 0) + (transferred?.planned ?? 0), done: ledger.done, takenOver: ledger.takenOver, level: dataset.recipe.level, stopped: context.finishing?.() === true,
  };
  const notes: Note[] = generalisationNotes({ ...input, ...(domains && { domains }), ...(transferred && { transfer: transferred.transfer }), tested: [...(left ? [left.tested] : []), ...(transferred ? [transferred.tested] : [])] });
  const findings = generalisationFindings(found, unknownClasses(dataset, domains));
  return { study: { ...found, notes, findings }, kept: ledger.kept(key => left?.spent.has(key) !== true) };
}

/** A part of the study as a part of the whole. */
function share(context: WorkContext, from: number, size: number): WorkContext {
  return derivedContext(context, (stage, fraction, live) => context.progress(stage, fraction === undefined ? undefined : from + size * fraction, live));
}

/** Throws UserError where a formula reads the column, or no feature is left. */
export function withoutFeature(dataset: Dataset, name: string): Dataset {
  if (!dataset.features.includes(name)) return dataset;
  if (dataset.formula) throw new UserError('badOption', `The formula uses "${name}", so that its values cannot be domains; leave it out of the formula.`, { column: name });
  const features = dataset.features.filter(item => item !== name);
  if (features.length === 0) throw new UserError('badFeatures', `No feature is left without "${name}".`);
  return { ...dataset, features, recipe: { ...dataset.recipe, features } };
}

/** Over domains: how far the loss rises in a domain like these. Training sets overlap by all but one domain (Nadeau & Bengio 2003). */
function meanDropOf({ domains }: LeftOut, { table, recipe }: Dataset): GeneralisationStudy['meanDrop'] {
  const drops = domains.flatMap(({ drop, rows }) => (drop ? [{ drop: drop.value, ratio: rows / (table.rows - rows) }] : []));
  return measured(drops.map(({ drop }) => drop), drops.reduce((sum, { ratio }) => sum + ratio / drops.length, 0), recipe.level);
}
