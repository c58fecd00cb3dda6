/**
 * Edits of a fitted model by a person: a term is removed, smoothed or made monotone, and the last edit is taken back. Pure: a new state
 * each time. What was fitted is kept, and the edits are applied to it one after the other, so that taking one back is exact.
 */
import { UserError } from '../../../protocol/errors';
import { binCount } from './bins';
import { levelBandwidth, monotone, nearerDirection, removed, smoothed, usualBandwidth, type MonotoneDirection } from './editOperators';
import { findTerm } from './findTerm';
import type { CoarseFeature } from './pairBins';
import { marginsOf, productWeights } from './pairWeights';
import { purify } from './purify';
import type { BoostedTerm, BoostingState, TermEdit } from './state';
import { termName } from './terms';

/** An edit with the term that it is of, by name: models of the folds have terms of the same names in other places. */
export interface NamedEdit {
  readonly term: string;
  readonly edit: TermEdit;
  /** Bins of each axis of the term that was edited: a bandwidth in bins means the same share of them in other models. */
  readonly bins: readonly number[];
}

/** What a person asks for; `term`: its name, or its place among the terms. Bandwidth and direction are chosen where absent. */
export type EditWish =
  | { readonly kind: 'remove'; readonly term: string | number }
  | { readonly kind: 'smooth'; readonly term: string | number; readonly bandwidth?: number }
  | { readonly kind: 'monotone'; readonly term: string | number; readonly direction?: MonotoneDirection }
  | { readonly kind: 'undo' };

/** All edits of the model, oldest first. */
export function editsOf({ terms }: BoostingState): NamedEdit[] {
  return terms.flatMap(term => (term.edits ?? []).map(edit => ({ term: termName(term), edit, bins: term.bins.map(binCount) })))
    .sort((a, b) => (a.edit.at < b.edit.at ? -1 : 1));
}

/** The list of edits with the wish granted. `now`: ISO 8601. Throws UserError where the wish cannot be. */
export function withWish(state: BoostingState, wish: EditWish, now: string): NamedEdit[] {
  const edits = editsOf(state);
  if (wish.kind === 'undo') {
    if (edits.length === 0) throw new UserError('badOption', 'No edit is left to take back: the model is as it was fitted.');
    return edits.slice(0, -1);
  }
  const term = state.terms[findTerm(state.terms, wish.term, wish.kind)]!;
  if (term.edits?.some(edit => edit.kind === 'removed')) {
    throw new UserError('badOption', `"${termName(term)}" was removed; take that back before editing it again.`);
  }
  const at = laterThan(edits[edits.length - 1]?.edit.at, now);
  return [...edits, { term: termName(term), edit: editFor(wish, term, state.outputs, at), bins: term.bins.map(binCount) }];
}

function editFor(wish: Exclude<EditWish, { kind: 'undo' }>, term: BoostedTerm, outputs: number, at: string): TermEdit {
  if (wish.kind === 'remove') return { kind: 'removed', at };
  if (wish.kind === 'monotone') {
    const nearer = nearerDirection(term, outputs);
    return { kind: 'monotone', at, direction: wish.direction ?? nearer };
  }
  const bandwidth = wish.bandwidth ?? usualBandwidth(term);
  if (!(bandwidth > 0 && Number.isFinite(bandwidth))) throw new UserError('badOption', 'The bandwidth of a smoothed term must be a number above 0.');
  return { kind: 'smoothed', at, bandwidth };
}

/** Times order the edits, so no two are the same. */
function laterThan(last: string | undefined, now: string): string {
  return last === undefined || now > last ? now : new Date(Date.parse(last) + 1).toISOString();
}

/** As it was fitted. */
export function fittedState(state: BoostingState): BoostingState {
  const { fitted, intercept, noise, ...rest } = state;
  const known = fitted ? fitted.noise : noise;
  return { ...rest, intercept: fitted?.intercept ?? intercept, ...(known !== undefined && { noise: known }), terms: state.terms.map(fittedTerm) };
}

function fittedTerm({ edits: _, fitted, ...term }: BoostedTerm): BoostedTerm {
  return fitted ? { ...term, scores: fitted.scores, ...(fitted.errors && { errors: fitted.errors }) } : term;
}

/** The fitted model with these edits and no others; those of terms that it has not are passed over. Needs the terms' weights. */
export function withEdits(state: BoostingState, edits: readonly NamedEdit[]): BoostingState {
  const base = fittedState(state);
  if (edits.length === 0) return base;
  const fitted = { intercept: base.intercept, ...(base.noise !== undefined && { noise: base.noise }) };
  return edits.reduce((edited, { term: name, edit, bins }) => {
    const place = edited.terms.findIndex(term => termName(term) === name);
    return place < 0 ? edited : editTerm(edited, place, edit, bins);
  }, { ...base, fitted } as BoostingState);
}

