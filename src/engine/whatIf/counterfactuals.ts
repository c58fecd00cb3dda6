/**
 * The nearest few changes of a row that make the model predict something else (counterfactual explanations: Wachter, Mittelstadt & Russell
 * 2017): few features first, then small moves, within values and combinations of the training data, and different from each other (Mothilal,
 * Sharma & Tan 2020). Changes of one and of two features are tried over the values of the data; larger ones start from training rows that
 * are predicted as wanted (case-based: Keane & Smyth 2020), from which every change that is not needed is taken back. Where that leaves many,
 * as of features that go together, fewer ones are looked for that need not be plausible, and it is told what is unusual about them.
 */
import { UserError } from '../../protocol/errors';
import type { ChangesRequest, WhatIfChanges } from '../../protocol/whatIf';
import type { WorkContext } from '../context';
import { sampleRows } from '../evaluate/scores';
import { affordable, predictionCost } from '../explain/workPlan';
import { Rng } from '../math/random';
import { countOf, formatCount, formatPercent } from '../report/format';
import { aimOf } from './goal';
import { mostPartners } from './partners';
import { Plausibility } from './plausible';
import { Search } from './search';
import { fewEnough, select, suggestion } from './select';
import { predictPoints, type WhatIfSession } from './session';
import { mostSparse, sparseChanges } from './sparse';
import type { Point, Points } from './space';
import { trainingRows } from './trainingRows';

const usualCount = 4;
const mostCount = 20;
/** Training rows that are looked at. */
const mostPool = 3000;
/** Training rows predicted as wanted that are tried, and that are made smaller. */
const casesTried = 300;
const casesReduced = 12;
/** Changes of one feature that are made smaller: the nearest. */
const singlesReduced = 40;
/** Features of pairs, and values of each. */
const pairFeatures = 6;
const pairValues = 8;
const budget = 6e9;
/** Cells of the rows that are predicted. */
const mostCells = 1e7;

/** Throws UserError for a goal, a column or a row that the model has no answer to. */
export async function findChanges(session: WhatIfSession, request: ChangesRequest, context: WorkContext): Promise<WhatIfChanges> {
  const { model, space, facts } = session;
  const origin = space.pointOf(request.values);
  const now = predictPoints(session, [origin]);
  if (!(now.mean ?? now.probabilities)?.every(Number.isFinite)) throw new UserError('badOption', 'The model gives the row no prediction, so there is none to change.');
  const aim = aimOf(request.goal, model, facts.target, now);
  const rng = new Rng(session.file.recipe.seed).fork('changes');
  const { pool, note, words } = await poolOf(session, rng, context);
  const plausibility = await Plausibility.of(space, pool, rng.fork('plausible'), context);
  const names = new Map(space.features.map(({ name }, j) => [name, j] as const));
  const search = new Search({
    session, origin, aim, plausibility, pool, fixed: new Set((request.immutable ?? []).map(name => placeOf(names, name))),
    directions: new Map(Object.entries(request.directions ?? {}).map(([name, way]) => [placeOf(names, name), way])),
    budget: affordable(predictionCost(model), budget, 3000, affordable(space.features.length, mostCells, 3000, 100_000)),
  }, context);
  const method = methodOf(search, words);
  const noted = (...notes: (string | undefined)[]): { readonly note?: string } => {
    const told = notes.filter(one => one !== undefined);
    return told.length > 0 ? { note: told.join(' ') } : {};
  };
  const rest = { kind: 'changes' as const, method, ...noted(note) };
  if (aim.score(now, 0) >= 0) return { ...rest, items: [], why: `The row already ${aim.words}.` };
  if (search.input.fixed.size === space.features.length) return { ...rest, items: [], why: 'Every feature is marked as immutable.' };
  context.progress('Looking for changes');
  const alone = await singles(search);
  const few = [...alone.found, ...(await pairs(search, alone.gains))];
  const sparse = few.some(point => search.changed(point).length <= fewEnough) ? [] : await sparseChanges(search, byGain(alone.gains));
  const found = [...few, ...(await cases(search))];
  const items = select(found, sparse, search, Math.max(1, Math.min(mostCount, request.count ?? usualCount))).map(point => suggestion(session, search, point, aim));
  return { ...rest, ...noted(note, search.spent ? unfinished(search) : undefined), items: items.filter(item => item !== undefined), ...(items.length === 0 && { why: whyNone(search) }) };
}

