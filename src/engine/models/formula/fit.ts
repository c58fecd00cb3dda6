/** One fit: prepare the rows, search or fit what was given, choose, and compare with the linear model. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { describeTerms } from '../../data/encoding/encoding';
import { complexity } from '../../formula/complexity';
import { fitted, freeNumbers, product, sum, variable, type Expression } from '../../formula/expression';
import { fitKnownStructure } from '../../formula/known/knownStructure';
import type { ParsedFormula } from '../../formula/parse/parse';
import { searchRows } from '../../formula/searchRows';
import type { SlopeRule } from '../../formula/slopes/rules';
import { valuesOf } from '../../formula/values';
import { Rng } from '../../math/random';
import { linearFamily } from '../linear/family';
import type { LinearModel } from '../linear/model';
import type { BesideModel, Model } from '../model';
import { typicalColumns } from '../shared/typical';
import { spreadOf, type KeptCandidate } from './candidates';
import { decide } from './decide';
import { find } from './find';
import { flexibleModel } from './judge';
import { parametersIn, readKnown } from './known';
import { isWhole, readShape } from './shape';
import { heldNote, keepRules, linearObeys, refusedNote, rulesOf } from './shapedFit';
import { proposerFor } from './propose';
import type { FormulaSettings } from './settings';
import type { FormulaState } from './state';
import { at, plainDataset, prepareVariables, valuesOnRows, variableOf, type PreparedVariables, type SampledRows } from './variables';
import { tellingTerms } from './terms';
import { columnUnits, withUnits } from './units';
import { warningsOf } from './warnings';

/** Rows that numbers are fitted to at most. */
const mostRows = 20_000;
/** Share of the seconds kept for searches that judge the search; a fold's few seconds are too short for less. */
const judging = { whole: 0.15, fold: 0.3 };
/** A formula that leaves more than this share of the variance, or this many times what a flexible model leaves, explains too little. */
const enough = { share: 0.5, times: 1.5, slack: 0.01 };

export interface FitInput {
  readonly dataset: Dataset;
  readonly context: WorkContext;
  readonly rows?: Int32Array;
  readonly settings: FormulaSettings;
  /** Seconds of this search. */
  readonly seconds: number;
  /** A model from a file, which proposes formulas too. */
  readonly loaded?: Model;
  /** A model of a fold: only what its predictions need. */
  readonly fold?: boolean;
  readonly progress: { readonly stage: string; readonly from: number; readonly to: number };
}

/** `beside`: the model that proposed formulas, or the one that the verdict was measured by; its effects are shown beside those of the formula. */
export interface FormulaFit { readonly state: FormulaState; readonly beside?: BesideModel }

export async function fitFormula(input: FitInput): Promise<FormulaFit> {
  const { settings } = input;
  const { prepared, sample, notes } = prepareFit(input);
  return settings.known === undefined ? searched(input, prepared, sample, notes) : { state: (await fitKnown(input, settings.known, prepared, sample, notes)).state };
}

/** What every fit begins with: the columns that formulas may use, the rows in the order of the seed, and what is to be said of them. */
export function prepareFit({ dataset, rows, settings }: FitInput): { prepared: PreparedInput; sample: SampledRows; notes: readonly Note[] } {
  if (dataset.target.task !== 'regression') throw new UserError('badOption', 'Formulas explain numbers; choose another model for classes.');
  if (dataset.recipe.formula !== undefined) throw new UserError('badOption', 'A search finds the formula itself: name the target and the features instead of a formula of terms; a formula whose parameters are to be fitted is given as known.');
  const plain = prepareVariables(dataset, rows);
  const { variables, targetUnit, notes: unitNotes } = withUnits(plain.variables, dataset.target.name, dataset.table.columns.map(({ name }) => name), settings.units);
  const prepared: PreparedInput = { ...plain, variables, ...(targetUnit !== undefined && { targetUnit }) };
  const rng = new Rng(dataset.recipe.seed).fork('formula');
  const order = rng.shuffle(rows ? rows.slice() : Int32Array.from({ length: dataset.table.rows }, (_, i) => i)).slice(0, mostRows);
  const sample = valuesOnRows(dataset, prepared, order);
  const shape = readShape(settings.shape, variables, dataset.target.name);
  return { prepared: { ...prepared, ...(shape && { shape }) }, sample, notes: [...prepared.notes, ...unitNotes, ...rowNotes(dataset, order, rows?.length ?? dataset.table.rows, sample)] };
}

