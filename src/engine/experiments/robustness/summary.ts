/** Puts the folds of a robustness study together: rows are pooled, every score with its interval. */
import type { Measured } from '../../../protocol/experiments';
import type { Losses } from './attack';
import { robustnessFindings } from './findings';
import { spokenSize } from './findingWords';
import { reachOf, type FoldOutcome } from './oneFold';
import { flipName } from './names';
import type { Measurements } from './measurements';
import { studyNotes } from './notes';
import type { AdversarialTraining, AttackedFeature, AttackMethod, Distances, RobustnessResult, ScoreLine } from './result';
import { changingLineOf, joined, lineOf, pairedDifference, scoreOf } from './scoring';

export function resultOf(input: Measurements): RobustnessResult {
  const { dataset, outcomes, scoring, epsilons, shares, outliers, labels } = input;
  const pooled = (name: string, x: readonly number[], of: (outcome: FoldOutcome) => Losses | undefined, line = lineOf): ScoreLine | undefined => {
    const found = outcomes.flatMap(outcome => of(outcome) ?? []).length > 0 ? outcomes.map(of) : [];
    return found.length > 0 && found.every(losses => losses !== undefined) ? line(name, x, found as Losses[], scoring) : undefined;
  };
  const optional = <K extends string>(key: K, line: ScoreLine | undefined): { [key in K]?: ScoreLine } => (line ? { [key]: line } as { [key in K]: ScoreLine } : {});
  const open = openColumns(outcomes);
  const numbers = pooled('Numbers attacked', epsilons, outcome => outcome.attack.numbers)!;
  const mixed = pooled('Numbers and one category', epsilons, outcome => (open.categories.length > 0 ? outcome.attack.withCategory ?? outcome.attack.numbers : undefined));
  const signed = pooled('One step (fast gradient sign)', epsilons, outcome => outcome.attack.signStep);
  const attacks = open.numbers.length === 0 ? [] : [numbers, mixed, signed].filter(line => line !== undefined);
  const baseline = joined(outcomes.map(outcome => outcome.baseline));
  const beyond = attacks.length === 0 ? [] : epsilons.map((_, k) => pairedDifference(joined(outcomes.map(({ attack }) => attack.numbers[k])), baseline, scoring));
  const growth = outcomes.map(outcome => outcome.growth).filter(value => value !== undefined);
  const example = outcomes.flatMap(outcome => outcome.example ?? []).sort((a, b) => a.rank - b.rank)[0]?.example;
  const hardened = hardening(input);
  const result: Omit<RobustnessResult, 'findings'> = {
    task: dataset.target.task, family: input.family.id, target: dataset.target.name, score: scoring.regression ? 'RMSE' : 'accuracy', level: scoring.level,
    scheme: input.scheme, folds: { planned: input.folds.length, done: outcomes.length },
    rows: { attacked: outcomes.reduce((sum, { rows }) => sum + rows.length, 0), heldOut: input.folds.slice(0, outcomes.length).reduce((sum, { test }) => sum + test.length, 0) },
    epsilons, method: weakest(outcomes), open, clean: numbers.scores[0], baseline: scoreOf(baseline, scoring).value, beyond,
    attacks, ...(mixed && { oneCategory: mixed.scores[0] }), ...(open.numbers.length > 0 && optional('certified', pooled('Proved by interval bounds', epsilons, outcome => outcome.certified))),
    distances: open.numbers.length === 0 ? [] : distancesOf(outcomes), ...(growth.length === outcomes.length && open.numbers.length > 0 && { growth: growth.reduce((a, b) => a + b, 0) / growth.length }),
    reach: reachOf(epsilons), features: featuresOf(outcomes, scoring.regression), ...(example && { example }),
    ...optional('noise', pooled('Random noise', epsilons, outcome => outcome.noise, changingLineOf)), ...optional('missing', pooled('Missing cells', shares, outcome => outcome.missing, changingLineOf)),
    outliers: outliers.lines, labels: labels.lines, ...(hardened && { adversarial: hardened }), immutable: input.immutable,
    notes: studyNotes(input, open), stopped: input.stopped,
  };
  return { ...result, findings: robustnessFindings(result) };
}

/** In some fold; a column may be constant in the training rows of another. */
function openColumns(outcomes: readonly FoldOutcome[]): RobustnessResult['open'] {
  const names = (kind: 'number' | 'category'): string[] => [...new Set(outcomes.flatMap(({ columns }) => columns.filter(column => column.kind === kind).map(({ name }) => name)))];
  return { numbers: names('number'), categories: names('category'), manyLevels: outcomes.some(({ manyLevels }) => manyLevels) };
}

