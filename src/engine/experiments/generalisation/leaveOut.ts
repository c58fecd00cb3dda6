/** Leaves one domain out after another: the model's losses there, beside those of models that had seen other rows of it; shift, weighting and a refit where time allows. */
import type { LiveCurve } from '../../../protocol/engine';
import { UserError } from '../../../protocol/errors';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { Fold } from '../../evaluate/splits';
import type { Domain } from './domains';
import { foldsWithin, withinSplit } from './fitting';
import type { Ledger } from './ledger';
import { foldLine, lineOf, lossName, scoreSoFar } from './live';
import { scaleOf } from './losses';
import { changeOf, scoresOf } from './measures';
import type { DomainMeasured } from './result';
import { canWeigh } from './reweigh';
import { shiftOf, type MeasuredShift } from './shift';
import type { FitTask, ShiftTask, StudyTask, WeighTask } from './task';
import { addSums, clippedAt, estimateOf, overlaps } from './weighting';

export interface LeaveOutInput {
  /** Without the domain's column among its features; its numbers are where workers see them. */
  readonly dataset: Dataset;
  readonly family: string;
  readonly column: string;
  readonly domains: readonly Domain[];
  readonly ledger: Ledger;
}

export interface LeftOut {
  readonly domains: readonly DomainMeasured[];
  readonly scheme: string;
  readonly planned: number;
  /** Keys of the runs whose density ratios have done their work. */
  readonly spent: ReadonlySet<string>;
  /** Folds of cross-validation that were run, and all. */
  readonly tested: readonly [number, number];
}

/** Losses of all rows by cross-validation, and the rows of the folds that were run. */
interface Inside { readonly losses: Float64Array; readonly rows: ReadonlySet<number> }

/** What is known of one domain before any run. */
interface Part {
  readonly domain: Domain;
  readonly rest: Int32Array;
  readonly fit: FitTask;
  readonly shift: ShiftTask;
  /** Cross-validation of the other groups alone; without folds where none can be made. */
  readonly inner: readonly Fold[];
}

/** Runs what the ledger does not know yet, as the time allows. Throws UserError, CancelledError. */
export async function leaveDomainsOut(input: LeaveOutInput, context: WorkContext): Promise<LeftOut> {
  const { dataset, domains, column, family, ledger } = input;
  const every = Int32Array.from({ length: dataset.table.rows }, (_, i) => i);
  const { folds, scheme } = foldsWithin(dataset, every, withinSplit(dataset, column), 'within');
  const within: FitTask[] = folds.map((fold, k) => ({ kind: 'fit', key: `within ${k}`, dataset, family, ...fold }));
  const parts = domains.map((domain, k) => partOf(input, domain, k, every));
  const planned = (): number => within.length + parts.reduce((sum, part) => sum + runsOf(part, input).length, 0);
  const show = (stage: string) => (): void => context.progress(`${stage}: run ${ledger.done} of ${planned()}`, ledger.done / planned(), liveCurve(input, within, parts));
  // Without these there is nothing to say at all: the largest group, and rows of it that another model has seen.
  await ledger.run([...within.slice(0, 1), ...parts.slice(0, 1).map(({ fit }) => fit)], context, show('Cross-validation'), true);
  await ledger.run(within, context, show('Cross-validation'));
  await ledger.run(parts.map(({ fit }) => fit), context, show('Groups left out'));
  await ledger.run(parts.filter(part => isScored(part, ledger)).map(({ shift }) => shift), context, show('Groups told from the rest'));
  await ledger.run(parts.flatMap(part => weighTasks(part, input)), context, show('Groups foretold by weighting'));
  await ledger.run(parts.flatMap(part => refitTasks(part, input)), context, show('Refits with weights'));
  const tested = within.filter(({ key }) => ledger.get(key));
  const inside = tested.length === 0 ? undefined : { losses: crossValidated(tested, ledger, dataset.table.rows)!, rows: new Set(tested.flatMap(({ test }) => [...test])) };
  const spent = new Set(parts.filter(part => runsOf(part, input).every(key => ledger.get(key))).map(({ shift }) => shift.key));
  return { domains: parts.map(part => measuredOf(part, input, inside)), scheme, planned: planned(), spent, tested: [tested.length, within.length] };
}

function partOf({ dataset, family, column }: LeaveOutInput, domain: Domain, k: number, every: Int32Array): Part {
  const own = new Set(domain.rows);
  const rest = every.filter(row => !own.has(row));
  const name = `${k} ${domain.name}`;
  const same = { dataset, train: rest, test: domain.rows };
  return {
    domain, rest, inner: innerFolds(dataset, rest, column, domain.name), fit: { kind: 'fit', key: `without ${name}`, family, ...same },
    shift: { kind: 'shift', key: `shift ${name}`, classifier: 'logistic', ...same },
  };
}

function innerFolds(dataset: Dataset, rest: Int32Array, column: string, name: string): readonly Fold[] {
  try {
    return foldsWithin(dataset, rest, withinSplit(dataset, column), `without ${name}`).folds;
  } catch (error) {
    if (!UserError.is(error)) throw error;
    return [];
  }
}

const isScored = ({ fit }: Part, ledger: Ledger): boolean => ledger.get(fit.key)?.losses !== undefined;

/** The ratios of the other groups' rows to this one, where those resemble it at all. */
function usable({ shift, fit }: Part, ledger: Ledger): MeasuredShift | undefined {
  const found = ledger.get(shift.key)?.shift;
  return found && ledger.get(fit.key)?.losses && overlaps(found.shift.overlap) ? found : undefined;
}

