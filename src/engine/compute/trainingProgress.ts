/** Says how far the training of some networks is: words, share of the work, and the curve of the loss. */
import type { LiveCurve } from '../../protocol/engine';
import type { WorkContext } from '../context';
import type { Head } from './network/description';
import type { TrainingJob } from './network/training';

/** Part of a run's progress: `stage` is a phrase that a number can follow, such as "Training network"; from, to: 0…1. */
export interface ProgressWords { readonly stage: string; readonly from: number; readonly to: number }

/** Milliseconds between two messages. */
const every = 200;
const mostPoints = 200;
/** Curves of more networks than this would be a tangle. */
const mostLines = 10;

interface Course { readonly train: number[]; readonly validation: number[]; state: 'waiting' | 'running' | 'done' }

const lossTitles: Readonly<Record<Head, string>> = {
  identity: 'Half the mean squared error (target standardised)', logistic: 'Cross-entropy (nats)', softmax: 'Cross-entropy (nats)',
};

export class TrainingProgress {
  private readonly courses: Course[];
  private last = -Infinity;

  constructor(private readonly context: WorkContext, private readonly words: ProgressWords, private readonly jobs: readonly TrainingJob[]) {
    this.courses = jobs.map(() => ({ train: [], validation: [], state: 'waiting' }));
  }

  started(index: number): void {
    this.courses[index]!.state = 'running';
    this.show(false);
  }

  epoch(index: number, trainLoss: number, validationLoss: number | undefined): void {
    const course = this.courses[index]!;
    course.train.push(trainLoss);
    if (validationLoss !== undefined) course.validation.push(validationLoss);
    this.show(false);
  }

  done(index: number): void {
    this.courses[index]!.state = 'done';
    this.show(this.courses.every(({ state }) => state === 'done'));
  }

  /** Epochs that the longest of the networks under way has done. */
  get longest(): number {
    return Math.max(0, ...this.courses.filter(({ state }) => state === 'running').map(({ train }) => train.length));
  }

  private show(atOnce: boolean): void {
    const now = performance.now();
    if (!atOnce && now - this.last < every) return;
    this.last = now;
    const { from, to } = this.words;
    this.context.progress(this.stage(), from + (to - from) * this.share(), this.curve());
  }

  private share(): number {
    const shares = this.courses.map(({ state, train }, i) => (state === 'done' ? 1 : train.length / Math.max(1, this.jobs[i]!.epochs)));
    return shares.reduce((sum, share) => sum + Math.min(1, share), 0) / Math.max(1, shares.length);
  }

  /** Words for the first network that is not done, e.g. "Training network 2 of 5, epoch 12: validation loss 0.31". */
  private stage(): string {
    const found = this.courses.findIndex(({ state }) => state !== 'done');
    const index = found < 0 ? this.courses.length - 1 : found;
    const { train, validation } = this.courses[index]!;
    const which = this.courses.length === 1 ? this.words.stage : `${this.words.stage} ${index + 1} of ${this.courses.length}`;
    if (train.length === 0) return which;
    const loss = validation.length > 0 ? `validation loss ${short(validation.at(-1)!)}` : `training loss ${short(train.at(-1)!)}`;
    return `${which}, epoch ${train.length}: ${loss}`;
  }

  private curve(): LiveCurve | undefined {
    const started = this.courses.map((course, i) => ({ ...course, name: `Network ${i + 1}` })).filter(({ train }) => train.length > 0);
    if (started.length === 0) return undefined;
    const lines = this.courses.length === 1
      ? [line('Training rows', started[0]!.train), line('Validation rows', started[0]!.validation)]
      : started.slice(-mostLines).map(({ name, train, validation }) => line(name, validation.length > 0 ? validation : train));
    const rows = this.courses.length > 1 && started.some(({ validation }) => validation.length > 0) ? ' on the validation rows' : '';
    return {
      title: `Loss by epoch${rows}`, xTitle: 'Epoch', yTitle: lossTitles[this.jobs[0]!.description.head],
      lines: lines.filter(({ x }) => x.length > 0), canFinish: this.context.onFinish !== undefined,
    };
  }
}

/** At most `mostPoints` of the losses, evenly, the last among them; epochs count from 1. */
function line(name: string, losses: readonly number[]): LiveCurve['lines'][number] {
  const n = losses.length;
  const points = Math.min(n, mostPoints);
  const picked = Array.from({ length: points }, (_, i) => (points === 1 ? n - 1 : Math.round((i * (n - 1)) / (points - 1))));
  return { name, x: picked.map(i => i + 1), y: picked.map(i => losses[i]!) };
}

function short(loss: number): string {
  return loss >= 1000 || (loss !== 0 && Math.abs(loss) < 0.001) ? loss.toExponential(2) : String(Number(loss.toPrecision(4)));
}
