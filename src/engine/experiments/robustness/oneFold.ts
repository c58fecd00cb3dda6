/** All that is measured with the model of one fold. Plain data in and out, so that it could run anywhere. */
import { UserError } from '../../../protocol/errors';
import type { TrainedNetwork } from '../../compute/network/training';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { sampleRows } from '../../evaluate/scores';
import type { Fold } from '../../evaluate/splits';
import { Rng } from '../../math/random';
import { families } from '../../models/families';
import { withComponents } from '../../models/components/family';
import type { Family, Model } from '../../models/model';
import { isNetwork, singleNetwork } from '../runs/oneNetwork';
import { trainHardened } from './adversarialTraining';
import type { Attacker } from './attacker';
import { attackerOf, attackRows, type AttackRun, type Losses } from './attack';
import { certifierOf } from './certify';
import { missingLosses, noiseLosses } from './disturb';
import { exampleOf, type RankedExample } from './example';
import { everyRow, groundOf, placesOf, type Ground } from './ground';
import { baselineLosses, truthOf } from './heldOut';
import { Judge } from './judge';
import { linearDistances, slopesOf } from './linearDistance';
import { errorUse, sparseFlips, type FeatureUse } from './featureUse';
import { smallestFlips } from './minimal';
import { isPlainLinear } from './plain';
import { flipName } from './names';
import type { AttackMethod } from './result';
import { wholeFits } from './wholeFits';

export interface FoldTask {
  readonly dataset: Dataset;
  readonly family: string;
  readonly fold: Fold;
  /** Rows of this fold that are attacked at most: by methods that know the model from within, and by search. */
  readonly most: { readonly known: number; readonly search: number };
  readonly epsilons: readonly number[];
  readonly shares: readonly number[];
  readonly immutable: readonly string[];
  /** Size of attacks in training, of a second network. */
  readonly adversarial?: number;
  readonly seed: number;
}

export interface FoldOutcome {
  readonly title: string;
  readonly method: AttackMethod;
  /** Rows of the dataset. */
  readonly rows: Int32Array;
  /** Of the fit. */
  readonly seconds: number;
  readonly baseline: Float64Array;
  readonly attack: Pick<AttackRun, 'numbers' | 'withCategory' | 'signStep'>;
  readonly certified?: Losses;
  /** Of each row: 0 where wrong as it is, NaN or ∞ where no distance was found. */
  readonly distances: readonly { readonly name: string; readonly values: Float64Array }[];
  readonly growth?: number;
  readonly columns: readonly { readonly name: string; readonly kind: 'number' | 'category' }[];
  /** Some category has more levels than are tried. */
  readonly manyLevels: boolean;
  readonly use: FeatureUse;
  /** Rows that were right and that a change of this category alone makes wrong; and rows that were right. */
  readonly categoryFlips: Float64Array;
  readonly right: number;
  readonly example?: RankedExample;
  /** Absent where no number can be changed. */
  readonly noise?: Losses;
  readonly missing?: Losses;
  readonly hardened?: { readonly numbers: Losses; readonly certified?: Losses; readonly seconds: number };
  readonly notes: readonly string[];
}

/** Throws UserError where the model cannot be fitted, CancelledError. */
export async function attackFold(task: FoldTask, context: WorkContext): Promise<FoldOutcome> {
  const dataset = { ...task.dataset, recipe: { ...task.dataset.recipe, model: task.family } };
  const started = performance.now();
  let trained: TrainedNetwork | undefined;
  const model = await familyOf(task.family, item => { trained = item; }).fit(dataset, wholeFits(context), task.fold.train);
  const seconds = (performance.now() - started) / 1000;
  const rng = new Rng(task.seed).fork('attack');
  const judge = judgeOf(dataset, model, task, rng);
  const { attack, judge: used, attacker } = await run(judge, task, rng, context);
  const { ground } = used;
  const regression = dataset.target.task === 'regression';
  const reach = reachOf(task.epsilons);
  const hardened = await harden(dataset, used, task, rng, context);
  const sparse = regression ? errorUse(used, attack.cellsAt[task.epsilons.indexOf(reach)]) : await sparseFlips(used, attacker, attack.worst, reach, rng.fork('sparse'), context);
  const certifier = certifierOf(used);
  const example = exampleOf({ dataset, judge: used, rows: rowsOf(used), sparse, reach });
  return {
    title: model.title, method: attacker.method, rows: rowsOf(used), seconds, baseline: baselineLosses(dataset, task.fold.train, rowsOf(used)),
    attack: { numbers: attack.numbers, ...(attack.withCategory && { withCategory: attack.withCategory }), ...(attack.signStep && { signStep: attack.signStep }) },
    ...(certifier && { certified: await certifier.along(task.epsilons, context) }),
    distances: regression ? [] : distancesOf(used, attack, await certifier?.radii(context)), ...(regression && isPlainLinear(model) && { growth: growthOf(used) }),
    columns: ground.columns.map(({ name, kind }) => ({ name, kind })), manyLevels: ground.columns.some(column => column.kind === 'category' && column.more), use: sparse.use, ...categoriesOf(ground, attack),
    ...(example && { example }),
    ...(placesOf(ground, 'number').length > 0 && { noise: await noiseLosses(used, task.epsilons, rng.fork('noise'), context) }),
    ...(dataset.recipe.missing === 'impute' && { missing: await missingLosses(openJudge(dataset, used, task), task.shares, rng.fork('missing'), context) }),
    ...hardened, notes: [...hardened.notes, ...(trained?.stopped === 'diverged' ? ['Training diverged in a fold; what was attacked there is the network of the best epoch before.'] : [])],
  };
}

