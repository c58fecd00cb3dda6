/** One fit: prepare the rows, search or fit what was given, choose, and compare with the linear model. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { describeTerms } from '../../data/encoding/encoding';
import { complexity } from '../../formula/complexity';
import { fitted, freeNumbers, product, sum, variable, variablesOf, walk, type Expression } from '../../formula/expression';
import { fitKnownStructure } from '../../formula/known/knownStructure';
import { parseFormula, type ParsedFormula } from '../../formula/parse/parse';
import { searchRows } from '../../formula/searchRows';
import { valuesOf } from '../../formula/values';
import { Rng } from '../../math/random';
import { linearFamily } from '../linear/family';
import type { LinearModel } from '../linear/model';
import type { Model } from '../model';
import { typicalColumns } from '../shared/typical';
import { spreadOf, type KeptCandidate } from './candidates';
import { find } from './find';
import { flexibleR2, judge, linearErrors, type Judged } from './judge';
import { proposerFor } from './propose';
import { termsOf } from './section';
import type { FormulaSettings } from './settings';
import type { FormulaState } from './state';
import { at, plainDataset, prepareVariables, valuesOnRows, variableOf, type PreparedVariables, type SampledRows } from './variables';
import { columnUnits, withUnits } from './units';
import { warningsOf } from './warnings';

/** Rows that numbers are fitted to at most. */
const mostRows = 20_000;
/** Formulas that are compared with the linear model before it is taken: the best description and others that are nearly as good. */
const tried = { most: 4, bits: 20 };
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

export async function fitFormula(input: FitInput): Promise<FormulaState> {
  const { dataset, rows, settings } = input;
  if (dataset.target.task !== 'regression') throw new UserError('badOption', 'Formulas explain numbers; choose another model for classes.');
  if (dataset.recipe.formula !== undefined) throw new UserError('badOption', 'A search finds the formula itself: name the target and the features instead of a formula of terms; a formula whose parameters are to be fitted is given as known.');
  const plain = prepareVariables(dataset, rows);
  const { variables, targetUnit, notes: unitNotes } = withUnits(plain.variables, dataset.target.name, dataset.table.columns.map(({ name }) => name), settings.units);
  const prepared: PreparedInput = { ...plain, variables, ...(targetUnit !== undefined && { targetUnit }) };
  const rng = new Rng(dataset.recipe.seed).fork('formula');
  const order = rng.shuffle(rows ? rows.slice() : Int32Array.from({ length: dataset.table.rows }, (_, i) => i)).slice(0, mostRows);
  const sample = valuesOnRows(dataset, prepared, order);
  const notes = [...prepared.notes, ...unitNotes, ...rowNotes(dataset, order, rows?.length ?? dataset.table.rows, sample)];
  return settings.known === undefined ? searched(input, prepared, sample, notes) : known(input, settings.known, prepared, sample, notes);
}

/** The columns with what is known of their units. */
interface PreparedInput extends PreparedVariables { readonly targetUnit?: string }

function rowNotes(dataset: Dataset, order: Int32Array, rows: number, { complete }: SampledRows): Note[] {
  const notes: Note[] = [];
  const left = order.length - complete.length;
  if (order.length < rows) notes.push({ kind: 'information', text: `Numbers of formulas were fitted to ${order.length} of the ${rows} rows, drawn at random.` });
  if (left > 0) notes.push({ kind: 'imputed', text: `${left} of ${order.length} rows have missing cells and were left out of the search; where a cell that the formula reads is missing, ${dataset.recipe.options['known'] ? 'its median takes its place' : 'a linear model predicts'}.` });
  return notes;
}

async function searched(input: FitInput, prepared: PreparedInput, sample: SampledRows, notes: readonly Note[]): Promise<FormulaState> {
  const { dataset, context, settings, rows, fold, loaded } = input;
  const names = prepared.variables.map(({ name }) => name);
  const proposer = await proposerFor(settings.from, loaded, dataset, sample, context);
  const units = columnUnits(prepared.variables, prepared.targetUnit);
  const found = await find({ sample, names, target: dataset.target.name, seconds: input.seconds, seed: dataset.recipe.seed, ...(proposer && { proposer }), ...(units && { units }), context, ...input.progress });
  const { candidates } = found;
  const small = candidates.filter(each => each.complexity <= settings.largest);
  const errors = await linearErrors(dataset, sample, context);
  const { candidate, judged, better } = choose(small, sample, errors);
  const own = candidate ?? candidates[0];
  const linear = better && own ? undefined : await linearOf(dataset, context, rows, prepared.variables.length);
  const gaps = linear || dataset.recipe.missing === 'drop' || sample.complete.length === sample.rows.length ? undefined : await linearOf(dataset, context, rows, 0);
  const all = linear ? [...candidates, linear.candidate(sample, dataset)] : candidates;
  const chosen = linear ? all.length - 1 : candidates.indexOf(own!);
  const explained = linear || found.solved || fold || !judged || judged.formula > 0.98 ? undefined : await flexibleR2(dataset, sample, context);
  const verdict = linear || !judged || explainsLittle(judged.formula, explained) ? (!linear && found.solved ? 'compact' : 'none') : 'compact';
  const expression = all[chosen]!.expression;
  const state = shared(input, prepared, sample, linear ? undefined : expression, all[chosen]!.sse);
  return {
    ...state, candidates: all, chosen, verdict, ...(linear && { linear: linear.model.state }), ...(gaps && { incomplete: gaps.model.state }), linearVariables: linear?.variables ?? [],
    ...(linear && { shares: linear.shares(dataset, rows) }),
    judgement: judged && Number.isFinite(judged.formula) ? { formula: judged.formula, linear: judged.linear, ...(explained !== undefined && { flexible: explained }) } : {},
    searched: { seconds: found.seconds, rows: sample.complete.length, solved: found.solved }, ...(proposer && { proposer: proposer.title }),
    notes: [...(fold ? [] : notes), ...(linear ? linear.model.notes : []), ...(found.unsearched.length ? [unsearchedNote(found.unsearched)] : [])],
  };
}

