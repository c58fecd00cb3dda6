/** Makes what was decided from some rows of a column hold for texts that only other rows have. */
import type { Decision } from './kinds';
import { isMissing } from './missing';
import type { RawColumn, RawTexts } from './rawColumn';

/**
 * A column that looked empty is decided anew by the texts that it does have (`first` gives some), and a text that is neither of the two words
 * of a boolean column is a level of its own, as it is where all rows were looked at.
 */
export async function decidedFromSome(decision: Decision, raw: RawColumn, first: () => Promise<readonly string[]>, decide: (few: RawTexts) => Decision): Promise<Decision> {
  if (raw.storage !== 'text') return decision;
  if (decision.kind === 'empty') {
    const texts = await first();
    return texts.length === 0 ? decision : decidedFromSome(decide(asColumn(texts)), raw, () => Promise.resolve([]), decide);
  }
  const { label } = decision;
  if (decision.kind !== 'boolean' || !label) return decision;
  return { ...decision, label: text => label(text) ?? (isMissing(text) ? undefined : text) };
}

function asColumn(texts: readonly string[]): RawTexts {
  const levels = [...new Set(texts)];
  const places = new Map(levels.map((text, code) => [text, code]));
  return { storage: 'text', levels, codes: Int32Array.from(texts, text => places.get(text)!) };
}