/** The size that the columns' part is measured at: the largest up to half a deviation. */
export function reachOf(epsilons: readonly number[]): number {
  const positive = epsilons.filter(epsilon => epsilon > 0);
  return positive.filter(epsilon => epsilon <= 0.5).at(-1) ?? positive[0];
}

/** The rows of the dataset that a judge's ground was made of. */
const places = new WeakMap<Ground, Int32Array>();
const rowsOf = ({ ground }: Judge): Int32Array => places.get(ground)!;

function judgeOf(dataset: Dataset, model: Model, { fold, most, immutable }: FoldTask, rng: Rng, search = false): Judge {
  const rows = sampleRows(fold.test, search ? most.search : most.known, rng.fork('rows'));
  const ground = groundOf(dataset, { features: model.features, train: fold.train, rows, immutable });
  places.set(ground, rows);
  return new Judge(model, ground, truthOf(dataset, rows));
}

/** The same rows with every column open: cells may go missing in those that an attacker cannot change. */
function openJudge(dataset: Dataset, judge: Judge, { fold, immutable }: FoldTask): Judge {
  if (immutable.length === 0) return judge;
  return new Judge(judge.model, groundOf(dataset, { features: judge.model.features, train: fold.train, rows: rowsOf(judge), immutable: [] }), judge.truth);
}

async function run(judge: Judge, task: FoldTask, rng: Rng, context: WorkContext): Promise<{ attack: AttackRun; judge: Judge; attacker: Attacker }> {
  const attacker = attackerOf(judge);
  if (attacker.method !== 'search' || judge.ground.rows <= task.most.search) return { attack: await attackRows(judge, attacker, task.epsilons, rng.fork('starts'), context), judge, attacker };
  const fewer = judgeOf(task.dataset, judge.model, task, rng, true);
  const search = attackerOf(fewer);
  return { attack: await attackRows(fewer, search, task.epsilons, rng.fork('starts'), context), judge: fewer, attacker: search };
}

/** The family as it is, but for networks, of which one is trained. Throws UserError for an unknown name. */
function familyOf(id: string, onTrained: (trained: TrainedNetwork) => void): Family {
  const family = families.find(item => item.id === id);
  if (!family) throw new UserError('badOption', `There is no model "${id}".`);
  return isNetwork(id) ? withComponents(singleNetwork(family, onTrained)) : family;
}

function distancesOf(judge: Judge, attack: AttackRun, certified: Float64Array | undefined): FoldOutcome['distances'] {
  const { model, ground, truth } = judge;
  // Of rows that are wrong as they are there is no distance.
  const known = (values: Float64Array): Float64Array => values.map((value, i) => (attack.worst.first[i] === 0 ? 0 : value));
  const proved = certified ? [{ name: 'Proved by interval bounds', values: known(certified) }] : [];
  if (!isPlainLinear(model)) return [{ name: flipName, values: known(smallestFlips(judge, attack.worst)) }, ...proved];
  const { box, ball, bounded } = linearDistances(model, ground, truth);
  return [
    { name: 'Within the training range', values: known(bounded) }, { name: 'All numbers alike (l∞)', values: known(box) },
    { name: 'Shortest step (l2)', values: known(ball) },
  ];
}

function growthOf({ model, ground }: Judge): number {
  return slopesOf(model, ground, 1).reduce((sum, slope) => sum + Math.abs(slope), 0);
}

function categoriesOf(ground: Ground, { worst, categoryFlips }: AttackRun): Pick<FoldOutcome, 'categoryFlips' | 'right'> {
  const p = ground.columns.length;
  const right = everyRow(ground).filter(row => worst.first[row] !== 0);
  const flips = new Float64Array(p);
  for (const row of right) for (const j of placesOf(ground, 'category')) flips[j] += categoryFlips[row * p + j];
  return { categoryFlips: flips, right: right.length };
}

async function harden(dataset: Dataset, plain: Judge, task: FoldTask, rng: Rng, context: WorkContext): Promise<Pick<FoldOutcome, 'hardened' | 'notes'>> {
  if (task.adversarial === undefined) return { notes: [] };
  if (task.family !== 'neural' || dataset.recipe.options['components']) return { notes: ['Adversarial training is there for neural networks on the columns themselves only, so it was left out.'] };
  const started = performance.now();
  const model = await trainHardened(dataset, task.fold.train, { epsilon: task.adversarial, immutable: task.immutable }, wholeFits(context));
  if (!model) return { notes: ['Adversarial training needs a design of the columns as they are, without powers, products or functions, so it was left out.'] };
  const seconds = (performance.now() - started) / 1000;
  const judge = new Judge(model, plain.ground, plain.truth);
  const { numbers } = await attackRows(judge, attackerOf(judge), task.epsilons, rng.fork('starts'), context);
  const certifier = certifierOf(judge);
  return { notes: [], hardened: { numbers, seconds, ...(certifier && { certified: await certifier.along(task.epsilons, context) }) } };
}