function unsearchedNote(names: readonly string[]): Note {
  return { kind: 'column', text: `The search took the columns with the strongest relation to the target; these were left out: ${names.slice(0, 12).join(', ')}${names.length > 12 ? ` and ${names.length - 12} more` : ''}.` };
}

/** The best description that is as good as the linear model on rows left out; where none is, the best description. */
function choose(small: readonly KeptCandidate[], sample: SampledRows, errors: Float64Array): { candidate?: KeptCandidate; judged?: Judged; better: boolean } {
  const [first] = small;
  if (!first) return { better: false };
  if (!small.some(({ expression }) => variablesOf(expression).length > 0) && first.sse === 0) return { candidate: first, better: true };
  let firstJudged: Judged | undefined;
  for (const candidate of small.filter(({ bits }) => bits <= first.bits + tried.bits).slice(0, tried.most)) {
    const judged = judge(candidate, sample, errors);
    firstJudged ??= judged;
    if (judged.better) return { candidate, judged, better: true };
  }
  return { candidate: first, judged: firstJudged, better: false };
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
  const otherwise = target.length > 0 ? target.reduce((total, y) => total + y, 0) / target.length : 0;
  return {
    target: dataset.target.name, ...(targetUnit !== undefined && { targetUnit }), encoding, variables, ...spread, otherwise, linearVariables: [], largest: settings.largest,
    typical: fold ? [] : typicalColumns(encoding, dataset.table, rows),
    shares: expression ? sharesOf(termsOf(expression).map(term => deviation(valuesOf(term, columns, target.length)))) : [],
    warnings: expression && !fold ? warningsOf(expression, variables, sample, dataset.target.name) : [],
  };
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((total, v) => total + v, 0) / Math.max(1, values.length);
  return Math.sqrt(values.reduce((total, v) => total + (v - mean) ** 2, 0) / Math.max(1, values.length));
}

/** The parameter of each fitted number, in their order. */
function parametersIn({ expression, columns, parameters }: ParsedFormula): string[] {
  const names: string[] = [];
  walk(expression, node => { if (node.kind === 'variable' && node.index >= columns) names.push(parameters[node.index - columns]!); });
  return names;
}

async function known(input: FitInput, text: string, prepared: PreparedInput, sample: SampledRows, notes: readonly Note[]): Promise<FormulaState> {
  const { dataset, context, settings, fold } = input;
  const { name } = dataset.target;
  const names = [...prepared.variables.map(variable_ => variable_.name), name];
  const formula = parseFormula(text, names);
  if (formula.left !== undefined && !(formula.left.kind === 'variable' && formula.left.index === names.length - 1)) throw new UserError('badOption', `The left side of the formula has to be the target by itself: ${name} = ….`);
  if (formula.target !== undefined && formula.target !== names.length - 1) throw new UserError('badOption', `The formula is about "${names[formula.target]}", but the target is "${name}".`);
  if (variablesOf(formula.expression).includes(names.length - 1)) throw new UserError('badOption', `The formula reads the target "${name}" itself.`);
  const target = at(sample.target, sample.complete);
  const columns = sample.columns.map(column => at(column, sample.complete));
  const fit = await fitKnownStructure({
    formula, columns: [...columns, target], target, starts: settings.starts, level: dataset.recipe.level, seed: dataset.recipe.seed,
    breathe: async () => { await context.breathe(); },
  });
  const { expression, standardErrors, residualSd, degreesOfFreedom } = fit;
  const values = valuesOf(expression, columns, target.length);
  const sse = values.reduce((total, v, i) => total + (v - target[i]!) ** 2, 0);
  const candidate: KeptCandidate = { expression, standardErrors, sse, r2: fit.r2, complexity: complexity(expression), bits: 0, stage: 'given' };
  return {
    ...shared(input, prepared, sample, expression, sse), sigma: residualSd, df: degreesOfFreedom,
    candidates: [candidate], chosen: 0, verdict: fit.r2 >= enough.share ? 'compact' : 'none', judgement: {}, known: text, parameters: parametersIn(formula),
    searched: { seconds: 0, rows: target.length, solved: false },
    notes: fold ? [] : [...notes, ...fit.notes.map((note): Note => ({ kind: 'warning', text: note }))],
  };
}
