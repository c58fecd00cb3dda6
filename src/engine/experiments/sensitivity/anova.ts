/**
 * Functional analysis of variance: how much of the variance of the loss between settings each choice accounts for, alone and two together (Hutter, Hoos &
 * Leyton-Brown 2014, on the measured grid itself instead of a forest). Chance between folds is taken off, so that a choice that does nothing has a share near 0.
 */
import type { ChoiceShare, Varied } from '../../../protocol/experiments';
import { meanOf } from '../../evaluate/intervals';
import { fUpper } from '../../math/distributions';
import { Rng } from '../../math/random';
import { quantile } from '../../unlabelled/shared/quantile';
import type { RunOutcome } from '../runs/task';
import type { Setting } from './design';
import { mainDesign, mainEffects, type MainDesign } from './mainEffects';
import type { Outcomes } from './measure';

/** A run that diverged or failed counts as this much worse than the mean as a prediction; no loss counts as more. */
const worst = 1.5;
const draws = 200;
/** Settings of a part of the grid that shares can be told from, at least, and what must be left beside the effects. */
const fewestSettings = 8;
const fewestLeft = 3;
/** Settings with each value of each choice. */
const fewestOfValue = 2;
/** Folds that resampling gives an interval from. */
const fewestFolds = 5;

export interface AnovaInput {
  readonly varied: readonly Varied[];
  /** Without the usual one. */
  readonly settings: readonly Setting[];
  readonly outcomes: Outcomes;
  /** Every combination was measured: pairs of choices can be told apart from the rest. */
  readonly complete: boolean;
  /** Held-out over training rows: means over folds whose training rows overlap are that much less certain (Nadeau & Bengio 2003). Absent: folds of their own. */
  readonly testToTrain?: number;
  readonly level: number;
  readonly seed: number;
}

export interface Shares {
  /** The largest first. */
  readonly shares: readonly ChoiceShare[];
  /** Settings on the same folds, and these folds, that the shares are of. */
  readonly settings: number;
  readonly folds: number;
  /** Why there are none: too few settings on the same folds for their effects to be told apart, or no more variance than chance makes. */
  readonly why?: 'few' | 'chance';
}

/** Without a reason where one choice alone is varied. */
export function choiceShares(input: AnovaInput): Shares {
  const none = { shares: [], settings: 0, folds: 0 };
  if (input.varied.length < 2) return none;
  const table = lossTable(input);
  const design = table && designFor(input, table);
  if (!table || !design) return { ...none, why: 'few' };
  const same = { settings: table.settings.length, folds: table.folds.length };
  const shares = differ(input, table) ? sharesOf(input, table, design, [...table.folds.keys()]) : undefined;
  if (!shares) return { ...same, shares: [], why: 'chance' };
  return { ...same, shares: withIntervals(input, table, design, shares).map(({ share, ...item }) => ({ ...item, share: clamp(share) })).sort((a, b) => b.share - a.share) };
}

/** `whole`: no setting was taken out. */
interface LossTable { readonly whole: boolean; readonly settings: readonly Setting[]; readonly folds: readonly number[]; /** losses[setting][fold]. */ readonly losses: readonly (readonly number[])[] }

/** The folds that every setting was run on; settings that were left behind early are taken out where that leaves more. */
function lossTable({ settings, outcomes }: AnovaInput): LossTable | undefined {
  const most = Math.max(0, ...outcomes.map(runs => runs.size));
  const kept = settings.map((_, i) => i).filter(i => outcomes[i]!.size >= Math.min(2, most));
  const folds = [...new Set(kept.flatMap(i => [...outcomes[i]!.keys()]))].filter(fold => kept.every(i => outcomes[i]!.has(fold) && Number.isFinite(cappedLoss(outcomes[i]!.get(fold)!))));
  if (folds.length < 2) return undefined;
  const losses = kept.map(i => folds.map(fold => cappedLoss(outcomes[i]!.get(fold)!)));
  return { whole: kept.length === settings.length, settings: kept.map(i => settings[i]!), folds, losses };
}

/** NaN where a run has no loss, and it is not known what predicting the mean would have lost. */
function cappedLoss({ status, loss, baselineLoss }: RunOutcome): number {
  const cap = baselineLoss === undefined ? NaN : worst * baselineLoss;
  if (status === 'diverged' || loss === undefined) return cap;
  return Number.isNaN(cap) ? loss : Math.min(loss, cap);
}

const isWhole = ({ complete }: AnovaInput, { whole }: LossTable): boolean => complete && whole;

/** Undefined where the settings are too few, or effects of the choices cannot be told from one another in them. */
function designFor(input: AnovaInput, table: LossTable): MainDesign | undefined {
  const { varied, settings: asked } = input;
  const { settings } = table;
  const held = varied.every(({ name, values }) => values.every(value => settings.filter(setting => setting[name] === value).length >= fewestOfValue));
  const design = held ? mainDesign(varied, settings) : undefined;
  if (!design || isWhole(input, table)) return design;
  return settings.length >= Math.max(fewestSettings, asked.length / 2) && design.left >= fewestLeft ? design : undefined;
}

