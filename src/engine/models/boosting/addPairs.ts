/**
 * Adds terms of pairs, strongest first, more and more of them until they no longer lower the loss on rows left out. On few rows,
 * which pairs are strong and how long to boost them is tried out on samples whose left-out rows had no part in either.
 */
import { derivedContext, type WorkContext } from '../../context';
import { drawBag } from './bag';
import { stopTogether, togetherUpTo } from './commonRounds';
import { RowScores } from './boostMains';
import { makeLoss } from './losses';
import { meanScores } from './meanScores';
import { cellsOf, type CoarseFeature, type Pair } from './pairBins';
import { rankPairs, type RankedPair } from './pairStrength';
import { boostSettings, type Plan } from './plan';
import { worthwhilePairs } from './prunePairs';
import type { TermScores } from './purify';
import { reporter } from './reporter';
import { boostBags, type BagScores, type BagTask } from './runBags';
import type { BoostingSettings } from './settings';

export interface Paired { readonly bags: readonly BagScores[]; readonly pairs: readonly Pair[]; readonly tried: number }

interface Work { readonly plan: Plan; readonly mains: readonly BagScores[]; readonly coarse: readonly CoarseFeature[]; readonly context: WorkContext; readonly words: WorkContext; readonly reference: number }

/** Samples that the number of pairs is tried out on, at most. */
const mostPilots = 8;
/** Share of the loss that more pairs must take off to be kept. */
const worthwhile = 2e-4;
/** And how many of its standard errors. With 1, on few rows real pairs are missed by chance (auto mpg: RMSE 2.67 on its fixed folds, 2.63 with this). */
const beyondChance = 0.75;

/**
 * Strength that a pair must have to be tried out. With less than 0 it is within chance, but several weak pairs may help together; the
 * loss on rows left out will say. Near -4 (the least there is) the pair leaves nothing at all.
 */
const leastStrength = -3;
/** Times that a pilot sample looks for pairs, each time at what the last ones leave. */
const mostStages = 4;

/** Samples that pairs are tried out on: what they have learned, and the pairs that each has. */
interface Pilots { readonly bags: readonly BagScores[]; readonly pairs: readonly (readonly Pair[])[]; readonly rounds: number }

/** `words`: says how far it is, 0…1. */
export async function addPairs(plan: Plan, mains: readonly BagScores[], coarse: readonly CoarseFeature[], context: WorkContext, words: WorkContext): Promise<Paired> {
  const { settings, data } = plan;
  if (settings.pairs === 0 || plan.features.length < 2) return { bags: mains, pairs: [], tried: 0 };
  // Before any term, on the rows left out.
  const reference = mains.reduce((sum, { course }) => sum + Math.abs(course[0]!) / mains.length, 0);
  const work = { plan, mains, coarse, context, words, reference };
  words.progress('Looking for pairs of features', 0);
  if (data.rows > togetherUpTo) return addRanked(work);
  const { pairs, rounds, tried } = await tryOut(work);
  if (pairs.length === 0) return { bags: mains, pairs, tried };
  const tasks = mains.map((before, b) => taskOf(work, b, before, [], pairs, rounds));
  const part = derivedContext(words, (stage, fraction) => words.progress(stage, 0.5 + 0.5 * (fraction ?? 0)));
  // With fewer pairs than the pilot samples had, the best round may come earlier.
  const { bags } = stopTogether(await boostBags(tasks, context, reporter(part, `Boosting ${pairs.length} pairs, sample`, tasks.length)), pairs.length);
  return { bags, pairs, tried };
}

