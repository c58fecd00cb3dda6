/** Keeps a live curve in view between the events that bring one. No vscode. */
import type { ProgressEvent } from '../protocol/engine';

/** The event; with the curve of the last one where it counts on in the same stage and brings none itself. */
export function withLastCurve(event: ProgressEvent, last: ProgressEvent | undefined): ProgressEvent {
  return event.live === undefined && last?.live !== undefined && kindOf(event.stage) === kindOf(last.stage) ? { ...event, live: last.live } : event;
}

/** A stage without its numbers: "Epoch 3 of 100" and "Epoch 4 of 100" are of one kind. */
function kindOf(stage: string): string {
  return stage.replace(/\d+([.,]\d+)*/g, '#');
}
