/** Runs one task: fits, scores on held-out rows, and gives whatever happened a name. */
import { CancelledError, UserError } from '../../../protocol/errors';
import type { TrainedNetwork } from '../../compute/network/training';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { baselineScorer, scoreFold, type ScoredFold } from '../../evaluate/foldScores';
import type { Fold } from '../../evaluate/splits';
import { Rng } from '../../math/random';
import { families } from '../../models/families';
import { withComponents } from '../../models/components/family';
import type { Family, Model, Prediction } from '../../models/model';
import { isNetwork, singleNetwork } from './oneNetwork';
import type { RunOutcome, RunStatus, RunTask } from './task';

/** Never throws what a person could mend: that is the outcome 'failed' with its sentence. Throws CancelledError. */
export async function runOne(task: RunTask, context: WorkContext): Promise<RunOutcome> {
  const dataset = datasetOf(task);
  const fold = { train: task.train, test: task.test };
  let trained: TrainedNetwork | undefined;
  const family = familyOf(task.family, item => { trained = item; });
  const started = performance.now();
  let model: Model;
  try {
    model = await family.fit(dataset, context, task.train);
  } catch (error) {
    return unfitted(error, trained, seconds(started), baselineLoss(dataset, fold));
  }
  const took = seconds(started);
  const scored = scoreFold(dataset, model, fold, new Rng(task.seed).fork('train'));
  return { ...outcomeOf(dataset, scored, trained), seconds: took, ...(trained ? pace(trained) : iterationsOf(model)) };
}

function datasetOf({ dataset, options, family, seed }: RunTask): Dataset {
  return { ...dataset, recipe: { ...dataset.recipe, model: family, options, seed } };
}

/** The family as it is, but for networks, of which a run trains one. */
function familyOf(id: string, onTrained: (trained: TrainedNetwork) => void): Family {
  const family = families.find(item => item.id === id);
  if (!family) throw new UserError('badOption', `There is no model "${id}".`);
  return isNetwork(id) ? withComponents(singleNetwork(family, onTrained)) : family;
}

const seconds = (from: number): number => (performance.now() - from) / 1000;

function unfitted(error: unknown, trained: TrainedNetwork | undefined, took: number, baselineLoss: number | undefined): RunOutcome {
  if (error instanceof CancelledError || !UserError.is(error)) throw error;
  return { status: trained?.stopped === 'diverged' ? 'diverged' : 'failed', ...(baselineLoss !== undefined && { baselineLoss }), seconds: took, why: error.message };
}

const lossName = (dataset: Dataset): 'rmse' | 'logLoss' => (dataset.target.task === 'regression' ? 'rmse' : 'logLoss');

function outcomeOf(dataset: Dataset, { heldOut, train, baselineScores, prediction }: ScoredFold, trained: TrainedNetwork | undefined): Omit<RunOutcome, 'seconds'> {
  const name = lossName(dataset);
  const loss = finite(heldOut.values.get(name));
  const trainLoss = finite(train.values.get(name));
  const skill = finite(heldOut.values.get(name === 'rmse' ? 'r2' : 'accuracy'));
  const baselineLoss = finite(baselineScores.values.get(name));
  return {
    status: statusOf(loss, prediction, trained), ...(baselineLoss !== undefined && { baselineLoss }),
    ...(loss !== undefined && { loss }), ...(trainLoss !== undefined && { trainLoss }), ...(skill !== undefined && { skill }),
  };
}

/** Outcomes are kept as JSON, which has no other numbers. */
function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function statusOf(loss: number | undefined, prediction: Prediction, trained: TrainedNetwork | undefined): RunStatus {
  if (trained?.stopped === 'diverged' || loss === undefined) return 'diverged';
  return isConstant(prediction) ? 'constant' : 'scored';
}

/** All rows have the same prediction, to nine digits of its size. */
function isConstant({ rows, mean, probabilities }: Prediction): boolean {
  const values = mean ?? probabilities!;
  const width = values.length / rows;
  if (rows < 2) return false;
  for (let k = 0; k < width; k++) {
    let low = Infinity;
    let high = -Infinity;
    for (let i = k; i < values.length; i += width) {
      low = Math.min(low, values[i]!);
      high = Math.max(high, values[i]!);
    }
    if (high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high))) return false;
  }
  return true;
}

/** Epochs until the watched loss had made 95 % of its way down. */
export function pace({ trainLoss, validationLoss }: TrainedNetwork): Pick<RunOutcome, 'epochs' | 'settledEpochs'> {
  const losses = validationLoss.length > 0 ? validationLoss : trainLoss;
  if (losses.length === 0) return { epochs: 0 };
  const best = Math.min(...losses);
  const settled = losses.findIndex(loss => loss <= best + 0.05 * (losses[0]! - best));
  return { epochs: losses.length, settledEpochs: settled + 1 };
}

/** Families that are fitted step by step tell how many steps that took: Newton's, or rounds of boosting. */
const stepLabels = ['Iterations', 'Mean rounds of the last stage'];

function iterationsOf(model: Model): Pick<RunOutcome, 'iterations'> {
  const told = model.fitStatistics?.().find(({ label }) => stepLabels.includes(label))?.value;
  return typeof told === 'number' && Number.isFinite(told) ? { iterations: told } : {};
}

/** The loss of the mean, or of the classes' shares, of the training rows. */
function baselineLoss(dataset: Dataset, fold: Fold): number | undefined {
  return finite(baselineScorer(dataset.target, fold).score().values.get(lossName(dataset)));
}
