/**
 * Hamiltonian Monte Carlo without a path length to tune: the No-U-Turn Sampler (Hoffman & Gelman 2014) with multinomial
 * choice along the path and the generalised stopping rule (Betancourt 2017, A.4), step size by dual averaging. The mass is
 * the identity: give a density in coordinates in which its scales are about 1.
 */
import type { WorkContext } from '../context';
import type { Rng } from './random';

export interface LogDensity {
  readonly dimension: number;
  /** log density at q up to a constant; writes its gradient. NaN or −Infinity: outside. */
  evaluate(q: Float64Array, gradient: Float64Array): number;
}

export interface NutsOptions {
  readonly warmup: number;
  readonly draws: number;
  /** Mean acceptance that the step size aims at; default 0.8. */
  readonly target?: number;
  readonly maxDepth?: number;
}

export interface NutsChain {
  /** draws × dimension, row-major. */
  readonly draws: Float64Array;
  readonly divergences: number;
  readonly stepSize: number;
  readonly meanAccept: number;
}

interface Point { readonly q: Float64Array; readonly p: Float64Array; readonly gradient: Float64Array; readonly log: number }

interface Tree {
  left: Point;
  right: Point;
  /** A point of the tree, chosen with the weights. */
  sample: Point;
  logWeight: number;
  /** Sum of the momenta. */
  rho: Float64Array;
  turning: boolean;
  diverged: boolean;
  accept: number;
  steps: number;
}

/** Energy error at which a path is given up. */
const divergent = 1000;

/** One chain from `start`. */
export async function nuts(density: LogDensity, start: Float64Array, options: NutsOptions, rng: Rng, context: WorkContext): Promise<NutsChain> {
  const { warmup, draws, target = 0.8, maxDepth = 10 } = options;
  const d = density.dimension;
  let here = pointAt(density, start, new Float64Array(d));
  const adapt = new DualAveraging(await firstStep(density, here, rng, context), target);
  const kept = new Float64Array(draws * d);
  let divergences = 0;
  let accept = 0;
  for (let i = 0; i < warmup + draws; i++) {
    const pause = context.breathe();
    if (pause) await pause;
    const warming = i < warmup;
    const move = await transition(density, here, warming ? adapt.step : adapt.settled, maxDepth, rng, context);
    here = move.sample;
    if (warming) adapt.update(move.accept / Math.max(1, move.steps));
    else {
      kept.set(here.q, (i - warmup) * d);
      accept += move.accept / Math.max(1, move.steps);
      if (move.diverged) divergences++;
    }
  }
  return { draws: kept, divergences, stepSize: adapt.settled, meanAccept: accept / Math.max(1, draws) };
}

function pointAt(density: LogDensity, q: Float64Array, p: Float64Array): Point {
  const gradient = new Float64Array(q.length);
  return { q, p, gradient, log: density.evaluate(q, gradient) };
}

/** Leapfrog with identity mass. */
function leap(density: LogDensity, from: Point, step: number): Point {
  const half = from.p.map((v, j) => v + 0.5 * step * from.gradient[j]);
  const q = from.q.map((v, j) => v + step * half[j]);
  const next = pointAt(density, q, half);
  for (let j = 0; j < half.length; j++) half[j] += 0.5 * step * next.gradient[j];
  return next;
}

function energy(point: Point): number {
  let kinetic = 0;
  for (const v of point.p) kinetic += v * v;
  const value = 0.5 * kinetic - point.log;
  return Number.isNaN(value) ? Infinity : value;
}

/** Doubles or halves the step until one leapfrog is accepted with probability about a half. */
async function firstStep(density: LogDensity, here: Point, rng: Rng, context: WorkContext): Promise<number> {
  let step = 1;
  const start = { ...here, p: here.q.map(() => rng.normal()) };
  const logAccept = (s: number): number => energy(start) - energy(leap(density, start, s));
  const direction = logAccept(step) > Math.log(0.5) ? 1 : -1;
  for (let k = 0; k < 60; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    if (direction * logAccept(step) <= direction * Math.log(0.5)) break;
    step *= 2 ** direction;
  }
  return step;
}