function placeOf(names: ReadonlyMap<string, number>, name: string): number {
  const place = names.get(name);
  if (place === undefined) throw new UserError('unknownColumn', `"${name}" is no feature of the model; it has ${[...names.keys()].slice(0, 8).join(', ')}${names.size > 8 ? ' …' : ''}.`, { column: name });
  return place;
}

/** Training rows of the file, else the background rows of the model file. */
async function poolOf(session: WhatIfSession, rng: Rng, context: WorkContext): Promise<{ readonly pool: Points; readonly note?: string; readonly words: string }> {
  const found = await trainingRows(session, context);
  if ('why' in found || found.points.count < session.background.count) {
    const why = 'why' in found ? found.why : 'The data file has fewer rows than the model file keeps.';
    return { pool: session.background, note: `${why} ${countOf(session.background.count, 'training row')} that the model file holds ${session.background.count === 1 ? 'stands' : 'stand'} for all.`, words: `${countOf(session.background.count, 'training row')} of the model file` };
  }
  const { points, note } = found;
  const rows = sampleRows(Int32Array.from({ length: points.count }, (_, i) => i), mostPool, rng);
  const words = rows.length < points.count ? `${formatCount(rows.length)} of the ${countOf(points.count, 'training row')}` : `the ${countOf(points.count, 'training row')}`;
  return { pool: { count: rows.length, cells: points.cells.map(cells => Float64Array.from(rows, i => cells[i])) }, words, ...(note !== undefined && { note }) };
}

const place = (search: Search): number[] => [...search.input.origin.keys()];

/** Each feature by itself: of numbers the nearest value on either side, of levels the most frequent; and how much each moves the prediction. */
async function singles(search: Search): Promise<{ readonly found: Point[]; readonly gains: readonly Gain[] }> {
  const nearest: { readonly point: Point; readonly j: number; readonly cost: number }[] = [];
  const gains: Gain[] = [];
  for (const j of place(search)) {
    if (search.spent) break;
    const tries = search.valuesOf(j).map(value => search.withValue(j, value));
    const scores = await search.scores(tries);
    if (tries.length > 0) gains.push({ j, gain: scores.reduce((a, b) => Math.max(a, b)) });
    for (const side of sidesOf(tries.filter((_, i) => scores[i] >= 0), j, search)) {
      const point = await search.first(side);
      if (point) nearest.push({ point, j, cost: search.partOf(point, j) });
    }
  }
  const found: Point[] = [];
  for (const { point, j } of nearest.sort((a, b) => a.cost - b.cost || a.j - b.j).slice(0, singlesReduced)) found.push(await search.narrow(point, j));
  return { found, gains };
}

interface Gain {
  readonly j: number;
  readonly gain: number;
}

const byGain = (gains: readonly Gain[]): number[] => [...gains].sort((a, b) => b.gain - a.gain || a.j - b.j).map(item => item.j);

/** Of a number those above the row's and those below it, the nearest first. */
function sidesOf(points: readonly Point[], j: number, search: Search): Point[][] {
  if (search.input.session.space.isChoice(j)) return [[...points]];
  const own = search.input.origin[j];
  const sorted = [...points].sort((a, b) => search.partOf(a, j) - search.partOf(b, j));
  return [sorted.filter(point => !(point[j] < own)), sorted.filter(point => point[j] < own)];
}

