/** Trains on one file and tests on another: the loss there beside the cross-validated one, shift, weighting, and a weighted refit where the family takes weights. */
import { createHash } from 'node:crypto';
import type { LiveCurve } from '../../../protocol/engine';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { sharedDataset } from '../runs/runAll';
import { foldsWithin, withinSplit } from './fitting';
import { crossValidated, refitTask } from './leaveOut';
import type { Ledger } from './ledger';
import { foldLine, lossName, scoreSoFar } from './live';
import { scaleOf } from './losses';
import { matchTables, type OtherTable } from './match';
import { changeOf, scoresOf } from './measures';
import type { TransferMeasured } from './result';
import { canWeigh } from './reweigh';
import { shiftOf, type DomainClassifier } from './shift';
import type { FitTask, ShiftTask } from './task';
import { overlaps, weightedEstimate } from './weighting';

export interface TransferInput {
  readonly dataset: Dataset;
  readonly family: string;
  readonly other: OtherTable;
  /** Absent: logistic regression. */
  readonly classifier?: DomainClassifier;
  readonly ledger: Ledger;
}

export interface Transferred { readonly transfer: TransferMeasured; readonly scheme: string; readonly planned: number; /** Folds of cross-validation that were run, and all. */ readonly tested: readonly [number, number] }

/** The runs of the second file: cross-validation on the first, the model of the first on the second, the files told apart. */
interface Plan { readonly joined: Dataset; readonly source: Int32Array; readonly within: readonly FitTask[]; readonly fit: FitTask; readonly shift: ShiftTask; readonly refitKey: string }

/** Runs what the ledger does not know yet, as the time allows. Throws UserError, CancelledError. */
export async function transferTo(input: TransferInput, context: WorkContext): Promise<Transferred> {
  const { other, family, ledger } = input;
  const matched = matchTables(input.dataset, other);
  const { source, target } = matched;
  const joined = sharedDataset(matched.joined);
  const { folds, scheme } = foldsWithin(joined, source, withinSplit(joined), 'within');
  // Runs on another content of the second file are no part of the same study.
  const stamp = stampOf(joined);
  const same = { dataset: joined, train: source, test: target };
  const plan: Plan = {
    joined, source, within: folds.map((fold, k) => ({ kind: 'fit', key: `file ${stamp} within ${k}`, dataset: joined, family, ...fold })),
    fit: { kind: 'fit', key: `file ${stamp}`, family, ...same }, shift: { kind: 'shift', key: `file ${stamp} shift`, classifier: input.classifier ?? 'logistic', ...same }, refitKey: `file ${stamp} refitted`,
  };
  const before = ledger.done;
  const planned = (): number => runsOf(plan, input).length;
  const show = (stage: string) => (): void => {
    const done = ledger.done - before;
    context.progress(`${stage}: run ${done} of ${planned()}`, done / planned(), liveCurve(plan, input));
  };
  const stage = `The first file and ${other.name}`;
  // Without these there is nothing to say at all.
  await ledger.run([plan.fit, ...plan.within.slice(0, 1)], context, show(stage), true);
  await ledger.run(plan.within, context, show(stage));
  if (ledger.get(plan.fit.key)?.losses) await ledger.run([plan.shift], context, show('Telling the files apart'));
  const ratios = usableRatios(plan, input);
  if (ratios && canWeigh(family)) await ledger.run([refitTask({ key: plan.refitKey, family, ...same, ratios })], context, show('A refit with weights'));
  const base = { name: other.name, rows: target.length, unpredicted: 0, features: joined.features, differences: matched.differences, mismatch: matched.mismatch };
  return { transfer: { ...base, ...measuredOf(plan, input) }, scheme, planned: planned(), tested: [tested(plan, ledger).length, plan.within.length] };
}

const tested = ({ within }: Plan, ledger: Ledger): readonly FitTask[] => within.filter(({ key }) => ledger.get(key));

function usableRatios({ fit, shift }: Plan, { ledger }: TransferInput): Float64Array | undefined {
  const found = ledger.get(shift.key)?.shift;
  return found && ledger.get(fit.key)?.losses && overlaps(found.shift.overlap) ? found.ratios : undefined;
}

function runsOf(plan: Plan, input: TransferInput): string[] {
  const { ledger, family } = input;
  const failed = ledger.get(plan.fit.key)?.why !== undefined;
  const apart = ledger.get(plan.shift.key) !== undefined && !usableRatios(plan, input);
  return [...plan.within.map(({ key }) => key), plan.fit.key, ...(failed ? [] : [plan.shift.key]), ...(failed || apart || !canWeigh(family) ? [] : [plan.refitKey])];
}

function measuredOf(plan: Plan, { ledger }: TransferInput): Partial<TransferMeasured> {
  const { joined, source, fit, shift, refitKey } = plan;
  const outcome = ledger.get(fit.key);
  const folds = tested(plan, ledger);
  const inside = crossValidated(folds, ledger, source.length);
  if (!outcome?.losses || !inside || folds.length === 0) return { why: outcome?.why ?? 'not run, as the experiment ended before' };
  const scores = scoresOf(joined, { outside: outcome.losses, inside, sameRows: false, train: source, test: fit.test, label: 'both files' });
  const told = ledger.get(shift.key)?.shift;
  const { level } = joined.recipe;
  const weighted = told && told.ratios.length > 0 ? weightedEstimate({ losses: inside, ratios: told.ratios }, scaleOf(joined.target), level) : undefined;
  const anew = ledger.get(refitKey)?.losses;
  const refit = anew && changeOf(joined, anew, outcome.losses, 'weighted refit');
  return { ...scores, ...(told && { shift: shiftOf(told, level) }), ...(weighted && { weighted }), ...(refit && { refit }) };
}

/** Of the features and the target of both files. */
function stampOf({ table, features, target }: Dataset): string {
  const hash = createHash('sha256').update(JSON.stringify([features, target.task === 'classification' ? target.classes : '']));
  const add = ({ buffer, byteOffset, byteLength }: Float64Array | Int32Array): void => void hash.update(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
  for (const column of table.columns) {
    hash.update(JSON.stringify([column.name, column.storage === 'code' ? column.levels : '']));
    add(column.storage === 'code' ? column.codes : column.values);
  }
  add(target.task === 'classification' ? target.codes : target.values);
  return hash.digest('hex').slice(0, 12);
}

/** The loss of each fold so far, and that on the second file as a level line. */
function liveCurve({ joined, within, fit }: Plan, { ledger, other }: TransferInput): LiveCurve | undefined {
  const there = scoreSoFar(ledger.get(fit.key)?.losses, joined);
  const lines = [...foldLine('Held-out folds of the first file', within, ledger, joined), ...(there === undefined ? [] : [{ name: other.name, x: [1, within.length], y: [there, there] }])];
  return lines.length === 0 ? undefined : { title: `Tested on ${other.name}, so far`, xTitle: 'Fold', yTitle: lossName(joined), lines, canFinish: true };
}