/** Folds may differ: a machine has terms of two features in some only. What is said holds for all. */
function weakest(outcomes: readonly FoldOutcome[]): AttackMethod {
  const order: readonly AttackMethod[] = ['search', 'gradient', 'additive', 'exact'];
  return order.find(method => outcomes.some(outcome => outcome.method === method))!;
}

/** Where some folds' models are linear and others are not, the exact distances of the former stand among the flips that were found. */
function distancesOf(outcomes: readonly FoldOutcome[]): Distances[] {
  const [first] = [...outcomes].sort((a, b) => Number(a.distances[0]?.name !== flipName) - Number(b.distances[0]?.name !== flipName));
  return first.distances.flatMap(({ name }) => {
    const own = outcomes.map(({ distances }) => distances.find(item => item.name === name) ?? (name === flipName ? distances[0] : undefined));
    return own.every(item => item !== undefined) ? [distanceOf(name, joined(own.map(({ values }) => values)))] : [];
  });
}

function distanceOf(name: string, values: Float64Array): Distances {
  const right = values.filter(value => value !== 0);
  const sorted = right.map(value => (Number.isNaN(value) ? Infinity : value)).sort();
  const median = sorted.length === 0 ? Infinity : (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
  return { name, rows: right.length, found: right.filter(Number.isFinite).length, ...(Number.isFinite(median) && { median }) };
}

/** Largest share first; a category's share is that of the right rows which a change of it alone makes wrong. */
function featuresOf(outcomes: readonly FoldOutcome[], regression: boolean): AttackedFeature[] {
  const names = new Map(outcomes.flatMap(({ columns }) => columns.map(({ name, kind }) => [name, kind] as const)));
  const sum = (name: string, of: (outcome: FoldOutcome, j: number) => number): number =>
    outcomes.reduce((total, outcome) => total + outcome.columns.reduce((own, column, j) => own + (column.name === name ? of(outcome, j) : 0), 0), 0);
  const attacks = outcomes.reduce((total, { use }) => total + use.attacks, 0);
  const right = outcomes.reduce((total, outcome) => total + outcome.right, 0);
  const features = [...names].flatMap(([name, kind]): AttackedFeature[] => {
    if (kind === 'category') return regression || right === 0 ? [] : [{ name, kind, share: sum(name, ({ categoryFlips }, j) => categoryFlips[j]) / right }];
    if (attacks === 0) return [];
    const changed = sum(name, ({ use }, j) => use.changed[j]);
    return [{
      name, kind, share: sum(name, ({ use }, j) => use.used[j]) / attacks, ...(!regression && { needed: sum(name, ({ use }, j) => use.needed[j]) / attacks }),
      ...(changed > 0 && { change: sum(name, ({ use }, j) => use.size[j]) / changed }),
    }];
  });
  return features.sort((a, b) => b.share - a.share || (b.change ?? 0) - (a.change ?? 0));
}

function hardening({ outcomes, adversarial, epsilons, scoring }: Measurements): AdversarialTraining | undefined {
  const both = outcomes.flatMap(outcome => (outcome.hardened ? [{ ...outcome, hardened: outcome.hardened }] : []));
  if (both.length === 0 || adversarial === undefined) return undefined;
  const line = (name: string, of: (outcome: (typeof both)[number]) => Losses): ScoreLine => lineOf(name, epsilons, both.map(of), scoring);
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const plain = line('Plain network', ({ attack }) => attack.numbers);
  const hardened = line('Trained on attacked rows', outcome => outcome.hardened.numbers);
  const at = spokenSize(epsilons, adversarial);
  const difference = (k: number): Measured => pairedDifference(joined(both.map(({ hardened: other }) => other.numbers[k])), joined(both.map(({ attack }) => attack.numbers[k])), scoring);
  return {
    epsilon: adversarial, plain, hardened, ...(both.every(outcome => outcome.hardened.certified) && { certified: line('Proved, trained on attacked rows', outcome => outcome.hardened.certified!) }),
    cost: difference(0), gain: difference(at), at,
    seconds: mean(both.map(outcome => outcome.hardened.seconds)), plainSeconds: mean(both.map(({ seconds }) => seconds)),
  };
}
