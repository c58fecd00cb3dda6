/** The answers of a model that the panel showed last: another tab takes the panel off the page, and they shall be there when it comes back. */
import type { AnyReport } from '../../src/protocol/report';
import type { RowValues, WhatIfChanges, WhatIfNearest } from '../../src/protocol/whatIf';

/** Each with the values that it is about. */
export interface KeptAnswers {
  readonly changes?: WhatIfChanges | undefined;
  readonly changesOf?: RowValues | undefined;
  readonly nearest?: WhatIfNearest | undefined;
  readonly nearestOf?: RowValues | undefined;
}

const kept = new WeakMap<AnyReport, KeptAnswers>();

export function keepAnswers(model: AnyReport, answers: KeptAnswers): void {
  kept.set(model, answers);
}

/** `values`: those of the controls now; where the answers are about the same, they are about these. */
export function keptAnswers(model: AnyReport, values: RowValues): KeptAnswers {
  const { changes, changesOf, nearest, nearestOf } = kept.get(model) ?? {};
  const same = (of: RowValues | undefined): RowValues | undefined => (of && JSON.stringify(of) === JSON.stringify(values) ? values : of);
  return { changes, changesOf: same(changesOf), nearest, nearestOf: same(nearestOf) };
}
