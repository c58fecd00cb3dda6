/** Bayesian regression: linear with conjugate priors for numbers, logistic by Laplace's approximation for classes. */
import type { Note } from '../../../protocol/profile';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { describeTerms } from '../../data/encoding/encoding';
import { gatherIntegers, gatherNumbers } from '../../data/rows';
import { Rng } from '../../math/random';
import { readState as readLinear } from '../linear/state';
import { oneClassState, presentClasses, recode, withAbsentClasses } from '../logistic/absentClasses';
import type { FittedState, LikelihoodInput } from '../logistic/likelihood';
import { readState as readLogistic } from '../logistic/state';
import type { Family, Model } from '../model';
import { shownFeatures } from '../shared/effects';
import { encodingNotes } from '../shared/encodingNotes';
import { readObject, readText } from '../shared/json';
import { optionOf, preparationOptions } from '../shared/options';
import { prepareRows } from '../shared/prepared';
import { typicalColumns } from '../shared/typical';
import { fitBayesianLinear, type Hyper, type Prior } from './fitLinear';
import { fitBayesianLogistic } from './fitLogistic';
import { BayesianLinearModel, BayesianLogisticModel, type PosteriorInfo } from './models';
import { checkWords, nutsCheck, type NutsCheck } from './nutsCheck';
import { readMixtures } from './weightMixtures';

async function fit(dataset: Dataset, context: WorkContext, rows?: Int32Array): Promise<Model> {
  const prior = optionOf(dataset.recipe.options, 'prior', 'evidence') as Prior;
  return dataset.target.task === 'regression' ? fitNumbers(dataset, prior, context, rows) : fitClasses(dataset, prior, context, rows);
}

async function fitNumbers(dataset: Dataset, prior: Prior, context: WorkContext, rows?: Int32Array): Promise<Model> {
  const { target, table } = dataset;
  if (target.task !== 'regression') throw new RangeError('not a regression');
  const { encoding, design } = prepareRows(dataset, rows);
  const y = rows ? gatherNumbers(target.values, rows) : target.values;
  const { state, mixtures } = await fitBayesianLinear({ target: target.name, encoding, table, design, y, context }, prior, hyperOf(dataset));
  const notes = [...state.notes, ...preparationNotes(dataset, encoding)];
  const shown = shownFeatures(encoding, design.terms, [state.predictor.coefficients[0]], state.columnSd);
  return new BayesianLinearModel({ ...state, notes, typical: typicalColumns(encoding, table, rows, shown) }, { hyper: hyperOf(dataset), mixtures });
}

function hyperOf(dataset: Dataset): Hyper {
  return optionOf(dataset.recipe.options, 'hyper', 'integrate') as Hyper;
}

async function fitClasses(dataset: Dataset, prior: Prior, context: WorkContext, rows?: Int32Array): Promise<Model> {
  const { target, table } = dataset;
  if (target.task !== 'classification') throw new RangeError('not a classification');
  const { encoding, design } = prepareRows(dataset, rows);
  const codes = rows ? gatherIntegers(target.codes, rows) : target.codes;
  const present = presentClasses(codes, target.classes.length);
  const input: LikelihoodInput = { target: target.name, classes: target.classes, encoding, table, design };
  const shown = (state: FittedState) => typicalColumns(encoding, table, rows, shownFeatures(encoding, describeTerms(encoding), state.predictor.coefficients, state.columnSd));
  const notes = preparationNotes(dataset, encoding);
  if (present.length === 1) {
    const state = { ...oneClassState(input, present[0]), method: 'bayes' as const };
    return new BayesianLogisticModel({ ...state, notes: [...state.notes, ...notes], typical: shown(state) }, { hyper: hyperOf(dataset) });
  }
  const some = present.map(c => target.classes[c]);
  const own = present.length === target.classes.length ? codes : recode(codes, present);
  const posterior = await fitBayesianLogistic({ ...input, classes: some }, own, prior, hyperOf(dataset), context);
  const check = await checkOf(dataset, posterior, own, some, context, rows);
  const state = present.length === target.classes.length ? posterior.state : withAbsentClasses(posterior.state, target.classes, present, codes.length);
  const warning: Note[] = check && check.weights.some(w => w.disagrees) ? [{ kind: 'warning', text: checkWords(check) }] : [];
  return new BayesianLogisticModel({ ...state, notes: [...warning, ...state.notes, ...notes], typical: shown(state) }, {
    hyper: hyperOf(dataset), mixtures: state === posterior.state ? posterior.mixtures : undefined, check,
  });
}

/** On request, and for the model of all rows only. */
async function checkOf(
  dataset: Dataset, posterior: Awaited<ReturnType<typeof fitBayesianLogistic>>, codes: Int32Array, classes: readonly string[], context: WorkContext, rows?: Int32Array,
): Promise<NutsCheck | undefined> {
  const { options, seed, level } = dataset.recipe;
  if (rows || optionOf(options, 'check', 'none') !== 'nuts' || posterior.problem.size === 0) return undefined;
  const draws = Number(optionOf(options, 'draws', 500));
  const terms = describeTerms(posterior.state.encoding);
  return nutsCheck({ posterior, codes, classes, terms, draws, level, hyper: hyperOf(dataset) }, new Rng(seed).fork('nuts'), context);
}

function preparationNotes(dataset: Dataset, encoding: Parameters<typeof encodingNotes>[0]): Note[] {
  return encodingNotes(encoding, optionOf(dataset.recipe.options, 'standardise', false) === true);
}

/** Files of versions before widths were averaged over say nothing of them. */
function load(json: unknown): Model {
  const object = readObject(json, 'the model');
  const linear = readText(object['bayes'], 'the model') === 'linear';
  const state = linear ? readLinear(object['state']) : readLogistic(object['state']);
  const vectors = 'outcomes' in state ? state.outcomes.length : 1;
  const posterior: PosteriorInfo = {
    hyper: object['hyper'] === 'integrate' ? 'integrate' : 'evidence', centred: object['hyper'] !== undefined,
    mixtures: readMixtures(object['mixtures'], vectors * (state.columnSd.length + 1)), check: object['check'] as NutsCheck | undefined,
  };
  return 'outcomes' in state ? new BayesianLogisticModel(state, posterior) : new BayesianLinearModel(state, posterior);
}

export const bayesFamily: Family = {
  id: 'bayes',
  title: 'Bayesian regression',
  tasks: ['regression', 'classification'],
  options: [
    { name: 'prior', description: 'evidence: one prior width for all weights; ard: one for each, so that irrelevant weights go towards 0. What the data say of the width decides.', default: 'evidence', values: ['evidence', 'ard'] },
    { name: 'hyper', description: 'integrate: average over the widths that the data allow; evidence: take the likeliest as certain, which makes intervals too narrow where the data say little.', default: 'integrate', values: ['integrate', 'evidence'] },
    { name: 'check', description: 'nuts: compare the Laplace approximation with samples of the posterior (classes only).', default: 'none', values: ['none', 'nuts'] },
    { name: 'draws', description: 'Draws of each of the four chains of the check.', default: 500, minimum: 100, maximum: 20000 },
    ...preparationOptions,
  ],
  fit,
  load,
};
