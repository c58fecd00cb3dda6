/** From the outcomes of a setting on its folds to its scores with intervals, and its difference from the usual setting. */
import type { Measured, MeasuredSetting } from '../../../protocol/experiments';
import { correctedResampledT, meanOf } from '../../evaluate/intervals';
import type { RunOutcome } from '../runs/task';
import type { Setting } from './design';
import type { Outcomes } from './measure';

type Runs = ReadonlyMap<number, RunOutcome>;

export interface SummaryInput {
  readonly settings: readonly Setting[];
  readonly outcomes: Outcomes;
  /** Held-out rows over training rows, the mean over folds: for the intervals over folds (Nadeau & Bengio 2003). */
  readonly testToTrain: number;
  readonly level: number;
}

export function summarise({ settings, outcomes, testToTrain, level }: SummaryInput): MeasuredSetting[] {
  const summary = (values: readonly number[]): Measured | undefined => measured(values, testToTrain, level);
  return settings.map((setting, i) => {
    const runs = outcomes[i]!;
    const all = [...runs.values()];
    const count = (status: RunOutcome['status']): number => all.filter(run => run.status === status).length;
    const difference = i === 0 ? undefined : summary(pairedLosses(runs, outcomes[0]!));
    const loss = aboveNothing(summary(valuesOf(all, run => run.loss)));
    const gap = summary(valuesOf(all, run => (run.loss === undefined || run.trainLoss === undefined ? undefined : run.loss - run.trainLoss)));
    const why = all.find(run => run.why !== undefined)?.why;
    return {
      setting, folds: all.length, diverged: count('diverged'), constant: count('constant'), failed: count('failed'),
      ...(loss && { loss }), ...(gap && { gap }), ...(difference && { difference }), ...means(all), ...(why !== undefined && { why }),
    };
  });
}

function means(runs: readonly RunOutcome[]): Partial<MeasuredSetting> {
  const mean = (of: (run: RunOutcome) => number | undefined): number | undefined => {
    const values = valuesOf(runs, of);
    return values.length === 0 ? undefined : meanOf(values);
  };
  const found = {
    trainLoss: mean(run => run.trainLoss), skill: mean(run => run.skill), seconds: mean(run => run.seconds), epochs: mean(run => run.epochs),
    iterations: mean(run => run.iterations),
    settledEpochs: mean(run => run.settledEpochs),
    settledSeconds: mean(run => (run.epochs && run.settledEpochs ? (run.seconds * run.settledEpochs) / run.epochs : undefined)),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function valuesOf(runs: readonly RunOutcome[], of: (run: RunOutcome) => number | undefined): number[] {
  return runs.map(of).filter((value): value is number => value !== undefined && Number.isFinite(value));
}

/** Differences of losses on the folds that both have. */
export function pairedLosses(a: Runs, b: Runs): number[] {
  return [...a].flatMap(([fold, { loss }]) => {
    const other = b.get(fold)?.loss;
    return loss === undefined || other === undefined ? [] : [loss - other];
  });
}

/** No loss is below 0, and neither is the interval of one. */
function aboveNothing(loss: Measured | undefined): Measured | undefined {
  return loss?.low === undefined ? loss : { ...loss, low: Math.max(0, loss.low) };
}

export function measured(values: readonly number[], testToTrain: number, level: number): Measured | undefined {
  if (values.length === 0) return undefined;
  return { value: meanOf(values), ...correctedResampledT(values, testToTrain, level) };
}
