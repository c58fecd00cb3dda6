/** The runs of a study by their keys: those of an earlier part are taken over, the missing ones are spread over the workers, all can be kept in a file. */
import type { WorkContext } from '../../context';
import { spreadTasks } from '../runs/spread';
import { runTask, workerMethod, type StudyOutcome, type StudyTask } from './task';

/** One run as a file keeps it: numbers as base64 of 64-bit floats, for JSON knows no NaN. */
export interface KeptRun {
  readonly key: string;
  readonly losses?: string;
  readonly sums?: StudyOutcome['sums'];
  readonly shift?: Omit<NonNullable<StudyOutcome['shift']>, 'ratios'> & { readonly ratios?: string };
  readonly why?: string;
}

export interface LedgerInput {
  readonly kept?: readonly KeptRun[];
  /** performance.now() after which no further run starts; absent: none. */
  readonly until?: number;
  /** The worker knows `workerMethod`. */
  readonly workers: boolean;
}

export class Ledger {
  private readonly outcomes = new Map<string, StudyOutcome>();
  private readonly old: ReadonlyMap<string, KeptRun>;
  takenOver = 0;

  constructor(private readonly input: LedgerInput) {
    this.old = new Map((input.kept ?? []).map(run => [run.key, run]));
  }

  get done(): number {
    return this.outcomes.size;
  }

  get(key: string): StudyOutcome | undefined {
    return this.outcomes.get(key);
  }

  /** Runs those that are not known, in their order, as the time allows; `always`: whatever the time. A request to finish ends it between runs. */
  async run(tasks: readonly StudyTask[], context: WorkContext, onDone: () => void, always = false): Promise<void> {
    for (const task of tasks) this.takeOver(task);
    const missing = tasks.filter(({ key }) => !this.outcomes.has(key));
    onDone();
    const done = (index: number, outcome: StudyOutcome): void => {
      this.outcomes.set(missing[index]!.key, outcome);
      onDone();
    };
    const { until, workers } = this.input;
    await spreadTasks({ tasks: missing, ...(workers && { method: workerMethod }), here: task => runTask(task, context), done }, context, { ...(!always && until !== undefined && { until }) });
  }

  private takeOver(task: StudyTask): void {
    const run = this.old.get(task.key);
    const outcome = run && !this.outcomes.has(task.key) ? unpacked(run, task) : undefined;
    if (!outcome) return;
    this.outcomes.set(task.key, outcome);
    this.takenOver++;
  }

  /** Plain JSON. Ratios are kept where `needsRatios` says so of the run's key. */
  kept(needsRatios: (key: string) => boolean): KeptRun[] {
    return [...this.outcomes].map(([key, { losses, shift, ...same }]) => {
      const { ratios, ...rest } = shift ?? {};
      return { key, ...same, ...(losses && { losses: packed(losses) }), ...(shift && { shift: { ...(rest as Omit<typeof shift, 'ratios'>), ...(needsRatios(key) && { ratios: packed(ratios!) }) } }) };
    });
  }
}

/** Undefined where it does not fit the task. */
function unpacked({ key: _key, losses, shift, ...same }: KeptRun, task: StudyTask): StudyOutcome | undefined {
  if (same.why !== undefined) return same;
  if (task.kind === 'shift') {
    if (!shift) return undefined;
    const ratios = shift.ratios === undefined ? new Float64Array(0) : numbersOf(shift.ratios);
    return ratios.length === 0 || ratios.length === task.train.length ? { ...same, shift: { ...shift, ratios } } : undefined;
  }
  if (task.kind === 'weigh') return same.sums && same;
  const values = losses === undefined ? undefined : numbersOf(losses);
  return values?.length === task.test.length ? { ...same, losses: values } : undefined;
}

function packed(values: Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

function numbersOf(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64');
  const values = new Float64Array(Math.floor(bytes.length / 8));
  new Uint8Array(values.buffer).set(bytes.subarray(0, 8 * values.length));
  return values;
}
