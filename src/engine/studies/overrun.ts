/** What is said where fits that had begun took a study beyond the time that was set. */
import type { Note } from '../../protocol/profile';

/** Less than this is no news: a part of the time, and seconds. */
const part = 0.1;
const least = 1;

/** `took`: seconds of the study. No note where no time was set, or little more was taken. */
export function overrunNote(seconds: number | undefined, took: number): Note[] {
  if (seconds === undefined || took <= (1 + part) * seconds + least) return [];
  const digits = (value: number): string => String(Number(value.toPrecision(2)));
  return [{ kind: 'information', text: `The fits under way took ${digits(took - seconds)} s longer than the ${Number(seconds.toPrecision(6))} s.` }];
}

/** Seconds since a place of `performance.now()`. */
export const secondsSince = (started: number): number => (performance.now() - started) / 1000;
