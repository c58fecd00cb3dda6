/** The encoding and the design of all rows of a dataset, made once for the fit and the fits of its folds. */
import { UserError } from '../../../protocol/errors';
import type { Dataset } from '../../data/dataset';
import { encodeRows } from '../../data/design';
import type { DesignMatrix, Encoding } from '../../data/encoding/encoding';
import { learnEncoding } from '../../data/encoding/learn';
import { planDesign, type DesignPlan } from '../../data/encoding/plan';

export interface PreparedDesign {
  readonly plan: DesignPlan;
  readonly encoding: Encoding;
  /** Made when first asked for. */
  design(): DesignMatrix;
}

const kept = new WeakMap<Dataset, PreparedDesign>();

/** What is learned on all rows; kept until `releaseDesign`. */
export function prepareDesign(dataset: Dataset): PreparedDesign {
  let prepared = kept.get(dataset);
  if (!prepared) {
    const plan = planDesign(dataset);
    const encoding = learnEncoding(plan, dataset.table);
    let design: DesignMatrix | undefined;
    prepared = { plan, encoding, design: () => (design ??= encodeRows(encoding, dataset.table)) };
    kept.set(dataset, prepared);
  }
  return prepared;
}

/** Nobody needs the design of all rows any more. */
export function releaseDesign(dataset: Dataset): void {
  kept.delete(dataset);
}

/** The encoding and design of some rows by themselves, or of all. Throws UserError 'tooFewRows' where there are none. */
export function prepareRows(dataset: Dataset, rows?: Int32Array): { readonly encoding: Encoding; readonly design: DesignMatrix } {
  if (!rows) {
    const { encoding, design } = prepareDesign(dataset);
    return { encoding, design: design() };
  }
  if (rows.length === 0) throw new UserError('tooFewRows', `No row is left to explain "${dataset.target.name}" with.`);
  const encoding = learnEncoding(planDesign(dataset), dataset.table, rows);
  return { encoding, design: encodeRows(encoding, dataset.table, rows) };
}
