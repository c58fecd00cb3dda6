/** What a screen reader hears of a run's stages: each kind of stage once, and how far it is now and then. Pure. */

export interface Spoken { readonly text: string; readonly kind: string; readonly at: number }

/** A stage that only counts on ("Epoch 3 of 100", "Epoch 4 of 100") is said again after so many milliseconds. */
const repeatAfter = 15_000;

/** What is said after the stage: the same object when nothing new is to be said. */
export function spokenStage(last: Spoken | undefined, stage: string, now: number): Spoken {
  const kind = stage.replace(/\d+([.,]\d+)*/g, '#');
  return last && last.kind === kind && now - last.at < repeatAfter ? last : { text: stage, kind, at: now };
}
