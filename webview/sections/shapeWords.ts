/** Names of a term's bins, and a term in words for those who do not see its drawing. Pure functions. */
import type { MainShapeTerm, ShapeAxis, ShapeTerm } from '../../src/protocol/report';
import { formatNumber, formatTime, plural, shortName, visibleName } from '../format';

export function isMain(term: ShapeTerm): term is MainShapeTerm {
  return 'axis' in term;
}

/** A value of an axis of numbers. */
export function edgeText(axis: ShapeAxis, value: number): string {
  return axis.kind === 'number' && axis.datetime ? formatTime(value) : formatNumber(value);
}

/** "25 to 30", or the level. */
export function binNames(axis: ShapeAxis): string[] {
  if (axis.kind === 'level') return [...axis.levels];
  return axis.edges.slice(0, -1).map((edge, i) => `${edgeText(axis, edge)} to ${edgeText(axis, axis.edges[i + 1] as number)}`);
}

/** Where the term is lowest and highest, and what missing cells add. */
export function termWords(term: ShapeTerm, curve: number): string {
  const { name } = term;
  const one = term.curves[curve];
  if (!one) return visibleName(name);
  const places = isMain(term)
    ? placesOf(binNames(term.axis).map((bin, i) => ({ bin, score: (one.scores as readonly number[])[i] as number, rows: term.weights[i] ?? 0 })))
    : placesOf(pairPlaces(term, one.scores as readonly (readonly number[])[]));
  const missing = isMain(term) && 'missing' in one && one.missing ? ` Missing cells add ${formatNumber(one.missing.effect)}.` : '';
  return `${visibleName(name)}${one.class === undefined ? '' : `, class ${visibleName(one.class)}`}: ${places}.${missing}`;
}

interface Place { readonly bin: string; readonly score: number; readonly rows: number }

function placesOf(all: readonly Place[]): string {
  const held = all.filter(place => place.rows > 0);
  const [first] = held;
  if (!first) return 'no training rows';
  const low = held.reduce((a, b) => (b.score < a.score ? b : a), first);
  const high = held.reduce((a, b) => (b.score > a.score ? b : a), first);
  return `lowest ${formatNumber(low.score)} at ${shortName(low.bin, 60)}, highest ${formatNumber(high.score)} at ${shortName(high.bin, 60)}, ${plural(held.length, 'step')} with training rows`;
}

function pairPlaces(term: Exclude<ShapeTerm, MainShapeTerm>, scores: readonly (readonly number[])[]): Place[] {
  const [rows, columns] = pairNames(term);
  return rows.flatMap((row, i) => columns.map((column, j) => ({ bin: `${row} and ${column}`, score: scores[i]?.[j] ?? 0, rows: term.weights[i]?.[j] ?? 0 })));
}

/** Names of the rows and columns of a pair's matrices. */
export function pairNames({ axes: [first, second] }: Exclude<ShapeTerm, MainShapeTerm>): readonly [readonly string[], readonly string[]] {
  return [[...binNames(first), ...first.more], [...binNames(second), ...second.more]];
}
