/** The search of one fit: formulas of the rows, and of what a model makes of them, all fitted to the rows at the end. */
import type { WorkContext } from '../../context';
import { frontOf } from '../../formula/front';
import type { Candidate } from '../../formula/archive';
import { exact, substitute, variable } from '../../formula/expression';
import { formulaText } from '../../formula/print/text';
import { recover, searchedRows } from '../../formula/recover';
import { searchRows } from '../../formula/searchRows';
import { passing, slopeCheck, type SlopeCheck, type SlopeRule } from '../../formula/slopes/rules';
import type { ColumnUnits } from '../../formula/units/dimensionOf';
import { polish } from '../../formula/polish';
import { fidelity, type Proposer } from './propose';
import { refitted, type KeptCandidate } from './candidates';
import { obeying } from './shape';
import { simplerFormulas } from './simpler';
import { at, type SampledRows } from './variables';

export interface Found {
  readonly candidates: KeptCandidate[];
  readonly seconds: number;
  readonly solved: boolean;
  /** Names of variables that were too many to search. */
  readonly unsearched: readonly string[];
}

/** A front of so many formulas, as a search leaves it that took its time, is not filled up. */
const fullFront = 12;
/** Seconds that filling it up may take: a share of those of the search. */
const filling = { most: 1, share: 0.15 };

/** Variables that are searched at most: those with the strongest relation to the target. */
const mostVariables = 40;

export interface FindInput {
  readonly sample: SampledRows;
  readonly names: readonly string[];
  readonly target: string;
  readonly seconds: number;
  readonly seed: number;
  readonly proposer?: Proposer;
  readonly units?: ColumnUnits;
  /** Rules that the formulas have to obey, and which columns are 0 or 1. */
  readonly shape?: { readonly rules: readonly SlopeRule[]; readonly whole: readonly boolean[] };
  readonly context: WorkContext;
  /** Part of the run's progress. */
  readonly stage: string;
  readonly from: number;
  readonly to: number;
}

export async function find(input: FindInput): Promise<Found> {
  const { sample, seconds, proposer, seed, units, shape } = input;
  const target = at(sample.target, sample.complete);
  const columns = sample.columns.map(column => at(column, sample.complete));
  if (target.length === 0) return { candidates: [], seconds: 0, solved: false, unsearched: [] };
  const rows = searchRows(columns, target, undefined, units);
  const constant = target.every(y => y === target[0]);
  const varying = columns.flatMap((column, k) => (column.some(v => v !== column[0]) ? [k] : []));
  const chosen = [...varying].sort((a, b) => strength(columns[b]!, target) - strength(columns[a]!, target)).slice(0, mostVariables).sort((a, b) => a - b);
  const mean = polish({ kind: 'number', value: target[0] ?? 0, free: true }, rows);
  const plain: KeptCandidate[] = constant && target.length > 0 ? [{ ...polish(exact(target[0]!), rows)!, r2: 1, stage: 'constant' }] : mean ? [{ ...mean, r2: 0, stage: 'constant' }] : [];
  const unsearched = varying.filter(k => !chosen.includes(k)).map(k => input.names[k]!);
  if (constant || chosen.length === 0 || target.length < 2) return { candidates: plain, seconds: 0, solved: constant, unsearched };
  const back = chosen.map(k => variable(k));
  const history: History = { x: [], y: [] };
  const told = (candidate: Candidate): void => tell(input, { ...candidate, expression: substitute(candidate.expression, back) }, history);
  const unitsOfChosen = units && { columns: chosen.map(k => units.columns[k]), ...(units.target && { target: units.target }) };
  const problem = {
    columns: chosen.map(k => columns[k]!), seed,
    ...(unitsOfChosen && { units: unitsOfChosen.columns }), ...(units?.target && { targetUnit: units.target }), ...(shape && { slopes: slopesOf(shape, chosen, columns, target) }),
  };
  const began = performance.now();
  const byRows = await recover({ ...problem, target, seconds: proposer ? seconds / 2 : seconds }, input.context, told);
  const byModel = proposer && !byRows.solved ? await recover({ ...problem, target: at(proposer.predictions, sample.complete), seconds: input.context.finishing?.() ? Math.min(seconds / 2, byRows.seconds) : seconds / 2 }, input.context) : undefined;
  const drawn = searchRows(problem.columns.map(column => column.slice(0, searchedRows)), target.slice(0, searchedRows), undefined, unitsOfChosen);
  const sampled = problem.slopes ? { ...drawn, slopes: problem.slopes } : drawn;
  const found = [
    ...byRows.candidates,
    ...(byRows.candidates[0] && frontOf(byRows.candidates).length < fullFront ? await simplerFormulas(byRows.candidates[0], sampled, input.context, Math.min(filling.most, filling.share * seconds)) : []),
    // What the model proposes is judged by the rows alone.
    ...(byModel?.candidates ?? []).slice(0, 60).flatMap(candidate => {
      const fitted = polish(candidate.expression, sampled);
      return fitted ? [{ ...candidate, ...fitted, stage: `${candidate.stage}, proposed by the model` }] : [];
    }),
  ].map(candidate => ({ ...candidate, expression: substitute(candidate.expression, back) }));
  const fitted = refitted(found, rows, proposer !== undefined);
  const candidates = [...(shape ? obeying(fitted, rows, shape.rules, shape.whole) : fitted), ...plain]
    .filter((candidate, k, all) => all.findIndex(({ sse, complexity }) => sse === candidate.sse && complexity === candidate.complexity) === k)
    .map(candidate => ({ ...candidate, ...modelR2Of(candidate, input) }));
  return { candidates: candidates.sort((a, b) => a.bits - b.bits), seconds: (performance.now() - began) / 1000, solved: byRows.solved, unsearched };
}

