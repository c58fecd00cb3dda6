// The enumeration as a stage: its hits, scored on all rows, become candidates of the archive.
import type { Archive } from '../archive';
import { residualBits, structureBits } from '../describe';
import { Enumeration, type EnumerationProblem, type Hit } from '../enumeration/enumerate';
import { formulaOf, liberated } from '../enumeration/fromHit';
import type { Expression } from '../expression';
import { fastValues, misfitOf, type SearchRows } from '../searchRows';

/** How many of the hits are polished after each size, and how many of these with all their numbers free. */
const polished = 24;
const freed = 8;

export interface EnumeratedOptions {
  sampled: number;
  largest: number;
  capacity: number;
  lane: number;
  lanes: number;
  /** From a formula of these rows' variables to one of the archive's own. */
  inFull?(of: Expression): Expression;
}

/** Enumerates over `rows` (perhaps reduced ones) and offers what it finds; yields often. */
export function* enumerated(rows: SearchRows, archive: Archive, options: EnumeratedOptions): Generator<void, void> {
  const enumeration = new Enumeration(problemOf(rows, options));
  let level = 1;
  for (const at of enumeration.run()) {
    if (at.level > level) {
      level = at.level;
      yield* offered(enumeration.hits(), rows, archive, options);
      if (archive.solved) return;
    }
    yield;
  }
  yield* offered(enumeration.hits(), rows, archive, options);
}

function problemOf(rows: SearchRows, { sampled, largest, capacity, lane, lanes }: EnumeratedOptions): EnumerationProblem {
  const count = Math.min(sampled, rows.rows);
  // Every k-th row: rows come shuffled.
  const pick = (column: Float64Array): Float64Array => Float64Array.from({ length: count }, (_, i) => column[Math.floor((i * rows.rows) / count)]!);
  return { columns: rows.columns.map(pick), target: pick(rows.target), ...(rows.weights && { weights: pick(rows.weights) }), capacity, largest, lane, lanes, keep: 60 };
}

function* offered(hits: Hit[], rows: SearchRows, archive: Archive, { inFull = of => of }: EnumeratedOptions): Generator<void, void> {
  const scored: { formula: Expression; bits: number; hit: Hit }[] = [];
  for (const hit of hits) {
    const formula = formulaOf(hit, rows);
    if (!formula) continue;
    const bits = residualBits(misfitOf(fastValues(formula, rows), rows), rows) + structureBits(formula, rows.variables);
    if (!Number.isNaN(bits)) scored.push({ formula, bits, hit });
    yield;
  }
  scored.sort((a, b) => a.bits - b.bits);
  for (const [k, { formula }] of scored.slice(0, polished).entries()) {
    archive.offer(inFull(formula), 'enumeration');
    yield;
    if (archive.solved) return;
    if (k >= freed) continue;
    archive.offer(inFull(liberated(formula)), 'enumeration');
    yield;
  }
}