/** The columns with what is known of their units, and rules about slopes. */
export interface PreparedInput extends PreparedVariables { readonly targetUnit?: string; readonly shape?: readonly SlopeRule[] }

function rowNotes(dataset: Dataset, order: Int32Array, rows: number, { complete }: SampledRows): Note[] {
  const notes: Note[] = [];
  const left = order.length - complete.length;
  if (order.length < rows) notes.push({ kind: 'information', text: `Numbers of formulas were fitted to ${order.length} of the ${rows} rows, drawn at random.` });
  if (left > 0) notes.push({ kind: 'imputed', text: `${left} of ${order.length} rows have missing cells and were left out of the search; where a cell that the formula reads is missing, ${dataset.recipe.options['known'] || dataset.recipe.options['shape'] ? 'its median takes its place' : 'a linear model predicts'}.` });
  return notes;
}

async function searched(input: FitInput, prepared: PreparedInput, sample: SampledRows, notes: readonly Note[]): Promise<FormulaFit> {
  const { dataset, context, settings, rows, fold, loaded } = input;
  const names = prepared.variables.map(({ name }) => name);
  const proposer = await proposerFor(settings.from, loaded, dataset, sample, context);
  const units = columnUnits(prepared.variables, prepared.targetUnit);
  if (sample.complete.length === 0 && !fold) throw noCompleteRow(prepared, sample);
  const kept = input.seconds * (fold ? judging.fold : judging.whole);
  const shape = prepared.shape && { rules: prepared.shape, whole: isWhole(prepared.variables) };
  const found = await find({ sample, names, target: dataset.target.name, seconds: input.seconds - kept, seed: dataset.recipe.seed, ...(proposer && { proposer }), ...(units && { units }), ...(shape && { shape }), context, ...input.progress });
  const { candidates } = found;
  const small = candidates.filter(each => each.complexity <= settings.largest);
  const left = Math.max(kept, input.seconds - found.seconds);
  const { candidate, judged, anew, better } = await decide({ dataset, sample, names, ...(units && { units }), ...(shape && { shape }), small, largest: settings.largest, seconds: left, context });
  const own = candidate ?? candidates[0];
  const fallback = better && own ? undefined : await linearOf(dataset, context, rows, prepared.variables.length);
  const linear = fallback && linearObeys(fallback.model, prepared) ? fallback : undefined;
  const gaps = linear || shape || dataset.recipe.missing === 'drop' || sample.complete.length === sample.rows.length ? undefined : await linearOf(dataset, context, rows, 0);
  const all = linear ? [...candidates, linear.candidate(sample, dataset)] : candidates;
  const chosen = linear ? all.length - 1 : candidates.indexOf(own!);
  const { expression, complexity: nodes } = all[chosen]!;
  // The linear model may be a compact formula itself.
  const reached = linear ? (nodes <= settings.largest ? judged?.linear : undefined) : judged?.formula;
  const flexible = found.solved || fold || reached === undefined || reached > 0.98 ? undefined : await flexibleModel(dataset, sample, context);
  const explained = flexible?.r2;
  const verdict = (!linear && found.solved) || (reached !== undefined && !explainsLittle(reached, explained)) ? 'compact' : 'none';
  const common = shared(input, prepared, sample, linear ? undefined : expression, all[chosen]!.sse);
  const rules = rulesOf(prepared, sample, dataset.target.name, linear ? undefined : expression);
  const state: FormulaState = {
    ...common, ...(rules && { rules }), candidates: all, chosen, verdict, ...(linear && { linear: linear.model.state }), ...(gaps && { incomplete: gaps.model.state }), linearVariables: linear?.variables ?? [],
    ...(linear && { shares: linear.shares(dataset, rows) }),
    judgement: judged && Number.isFinite(judged.formula) ? { formula: judged.formula, linear: judged.linear, ...(explained !== undefined && { flexible: explained }), ...(anew && { anew }) } : {},
    searched: { seconds: found.seconds, rows: sample.complete.length, solved: found.solved }, ...(proposer && { proposer: proposer.title }),
    notes: [...(fold ? [] : notes), ...(linear ? linear.model.notes : []), ...(found.unsearched.length ? [unsearchedNote(found.unsearched)] : []), ...(fallback && !linear ? [refusedNote] : [])],
  };
  const beside = proposer ? { model: proposer.model, origin: 'proposer' as const } : flexible && { model: flexible.model, origin: 'verdict' as const };
  return { state, ...(beside && { beside }) };
}

