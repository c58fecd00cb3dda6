// Makes a problem smaller by symmetries of its function: a variable that only multiplies the rest by a power is divided
// out; two variables that only act through their product, quotient, sum, difference or squares become one. Slopes of a
// smoother (or of a trained model) propose; rows left out decide: a reduction stays only if they are predicted as well as before.
// After Udrescu & Tegmark, "AI Feynman" (2020), with elasticities and a Gaussian process in place of a network.
import type { Expression } from '../expression';
import { difference, exact, fitted, power, product, sum, variable } from '../expression';
import { valuesOf } from '../values';
import { smooth, type Scales, type Smoother } from './smoother';

/** A smaller problem: target = prefix × f(inputs). */
export interface Reduced {
  /** Expressions in the original variables that are the new inputs. */
  inputs: Expression[];
  /** What was divided out, in the original variables. */
  prefix: Expression;
  /** In words, for the log of the search. */
  steps: string[];
}

/** Slopes of the target by each original column at the given rows; a trained model may give them. */
export interface ReductionProblem {
  columns: readonly Float64Array[];
  target: Float64Array;
  /** Rows that the smoother is fitted to. */
  rows: number;
}

interface Stage extends Reduced {
  columns: Float64Array[];
  /** y / prefix. */
  target: Float64Array;
  smoother: Smoother;
  logarithmic: boolean;
}

/** Smaller problems, each made from the one before; the last is the smallest. */
export function* reductions(problem: ReductionProblem): Generator<Reduced | undefined, void> {
  let all = problem.columns.map(column => column.slice(0, problem.rows));
  let stage = start(all, problem.target.slice(0, problem.rows));
  const scale = stage.logarithmic ? 1 : spread(stage.target);
  yield undefined;
  if (stage.smoother.leftOut > noisy * scale && problem.columns[0]!.length > problem.rows) {
    const more = Math.round(1.5 * problem.rows);
    all = problem.columns.map(column => column.slice(0, more));
    stage = start(all, problem.target.slice(0, more));
  }
  yield undefined;
  for (let round = 0; round < 12 && stage.inputs.length > 0; round++) {
    let better: Stage | undefined;
    // Without noise the first that holds is right; with noise several hold, and the one that predicts best is.
    const compared = stage.smoother.leftOut > noisy * scale ? mostCompared : 1;
    let tried = 0;
    for (const proposal of proposals(stage)) {
      if (better && tried >= compared) break;
      const next = apply(stage, proposal, all);
      tried++;
      yield undefined;
      if (!next || next.smoother.leftOut > tolerance * stage.smoother.leftOut + floor * scale) continue;
      if (!better || next.smoother.leftOut < better.smoother.leftOut) better = next;
    }
    if (!better) return;
    stage = better;
    yield { inputs: stage.inputs, prefix: stage.prefix, steps: stage.steps };
    if (stage.inputs.length === 1) return;
  }
}

/** Errors at rows left out, as a share of the target's spread, from which on several reductions are compared; and how many. */
const noisy = 0.03;
const mostCompared = 4;
/** How much worse rows left out may be predicted: noise of the comparison. */
const tolerance = 1.04;
const floor = 1e-6;

function start(columns: Float64Array[], target: Float64Array): Stage {
  const sign = Math.sign(target[0]!);
  const oneSign = sign !== 0 && target.every(y => Math.sign(y) === sign);
  const plain = smooth(columns.map(inputOf), target, 30);
  const whole = absolute(plain, target, 1);
  const base = { inputs: columns.map((_, k) => variable(k)), prefix: exact(1), steps: [], columns, target };
  if (!oneSign) return { ...base, smoother: whole, logarithmic: false };
  const logs = target.map(y => Math.log(Math.abs(y)));
  const logarithmic = smooth(columns.map(inputOf), logs, 30);
  return logarithmic.leftOut < 1.5 * plain.leftOut ? { ...base, smoother: absolute(logarithmic, logs, 1), logarithmic: true } : { ...base, smoother: whole, logarithmic: false };
}

/** Positive columns enter the smoother by their logarithm: powers and quotients are straight there. */
function inputOf(column: Float64Array): Float64Array {
  return column.every(x => x > 0) ? column.map(Math.log) : column;
}

interface Proposal {
  words: string;
  /** How far slopes are from the symmetry, 0 to 1. */
  off: number;
  /** Inputs that go, and what comes in their place. */
  gone: number[];
  come?: (inputs: Expression[]) => Expression[];
  /** Factor that is divided out. */
  factor?: Expression;
}

