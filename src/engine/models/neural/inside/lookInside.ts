/** Looks inside the first network of a fitted model: sections on its weights and units, and how many weights such a network needs. */
import type { Section } from '../../../../protocol/report';
import { parameterCount } from '../../../compute/network/description';
import type { TrainingJob } from '../../../compute/network/training';
import { trainAll } from '../../../compute/trainAll';
import type { WorkContext } from '../../../context';
import type { Dataset } from '../../../data/dataset';
import { Rng } from '../../../math/random';
import { inputTerms } from '../../network/inputs';
import { inputDeviations, jobFor, type NeuralPlan } from '../fit';
import type { NeuralModel } from '../model';
import { gatherInputs, thinRows } from '../noise';
import { prune } from './prune';
import { pruningSection } from './pruningSection';
import { insideSections } from './sections';

const mostRows = 10000;
/** Shares of the rows that stop the training of the pruned network, and that score it. */
const pruningShare = 0.15;
/** Fewer rows to score on would say nothing. */
const fewestTestRows = 10;
/** Multiplications that pruning may take. */
const pruningBudget = 6e10;
/** Epochs that all of its steps usually take together. */
const pruningEpochs = 120;

/** Sections of the panel 'weights'. Pruning is left out where it is not asked for or there are too few rows. */
export async function lookInside(dataset: Dataset, plan: NeuralPlan, model: NeuralModel, context: WorkContext, from: number, to: number): Promise<Section[]> {
  const { prepared, description, settings } = plan;
  const { state } = model;
  const rows = thinRows(Int32Array.from({ length: prepared.data.rows }, (_, i) => i), mostRows);
  const sections = insideSections({
    description, parameters: state.members[0], x: gatherInputs(prepared, rows), rows: rows.length,
    inputDeviations: inputDeviations(prepared, state.inputMean), inputNames: inputTerms(prepared.inputs).map(term => term.name),
    outputNames: outputNames(model, dataset.target.name), members: state.members.length,
  });
  const job = settings.prune && dataset.recipe.detail !== 'brief' && description.hidden.length > 0 ? pruningJob(dataset, plan, state.l2) : undefined;
  if (!job) return sections;
  const middle = from + (to - from) / 4;
  const [dense] = await trainAll([job.job], context, { stage: 'Training a network to prune', from, to: middle });
  const result = await prune(prepared, job.job, dense, job.test, context, middle, to);
  return [...sections, pruningSection(result, dataset.target.task === 'regression' ? prepared.target.deviation : undefined, dataset.target.name)];
}

function outputNames({ classes }: NeuralModel, target: string): readonly string[] {
  return !classes ? [target] : classes.length > 2 ? classes : [classes[1]];
}

/** A network of its own: validation and test rows are parts that do not overlap, the rest (or a sample of it) trains. */
function pruningJob(dataset: Dataset, plan: NeuralPlan, l2: number): { job: TrainingJob; test: Int32Array } | undefined {
  const { prepared, description, settings } = plan;
  const { train, validation } = prepared.parts(pruningShare, 0);
  const inTrain = new Uint8Array(prepared.data.rows);
  for (const row of train) inTrain[row] = 1;
  const test = prepared.parts(pruningShare, 1).validation.filter(row => inTrain[row] === 1);
  if (test.length < fewestTestRows || validation.length === 0) return undefined;
  for (const row of test) inTrain[row] = 0;
  const rng = new Rng(dataset.recipe.seed).fork('pruning');
  const left = rng.shuffle(train.filter(row => inTrain[row] === 1));
  const most = Math.max(2000, Math.floor(pruningBudget / (3 * parameterCount(description) * pruningEpochs)));
  const part = { train: left.slice(0, most).sort(), validation };
  return { job: jobFor(prepared, settings, description, part, rng.seed, l2), test };
}
