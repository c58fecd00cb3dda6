/** Which setting has the lowest mean loss, and which of the others the folds can tell from it. */
import type { Measured, MeasuredSetting } from '../../../protocol/experiments';
import { quantile } from '../../unlabelled/shared/quantile';
import type { Outcomes } from './measure';
import { measured, pairedLosses } from './summary';

export interface ComparedInput {
  /** The usual setting first. */
  readonly settings: readonly MeasuredSetting[];
  readonly outcomes: Outcomes;
  readonly testToTrain: number;
  readonly level: number;
}

/**
 * Of the lowest from the usual setting: `lower` beyond chance when as many comparisons are allowed for as there were settings (Bonferroni), `lowerAlone`
 * only as if it were the only one, `chance`, `unknown` (no interval), or `itself`.
 */
export type AgainstUsual = 'lower' | 'lowerAlone' | 'chance' | 'unknown' | 'itself';

export interface Comparison {
  readonly best: number;
  readonly usual: AgainstUsual;
  /** Settings with a loss that the lowest was picked from, but the usual one. */
  readonly compared: number;
  /** Of the others, but the usual one: beyond chance above the lowest, not, and of differences so uncertain that nothing can be said. */
  readonly worse: readonly number[];
  readonly unclear: readonly number[];
  readonly unjudged: readonly number[];
  /** Of these, how many have fewer folds than the lowest (they are compared on those that both have); and settings that share fewer than two with it, or diverged. */
  readonly onFewer: number;
  readonly apart: number;
  /** There are enough folds for intervals. */
  readonly intervals: boolean;
  /** Half of the median interval of the differences from the lowest that are not all 0. */
  readonly visible?: number;
}

/** A difference whose interval reaches further than this share of the lowest loss on either side says nothing. */
const sayingNothing = 0.5;

const isScored = (item: MeasuredSetting): boolean => item.loss !== undefined && item.diverged + item.failed === 0;

/** Undefined where no setting was scored. Settings that were left behind are compared too: on the folds that they share with the lowest. */
export function comparisonOf(input: ComparedInput): Comparison | undefined {
  const { settings, outcomes, testToTrain, level } = input;
  const best = bestSetting(settings);
  if (best === undefined) return undefined;
  const whole = settings[best]!.folds;
  const from = (i: number): Measured | undefined => measured(pairedLosses(outcomes[i]!, outcomes[best]!), testToTrain, level);
  const rest = [...settings.keys()].filter(i => i > 0 && i !== best);
  const told = rest.filter(i => isScored(settings[i]!)).flatMap(i => {
    const difference = from(i);
    return difference?.low === undefined ? [] : [{ i, low: difference.low, half: (difference.high! - difference.low) / 2 }];
  });
  const halves = Float64Array.from([...told.map(({ half }) => half), ...(best > 0 ? usualHalf(from(0)) : [])].filter(half => half > 0)).sort();
  const wild = (half: number): boolean => half > sayingNothing * settings[best]!.loss!.value && half > 3 * quantile(halves, 0.5);
  const within = told.filter(({ low }) => low <= 0);
  const compared = settings.filter((item, i) => i > 0 && isScored(item)).length;
  return {
    best, usual: againstUsual(input, best, compared), compared, worse: told.filter(({ low }) => low > 0).map(({ i }) => i),
    unclear: within.filter(({ half }) => !wild(half)).map(({ i }) => i), unjudged: within.filter(({ half }) => wild(half)).map(({ i }) => i),
    onFewer: told.filter(({ i }) => settings[i]!.folds < whole).length, apart: rest.length - told.length,
    intervals: whole > 1, ...(halves.length > 0 && { visible: quantile(halves, 0.5) }),
  };
}

/** Whether a difference between settings is beyond chance: of the lowest from another one. */
export const differBeyondChance = ({ worse, usual }: Comparison): boolean => worse.length > 0 || usual === 'lower';

const usualHalf = (difference: Measured | undefined): number[] => (difference?.low === undefined ? [] : [(difference.high! - difference.low) / 2]);

function againstUsual({ settings, outcomes, testToTrain, level }: ComparedInput, best: number, compared: number): AgainstUsual {
  if (best === 0) return 'itself';
  const pairs = pairedLosses(outcomes[best]!, outcomes[0]!);
  const alone = measured(pairs, testToTrain, level);
  if (!alone || alone.low === undefined || settings[0]!.folds < settings[best]!.folds) return 'unknown';
  if (alone.high! >= 0) return 'chance';
  return measured(pairs, testToTrain, 1 - (1 - level) / Math.max(1, compared))!.high! < 0 ? 'lower' : 'lowerAlone';
}

/** The lowest mean loss among the settings that were measured on the most folds and in none of which training diverged; the usual one of equals. */
export function bestSetting(settings: readonly MeasuredSetting[]): number | undefined {
  const most = Math.max(0, ...settings.filter(item => item.loss).map(item => item.folds));
  let best: number | undefined;
  settings.forEach((item, i) => {
    if (!item.loss || item.folds < most || item.diverged > 0 || item.failed > 0) return;
    if (best === undefined || item.loss.value < settings[best]!.loss!.value * (1 - 1e-9)) best = i;
  });
  return best;
}
