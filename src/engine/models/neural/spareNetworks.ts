/** Networks that are trained only to measure the noise, each without some of the rows: where the members' own residuals would flatter. */
import type { TrainingJob } from '../../compute/network/training';
import type { NetworkPlan } from './fit';

/** Rows of a network: those that train it, those that stop its training, and those that only judge it. */
interface SparePart { readonly train: Int32Array; readonly validation: Int32Array; readonly held: Int32Array }

/** Parts that the rows are held out in … */
const parts = 5;
/** … and how many of them a single network with validation rows takes: its own residuals are nearly right. */
const partsOfSingle = 2;
/** From so many rows on, one part has enough of them, and stopping by validation rows hardly flatters. */
const manyRows = 5000;

/**
 * Of regressions where no rows validate, and of single networks of few rows: the validation rows chose the epoch, so that the residuals
 * there are somewhat too small (an ensemble makes up for it, as its mean errs less than a network).
 */
export function spareParts({ part, prepared, settings: { members, validation } }: NetworkPlan): SparePart[] {
  const { classes, data: { rows } } = prepared;
  const validated = part(0).validation.length > 0;
  if (classes || rows < 3 || (validated && (members > 1 || rows >= manyRows))) return [];
  const count = Math.min(parts, rows);
  return Array.from({ length: validated ? Math.min(partsOfSingle, count) : rows < manyRows ? count : 1 }, (_, k) => {
    const { train, validation: held } = prepared.spare(count, k);
    const without = new Set(held);
    const stopping = validated ? prepared.parts(validation, k + 1).validation.filter(row => !without.has(row)) : new Int32Array(0);
    const stops = new Set(stopping);
    return { train: train.filter(row => !stops.has(row)), validation: stopping, held };
  });
}

/** Seeds count on from those of the members. */
export function spareJobs(plan: NetworkPlan, l2: number): TrainingJob[] {
  const { members } = plan.settings;
  return spareParts(plan).map(({ train, validation }, k) => ({ ...plan.job(members + k, l2), trainRows: train, validationRows: validation }));
}