/** The settings' means differ beyond chance: F test of settings beside folds, its variance that of overlapping training rows. */
function differ({ testToTrain = 0, level }: AnovaInput, { losses, folds }: LossTable): boolean {
  const places = [...folds.keys()];
  const y = losses.map(row => meanOf(row));
  const grand = meanOf(y);
  const between = y.reduce((sum, value) => sum + (value - grand) ** 2, 0) / (y.length - 1);
  if (!(between > 1e-12 * grand * grand)) return false;
  return fUpper(between / noiseOfMeans(losses, places, testToTrain), y.length - 1, (y.length - 1) * (folds.length - 1)) < 1 - level;
}

/** Shares before they are cut to 0 … 1. */
function sharesOf(input: AnovaInput, table: LossTable, design: MainDesign, folds: readonly number[]): ChoiceShare[] | undefined {
  const { varied, testToTrain = 0 } = input;
  const { settings, losses } = table;
  const y = losses.map(row => meanOf(folds.map(f => row[f]!)));
  const noise = noiseOfMeans(losses, folds, testToTrain);
  const count = y.length;
  const grand = meanOf(y);
  const total = meanOf(y.map(value => (value - grand) ** 2)) - (noise * (count - 1)) / count;
  if (!(total > 1e-12 * grand * grand)) return undefined;
  const { effects, residual } = mainEffects(design, y);
  // In a part of the grid what choices do together looks like noise in what each does alone.
  const around = isWhole(input, table) ? noise : Math.max(noise, residual);
  const shares: ChoiceShare[] = varied.map(({ name }, j) => ({ choices: [name], share: (meanOf(effects[j]!.map(e => e * e)) - (around * design.noise[j]!) / count) / total }));
  if (isWhole(input, table)) shares.push(...pairShares(varied, settings, y, grand, effects, noise / count, total));
  return shares;
}

/**
 * Resamples the folds. Their training rows overlap, and resampling few takes them for more alike than they are: deviations from the share are as much
 * larger as the corrected variance of a mean over folds (1/n + test/train) is than what resampling gives it, (n − 1)/n².
 */
function withIntervals(input: AnovaInput, table: LossTable, design: MainDesign, shares: readonly ChoiceShare[]): readonly ChoiceShare[] {
  const n = table.folds.length;
  if (n < fewestFolds) return shares;
  const rng = new Rng(input.seed).fork('anova');
  const resampled: number[][] = shares.map(() => []);
  for (let d = 0; d < draws; d++) {
    const folds = table.folds.map(() => rng.integer(n));
    if (new Set(folds).size < 2) continue;
    sharesOf(input, table, design, folds)?.forEach(({ share }, u) => resampled[u]!.push(share));
  }
  const wider = Math.sqrt((1 + n * (input.testToTrain ?? 0)) * (n / (n - 1)));
  const tail = (1 - input.level) / 2;
  return shares.map((item, u) => {
    const sorted = Float64Array.from(resampled[u]!).sort();
    if (sorted.length < draws / 4) return item;
    const end = (at: number): number => clamp(item.share + wider * (quantile(sorted, at) - item.share));
    const [low, high] = [Math.min(clamp(item.share), end(tail)), Math.max(clamp(item.share), end(1 - tail))];
    // All beyond the same end of 0 … 1: no interval that says anything.
    return high > low ? { ...item, low, high } : item;
  });
}

/** Variance of a setting's mean over the folds (places, as often as drawn) that chance alone makes: that of the residuals of setting + fold. */
export function noiseOfMeans(losses: readonly (readonly number[])[], folds: readonly number[], testToTrain: number): number {
  const unique = [...new Set(folds)];
  const foldMeans = new Map(unique.map(f => [f, meanOf(losses.map(row => row[f]!))]));
  const own = losses.map(row => meanOf(unique.map(f => row[f]!)));
  const grand = meanOf(own);
  let sum = 0;
  losses.forEach((row, i) => unique.forEach(f => { sum += (row[f]! - own[i]! - foldMeans.get(f)! + grand) ** 2; }));
  // A fold that is drawn m times counts m² times in the variance of the mean.
  const weight = unique.reduce((total, f) => total + folds.filter(item => item === f).length ** 2, 0) / folds.length ** 2;
  return ((weight + testToTrain) * sum) / Math.max(1, (losses.length - 1) * (unique.length - 1));
}

/** Mean of y over the settings with the same values of those choices, for each setting. */
function groupMeans(settings: readonly Setting[], y: readonly number[], names: readonly string[]): number[] {
  const key = (setting: Setting): string => JSON.stringify(names.map(name => setting[name]));
  const groups = new Map<string, number[]>();
  settings.forEach((setting, i) => groups.set(key(setting), [...groups.get(key(setting)) ?? [], y[i]!]));
  const means = new Map([...groups].map(([name, values]) => [name, meanOf(values)]));
  return settings.map(setting => means.get(key(setting))!);
}

function pairShares(varied: readonly Varied[], settings: readonly Setting[], y: readonly number[], grand: number, mains: readonly (readonly number[])[], noise: number, total: number): ChoiceShare[] {
  return varied.flatMap((a, j) => varied.slice(j + 1).map((b, offset) => {
    const k = j + 1 + offset;
    const cells = groupMeans(settings, y, [a.name, b.name]);
    const variance = meanOf(cells.map((mean, i) => (mean - grand - mains[j]![i]! - mains[k]![i]!) ** 2));
    return { choices: [a.name, b.name], share: (variance - noise * (a.values.length - 1) * (b.values.length - 1)) / total };
  }));
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share));