function proposals(stage: Stage): Proposal[] {
  const slopes = ownSlopes(stage);
  const found = [...idle(stage, slopes), ...scalings(stage, slopes), ...merges(stage, slopes)];
  return found.filter(({ off }) => off < 0.25).sort((a, b) => a.off - b.off).slice(0, 10);
}

/** ∂t/∂xₖ, of t = y or log |y|, by the inputs themselves. */
function ownSlopes({ smoother, columns }: Stage): Float64Array[] {
  return smoother.slopes().map((slope, k) => {
    const x = columns[k]!;
    return x.every(v => v > 0) ? slope.map((s, i) => s / x[i]!) : slope;
  });
}

/** Inputs whose slope is nothing beside the others'. */
function* idle(stage: Stage, slopes: Float64Array[]): Generator<Proposal> {
  const strength = slopes.map((slope, k) => median(slope.map((s, i) => Math.abs(s * centred(stage.columns[k]!)[i]!))));
  const most = Math.max(...strength);
  for (const [k, s] of strength.entries()) if (s < 0.02 * most) yield { words: `without input ${k + 1}`, off: s / most, gone: [k] };
}

const centred = (of: Float64Array): Float64Array => {
  const m = median(of);
  return of.map(v => v - m);
};

/**
 * Scale symmetries: whole numbers aₖ with Σ aₖ eₖ = p on all rows, where eₖ = ∂ log y / ∂ log xₖ. One number: a factor x^p. Two or three:
 * y = x₁^(p/a₁) g(xₖ / x₁^(aₖ/a₁), …), one input less (Buckingham's theorem, read off the slopes instead of units).
 */
function* scalings(stage: Stage, slopes: Float64Array[]): Generator<Proposal> {
  const { columns, target, logarithmic, inputs } = stage;
  const usable = inputs.map((_, k) => k).filter(k => columns[k]!.every(x => x !== 0));
  const elasticities = new Map(usable.map(k => [k, slopes[k]!.map((s, i) => (s * columns[k]![i]!) / (logarithmic ? 1 : target[i]!))]));
  const sizes = new Map([...elasticities].map(([k, e]) => [k, median(e.map(Math.abs))]));
  for (const [members, powers] of combinations(usable)) {
    const total = target.map((_, i) => members.reduce((t, k, m) => t + powers[m]! * elasticities.get(k)![i]!, 0)).filter(Number.isFinite);
    const p = Math.round(2 * median(total)) / 2;
    const size = members.reduce((t, k, m) => t + Math.abs(powers[m]!) * sizes.get(k)!, 0);
    const off = median(total.map(e => Math.abs(e - p))) / Math.max(size, 0.05) + 0.01 * (members.length - 1) + 0.003 * powers.reduce((t, a) => t + Math.abs(a) - 1, 0);
    if (off >= 0.3 || (members.length === 1 && p === 0)) continue;
    // The input that the others are divided by stands at a whole power and has one sign.
    const pivot = members.findIndex((k, m) => Math.abs(powers[m]!) === 1 && columns[k]!.every(x => x > 0));
    if (pivot >= 0 || (members.length === 1 && Number.isInteger(p))) yield scaling(inputs, members, powers, p, off, Math.max(0, pivot));
  }
}

function scaling(inputs: Expression[], members: number[], powers: readonly number[], p: number, off: number, pivot: number): Proposal {
  const of = inputs[members[pivot]!]!;
  const rest = members.map((k, m) => ({ k, ratio: powers[m]! / powers[pivot]! })).filter((_, m) => m !== pivot);
  return {
    words: `scale of inputs ${members.map(k => k + 1).join(', ')} taken out`, off, gone: members,
    come: ins => rest.map(({ k, ratio }) => product(ins[k]!, power(of, -ratio))),
    ...(p === 0 ? {} : { factor: power(of, p / powers[pivot]!) }),
  };
}

/** One to three inputs with small whole numbers, the first positive. */
function* combinations(of: number[]): Generator<[number[], readonly number[]]> {
  const one = [1, -1];
  const two = [1, -1, 2, -2];
  for (const [m, i] of of.entries()) {
    yield [[i], [1]];
    for (const [l, j] of of.slice(m + 1).entries()) {
      for (const b of [...two, 3, -3]) yield [[i, j], [1, b]];
      for (const b of one) {
        yield [[i, j], [2, b]];
        yield [[i, j], [3, b]];
      }
      for (const k of of.slice(m + l + 2)) for (const b of two) for (const c of two) yield [[i, j, k], [1, b, c]];
    }
  }
}

