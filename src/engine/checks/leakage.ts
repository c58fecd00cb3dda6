/** Features that alone predict the target almost perfectly, and far better than any other: suspects of knowing it. */
import type { CheckSeverity } from '../../protocol/checks';
import { Rng } from '../math/random';
import { dropFix, columnOf, quoted, type Check, type CheckInput, type CheckResult } from './input';
import { ranksOf } from './ranks';
import { heldOutParts, singleFeatureSkill, type Skill } from './singleFeature';
import { num } from './words';

/** Held-out R² or AUC from which a feature is suspect, and what its interval must reach. */
const suspect = 0.98;
const sure = 0.95;
/** What the next best feature that is no suspect leaves unexplained is at least so many times as much. */
const farAbove = 4;
const nearCopy = 0.9995;
/** Fewer rows tell a strong feature from a leak no more. */
const fewestRows = 30;

interface Ranked { readonly name: string; readonly skill: Skill }

export const leakage: Check = {
  id: 'leakage',
  run(input) {
    const { dataset } = input;
    if (dataset.table.rows < fewestRows) return { notRun: `fewer than ${fewestRows} rows` };
    const part = heldOutParts(dataset.table.rows, new Rng(dataset.recipe.seed).fork('leakage'));
    const ranks = dataset.target.task === 'regression' ? ranksOf(dataset.target.values) : undefined;
    const all = dataset.features.map((name): Ranked => ({ name, skill: singleFeatureSkill(dataset, columnOf(dataset, name), part, dataset.recipe.level, ranks) }));
    const suspects = all.filter(({ skill }) => skill.value >= suspect && skill.low >= sure).sort((a, b) => b.skill.value - a.skill.value);
    const rest = all.filter(one => !suspects.includes(one)).sort((a, b) => b.skill.value - a.skill.value)[0];
    return suspects.flatMap(one => findingOf(one, rest, suspects.length, input));
  },
};

/** What a skill leaves to be wished: 1 − R², or 1 − AUC. */
const left = ({ value }: Skill): number => Math.max(1e-9, 1 - value);

function findingOf({ name, skill }: Ranked, rest: Ranked | undefined, suspects: number, input: CheckInput): CheckResult[] {
  const { task } = input.dataset.target;
  const others = rest?.skill.value ?? NaN;
  const copy = skill.value >= nearCopy && skill.low >= suspect;
  const apart = rest !== undefined && left(rest.skill) >= farAbove * left(skill);
  // Several strong features, or one that is hardly better than the next: more likely an easy target than a leak.
  if (!copy && (!apart || suspects > 1)) return [];
  const severity: CheckSeverity = copy && (apart || suspects > 1) ? 'severe' : copy && !rest ? 'information' : 'warning';
  return [{
    id: 'leakage', columns: [name], severity, sentence: sentenceOf(name, skill, rest, copy, task === 'regression', suspects),
    evidence: { skill: skill.value, low: skill.low, high: skill.high, measure: task === 'regression' ? 'R²' : 'AUC', of: skill.of, ...(rest && { nextBest: others, nextBestFeature: rest.name }) },
    ...dropFix(input, name),
  }];
}

function sentenceOf(name: string, skill: Skill, rest: Ranked | undefined, copy: boolean, isNumber: boolean, suspects: number): string {
  const measure = isNumber ? (skill.of === 'ranks' ? 'R² of ranks' : 'R²') : 'AUC';
  const next = rest ? `; the next best, ${quoted(rest.name)}, has ${num(Math.max(isNumber ? -1 : 0, rest.skill.value), 3)}` : suspects > 1 ? '' : '; there is no other feature';
  const meaning = copy
    ? 'it may hold the target itself, or be known only after it'
    : 'it may be known only after the target, or simply be a strong feature';
  return `${quoted(name)} alone predicts the target with a held-out ${measure} of ${num(skill.value, 4)} (${num(skill.low, 4)} to ${num(skill.high, 4)})${next}: ${meaning}.`;
}
