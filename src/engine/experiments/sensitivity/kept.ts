/** Outcomes of an earlier part of a study: how they are kept in a file, and read from it. */
import type { RunOutcome } from '../runs/task';
import type { Setting } from './design';
import type { Outcomes } from './measure';

/** The runs of one setting, as they are kept in a file: place of the fold, outcome. */
export interface KeptSetting { readonly setting: Setting; readonly outcomes: readonly (readonly [number, RunOutcome])[] }

const keyOf = (setting: Setting): string => JSON.stringify(setting);

/** What is known of each setting; a number that JSON could not write is absent. */
export function knownOutcomes(settings: readonly Setting[], kept: readonly KeptSetting[]): Outcomes {
  const bySetting = new Map(kept.map(item => [keyOf(item.setting), item.outcomes]));
  return settings.map(setting => new Map((bySetting.get(keyOf(setting)) ?? []).map(([fold, outcome]) => [fold, withoutNull(outcome)])));
}

function withoutNull(outcome: RunOutcome): RunOutcome {
  return Object.fromEntries(Object.entries(outcome as unknown as Record<string, unknown>).filter(([, value]) => value !== null)) as unknown as RunOutcome;
}

/** Those on the first `folds` folds. */
export function within(outcomes: Outcomes, folds: number): Outcomes {
  return outcomes.map(runs => new Map([...runs].filter(([fold]) => fold < folds)));
}

/** What was measured, and what an earlier part had beyond it (folds that were not dealt this time). */
export function keptSettings(settings: readonly Setting[], before: Outcomes, after: Outcomes): KeptSetting[] {
  return settings.map((setting, i) => ({ setting, outcomes: [...new Map([...before[i]!, ...after[i]!])] }));
}

export function countRuns(outcomes: Outcomes): number {
  return outcomes.reduce((sum, runs) => sum + runs.size, 0);
}