async function transition(density: LogDensity, here: Point, step: number, maxDepth: number, rng: Rng, context: WorkContext): Promise<Tree> {
  const start: Point = { ...here, p: here.q.map(() => rng.normal()) };
  const base = energy(start);
  const tree: Tree = { left: start, right: start, sample: start, logWeight: 0, rho: start.p.slice(), turning: false, diverged: false, accept: 0, steps: 0 };
  for (let depth = 0; depth < maxDepth && !tree.turning && !tree.diverged; depth++) {
    const forward = rng.uniform() < 0.5;
    const added = await build(density, forward ? tree.right : tree.left, forward ? step : -step, depth, base, rng, context);
    tree.accept += added.accept;
    tree.steps += added.steps;
    tree.diverged = added.diverged;
    if (added.diverged || added.turning) break;
    // Biased towards the new half, which moves farther.
    if (Math.log(rng.uniform()) < added.logWeight - tree.logWeight) tree.sample = added.sample;
    join(tree, added, forward);
  }
  return tree;
}

/** A balanced tree of 2^depth points from the end of a path on. A path may be 1,000 passes over the data long: it breathes at each. */
async function build(density: LogDensity, from: Point, step: number, depth: number, base: number, rng: Rng, context: WorkContext): Promise<Tree> {
  if (depth === 0) {
    const pause = context.breathe();
    if (pause) await pause;
    const point = leap(density, from, step);
    const error = base - energy(point);
    return {
      left: point, right: point, sample: point, logWeight: error, rho: point.p.slice(), turning: false, diverged: !(error > -divergent),
      accept: Math.min(1, Math.exp(Math.min(0, error))) || 0, steps: 1,
    };
  }
  const first = await build(density, from, step, depth - 1, base, rng, context);
  if (first.diverged || first.turning) return first;
  const forward = step > 0;
  const second = await build(density, forward ? first.right : first.left, step, depth - 1, base, rng, context);
  first.accept += second.accept;
  first.steps += second.steps;
  first.diverged = second.diverged;
  if (second.diverged || second.turning) {
    first.turning = second.turning;
    return first;
  }
  const total = logAdd(first.logWeight, second.logWeight);
  if (Math.log(rng.uniform()) < second.logWeight - total) first.sample = second.sample;
  join(first, second, forward);
  return first;
}

/** Puts the second half at its end of the first; turning: the ends move towards each other, within the whole or across the joint. */
function join(tree: Tree, added: Tree, forward: boolean): void {
  const [before, after] = forward ? [tree, added] : [added, tree];
  const rho = tree.rho.map((v, j) => v + added.rho[j]);
  tree.turning = turns(rho, before.left.p, after.right.p)
    || turns(before.rho.map((v, j) => v + after.left.p[j]), before.left.p, after.left.p)
    || turns(after.rho.map((v, j) => v + before.right.p[j]), before.right.p, after.right.p);
  tree.logWeight = logAdd(tree.logWeight, added.logWeight);
  const left = before.left;
  const right = after.right;
  tree.rho = rho;
  tree.left = left;
  tree.right = right;
}

function turns(rho: Float64Array, left: Float64Array, right: Float64Array): boolean {
  let a = 0;
  let b = 0;
  for (let j = 0; j < rho.length; j++) { a += rho[j] * left[j]; b += rho[j] * right[j]; }
  return !(a > 0 && b > 0);
}

function logAdd(a: number, b: number): number {
  const m = Math.max(a, b);
  return m === -Infinity ? m : m + Math.log(Math.exp(a - m) + Math.exp(b - m));
}

/** Nesterov's dual averaging as in Hoffman & Gelman (2014), §3.2, with their constants. */
class DualAveraging {
  step: number;
  settled = 1;
  private count = 0;
  private error = 0;
  private readonly centre: number;

  constructor(first: number, private readonly target: number) {
    this.step = first;
    this.centre = Math.log(10 * first);
  }

  update(accept: number): void {
    const m = ++this.count;
    this.error += (this.target - accept - this.error) / (m + 10);
    const logStep = this.centre - (Math.sqrt(m) / 0.05) * this.error;
    const weight = m ** -0.75;
    this.step = Math.exp(logStep);
    this.settled = m === 1 ? this.step : Math.exp(weight * logStep + (1 - weight) * Math.log(this.settled));
  }
}
