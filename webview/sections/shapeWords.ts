/** Names of a term's bins, and a term in words for those who do not see its drawing. Pure functions. */
import type { MainShapeTerm, ShapeAxis, ShapeTerm } from '../../src/protocol/shapeSections';
import { formatNumber, formatTime, shortName, visibleName } from '../format';
import { t } from '../l10n';

export function isMain(term: ShapeTerm): term is MainShapeTerm {
  return 'axis' in term;
}

/** A value of an axis of numbers. */
export function edgeText(axis: ShapeAxis, value: number): string {
  return axis.kind === 'number' && axis.datetime ? formatTime(value) : formatNumber(value);
}

function binEnds(axis: Extract<ShapeAxis, { kind: 'number' }>, i: number): readonly [string, string] {
  return [edgeText(axis, axis.edges[i] as number), edgeText(axis, axis.edges[i + 1] as number)];
}

/** "25 to 30", or "30" for a bin that holds one value; or the level. */
export function binNames(axis: ShapeAxis): string[] {
  if (axis.kind === 'level') return [...axis.levels];
  return axis.edges.slice(0, -1).map((_, i) => {
    const [from, to] = binEnds(axis, i);
    return from === to ? from : `${from} to ${to}`;
  });
}

/** "age adds least (−2.9) between 17 and 19, and most (0.8) between 45 and 47." and what missing cells add. */
export function termWords(term: ShapeTerm, curve: number): string {
  const { name } = term;
  const one = term.curves[curve];
  if (!one) return visibleName(name);
  const places = isMain(term) ? mainPlaces(term, one.scores as readonly number[]) : pairPlaces(term, one.scores as readonly (readonly number[])[]);
  const missing = isMain(term) && 'missing' in one && one.missing ? t(' Missing cells add {0}.', formatNumber(one.missing.effect)) : '';
  return `${visibleName(shortName(name, 80))}${one.class === undefined ? '' : t(', class {0},', visibleName(one.class))} ${extremes(places)}.${missing}`;
}

interface Place { readonly where: string; readonly score: number; readonly rows: number }

function extremes(all: readonly Place[]): string {
  const held = all.filter(place => place.rows > 0);
  const [first] = held;
  if (!first) return t('has no training rows');
  const low = held.reduce((a, b) => (b.score < a.score ? b : a), first);
  const high = held.reduce((a, b) => (b.score > a.score ? b : a), first);
  if (low.score === high.score) return `adds ${formatNumber(low.score)} everywhere`;
  return t('adds least ({0}) {1}, and most ({2}) {3}', formatNumber(low.score), low.where, formatNumber(high.score), high.where);
}

function mainPlaces({ axis, weights }: MainShapeTerm, scores: readonly number[]): Place[] {
  const where = (i: number): string => {
    if (axis.kind === 'level') return `for “${shortName(axis.levels[i] ?? '', 60)}”`;
    const [from, to] = binEnds(axis, i);
    return from === to ? `at ${from}` : `between ${from} and ${to}`;
  };
  return scores.map((score, i) => ({ where: where(i), score, rows: weights[i] ?? 0 }));
}

function pairPlaces(term: Exclude<ShapeTerm, MainShapeTerm>, scores: readonly (readonly number[])[]): Place[] {
  const [rows, columns] = pairNames(term);
  const [first, second] = term.axes.map(axis => shortName(axis.feature, 40));
  return rows.flatMap((row, i) => columns.map((column, j) => ({
    where: `where ${first} is ${shortName(row, 40)} and ${second} is ${shortName(column, 40)}`, score: scores[i]?.[j] ?? 0, rows: term.weights[i]?.[j] ?? 0,
  })));
}

/** Names of the rows and columns of a pair's matrices. */
export function pairNames({ axes: [first, second] }: Exclude<ShapeTerm, MainShapeTerm>): readonly [readonly string[], readonly string[]] {
  return [[...binNames(first), ...first.more], [...binNames(second), ...second.more]];
}