/** Pairs of inputs that act through one number. Each form h is tested by ∂ᵢt · ∂ⱼh = ∂ⱼt · ∂ᵢh. */
function* merges(stage: Stage, slopes: Float64Array[]): Generator<Proposal> {
  for (let i = 0; i < slopes.length; i++) {
    for (let j = 0; j < i; j++) {
      for (const form of forms(stage, slopes, i, j)) yield { ...form, gone: [j, i] };
    }
  }
}

function* forms(stage: Stage, slopes: Float64Array[], i: number, j: number): Generator<Omit<Proposal, 'gone'>> {
  const [x, y] = [stage.columns[i]!, stage.columns[j]!];
  const [a, b] = [slopes[i]!, slopes[j]!];
  const off = (hx: (k: number) => number, hy: (k: number) => number): number => {
    let apart = 0;
    let size = 0;
    for (let k = 0; k < a.length; k++) {
      const p = a[k]! * hy(k);
      const q = b[k]! * hx(k);
      apart += Math.abs(p - q);
      size += Math.abs(p) + Math.abs(q);
    }
    return apart / (size || 1);
  };
  const one = (): number => 1;
  yield { words: `inputs ${j + 1} and ${i + 1} by their sum`, off: off(one, one), come: ins => [sum(ins[j]!, ins[i]!)] };
  yield { words: `inputs ${j + 1} and ${i + 1} by their difference`, off: off(one, () => -1), come: ins => [difference(ins[i]!, ins[j]!)] };
  yield { words: `inputs ${j + 1} and ${i + 1} by their squares' sum`, off: off(k => x[k]!, k => y[k]!), come: ins => [sum(power(ins[j]!, 2), power(ins[i]!, 2))] };
  yield { words: `inputs ${j + 1} and ${i + 1} by their squares' difference`, off: off(k => x[k]!, k => -y[k]!), come: ins => [difference(power(ins[i]!, 2), power(ins[j]!, 2))] };
  const ratio = median(b.map((slope, k) => slope / a[k]!));
  if (Number.isFinite(ratio) && Math.abs(Math.log(Math.abs(ratio))) > 0.1) {
    yield { words: `inputs ${j + 1} and ${i + 1} by a weighted sum`, off: 0.02 + off(one, () => ratio), come: ins => [sum(ins[i]!, product(fitted(ratio), ins[j]!))] };
  }
}

function apply(stage: Stage, { gone, come, factor, words }: Proposal, all: readonly Float64Array[]): Stage | undefined {
  const n = stage.target.length;
  const kept = stage.inputs.map((_, k) => k).filter(k => !gone.includes(k));
  const merged = come?.(stage.inputs) ?? [];
  const inputs = [...kept.map(k => stage.inputs[k]!), ...merged];
  const columns = [...kept.map(k => stage.columns[k]!), ...merged.map(each => valuesOf(each, all, n))];
  const divisor = factor && valuesOf(factor, all, n);
  const target = divisor ? stage.target.map((y, i) => y / divisor[i]!) : stage.target;
  if (inputs.length === 0 || !columns.every(column => column.every(Number.isFinite)) || !target.every(Number.isFinite)) return undefined;
  const lengths = Float64Array.from([...kept.map(k => stage.smoother.scales.lengths[k]!), ...merged.map(() => Math.min(...gone.map(k => stage.smoother.scales.lengths[k]!)))]);
  const scales: Scales = { ...stage.smoother.scales, lengths };
  const fittedTo = stage.logarithmic ? target.map(y => Math.log(Math.abs(y))) : target;
  const prefix = factor ? product(stage.prefix, factor) : stage.prefix;
  const by = stage.logarithmic ? 1 : rootMeanSquare(valuesOf(prefix, all, n));
  const smoother = absolute(smooth(columns.map(inputOf), fittedTo, 10, scales), fittedTo, by);
  return {
    inputs, columns, target, smoother, logarithmic: stage.logarithmic, steps: [...stage.steps, words],
    prefix,
  };
}

/** Errors at rows left out in the target's own unit (of log |y|, a share), so that stages compare; `by`: size of what was divided out. */
function absolute(smoother: Smoother, target: Float64Array, by: number): Smoother {
  return { ...smoother, leftOut: smoother.leftOut * spread(target) * by };
}

const rootMeanSquare = (of: Float64Array): number => Math.sqrt(of.reduce((total, v) => total + v * v, 0) / of.length);

function spread(of: Float64Array): number {
  const centre = of.reduce((total, v) => total + v, 0) / of.length;
  return Math.sqrt(of.reduce((total, v) => total + (v - centre) ** 2, 0) / of.length);
}

function median(of: Float64Array): number {
  return Float64Array.from(of).sort()[of.length >> 1] ?? 0;
}