function unsearchedNote(names: readonly string[]): Note {
  return { kind: 'column', text: `The search took the columns with the strongest relation to the target; these were left out: ${names.slice(0, 12).join(', ')}${names.length > 12 ? ` and ${names.length - 12} more` : ''}.` };
}

function noCompleteRow({ variables }: PreparedInput, { target }: SampledRows): UserError {
  const names = variables.map(({ name }) => name);
  const shown = `${names.slice(0, 6).join(', ')}${names.length > 6 ? ` and ${names.length - 6} more` : ''}`;
  return new UserError('tooFewRows', `None of the ${target.length} rows has a value in all of the columns that formulas are made of (${shown}): leave out the columns with the most missing cells.`);
}

function explainsLittle(r2: number, flexible: number | undefined): boolean {
  if (!(r2 >= enough.share)) return true;
  return flexible !== undefined && 1 - r2 > enough.times * (1 - flexible) + enough.slack;
}

interface LinearFormula {
  readonly model: LinearModel;
  readonly variables: FormulaState['variables'];
  candidate(sample: SampledRows, dataset: Dataset): KeptCandidate;
  shares(dataset: Dataset, rows?: Int32Array): number[];
}

/** The linear model of all features, and how it is written; its variables are numbered from `first` on. */
async function linearOf(dataset: Dataset, context: WorkContext, rows: Int32Array | undefined, first: number): Promise<LinearFormula> {
  const model = (await linearFamily.fit(plainDataset(dataset), context, rows)) as LinearModel;
  const { encoding, intercept, standardErrors, absent, predictor } = model.state;
  const variables = describeTerms(encoding).map(variableOf);
  const [beta] = predictor.coefficients;
  const used = [...variables.keys()].filter(j => absent[j] !== 1 && beta![j] !== 0);
  const expression: Expression = used.length === 0 ? fitted(intercept) : sum(fitted(intercept), ...used.map(j => product(fitted(beta![j]!), variable(first + j))));
  const errors = Float64Array.from([0, ...used.map(j => j + 1)], j => standardErrors?.[j] ?? NaN);
  return {
    model, variables,
    candidate: ({ rows: places, target, complete }) => {
      const mean = model.predict(dataset.table, Int32Array.from(complete, i => places[i]!)).mean!;
      const own = at(target, complete);
      const middle = own.reduce((total, y) => total + y, 0) / Math.max(1, own.length);
      const sse = own.reduce((total, y, i) => total + (y - mean[i]!) ** 2, 0);
      const total = own.reduce((all, y) => all + (y - middle) ** 2, 0);
      return { expression, sse, standardErrors: errors, r2: total > 0 ? 1 - sse / total : 1, complexity: complexity(expression), bits: describedBits(expression, sse, own.length), stage: 'linear model' };
    },
    shares: () => sharesOf(used.map(j => Math.abs(beta![j]!) * (model.state.columnSd[j] ?? 0))),
  };
}

/** The residuals' bits and half a logarithm of the rows a number: a linear model was not searched for. */
function describedBits(expression: Expression, sse: number, rows: number): number {
  return (rows / 2) * Math.log2(Math.max(sse / Math.max(1, rows), 1e-300)) + (freeNumbers(expression).length / 2) * Math.log2(Math.max(2, rows));
}