/** The rules in the numbering of the columns that are searched. */
function slopesOf({ rules, whole }: NonNullable<FindInput['shape']>, chosen: readonly number[], columns: readonly Float64Array[], target: Float64Array): SlopeCheck {
  const own = rules.flatMap(rule => (chosen.includes(rule.variable) ? [{ ...rule, variable: chosen.indexOf(rule.variable) }] : []));
  return slopeCheck(own, chosen.map(k => columns[k]!), target, chosen.map(k => whole[k]!), passing);
}

function modelR2Of({ expression }: KeptCandidate, { proposer, sample }: FindInput): { modelR2?: number } {
  const r2 = proposer && fidelity(expression, proposer, sample);
  return r2 === undefined ? {} : { modelR2: r2 };
}

/** R² of the best so far, by seconds. */
interface History { readonly x: number[]; readonly y: number[] }

/** The best so far, while the search runs. */
function tell({ context, names, target, stage, from, to, seconds }: FindInput, { expression, standardErrors, r2, found }: Candidate, history: History): void {
  const text = formulaText(expression, names, { standardErrors });
  history.x.push(found);
  history.y.push(r2);
  const lines = [{ name: 'R²', x: [...history.x], y: [...history.y] }];
  const live = { title: 'Best formula so far', xTitle: 'Seconds', yTitle: 'R²', lines, canFinish: true };
  context.progress(`${stage}: ${target} = ${text} (R² ${r2.toFixed(4)})`, from + (to - from) * Math.min(1, found / seconds), live);
}

/** The larger of the correlations of the target with x and with (x − mean)². */
function strength(column: Float64Array, target: Float64Array): number {
  const mean = column.reduce((sum, v) => sum + v, 0) / column.length;
  return Math.max(correlation(column, target), correlation(column.map(v => (v - mean) ** 2), target));
}

function correlation(a: Float64Array, b: Float64Array): number {
  const [ma, mb] = [a, b].map(values => values.reduce((sum, v) => sum + v, 0) / values.length) as [number, number];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return aa > 0 && bb > 0 ? Math.abs(ab) / Math.sqrt(aa * bb) : 0;
}
