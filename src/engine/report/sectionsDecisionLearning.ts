/** How learning step by step went beside the exact solution, and what other settings would have given. */
import type { CurveSection } from '../../protocol/chartSections';
import type { Section } from '../../protocol/report';
import type { LearnerSummary } from '../policy/learnPolicy';
import type { SensitivityRow } from '../policy/sensitivity';
import { rateText, type Decided } from './decisionWords';
import { countOf, formatNumber, formatPercent } from './format';

export function learningSections(found: Decided): Section[] {
  return [convergenceSection(found), biasSection(found), learnersSection(found), ...sensitivitySections(found)];
}

type Line = CurveSection['lines'][number];

function lines(found: Decided, name: string, of: (point: LearnerSummary['curve'][number]) => number): Line[] {
  const { qLearning, doubleQ } = found.result;
  return [['Q-learning', qLearning] as const, ['Double Q-learning', doubleQ] as const].map(([learner, { curve }]) => ({
    name: `${learner}${name}`, x: curve.map(({ sweep }) => sweep), y: curve.map(of),
  }));
}

function scale({ solution }: Decided): number {
  return solution.q.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function convergenceSection(found: Decided): Section {
  const { qLearning, doubleQ } = found.result;
  const most = scale(found);
  const share = (distance: number): string => (most === 0 ? formatNumber(distance, 3) : `${formatNumber(distance, 3)} (${formatPercent(distance / most)} of the largest value)`);
  const last = Math.max(...[qLearning, doubleQ].map(({ sweeps }) => sweeps));
  return {
    kind: 'curve', id: 'convergence', panel: 'learning', title: 'Does learning arrive at the exact values?',
    summary: `After ${countOf(qLearning.sweeps, 'pass', 'passes')} over the log Q-learning is at most ${share(qLearning.largestDistance)} from the exact values, double Q-learning after ${countOf(doubleQ.sweeps, 'pass', 'passes')} ${share(doubleQ.largestDistance)}. ${agreementWords(qLearning, doubleQ)}`,
    method: 'Replay of the log in random order; distance to the solution by value iteration. Values are means over the later half of the passes; the last point is theirs',
    xTitle: 'Passes over the log', yTitle: 'Distance to the exact Q-values', ...(last > 20 && { xScale: 'log' as const }),
    lines: [...lines(found, ', largest', point => point.largestDistance), ...lines(found, ', mean', point => point.meanDistance), { name: 'Exact solution', x: [1, Math.max(2, last)], y: [0, 0], reference: true }],
  };
}

function agreementWords(a: LearnerSummary, b: LearnerSummary): string {
  return a.agreement === 1 && b.agreement === 1
    ? 'Both take an action that is exactly as good as the best one in every state.'
    : `They take an action that is as good as the best one in ${formatPercent(a.agreement)} and ${formatPercent(b.agreement)} of the states.`;
}

function biasSection(found: Decided): Section {
  const last = Math.max(...[found.result.qLearning, found.result.doubleQ].map(({ sweeps }) => sweeps));
  return {
    kind: 'curve', id: 'maximisationBias', panel: 'learning', title: 'Are values overestimated on the way?',
    summary: 'The mean of the states’ largest Q-values less the exact ones. Q-learning takes the maximum of values that are still noisy, and so tends to lie above 0; double Q-learning takes the best action of one table and its value from another, and lies below.',
    method: 'Maximisation bias (van Hasselt 2010), after each pass over the log',
    xTitle: 'Passes over the log', yTitle: 'Mean value too high by', ...(last > 20 && { xScale: 'log' as const }),
    lines: [...lines(found, '', point => point.bias), { name: 'No bias', x: [1, Math.max(2, last)], y: [0, 0], reference: true }],
  };
}

function learnersSection({ result, solution }: Decided): Section {
  const { qLearning, doubleQ, exact, options } = result;
  const row = (name: string, learner: LearnerSummary): (string | number)[] => [name, learner.sweeps, learner.updates, learner.largestDistance, learner.meanDistance, formatPercent(learner.agreement)];
  return {
    kind: 'table', id: 'learners', panel: 'learning', title: 'Three ways to the values',
    summary: `The exact solution of the process that the log shows is what the report rests on; Q-learning and double Q-learning reach it step by step, with the learning rate ${rateText(options.rate)} at the n-th visit of a pair.`,
    method: `Value iteration until no value can be off by more than ${formatNumber(exact.error, 2)}; discount ${formatNumber(solution.discount)}`,
    header: [
      { title: 'Method' }, { title: 'Passes', numeric: true }, { title: 'Updates', numeric: true }, { title: 'Largest distance', numeric: true },
      { title: 'Mean distance', numeric: true }, { title: 'As good an action in' },
    ],
    rows: [['Exact (certainty equivalence)', exact.sweeps, '–', 0, 0, formatPercent(1)], row('Q-learning', qLearning), row('Double Q-learning', doubleQ)],
  };
}

function sensitivitySections(found: Decided): Section[] {
  const { result } = found;
  const rows = (vary: SensitivityRow['vary']): readonly SensitivityRow[] => result.sensitivity.filter(row => row.vary === vary);
  return [...numberCurve(found, rows('discount'), 'discount'), ...numberCurve(found, rows('exploration'), 'exploration'), settingsTable(found)];
}

const curveWords = {
  discount: {
    title: 'What another discount would do', xTitle: 'Discount γ',
    summary: (same: number, all: number): string => `A smaller discount looks less far ahead. Of ${all} discounts ${same} give a policy whose action is as good as this one’s in every state. All are judged by the discount of this run.`,
  },
  exploration: {
    title: 'What acting by chance would cost', xTitle: 'Share of chance ε',
    summary: (): string => 'The value of the policy if, with this probability, an action that the log shows in the state is drawn at random instead. The log is fixed, so nothing explores while learning: this is about carrying the policy out.',
  },
};

function numberCurve(found: Decided, rows: readonly SensitivityRow[], vary: 'discount' | 'exploration'): Section[] {
  const known = rows.filter((row): row is SensitivityRow & { value: number; setting: number } => row.value !== undefined && typeof row.setting === 'number');
  if (known.length < 2) return [];
  const words = curveWords[vary];
  const chosen = known.find(row => row.chosen);
  const [low, high] = [Math.min(...known.map(({ value }) => value)), Math.max(...known.map(({ value }) => value))];
  return [{
    kind: 'curve', id: `${vary}Sensitivity`, panel: 'learning', title: words.title, summary: words.summary(rows.filter(row => row.agreement === 1).length, rows.length),
    method: `Value from the first states on in the process that the log shows, at the discount ${formatNumber(found.solution.discount)}; for comparison among these settings only`,
    xTitle: words.xTitle, yTitle: 'Value from the first states on',
    lines: [{ name: 'Value', x: known.map(({ setting }) => setting), y: known.map(({ value }) => value) }, ...(chosen && high > low ? [{ name: 'This run', x: [chosen.setting, chosen.setting], y: [low, high], reference: true }] : [])],
  }];
}

/** Settings that are tried where the log is not large. */
const usualSettings = 20;

const variedTitles: Readonly<Record<SensitivityRow['vary'], string>> = { discount: 'Discount', learningRate: 'Learning rate', exploration: 'Exploration' };

function settingsTable({ result }: Decided): Section {
  const rates = result.sensitivity.filter(row => row.vary === 'learningRate');
  const nearest = [...rates].sort((a, b) => a.largestDistance - b.largestDistance)[0];
  return {
    kind: 'table', id: 'sensitivity', panel: 'learning', title: 'Learning rate, discount and exploration',
    summary: `What other settings give. ${nearest ? `Of the learning rates, ${rateText(nearest.setting)} comes nearest to the exact values in the same number of passes.` : ''} A discount or an exploration changes what is best; a learning rate only how well it is found.`,
    method: `Each setting learned anew from the same log, the others as in this run; value from the first states on in the process that the log shows, distance to the exact Q-values${result.sensitivity.length < usualSettings ? '; fewer settings than usual, as the log is large' : ''}`,
    header: [{ title: 'What' }, { title: 'Setting' }, { title: 'This run' }, { title: 'Value at the start', numeric: true }, { title: 'As good an action in' }, { title: 'Largest distance', numeric: true }],
    rows: result.sensitivity.map(row => [
      variedTitles[row.vary], rateText(row.setting), row.chosen ? 'yes' : '', row.value ?? 'no limit', formatPercent(row.agreement), row.vary === 'learningRate' ? row.largestDistance : '–',
    ]),
  };
}
