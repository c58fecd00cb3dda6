/** What there is to say of how a policy was measured on a log that was written under another one. */
import type { Note } from '../../protocol/profile';

export interface UnitCounts { readonly count: number; readonly episodes: boolean; readonly cutOff: number }

export interface Measured {
  /** Episodes that count in effect at the step `overlapStep`. */
  readonly effective: number;
  readonly overlapStep: number;
  readonly covered: number;
  /** Whether they are too few for weights of whole histories. */
  readonly weak: boolean;
  readonly epsilon: number;
}

/** Fewer effective episodes carry no per-decision estimate. */
export const fewestEffective = 30;

/** "4.2 of the 80 count", "practically none of the 80 counts". */
export function effectiveWords(effective: number, all: number): string {
  return effective < 0.05 ? `practically none of the ${all} counts` : `as many as ${effective.toFixed(1)} of the ${all} count`;
}

const aloneText = 'Episodes cannot be told apart in this log, so values are those from a state drawn from the log on, and intervals take the rows for independent.';

function cutOffNotes({ cutOff, count }: UnitCounts): Note[] {
  return cutOff > 0 ? [{ kind: 'information', text: `${cutOff} of ${count} episodes are cut off before their end; what would have followed is taken from the estimated process.` }] : [];
}

/** Of a policy that does all that was done. */
export function sameNotes(units: UnitCounts): Note[] {
  const text = 'The policy does all that was done, so its value is that of what was done, from the rows of the log; there was nothing to measure by cross-fitting.';
  return [{ kind: 'evaluation', text }, ...(units.episodes ? [] : [{ kind: 'information' as const, text: aloneText }]), ...cutOffNotes(units)];
}

export function evaluationNotes(units: UnitCounts, { effective, overlapStep, covered, weak, epsilon }: Measured): Note[] {
  const what = units.episodes ? 'episodes' : 'transitions';
  const notes: Note[] = [{
    kind: 'evaluation',
    text: `The value of the policy is measured by cross-fitting: learned on a random half of the ${what} and evaluated on the other, both ways round, so that it is not flattered by the rows it was learned on. It is that of policies learned from half of the log${epsilon > 0 ? `, which act by chance with probability ${epsilon}` : ''}.`,
  }];
  if (units.episodes && weak) {
    notes.push({ kind: 'warning', text: `The log does not hold enough episodes that follow this policy: up to step ${overlapStep} ${effectiveWords(effective, units.count)} in effect, and ${fewestEffective} are needed to measure it by whole episodes. So the estimate weights single transitions by how often the policy would come there, which takes the state to say all that matters, and its interval counts what the log may not have shown.` });
  }
  if (!units.episodes) notes.push({ kind: 'information', text: aloneText });
  if (covered < 0.9) notes.push({ kind: 'warning', text: `Of the steps that the policy would take, ${Math.round(100 * (1 - covered))} % are not in the half of the log that it is measured on; there the estimate rests on what the half that it was learned from shows.` });
  return [...notes, ...cutOffNotes(units)];
}
