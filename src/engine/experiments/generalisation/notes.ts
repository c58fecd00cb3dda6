/** What a reader must know of how a study of generalisation was made; what of a second file could not be used is its first finding. */
import type { Note } from '../../../protocol/profile';
import type { Dataset } from '../../data/dataset';
import { fewestDomainRows, type Domains } from './domains';
import { count } from './words';
import { canWeigh } from './reweigh';
import type { TransferMeasured } from './result';

export interface NotesInput {
  readonly dataset: Dataset;
  readonly family: string;
  readonly groupColumn?: string;
  readonly domains?: Domains;
  readonly transfer?: TransferMeasured;
  /** Of each cross-validation: folds that were run, and all. */
  readonly tested: readonly (readonly [number, number])[];
}

export function generalisationNotes({ dataset, family, groupColumn, domains, transfer, tested }: NotesInput): Note[] {
  const short = tested.find(([run, all]) => run > 0 && run < all);
  const information = [
    ...(short ? [`Cross-validation was run on ${short[0]} of ${count(short[1], 'fold')}: what it says is of the rows of ${short[0] === 1 ? 'that fold' : 'those folds'} alone.`] : []),
    ...(groupColumn !== undefined && domains ? domainNotes(groupColumn, dataset.table.rows, domains) : []),
    ...(transfer ? transferNotes(transfer) : []),
    ...(family === 'neural' || family === 'attention' ? ['One network stands for the ensemble of the model.'] : []),
    ...(canWeigh(family) ? [] : ['This model is not fitted anew with weights: its search would take as long as the first.']),
    'Intervals of losses and rises are by resampling rows: they hold the chance of which rows were tested, not that of the training.',
  ];
  return information.map(text => ({ kind: 'information' as const, text }));
}

function domainNotes(column: string, rows: number, { domains, kept, banded }: Domains): string[] {
  const pooled = domains.find(domain => domain.pooled !== undefined);
  return [
    `The column "${column}" is no feature when its groups are left out.`,
    ...(banded === undefined ? [] : [`"${column}" has ${banded} different values: bands between its quartiles are the groups.`]),
    ...(pooled ? [`${pooled.pooled} groups, those with fewer than ${fewestDomainRows(rows)} rows or beyond the largest, are left out together.`] : []),
    ...(kept ? [`${count(kept.rows.length, 'row')} of ${count(kept.groups, 'group')} too small to be scored ${kept.rows.length === 1 ? 'is' : 'are'} never left out.`] : []),
  ];
}

function transferNotes({ name, differences, mismatch: { weights } }: TransferMeasured): string[] {
  return [
    `Columns of the two files are matched by name${differences.length === 0 ? '; kinds, levels, ranges and shares of missing cells of the features are alike' : ''}.`,
    ...(weights === undefined ? [] : [`${name} has no column "${weights}" of weights; it is not needed there, as only the fit on the first file takes weights.`]),
  ];
}