const weighKey = ({ shift }: Part, k: number): string => `${shift.key}, weighted ${k}`;
const refitKey = ({ shift }: Part): string => `${shift.key}, refitted`;

/** Keys of the runs that are to be made of this part, as far as can be told. */
function runsOf(part: Part, { ledger, family }: LeaveOutInput): string[] {
  const { fit, shift, inner } = part;
  const failed = ledger.get(fit.key)?.why !== undefined;
  const apart = ledger.get(shift.key) !== undefined && !usable(part, ledger);
  return [fit.key, ...(failed ? [] : [shift.key]), ...(failed || apart ? [] : [...inner.map((_, k) => weighKey(part, k)), ...(canWeigh(family) ? [refitKey(part)] : [])])];
}

/** The other groups' own held-out rows, to be weighted to look like this group. */
function weighTasks(part: Part, { dataset, family, ledger }: LeaveOutInput): StudyTask[] {
  const found = usable(part, ledger);
  if (!found) return [];
  const place = new Map(Array.from(part.rest, (row, i) => [row, i]));
  return part.inner.map((fold, k): WeighTask => ({
    kind: 'weigh', key: weighKey(part, k), dataset, family, ...fold, ratios: Float64Array.from(fold.test, row => found.ratios[place.get(row)!] ?? NaN),
  }));
}

function refitTasks(part: Part, { dataset, family, ledger }: LeaveOutInput): StudyTask[] {
  const found = canWeigh(family) ? usable(part, ledger) : undefined;
  return found ? [refitTask({ key: refitKey(part), dataset, family, train: part.rest, test: part.domain.rows, ratios: found.ratios })] : [];
}

/** Rows without a ratio are left out; larger ratios are cut off. */
export function refitTask({ key, dataset, family, train, test, ratios }: Omit<FitTask, 'kind' | 'weights'> & { readonly ratios: Float64Array }): FitTask {
  const used = Array.from(train.keys()).filter(i => !Number.isNaN(ratios[i]));
  return { kind: 'fit', key, dataset, family, train: Int32Array.from(used, i => train[i]!), test, weights: Float64Array.from(used, i => Math.min(clippedAt, ratios[i]!)) };
}

/** Of each row of the dataset; undefined while a fold is missing. NaN where there is no prediction. */
export function crossValidated(within: readonly FitTask[], ledger: Ledger, rows: number): Float64Array | undefined {
  const all = new Float64Array(rows).fill(NaN);
  for (const { key, test } of within) {
    const outcome = ledger.get(key);
    if (!outcome) return undefined;
    outcome.losses?.forEach((loss, i) => { all[test[i]!] = loss; });
  }
  return all;
}

function measuredOf(part: Part, input: LeaveOutInput, inside: Inside | undefined): DomainMeasured {
  const { domain: { name, rows, pooled }, rest, fit, shift, inner } = part;
  const { dataset, ledger } = input;
  const { level } = dataset.recipe;
  const base = { name, rows: rows.length, fittedRows: rest.length, unpredicted: 0, ...(pooled !== undefined && { pooled }) };
  const outcome = ledger.get(fit.key);
  if (!outcome?.losses || !inside) return { ...base, why: outcome?.why ?? 'not run, as the experiment ended before' };
  // Rows of folds that the time did not hold are no rows without a prediction: the group is judged on its others.
  const places = Array.from(rows.keys()).filter(i => inside.rows.has(rows[i]!));
  if (places.length === 0) return { ...base, why: 'not run, as the experiment ended before' };
  const test = Int32Array.from(places, i => rows[i]!);
  const seen = { outside: Float64Array.from(places, i => outcome.losses![i]!), inside: Float64Array.from(test, row => inside.losses[row]!), sameRows: true, train: rest, test, label: `rows of ${name}` };
  const scored = { ...base, ...scoresOf(dataset, seen) };
  const told = ledger.get(shift.key)?.shift;
  const sums = told ? inner.map((_, k) => ledger.get(weighKey(part, k))?.sums) : [];
  const weighted = sums.length > 0 && sums.every(item => item !== undefined) ? estimateOf(addSums(sums), scaleOf(dataset.target), level) : undefined;
  const anew = ledger.get(refitKey(part))?.losses;
  const refit = anew && changeOf(dataset, anew, outcome.losses, `refit for ${name}`);
  return { ...scored, ...(told && { shift: shiftOf(told, level) }), ...(weighted && { weighted }), ...(refit && { refit }) };
}

/** The loss of each group so far, the largest group first; before the first, that of each fold. */
function liveCurve({ dataset, column, ledger }: LeaveOutInput, within: readonly FitTask[], parts: readonly Part[]): LiveCurve | undefined {
  const inside = crossValidated(within, ledger, dataset.table.rows);
  const known = inside && parts.map(({ domain }) => scoreSoFar(Float64Array.from(domain.rows, row => inside[row]!), dataset));
  const groups = [...lineOf('Left out', parts.map(({ fit }) => scoreSoFar(ledger.get(fit.key)?.losses, dataset))), ...lineOf('Other rows of it seen', known ?? [])];
  const same = { yTitle: `Held-out ${lossName(dataset)}`, canFinish: true };
  if (inside && groups.length > 0) return { title: `Groups of "${column}" so far`, xTitle: 'Group, the largest first', lines: groups, ...same };
  const lines = foldLine('Held-out folds of all groups', within, ledger, dataset);
  return lines.length === 0 ? undefined : { title: 'Cross-validation so far', xTitle: 'Fold', lines, ...same };
}
