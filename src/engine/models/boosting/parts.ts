/** A prediction taken apart: by term, and by feature with pairs divided between their two features. */
import type { Table } from '../../data/table';
import type { AdditiveParts, TermParts } from '../model';
import { binCount } from './bins';
import type { BoostingModel } from './model';
import { columnsOf, eachCell } from './termCells';
import { bandFactor, cellCount, termName } from './terms';

/** One part a term with a score other than 0: `features` are the names of the terms. */
export function termParts(model: BoostingModel, table: Table, level: number, rows?: Int32Array): TermParts {
  const { state, active, plan } = model;
  const { outputs } = state;
  const n = rows ? rows.length : table.rows;
  const width = active.length * outputs;
  const values = new Float64Array(n * width);
  const factor = bandFactor(state, level);
  const banded = Number.isFinite(factor) && active.every(t => state.terms[t]!.errors);
  const halves = new Float64Array(banded ? values.length : 0);
  const place = new Map(active.map((t, i) => [t, i * outputs]));
  eachCell(plan, active, columnsOf(table), n, rows, (t, cells, from, length) => {
    const { scores, errors } = state.terms[t]!;
    for (let i = 0, at = from * width + place.get(t)!; i < length; i++, at += width) {
      for (let k = 0; k < outputs; k++) {
        values[at + k] = scores[cells[i]! * outputs + k]!;
        if (banded) halves[at + k] = factor * errors![cells[i]! * outputs + k]!;
      }
    }
  });
  const terms = active.map(t => state.terms[t]!);
  return {
    features: terms.map(termName), columns: terms.map(term => term.bins.map(axis => axis.name)), outputs,
    base: Float64Array.from(state.intercept), values, ...(banded && { halves }),
  };
}

/**
 * One part a feature. A main effect goes to its feature whole; of a pair's score f(a, b) each feature gets half. With background
 * rows the halves are moved so that a part less its mean over the background is the interventional Shapley value of the pair:
 * ½ (f(a, b) ± (g₁(a) − g₂(b))), where g₁(a) is the mean of f(a, ·) over the background and g₂(b) that of f(·, b). Either way the parts
 * add up to the link.
 */
export function featureParts(model: BoostingModel, table: Table, rows?: Int32Array, background?: Int32Array): AdditiveParts {
  const { state, active, plan } = model;
  const { outputs } = state;
  const n = rows ? rows.length : table.rows;
  const width = state.features.length * outputs;
  const values = new Float64Array(n * width);
  const shares = background && background.length > 0 ? differences(model, table, background) : undefined;
  eachCell(plan, active, columnsOf(table), n, rows, (t, cells, from, length) => {
    const { scores, features: [a, b] } = state.terms[t]!;
    const shift = shares?.get(t);
    for (let i = 0; i < length; i++) {
      const at = (from + i) * width;
      for (let k = 0; k < outputs; k++) {
        const cell = cells[i]! * outputs + k;
        if (b === undefined) { values[at + a! * outputs + k]! += scores[cell]!; continue; }
        const half = (scores[cell]! + (shift ? shift[cell]! : 0)) / 2;
        values[at + a! * outputs + k]! += half;
        values[at + b * outputs + k]! += scores[cell]! - half;
      }
    }
  });
  const divided = active.some(t => state.terms[t]!.features.length > 1);
  return { features: model.features, outputs, base: Float64Array.from(state.intercept), values, ...(divided && { divided: true as const }) };
}

/** g₁(a) − g₂(b) of each cell of each pair, in the layout of the scores. */
function differences({ state, active, plan }: BoostingModel, table: Table, background: Int32Array): ReadonlyMap<number, Float64Array> {
  const pairs = active.filter(t => state.terms[t]!.features.length === 2);
  const counts = new Map(pairs.map(t => [t, new Float64Array(cellCount(state.terms[t]!))]));
  eachCell(plan, pairs, columnsOf(table), background.length, background, (t, cells, _from, length) => {
    const count = counts.get(t)!;
    for (let i = 0; i < length; i++) count[cells[i]!]!++;
  });
  return new Map(pairs.map(t => {
    const { scores, bins } = state.terms[t]!;
    return [t, pairDifference(scores, counts.get(t)!, binCount(bins[0]!), binCount(bins[1]!), state.outputs, background.length)];
  }));
}

function pairDifference(scores: Float64Array, counts: Float64Array, high: number, wide: number, outputs: number, total: number): Float64Array {
  const rowShare = new Float64Array(high);
  const columnShare = new Float64Array(wide);
  for (let cell = 0; cell < counts.length; cell++) {
    rowShare[Math.floor(cell / wide)]! += counts[cell]! / total;
    columnShare[cell % wide]! += counts[cell]! / total;
  }
  const g1 = new Float64Array(high * outputs);
  const g2 = new Float64Array(wide * outputs);
  for (let at = 0; at < scores.length; at++) {
    const [cell, k] = [Math.floor(at / outputs), at % outputs];
    const [a, b] = [Math.floor(cell / wide), cell % wide];
    g1[a * outputs + k]! += columnShare[b]! * scores[at]!;
    g2[b * outputs + k]! += rowShare[a]! * scores[at]!;
  }
  return scores.map((_, at) => {
    const [cell, k] = [Math.floor(at / outputs), at % outputs];
    return g1[Math.floor(cell / wide) * outputs + k]! - g2[(cell % wide) * outputs + k]!;
  });
}