/** On many rows all bags add the same pairs, as long as they help; those that do not are taken away in the end. */
async function addRanked(work: Work): Promise<Paired> {
  const { plan: { settings, features, seeds }, plan, mains, context, words, coarse } = work;
  const chunks = chunksOf(await rankAt(work, meanScores(mains)), settings, features.length);
  let best: Paired = { bags: mains, pairs: [], tried: 0 };
  for (const [c, added] of chunks.entries()) {
    const tasks = best.bags.map((before, b) => taskOf(work, b, before, best.pairs, added));
    const part = derivedContext(words, (stage, fraction) => words.progress(stage, (c + (fraction ?? 0)) / chunks.length));
    const boosted = await boostBags(tasks, context, reporter(part, `Boosting ${best.pairs.length + added.length} pairs, sample`, tasks.length));
    const { bags, fall, error } = stopTogether(boosted, added.length);
    const tried = best.pairs.length + added.length;
    if (settings.pairs === 'auto' && !helps(fall, error)) { best = { ...best, tried }; break; }
    best = { bags, pairs: [...best.pairs, ...added], tried };
  }
  if (settings.pairs !== 'auto' || best.pairs.length === 0) return best;
  const kept = await worthwhilePairs(plan, coarse, best.bags.map((scores, b) => ({ scores, seed: seeds[b]!, pairs: best.pairs })), context);
  const places = kept.map(pair => best.pairs.indexOf(pair));
  return { ...best, pairs: kept, bags: best.bags.map(bag => ({ ...bag, pairs: places.map(place => bag.pairs[place]!) })) };
}

function helps(fall: number, error: number): boolean {
  return fall > worthwhile && fall > beyondChance * error;
}

function taskOf({ plan, coarse, reference }: Work, b: number, before: BagScores, known: readonly Pair[], added: readonly Pair[], rounds?: number): BagTask {
  const settings = { ...boostSettings(plan, plan.settings.pairRate), reference };
  return {
    data: plan.data, seed: plan.seeds[b]!, bag: 'subsample', loss: plan.loss, pairStage: { coarse, known, added, before },
    settings: { ...settings, ...(rounds !== undefined && { maxRounds: rounds }) },
  };
}

/**
 * Each pilot sample ranks pairs by its own training rows, at its own scores. The loss on what they left out says honestly which
 * of the pairs are worth having, and how many rounds. Where their number is given, only the rounds are tried out.
 */
async function tryOut(work: Work): Promise<{ pairs: readonly Pair[]; rounds: number; tried: number }> {
  const { plan, mains, context, words, coarse } = work;
  const { settings } = plan;
  const count = Math.min(mostPilots, mains.length);
  const trains = plan.seeds.slice(0, count).map(seed => drawBag(plan.data, seed, 'subsample').train.rows);
  let now: Pilots = { bags: mains.slice(0, count), pairs: trains.map(() => []), rounds: 0 };
  let tried = 0;
  for (let stage = 0; stage < mostStages; stage++) {
    const added: Pair[][] = [];
    for (let b = 0; b < count; b++) added.push(nextPairs(await rankAt(work, now.bags[b]!, now.pairs[b], trains[b]), settings, plan.features.length));
    const most = Math.max(...added.map(({ length }) => length));
    if (most === 0) break;
    const tasks = now.bags.map((before, b) => taskOf(work, b, before, now.pairs[b]!, added[b]!));
    tried += most;
    const part = derivedContext(words, (text, fraction) => words.progress(text, (0.5 * (stage + (fraction ?? 0))) / mostStages));
    const together = stopTogether(await boostBags(tasks, context, reporter(part, `Trying ${tried} pairs, sample`, count)), most);
    if (settings.pairs === 'auto' && !helps(together.fall, together.error)) break;
    now = { bags: together.bags, pairs: now.pairs.map((known, b) => [...known, ...added[b]!]), rounds: Math.max(now.rounds, together.rounds) };
    if (settings.pairs !== 'auto') break;
  }
  if (settings.pairs !== 'auto') return { pairs: nextPairs(await rankAt(work, meanScores(mains)), settings, plan.features.length), rounds: now.rounds, tried };
  const samples = now.bags.map((scores, b) => ({ scores, seed: plan.seeds[b]!, pairs: now.pairs[b]! }));
  return { pairs: await worthwhilePairs(plan, coarse, samples, context), rounds: now.rounds, tried };
}