function editTerm(state: BoostingState, place: number, edit: TermEdit, bins: readonly number[]): BoostingState {
  const { outputs } = state;
  const before = state.terms[place]!;
  const changed = centred(operated(before, outputs, edit, bins), outputs, edit);
  const fitted = before.fitted ?? { scores: before.scores, ...(before.errors && { errors: before.errors }) };
  const term: BoostedTerm = { ...changed.term, edits: [...(before.edits ?? []), edit], fitted };
  return { ...state, intercept: state.intercept.map((value, k) => value + changed.shift[k]!), terms: state.terms.map((one, t) => (t === place ? term : one)) };
}

function operated(term: BoostedTerm, outputs: number, edit: TermEdit, bins: readonly number[]): BoostedTerm {
  if (edit.kind === 'removed') return removed(term);
  if (edit.kind === 'monotone') return monotone(term, outputs, edit.direction);
  const levels = term.bins.every(axis => axis.kind === 'level');
  return smoothed(term, outputs, term.bins.map((axis, i) => (levels ? edit.bandwidth : (edit.bandwidth * (binCount(axis) - 2)) / (bins[i]! - 2))));
}

/**
 * Terms stay centred: the mean of a term goes to the intercept, which changes no prediction. What smoothing lets into single features out
 * of a pair is taken out again as after the fit (by the same weights: purify.ts, pairWeights.ts), but for the terms of its features,
 * which stay as they were.
 */
function centred(term: BoostedTerm, outputs: number, edit: TermEdit): { term: BoostedTerm; shift: Float64Array } {
  const total = term.weights.reduce((a, b) => a + b, 0);
  if (edit.kind === 'removed' || !(total > 0)) return { term, shift: new Float64Array(outputs) };
  if (term.bins.length === 2) return pure(term, outputs);
  const shift = new Float64Array(outputs);
  const scores = new Float64Array(term.scores);
  for (let k = 0; k < outputs; k++) {
    for (let cell = 0; cell < term.weights.length; cell++) shift[k]! += (term.weights[cell]! * scores[cell * outputs + k]!) / total;
    for (let cell = 0; cell < term.weights.length; cell++) scores[cell * outputs + k]! -= shift[k]!;
  }
  return { term: { ...term, scores }, shift };
}

function pure(term: BoostedTerm, outputs: number): { term: BoostedTerm; shift: Float64Array } {
  const coarse = term.bins.map((bins): CoarseFeature => {
    const count = binCount(bins);
    return { bins, count, of: Uint16Array.from({ length: count }, (_, bin) => bin), levels: bins.kind === 'level' };
  });
  const mains = marginsOf(term.weights, coarse[1]!.count);
  const nothing = coarse.map(({ count }) => new Float64Array(count * outputs));
  const result = purify({ intercept: new Float64Array(outputs), mains: nothing, pairs: [term.scores] }, { mains, pairs: [productWeights(mains[0], mains[1])] }, coarse, [[0, 1]]);
  return { term: { ...term, scores: result.pairs[0]! }, shift: result.intercept };
}

/** One sentence of notes for a reader of the model: "Edited by hand: age removed on 2026-01-31." */
export function editSentence(state: BoostingState): string | undefined {
  const edits = editsOf(state);
  if (edits.length === 0) return undefined;
  return `Edited by hand after the training: ${edits.map(({ term, edit }) => `${term} ${editWords(edit)}`).join(', ')}.${bandwidthWords(state, edits)}`;
}

/** What the bandwidths in the sentence are, with a space before it. */
function bandwidthWords({ terms }: BoostingState, edits: readonly NamedEdit[]): string {
  const smoothed = new Set(edits.filter(({ edit }) => edit.kind === 'smoothed').map(({ term }) => term));
  const kinds = new Set(terms.filter(term => smoothed.has(termName(term))).map(({ bins }) => bins.every(axis => axis.kind === 'level')));
  return (kinds.has(false) ? ' Smoothing averages scores over about as many bins to either side as the bandwidth says (a twentieth of the bins unless given).' : '')
    + (kinds.has(true) ? ` Smoothing halves the score of a level that has as many training rows as the bandwidth says (${levelBandwidth} unless given).` : '');
}

/** "removed on 2026-01-31". */
export function editWords(edit: TermEdit): string {
  const on = `on ${edit.at.slice(0, 10)}`;
  if (edit.kind === 'removed') return `removed ${on}`;
  return edit.kind === 'smoothed' ? `smoothed ${on} (bandwidth ${Number(edit.bandwidth.toPrecision(6))})` : `made ${edit.direction} ${on}`;
}
