/** Boosts until the rows left out say that more would be worse; looks at them ever more seldom. */
import type { BoostHooks, BoostSettings } from './boostMains';

export interface Boosting {
  /** Loss on the rows left out, with the scores as they are. */
  look(): number;
  /** A copy of the scores, one array a term. */
  keep(): Float64Array[];
  /** Pauses after each round. */
  boost(rounds: number, drawn: boolean): Generator<void, void>;
}

export interface Boosted {
  /** At the best look. */
  readonly scores: readonly Float64Array[];
  readonly rounds: number;
  /** Loss at each look, the first before any round. */
  readonly course: readonly number[];
  /** Rounds done at each look. */
  readonly looks: readonly number[];
  /** Scores at each look, where they were asked for. */
  readonly snapshots?: readonly (readonly Float32Array[])[];
}

/** A loss that is 0 from the start (counts that are all 0) falls for ever, too. */
const leastReference = 1e-4;

/** Rounds from one look to the next: at least `least`, and an eighth of those done. */
export function roundsToNext(done: number, least: number): number {
  return Math.max(least, done >> 3);
}

/** Pauses after each round, where the caller may let the event loop turn or give up: see `drain`. */
export function* boostUntilWorse(settings: BoostSettings, boosting: Boosting, { looked }: BoostHooks): Generator<void, Boosted> {
  let best = { loss: boosting.look(), scores: boosting.keep(), rounds: 0 };
  const course = [best.loss];
  const looks = [0];
  const snapshots: Float32Array[][] = [];
  const snap = (): void => { if (settings.snapshots) snapshots.push(boosting.keep().map(scores => Float32Array.from(scores))); };
  snap();
  const reference = Math.max(leastReference, settings.reference ?? Math.abs(best.loss));
  let waited = 0;
  for (let rounds = 0; rounds < settings.maxRounds && (settings.toTheEnd || waited < settings.patience);) {
    const more = Math.min(roundsToNext(rounds, settings.roundsALook), settings.maxRounds - rounds);
    yield* boosting.boost(more, rounds < settings.smoothingRounds);
    rounds += more;
    const now = boosting.look();
    course.push(now);
    looks.push(rounds);
    snap();
    // Where classes separate, the loss falls towards 0 for ever, by ever smaller steps that change no prediction.
    waited = now < best.loss - settings.tolerance * Math.max(Math.abs(best.loss), settings.floor * reference) ? 0 : waited + 1;
    // The first look may be NaN where there are no rows left out.
    if (settings.toTheEnd || !(now >= best.loss)) best = { loss: now, scores: boosting.keep(), rounds };
    if (looked?.(course)) break;
  }
  return { scores: best.scores, rounds: best.rounds, course, looks, ...(settings.snapshots && { snapshots }) };
}

/** Does the work without pauses. */
export function drain<Result>(work: Generator<void, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
