/** Runs the fits of an experiment over the cores; and the data where every worker sees them. */
import { CancellableContext, type WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { Column, Table } from '../../data/table';
import { runOne } from './runOne';
import { spreadTasks, type RunLimits } from './spread';
import type { RunOutcome, RunTask } from './task';

/** Same tasks, same outcomes but for the seconds, with and without workers; else as `spreadTasks`. */
export function runAll(tasks: readonly RunTask[], context: WorkContext, limits: RunLimits, done: (index: number, outcome: RunOutcome) => void): Promise<void> {
  return spreadTasks({ tasks, method: 'experiment', here: task => runOne(task, wholeFit(context)), done }, context, limits);
}

/** For one fit of a study: asked to finish, the study ends between fits, for one that was cut short is no measurement. And the progress is the study's. */
function wholeFit(context: WorkContext): WorkContext {
  return { progress: () => undefined, breathe: () => context.breathe(), onCancel: listener => context.onCancel(listener) };
}

/** The entry of a worker. */
export function runInWorker(task: RunTask): Promise<RunOutcome> {
  return runOne(task, new CancellableContext());
}

/** The same dataset with its numbers where workers see them without a copy. */
export function sharedDataset(dataset: Dataset): Dataset {
  const { table, target, sourceRows: _rows, everyRow, ...rest } = dataset;
  return {
    ...rest, table: sharedTable(table), ...(everyRow && { everyRow: sharedTable(everyRow) }),
    target: target.task === 'regression' ? { ...target, values: sharedNumbers(target.values) } : { ...target, codes: sharedCodes(target.codes) },
  };
}

function sharedTable({ rows, columns }: Table): Table {
  const column = (item: Column): Column => (item.storage === 'number' ? { ...item, values: sharedNumbers(item.values) } : { ...item, codes: sharedCodes(item.codes) });
  return { rows, columns: columns.map(column) };
}

function sharedNumbers(values: Float64Array): Float64Array {
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

export function sharedCodes(codes: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(codes.byteLength));
  copy.set(codes);
  return copy;
}
