/**
 * Adds terms of pairs, strongest first, more and more of them until they no longer lower the loss on rows left out. On few rows,
 * which pairs are strong and how long to boost them is tried out on samples whose left-out rows had no part in either.
 */
import { derivedContext, type WorkContext } from '../../context';
import { drawBag } from './bag';
import { stopTogether, togetherUpTo } from './commonRounds';
import { makeLoss } from './losses';
import { meanScores } from './meanScores';
import type { CoarseFeature, Pair } from './pairBins';
import { rankPairs } from './pairStrength';
import { boostSettings, type Plan } from './plan';
import type { TermScores } from './purify';
import { reporter } from './reporter';
import { boostBags, type BagScores, type BagTask } from './runBags';

export interface Paired { readonly bags: readonly BagScores[]; readonly pairs: readonly Pair[]; readonly tried: number }

interface Work { readonly plan: Plan; readonly mains: readonly BagScores[]; readonly coarse: readonly CoarseFeature[]; readonly context: WorkContext; readonly words: WorkContext; readonly reference: number }

/** Samples that the number of pairs is tried out on, at most. */
const mostPilots = 8;
/** Times in a row that more pairs may fail to help before no more are tried. */
const mostFailures = 2;
/** Share of the loss that more pairs must take off to be kept. */
const worthwhile = 2e-4;

/** `words`: says how far it is, 0…1. */
export async function addPairs(plan: Plan, mains: readonly BagScores[], coarse: readonly CoarseFeature[], context: WorkContext, words: WorkContext): Promise<Paired> {
  const { settings, data } = plan;
  if (settings.pairs === 0 || plan.features.length < 2) return { bags: mains, pairs: [], tried: 0 };
  // Before any term, on the rows left out.
  const reference = mains.reduce((sum, { course }) => sum + Math.abs(course[0]!) / mains.length, 0);
  const work = { plan, mains, coarse, context, words, reference };
  words.progress('Looking for pairs of features', 0);
  const few = data.rows <= togetherUpTo;
  const pilot = few ? await tryOut(work) : undefined;
  const ranked = (await rankAt(work, meanScores(mains))).slice(0, settings.pairs === 'auto' ? undefined : settings.pairs);
  if (ranked.length === 0) return { bags: mains, pairs: [], tried: 0 };
  const chunks = settings.pairs === 'auto' ? chunksOf(ranked, plan.features.length) : [ranked];
  let best: Paired = { bags: mains, pairs: [], tried: pilot?.tried ?? 0 };
  for (const [c, added] of chunks.slice(0, pilot?.rounds.length).entries()) {
    const tasks = best.bags.map((before, b) => taskOf(work, b, before, best.pairs, added, pilot?.rounds[c]));
    const part = derivedContext(words, (stage, fraction) => words.progress(stage, (few ? 0.5 : 0) + ((few ? 0.5 : 1) * (c + (fraction ?? 0))) / chunks.length));
    const boosted = await boostBags(tasks, context, reporter(part, `Boosting ${best.pairs.length + added.length} pairs, sample`, tasks.length));
    const { bags, fall, error } = stopTogether(boosted, added.length);
    const tried = Math.max(best.tried, best.pairs.length + added.length);
    if (!pilot && settings.pairs === 'auto' && !helps(fall, error)) return { ...best, tried };
    best = { bags, pairs: [...best.pairs, ...added], tried };
  }
  return best;
}

function helps(fall: number, error: number): boolean {
  return fall > worthwhile && fall > error;
}

function taskOf({ plan, coarse, reference }: Work, b: number, before: BagScores, known: readonly Pair[], added: readonly Pair[], rounds?: number): BagTask {
  const settings = { ...boostSettings(plan, plan.settings.pairRate), reference };
  return {
    data: plan.data, seed: plan.seeds[b]!, bag: 'subsample', loss: plan.loss, pairStage: { coarse, known, added, before },
    settings: rounds === undefined ? settings : { ...settings, snapshots: false, maxRounds: rounds, toTheEnd: true },
  };
}

