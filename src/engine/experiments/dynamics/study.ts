/** Training as a dynamical system, for one model: the parts that its family has, one after the other. */
import { UserError } from '../../../protocol/errors';
import { derivedContext, type WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { Family } from '../../models/model';
import { count, countOf, short } from '../../models/neural/words';
import { keptPart, plain, type KeptPart, type PartName, type PartResults } from './kept';
import { flowOf } from './linearFlow';
import { linearProblemOf, type LinearProblem } from './linearProblem';
import { momentumOf } from './momentum';
import { dynamicsOf } from './networkDynamics';
import { followedNetwork } from './networkSettings';
import { sgdDiffusion } from './sgdDiffusion';

export interface DynamicsInput {
  readonly dataset: Dataset;
  readonly family: Family;
  /** No further part is begun after so many. */
  readonly seconds?: number;
  /** Parts of an earlier run of the same study on the same data; what is not one is passed over. */
  readonly kept?: readonly unknown[];
}

/** `network`: of the model itself; for classes of a linear model that without hidden layers, whose loss is the log loss. */
export interface DynamicsStudy extends Partial<PartResults> {
  /** What the linear parts are of, beside the model: '' where they are the model. */
  readonly linearOf: string;
  readonly networkOf: string;
  readonly planned: number;
  /** Whole parts; a path that was cut is none. */
  readonly done: number;
  /** Of those done, how many an earlier run had followed. */
  readonly taken: number;
  /** What of the study is missing, in words. */
  readonly missing: readonly string[];
  readonly kept: readonly KeptPart[];
  readonly findings: readonly string[];
  readonly headline: string;
  readonly notes: readonly string[];
}

interface Part { readonly name: PartName; readonly title: string; readonly run: (context: WorkContext) => Promise<KeptPart> }
interface Followed { readonly parts: readonly KeptPart[]; readonly taken: number; readonly missing: readonly string[] }

const linearFamilies = ['linear', 'logistic', 'bayes'];

/** Throws UserError for families whose training is no descent, and where the data say nothing. */
export async function dynamicsStudy({ dataset, family, seconds, kept = [] }: DynamicsInput, context: WorkContext): Promise<DynamicsStudy> {
  check(dataset, family);
  const decided: string[] = [];
  const planned = partsOf(dataset, family, decided);
  const { parts, taken, missing } = await follow(planned, kept, seconds, context);
  const found: Partial<PartResults> = Object.fromEntries(parts.flatMap(({ part, result }) => (result ? [[part, result]] : [])));
  const whole = parts.filter(item => !wasCut(item));
  const neural = family.id === 'neural';
  const words = { linearOf: neural ? 'Linear model of the same data' : dataset.target.task === 'classification' ? 'Least squares on the class' : '', networkOf: neural ? '' : 'Log loss' };
  const notes = [...decided, ...parts.flatMap(({ notes: own, result }) => [...own, ...(result?.notes ?? [])])];
  return {
    ...found, ...words, planned: planned.length, done: whole.length, taken, missing, kept: whole, findings: findingsOf(found, words), headline: headlineOf(found), notes: [...new Set(notes)],
  };
}

/** One after the other; at least one is there in the end. Those of an earlier run are taken wherever they stand. */
async function follow(planned: readonly Part[], kept: readonly unknown[], seconds: number | undefined, context: WorkContext): Promise<Followed> {
  const deadline = seconds === undefined ? Infinity : performance.now() + 1000 * seconds;
  const parts: KeptPart[] = [];
  const missing: string[] = [];
  let taken = 0;
  for (const [i, { name, title, run }] of planned.entries()) {
    const pause = context.breathe();
    if (pause) await pause;
    const earlier = keptPart(kept, name);
    const ends = (context.finishing?.() === true && parts.length > 0) || (performance.now() > deadline && parts.length > taken);
    if (earlier) taken++;
    if (!earlier && ends) {
      missing.push(title);
      continue;
    }
    const progress: WorkContext['progress'] = (stage, fraction, live) => context.progress(stage, (i + (fraction ?? 0)) / planned.length, live);
    const part = earlier ?? plain(await run(derivedContext(context, progress)));
    if (wasCut(part)) missing.push(`the rest of ${title}`);
    parts.push(part);
  }
  return { parts, taken, missing };
}

function wasCut({ part, result }: KeptPart): boolean {
  return part === 'network' && result?.ended === 'stopped';
}

function check(dataset: Dataset, family: Family): void {
  if (family.id !== 'neural' && !linearFamilies.includes(family.id)) {
    throw new UserError('badOption', `Training is followed for linear, logistic, Bayesian and neural models, not for the ${family.title.toLowerCase()}.`);
  }
  const { components } = dataset.recipe.options;
  if (components !== undefined && components !== 0) throw new UserError('badOption', 'Training is followed on the columns themselves; leave the option components out.');
}

function partsOf(dataset: Dataset, family: Family, notes: string[]): Part[] {
  const { seed } = dataset.recipe;
  const { task } = dataset.target;
  const classes = dataset.target.task === 'classification' ? dataset.target.classes.length : 0;
  const network: Part = { name: 'network', title: family.id === 'neural' ? 'the training of the network' : 'the training on the log loss', run: async context => {
    const followed = await followedNetwork(dataset, family, context);
    return { part: 'network', notes: followed.notes, result: await dynamicsOf(followed.problem, followed.options, seed, context) };
  } };
  if (classes > 2) {
    notes.push('The exact flow, its modes, momentum and SGD are those of least squares, which is followed for a number and for two classes; with more classes the log loss alone is.');
    return [network];
  }
  if (family.id === 'neural') return [network, referencePart(dataset)];
  const linear = linearParts(dataset, ridgeOf(dataset, family, notes));
  return task === 'classification' ? [network, ...linear] : linear;
}

function linearParts(dataset: Dataset, ridge: number): Part[] {
  const { seed } = dataset.recipe;
  let problem: LinearProblem | undefined;
  const shared = async (context: WorkContext): Promise<LinearProblem> => (problem ??= await linearProblemOf(dataset, { ridge }, context));
  return [
    { name: 'linear', title: 'the flow', run: async context => ({ part: 'linear', notes: [], result: await flowOf(await shared(context), seed, context) }) },
    { name: 'momentum', title: 'momentum', run: async context => ({ part: 'momentum', notes: [], result: await momentumOf(await shared(context), {}, seed, context) }) },
    { name: 'sgd', title: 'SGD', run: async context => ({ part: 'sgd', notes: [], result: await sgdDiffusion(dataset, { ridge }, context) }) },
  ];
}

/** The linear model beside a network: what stands in its way is no failure of the network. */
function referencePart(dataset: Dataset): Part {
  return { name: 'linear', title: 'the linear model beside it', run: async context => {
    try {
      return { part: 'linear', notes: [], result: await flowOf(await linearProblemOf(dataset, {}, context), dataset.recipe.seed, context) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { part: 'linear', notes: [`The linear model of the same data is not followed: ${error.message}`] };
    }
  } };
}

/** λ of ‖y − Zw‖² + λ‖w‖² as that of the mean over the rows. */
function ridgeOf({ recipe: { options }, table }: Dataset, family: Family, notes: string[]): number {
  const { penalty, lambda, loss } = options;
  if (loss === 'huber') notes.push('The squared loss is followed, not that of Huber: only the former is the same bowl everywhere.');
  if (family.id === 'bayes') notes.push('The loss is that of the data; the prior is left out of it.');
  if (family.id === 'linear' && penalty === 'ridge' && typeof lambda === 'number') return lambda / table.rows;
  if (penalty !== undefined && penalty !== 'none' && penalty !== 'auto') notes.push('The loss is followed without the penalty; only that of ridge with a given lambda, of a linear model, is a part of the flow.');
  return 0;
}

/** The model's own first; of a linear model that only stands beside a network the two that say most. */
function findingsOf({ network, linear, momentum, sgd }: Partial<PartResults>, { linearOf, networkOf }: Pick<DynamicsStudy, 'linearOf' | 'networkOf'>): string[] {
  const begin = (of: string, texts: readonly string[] = []): string[] => texts.map(text => (of === '' ? text : `${of}: ${uncapitalised(text)}`));
  const flows = network && networkOf === '' ? linear?.findings.slice(0, 2) : linear?.findings;
  return [...begin(networkOf, network?.findings), ...begin(linearOf, [...(flows ?? []), ...(momentum?.findings ?? []), ...(sgd?.findings ?? [])])];
}

/** For the middle of a sentence; "SGD" stays as it is. */
function uncapitalised(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function headlineOf({ network, linear }: Partial<PartResults>): string {
  if (linear && !network) return `stable below the learning rate ${short(linear.stabilityBound)}`;
  if (!network) return 'nothing followed';
  if (network.ended === 'diverged') return 'training diverged';
  if (network.ended === 'still') return 'the loss did not change';
  if (network.ended === 'stopped') return `stopped after ${count(network.steps)} of ${countOf(network.plannedSteps, 'step')}`;
  if (network.edge) return 'at the edge of stability';
  const last = network.sharpness.values.at(-1);
  return last === undefined ? 'the sharpness could not be measured' : `sharpness ${short(last)} at the end, bound ${short(network.stabilityBound)}`;
}
