/** Keeps what is shown of a run steady between the events that bring it. No vscode. */
import type { ProgressEvent } from '../protocol/engine';

/**
 * The event with the last share of the work where it brings none, and with the last live curve as long as the same kind of
 * work goes on ("Training network 2 of 5" after "Training network 1 of 5, epoch 30"): a chart that comes and goes cannot be read.
 */
export function carryOn(event: ProgressEvent, last: ProgressEvent | undefined): ProgressEvent {
  if (!last) return event;
  const fraction = event.fraction ?? last.fraction;
  const live = event.live ?? (workOf(event.stage) === workOf(last.stage) ? last.live : undefined);
  return { stage: event.stage, ...(fraction !== undefined && { fraction }), ...(live && { live }) };
}

/** The first word of a stage says what is done: "Training", "Pruning", "Measuring". */
function workOf(stage: string): string {
  return stage.split(' ', 1)[0] ?? '';
}
