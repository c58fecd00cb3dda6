/** Fits known(x) + rest(all columns): the known formula's parameters first, then a model of what they leave. */
import { UserError } from '../../../../protocol/errors';
import type { Note } from '../../../../protocol/profile';
import { derivedContext } from '../../../context';
import type { Dataset } from '../../../data/dataset';
import { withParameters, type ParsedFormula } from '../../../formula/parse/parse';
import { valuesOf } from '../../../formula/values';
import { boostingFamily } from '../../boosting/family';
import type { Family } from '../../model';
import { neuralFamily } from '../../neural/family';
import { fitKnown, prepareFit, type FitInput } from '../fit';
import { parametersIn } from '../known';
import { FormulaModel } from '../model';
import { plainDataset, at } from '../variables';
import type { FormulaState } from '../state';
import { GreyBoxModel, type RestFamily } from './model';
import { greyParameters, othersOf, type GreyParameters } from './parameters';
import { varianceOf } from './partialOut';
import { restCurves } from './restCurves';
import { withoutSteps } from './flatten';
import { flatPlaces, keepKnown, restOptions, sumRules } from './shaped';
import { sharesOf } from './shares';

export const restFamilies: Readonly<Record<RestFamily, Family>> = { ebm: boostingFamily, neural: neuralFamily };

export async function fitGreyBox(input: FitInput, restFamily: RestFamily): Promise<GreyBoxModel> {
  const { dataset, context, rows, fold, settings, progress } = input;
  if (settings.known === undefined) throw new UserError('badOption', 'The option rest goes with known: it says what model takes up what a known formula leaves.');
  const { prepared, sample, notes } = prepareFit(input);
  const options = restOptions(prepared, restFamily);
  context.progress(`${progress.stage}: the known formula`, progress.from);
  const { state, formula } = await fitKnown(input, settings.known, prepared, sample, []);
  const columns = sample.columns.map(column => at(column, sample.complete));
  const target = at(sample.target, sample.complete);
  const complete = Int32Array.from(sample.complete, i => sample.rows[i]!);
  const others = othersOf(formula, k => prepared.variables[k]!.column, dataset.features);
  const free = await greyParameters({
    formula, columns: [...columns, target], target, starts: settings.starts, seed: dataset.recipe.seed, breathe: async () => { await context.breathe(); },
    others: { dataset, others, numeric: prepared.variables.flatMap((each, k) => (others.includes(each.column) ? [columns[k]!] : [])), rows: complete, context },
  });
  const found = keepKnown(free, formula, prepared, columns, target);
  const own = { ...withFound(state, formula, found, columns, target), notes: fold ? [] : notesOf(notes, found) };
  const known = new FormulaModel(own);
  context.progress(`${progress.stage}: what the known formula leaves`, (progress.from + progress.to) / 2);
  const family = restFamilies[restFamily];
  const quiet = derivedContext(context, (stage, _fraction, live) => context.progress(`The rest: ${stage}`, undefined, live));
  const rest = withoutSteps(await family.fit(residualDataset(dataset, known, options), quiet, rows), flatPlaces(prepared));
  const curves = restFamily === 'ebm' || fold ? [] : await restCurves(rest, dataset.table, dataset.features, sample.rows, context);
  const model = new GreyBoxModel(known, rest, { restFamily, adjusted: found.adjusted, curves, features: dataset.features });
  const rules = fold ? undefined : sumRules(model, dataset.table, complete, prepared, dataset.target.name, target);
  if (rules) model.facts = { ...model.facts, rules };
  // Stays where nothing is held out.
  if (!fold) model.setShares(sharesOf({ y: target, ...model.parts(dataset.table, complete) }, false, dataset.recipe.level, dataset.recipe.seed));
  return model;
}

/** The state of the known formula by least squares, with the parameters of the sum. */
function withFound(state: FormulaState, formula: ParsedFormula, { values, covariance }: GreyParameters, columns: readonly Float64Array[], target: Float64Array): FormulaState {
  const expression = withParameters(formula, values);
  const m = formula.parameters.length;
  const places = parametersIn(formula).map(name => formula.parameters.indexOf(name));
  const full = Float64Array.from(places.flatMap(a => places.map(b => covariance[a * m + b]!)));
  const standardErrors = Float64Array.from(places, k => Math.sqrt(covariance[k * m + k]!));
  const left = valuesOf(expression, columns, target.length).map((v, i) => target[i]! - v);
  const variance = varianceOf(left);
  const candidate = { ...state.candidates[0]!, expression, standardErrors, sse: variance * target.length, r2: 1 - variance / varianceOf(target) };
  return { ...state, candidates: [candidate], covariance: full, sigma: Math.sqrt(variance), df: target.length - m };
}

function notesOf(notes: readonly Note[], found: GreyParameters): Note[] {
  const kept = notes.map((note): Note => (note.kind === 'column' ? { ...note, text: note.text.replace('were left out of the search', 'are read by the rest alone') } : note));
  return [...kept, ...found.notes.map((text): Note => ({ kind: 'warning', text }))];
}

/** What the known formula leaves of the target, as a target of its own. */
function residualDataset(dataset: Dataset, known: FormulaModel, options: Dataset['recipe']['options']): Dataset {
  const plain = plainDataset(dataset);
  const { mean } = known.predict(dataset.table);
  const values = dataset.target.task === 'regression' ? dataset.target.values.map((y, i) => y - mean![i]!) : new Float64Array(0);
  return { ...plain, recipe: { ...plain.recipe, options }, target: { task: 'regression', name: `${dataset.target.name} less the known formula`, values } };
}