const sharesOf = (deviations: readonly number[]): number[] => {
  const total = deviations.reduce((all, v) => all + v, 0);
  return deviations.map(v => (total > 0 ? v / total : 0));
};

type Shared = 'target' | 'targetUnit' | 'encoding' | 'variables' | 'covariance' | 'sigma' | 'df' | 'otherwise' | 'typical' | 'shares' | 'warnings' | 'largest' | 'linearVariables';

/** What every formula's model holds; `expression`: absent where the linear model predicts. */
function shared({ dataset, rows, settings, fold }: FitInput, { encoding, variables, targetUnit }: PreparedInput, sample: SampledRows, expression: Expression | undefined, sse: number): Pick<FormulaState, Shared> {
  const target = at(sample.target, sample.complete);
  const columns = sample.columns.map(column => at(column, sample.complete));
  const spread = expression && target.length > 0 ? spreadOf(expression, searchRows(columns, target), sse) : { covariance: new Float64Array(0), sigma: NaN, df: 0 };
  const deviationOf = (term: Expression): number => deviation(valuesOf(term, columns, target.length));
  const otherwise = target.length > 0 ? target.reduce((total, y) => total + y, 0) / target.length : 0;
  return {
    target: dataset.target.name, ...(targetUnit !== undefined && { targetUnit }), encoding, variables, ...spread, otherwise, linearVariables: [], largest: settings.largest,
    typical: fold ? [] : typicalColumns(encoding, dataset.table, rows),
    shares: expression ? sharesOf(tellingTerms(expression, deviationOf).map(deviationOf)) : [],
    warnings: expression && !fold ? warningsOf(expression, variables, sample, dataset.target.name) : [],
  };
}

function spreadSquares(values: Float64Array): number {
  return deviation(values) ** 2 * values.length;
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((total, v) => total + v, 0) / Math.max(1, values.length);
  return Math.sqrt(values.reduce((total, v) => total + (v - mean) ** 2, 0) / Math.max(1, values.length));
}

/** A given formula with its parameters fitted by least squares. */
export async function fitKnown(input: FitInput, text: string, prepared: PreparedInput, sample: SampledRows, notes: readonly Note[]): Promise<{ state: FormulaState; formula: ParsedFormula }> {
  const { dataset, context, settings, fold } = input;
  const formula = readKnown(text, prepared.variables, dataset.target.name);
  const target = at(sample.target, sample.complete);
  const columns = sample.columns.map(column => at(column, sample.complete));
  const fit = await fitKnownStructure({
    formula, columns: [...columns, target], target, starts: settings.starts, level: dataset.recipe.level, seed: dataset.recipe.seed,
    breathe: async () => { await context.breathe(); },
  });
  const { expression, standardErrors, residualSd, degreesOfFreedom, held } = keepRules(fit, formula, prepared, columns, target);
  const values = valuesOf(expression, columns, target.length);
  const sse = values.reduce((total, v, i) => total + (v - target[i]!) ** 2, 0);
  const rules = rulesOf(prepared, sample, dataset.target.name, expression);
  const r2 = held ? 1 - sse / spreadSquares(target) : fit.r2;
  const candidate: KeptCandidate = { expression, standardErrors, sse, r2, complexity: complexity(expression), bits: 0, stage: 'given', ...(held && { held }) };
  const state: FormulaState = {
    ...shared(input, prepared, sample, expression, sse), ...(rules && { rules }), sigma: residualSd, df: degreesOfFreedom,
    candidates: [candidate], chosen: 0, verdict: r2 >= enough.share ? 'compact' : 'none', judgement: {}, known: text, parameters: parametersIn(formula),
    searched: { seconds: 0, rows: target.length, solved: false },
    notes: fold ? [] : [...notes, ...(held ? [heldNote] : fit.notes).map((note): Note => ({ kind: 'warning', text: note }))],
  };
  return { state, formula };
}
