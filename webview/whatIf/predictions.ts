/** The predictions of the newest values: one quick question at a time while a slider moves, and once more in full when it is let go. */
import type { Detail, RowValues, WhatIfAnswer, WhatIfAsk, WhatIfFailure, WhatIfPrediction } from '../../src/protocol/whatIf';
import { t } from '../l10n';

export interface PredictionsHost {
  values(): RowValues;
  ask(ask: WhatIfAsk): Promise<WhatIfAnswer | WhatIfFailure>;
  /** One that is about the newest values, or was when it was asked. */
  predicted(answer: WhatIfPrediction): void;
  failed(message: string): void;
  draw(): void;
}

/** Milliseconds after the last move until the sampled contributions are asked for in full. */
const settleTime = 250;

export class Predictions {
  private asked = 0;
  private underWay = false;
  /** What is asked once the quick question under way is answered. */
  private pending: Detail | undefined;
  private settle: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: PredictionsHost) {}

  stop(): void {
    clearTimeout(this.settle);
  }

  /** In full once nothing has moved for a while. */
  settled(): void {
    clearTimeout(this.settle);
    this.settle = setTimeout(() => this.predict('full'), settleTime);
  }

  /** One quick question at a time, the next of which is about the newest values; a full one gives way to the next quick one. */
  predict(detail: Detail): void {
    if (this.underWay) this.pending = detail;
    else void this.ask(detail);
  }

  private async ask(detail: Detail): Promise<void> {
    const { host } = this;
    const number = ++this.asked;
    const values = host.values();
    this.underWay = detail === 'quick';
    const answer = await host.ask({ kind: 'prediction', values, detail }).catch((): WhatIfFailure => ({ kind: 'failed', message: t('The model could not be asked.') }));
    if (number !== this.asked) return;
    this.underWay = false;
    if (answer.kind === 'prediction') host.predicted(answer);
    else if (answer.kind === 'failed' && !answer.superseded) host.failed(answer.message);
    host.draw();
    const { pending } = this;
    this.pending = undefined;
    if (host.values() !== values) {
      void this.ask('quick');
      if (pending === 'full') this.pending = pending;
    } else if (pending === 'full') void this.ask(pending);
  }
}
