/** Which levels a category has: those that occur in the training rows, the rare ones pooled where there are many. */
import { UserError } from '../../../protocol/errors';
import type { CategoryCall } from '../formula/category';
import { levelNumber } from '../formula/values';
import type { EncodedVariable } from './encoding';
import { markLevels } from './levelMarks';

type Learned = Pick<Extract<EncodedVariable, { kind: 'category' }>, 'levels' | 'reference' | 'missingLevel' | 'otherLevel' | 'pooled'>;

export interface LevelRules {
  /** Give missing values a level of their own; else they are no level. */
  readonly missingLevel: boolean;
  readonly reference: 'first' | 'mostFrequent';
  /** More levels than this are pooled, the most frequent kept. */
  readonly mostLevels: number;
  /** Levels on fewer rows are pooled, but never all; 0: none. */
  readonly fewestRows: number;
}

/** `counts[i]` training rows have `levels[i]` (in sort order); `missing` rows have none. */
export function learnLevels(
  label: string, levels: readonly string[], counts: ArrayLike<number>, missing: number, rules: LevelRules, call?: CategoryCall,
): Learned {
  let present = levels.map((level, i) => ({ level, count: counts[i] })).filter(l => l.count > 0);
  if (call?.levels) present = inGivenOrder(label, present, call.levels);
  const kept = keepFrequent(withoutRare(present, call ? 0 : rules.fewestRows), rules.mostLevels);
  const names = kept.map(l => l.level);
  const reference = referenceOf(label, kept, rules, call);
  const held = new Set(kept);
  const rare = present.filter(one => !held.has(one)).map(({ level }) => level);
  let otherLevel: number | undefined;
  let missingLevel: number | undefined;
  if (missing > 0 && rules.missingLevel) missingLevel = names.push(unused('(missing)', levels)) - 1;
  if (rare.length > 0) otherLevel = names.push(unused('(other)', levels)) - 1;
  const pooled = rare.length > 0 ? markLevels(rare) : undefined;
  return {
    levels: names, reference,
    ...(missingLevel !== undefined && { missingLevel }), ...(otherLevel !== undefined && { otherLevel }), ...(pooled !== undefined && { pooled }),
  };
}

interface Level { readonly level: string; readonly count: number }

function sameLevel(a: string, b: string): boolean {
  return a === b || levelNumber(a) === levelNumber(b);
}

function inGivenOrder(label: string, present: readonly Level[], given: readonly string[]): Level[] {
  const lacking = present.find(p => !given.some(g => sameLevel(g, p.level)));
  if (lacking) throw new UserError('badFormula', `${label} leaves out the level "${lacking.level}", which ${lacking.count} rows have.`);
  return given.flatMap(g => present.filter(p => sameLevel(g, p.level)));
}

function keepFrequent(present: readonly Level[], most: number): readonly Level[] {
  if (present.length <= most) return present;
  const frequent = new Set([...present].sort((a, b) => b.count - a.count).slice(0, Math.max(1, most)));
  return present.filter(p => frequent.has(p));
}

/** Where every level is rare the most frequent one stays. */
function withoutRare(present: readonly Level[], fewest: number): readonly Level[] {
  const enough = present.filter(({ count }) => count >= fewest);
  return enough.length > 0 || present.length === 0 ? enough : keepFrequent(present, 1);
}

function referenceOf(label: string, kept: readonly Level[], rules: LevelRules, call: CategoryCall | undefined): number {
  if (call?.reference !== undefined) {
    const wanted = call.reference;
    const index = kept.findIndex(l => sameLevel(l.level, wanted));
    if (index < 0) throw new UserError('badFormula', `${label}: no row has the reference level "${wanted}".`);
    return index;
  }
  if (rules.reference === 'first' || kept.length === 0) return 0;
  return kept.reduce((best, level, i) => (level.count > kept[best].count ? i : best), 0);
}

/** A name for a made-up level that no level of the data has. */
function unused(name: string, levels: readonly string[]): string {
  let candidate = name;
  while (levels.includes(candidate)) candidate += '*';
  return candidate;
}