/** Two features at once: those that move the prediction most by themselves, over a few values each. */
async function pairs(search: Search, gains: readonly Gain[]): Promise<Point[]> {
  const best = byGain(gains).slice(0, pairFeatures);
  const found: Point[] = [];
  for (const [i, j] of best.entries()) {
    for (const k of best.slice(i + 1)) {
      if (search.spent) return found;
      const tries = search.valuesOf(j, pairValues).slice(0, 2 * pairValues).flatMap(a => search.valuesOf(k, pairValues).slice(0, 2 * pairValues).map(b => search.withValue(k, b, search.withValue(j, a))));
      const scores = await search.scores(tries);
      const good = await search.first(nearestFirst(tries.filter((_, t) => scores[t] >= 0), search));
      if (good) found.push(await search.shrink(await search.reduce(good)));
    }
  }
  return found;
}

function nearestFirst(points: readonly Point[], search: Search): Point[] {
  return points.map(point => ({ point, cost: search.costOf(point) })).sort((a, b) => a.cost - b.cost).map(({ point }) => point);
}

/** Training rows that are as wanted: the row takes their values where it may, and then as few of them as will do. */
async function cases(search: Search): Promise<Point[]> {
  const { pool, session: { space }, origin, budget: most } = search.input;
  if (search.spent) return [];
  const count = Math.min(pool.count, Math.max(casesTried, most - search.predicted));
  const rows = Array.from({ length: count }, (_, i) => space.at(pool, Math.floor((i * pool.count) / count)));
  const scores = await search.scores(rows);
  const donors = new Map<Point, Point>(rows.filter((_, i) => scores[i] >= 0).map(row => [origin.map((own, j) => (search.allowed(j, row[j]) ? row[j] : own)), row] as const));
  const near = nearestFirst([...donors.keys()], search).slice(0, casesTried);
  const good = await search.scores(near);
  const found: Point[] = [];
  for (const [i, point] of near.entries()) {
    if (found.length === casesReduced || search.spent) break;
    const will = search.plausible(donors.get(point));
    if (good[i] >= 0 && await will(point)) found.push(await search.shrink(await search.reduce(point, will), will));
  }
  return found;
}

function whyNone({ met, input: { aim, pool }, predicted }: Search): string {
  if (met === 0) return `None of the ${countOf(pool.count, 'training row')} looked at ${aim.words}, and no change of the row that was tried does it (${formatCount(predicted)} rows were predicted).`;
  return `No change was found with which the row ${aim.words} and that stays within values and combinations of the training data, with what may be changed (${formatCount(predicted)} rows were predicted, ${formatPercent(met / predicted)} of them as wanted).`;
}

function unfinished({ predicted }: Search): string {
  return `The search ended before everything was tried: it had predicted ${countOf(predicted, 'row')} and compared with the training rows as much as it may. There can be nearer changes; with features marked as immutable more of the others is tried.`;
}

function methodOf({ input: { plausibility, session } }: Search, words: string): string {
  return `Counterfactuals (Wachter, Mittelstadt & Russell 2017), searched for by own code: one feature and pairs of features over the values of the data, and from training rows that are predicted as wanted (case-based, Keane & Smyth 2020), every change that is not needed taken back and every number moved back as far as it goes. Distance: changes of numbers in median absolute deviations, 1 for a level. Plausible is what is no farther from its 5 nearest rows (Gower's distance) than 95 % of the training rows are from theirs (${plausibility.usual.toPrecision(2)}) or than the row itself, and has no pair of values with a changed one that the data do not have${session.space.features.length > mostPartners + 1 ? ` (pairs with the ${mostPartners} features that share the most information with the changed one)` : ''}. Where no plausible suggestion has ${fewEnough} changes or fewer, shorter ones of up to ${mostSparse} changes within the range of the data stand before them, found by a beam search and moved to where training rows are nearest; what is not plausible about such a one is said beside it. From ${words}. Every suggestion was predicted by the model as it stands there. It says what the model would predict, and not what a change would cause.`;
}