/**
 * Each pilot sample ranks pairs by its own training rows, at its own scores. The mean loss on what they left out says honestly how
 * many of the pairs are worth having, and how many rounds.
 */
async function tryOut(work: Work): Promise<{ rounds: number[]; tried: number }> {
  const { plan, mains, context, words } = work;
  const { settings } = plan;
  const count = Math.min(mostPilots, mains.length);
  const chunks: Pair[][][] = [];
  for (let b = 0; b < count; b++) {
    const ranked = await rankAt(work, mains[b]!, drawBag(plan.data, plan.seeds[b]!, 'subsample').train.rows);
    chunks.push(settings.pairs === 'auto' ? chunksOf(ranked, plan.features.length) : [ranked.slice(0, settings.pairs)]);
  }
  let now = mains.slice(0, count);
  const rounds: number[] = [];
  let kept = 0;
  let tried = 0;
  for (let c = 0; c < chunks[0]!.length && c - kept < mostFailures; c++) {
    const tasks = now.map((before, b) => taskOf(work, b, before, chunks[b]!.slice(0, c).flat(), chunks[b]![c]!));
    tried += chunks[0]![c]!.length;
    const part = derivedContext(words, (stage, fraction) => words.progress(stage, (0.5 * (c + (fraction ?? 0))) / chunks[0]!.length));
    const together = stopTogether(await boostBags(tasks, context, reporter(part, `Trying ${tried} pairs, sample`, count)), chunks[0]![c]!.length);
    rounds.push(together.rounds);
    if (settings.pairs !== 'auto' || helps(together.fall, together.error)) kept = c + 1;
    now = [...together.bags];
  }
  return { rounds: rounds.slice(0, kept), tried };
}

/** The pairs in their order, in up to three steps: after them there are as many pairs as features (at least 5), 3 times and 5 times as many. */
function chunksOf(pairs: readonly Pair[], features: number): Pair[][] {
  const ends = [Math.max(5, features), 3 * features, 5 * features].filter((end, i, all) => i === 0 || end > all[i - 1]!);
  const chunks = ends.map((end, i) => pairs.slice(i === 0 ? 0 : ends[i - 1]!, end));
  return chunks.filter(chunk => chunk.length > 0);
}

/** Features whose pairs are looked at, at most: those with the largest main effects. */
const mostCandidates = 60;

/** Pairs by what the given scores leave to them, strongest first; `rows`: of these only (all when absent). */
async function rankAt({ plan, coarse, context }: Work, scores: TermScores, rows?: Int32Array): Promise<Pair[]> {
  const { data } = plan;
  const loss = makeLoss(plan.loss);
  const values = new Float64Array(data.rows * loss.outputs);
  for (let i = 0; i < data.rows; i++) {
    for (let k = 0; k < loss.outputs; k++) {
      let sum = scores.intercept[k]!;
      for (let j = 0; j < data.bins.length; j++) sum += scores.mains[j]![data.bins[j]![i]! * loss.outputs + k]!;
      values[i * loss.outputs + k] = sum;
    }
  }
  const weights = rows ? onlyThese(data.weights, rows) : data.weights;
  const [gradient, curvature] = [new Float64Array(values.length), new Float64Array(values.length)];
  loss.derivatives(values, data.y, weights, gradient, curvature);
  const output = (all: Float64Array, k: number): Float64Array => (loss.outputs === 1 ? all : Float64Array.from({ length: data.rows }, (_, i) => all[i * loss.outputs + k]!));
  const outputs = Array.from({ length: loss.outputs }, (_, k) => k);
  const ranked = await rankPairs(data, coarse, pairCandidates(plan, scores), outputs.map(k => output(gradient, k)), outputs.map(k => output(curvature, k)), context);
  return ranked.map(({ pair }) => pair);
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