/** The strongest pairs, at most as many as features (at least 5), if there is anything to them. Where their number is given, so many, whatever their strength. */
function nextPairs(ranked: readonly RankedPair[], { pairs: wanted }: BoostingSettings, features: number): Pair[] {
  const most = wanted === 'auto' ? Math.max(5, features) : wanted;
  return ranked.filter(({ strength }) => wanted !== 'auto' || strength > leastStrength).slice(0, most).map(({ pair }) => pair);
}

/**
 * The pairs that are stronger than chance in their order, in up to three steps: after them there are as many pairs as features
 * (at least 5), 3 times and 5 times as many. Where their number is given, so many, whatever their strength.
 */
function chunksOf(ranked: readonly RankedPair[], { pairs: wanted }: BoostingSettings, features: number): Pair[][] {
  if (wanted !== 'auto') return ranked.length === 0 ? [] : [ranked.slice(0, wanted).map(({ pair }) => pair)];
  const pairs = ranked.filter(({ strength }) => strength > 0).map(({ pair }) => pair);
  const ends = [Math.max(5, features), 3 * features, 5 * features].filter((end, i, all) => i === 0 || end > all[i - 1]!);
  const chunks = ends.map((end, i) => pairs.slice(i === 0 ? 0 : ends[i - 1]!, end));
  return chunks.filter(chunk => chunk.length > 0);
}

/** Features whose pairs are looked at, at most: those with the largest main effects. */
const mostCandidates = 60;

/** Pairs but the known ones by what the given scores leave to them, strongest first; `rows`: of these only (all when absent). */
async function rankAt({ plan, coarse, context }: Work, scores: TermScores, known: readonly Pair[] = [], rows?: Int32Array): Promise<RankedPair[]> {
  const { data } = plan;
  const loss = makeLoss(plan.loss);
  const values = scoresOf(plan, coarse, scores, known, loss.outputs);
  const weights = rows ? onlyThese(data.weights, rows) : data.weights;
  const [gradient, curvature] = [new Float64Array(values.length), new Float64Array(values.length)];
  loss.derivatives(values, data.y, weights, gradient, curvature);
  const output = (all: Float64Array, k: number): Float64Array => (loss.outputs === 1 ? all : Float64Array.from({ length: data.rows }, (_, i) => all[i * loss.outputs + k]!));
  const outputs = Array.from({ length: loss.outputs }, (_, k) => k);
  const ranked = await rankPairs(data, coarse, pairCandidates(plan, scores), outputs.map(k => output(gradient, k)), outputs.map(k => output(curvature, k)), context);
  return ranked.filter(({ pair: [a, b] }) => !known.some(other => other[0] === a && other[1] === b));
}

/** Of all rows: rows × outputs. */
function scoresOf({ data }: Plan, coarse: readonly CoarseFeature[], { intercept, mains, pairs }: TermScores, known: readonly Pair[], outputs: number): Float64Array {
  const all = Int32Array.from({ length: data.rows }, (_, i) => i);
  const rows = new RowScores(data, { rows: all, y: data.y, weights: data.weights }, outputs);
  rows.update(intercept, mains);
  known.forEach((pair, t) => {
    const cells = cellsOf(data, coarse, pair, all);
    for (let i = 0; i < cells.length; i++) for (let k = 0; k < outputs; k++) rows.values[i * outputs + k]! += pairs[t]![cells[i]! * outputs + k]!;
  });
  return rows.values;
}

function onlyThese(weights: Float64Array, rows: Int32Array): Float64Array {
  const result = new Float64Array(weights.length);
  for (const row of rows) result[row] = weights[row]!;
  return result;
}

/** A feature that must be monotone has no pairs: they could bend its effect the other way. */
function pairCandidates({ data, directions }: Plan, mean: TermScores): number[] {
  const size = mean.mains.map((main, j) => {
    let sum = 0;
    const outputs = main.length / data.binCounts[j]!;
    for (const bin of data.bins[j]!) for (let k = 0; k < outputs; k++) sum += Math.abs(main[bin * outputs + k]!);
    return sum;
  });
  return size.map((_, j) => j).filter(j => directions[j] === 0).sort((a, b) => size[b]! - size[a]! || a - b).slice(0, mostCandidates).sort((a, b) => a - b);
}
