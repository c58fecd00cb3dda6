// Units as a stage of the search: what the units of columns and target allow is searched by itself, first quickly, then deeply.
import type { Archive } from '../../archive';
import { residualBits, structureBits } from '../../describe';
import { liberated } from '../../enumeration/fromHit';
import { freeNumbers, type Expression } from '../../expression';
import { fastValues, misfitOf, type SearchRows } from '../../searchRows';
import { TypedEnumeration } from './enumerate';
import type { TypedHit } from './typedProblem';
import { columnFamilies, pureFamilies, type FamilyRows, type TypedFamily } from './families';
import { typedFormula } from './formulas';
import { columnLeaves, merged, pureLeaves, squareLeaves, type Leaf } from './leaves';
import { typedFunctions, typedSums } from './library';
import { proportioned } from './proportions';
import { powers } from './transforms';
import { productsOf, typedRows, type TypedRows } from './typedRows';

export interface UnitLanes {
  lane: number;
  lanes: number;
}

/** How far an enumeration goes. */
interface Reach {
  sampled: number;
  capacity: number;
  largest: number;
  /** Of columns with units, the largest products: what is beyond sums of such is left to a deeper search. */
  products: number;
  sumsOnly?: boolean;
  most: number;
  /** Hits that are polished after each size. */
  polished: number;
  prefixes: number;
  /** Best first parts that are tried with a second one, and how many second ones. */
  firsts: number;
  seconds: number;
}

const quickly: Reach = { sampled: 128, capacity: 12_000, largest: 7, products: 3, most: 20_000, polished: 6, prefixes: 3, firsts: 6, seconds: 1_500 };
const briefly: Reach = { sampled: 128, capacity: 4_000, largest: 6, products: 3, most: 4_000, polished: 4, prefixes: 2, firsts: 3, seconds: 600 };
const deeply: Reach = { sampled: 256, capacity: 60_000, largest: 12, products: 12, most: 1e9, polished: 16, prefixes: 4, firsts: 12, seconds: 8_000 };

/** What takes a second or a few, shared out to the lanes; nothing where units do not help. */
export function* byUnits(rows: SearchRows, archive: Archive, lanes: UnitLanes): Generator<void, void> {
  const typed = archive.solved ? undefined : typedRows(rows);
  if (!typed) return;
  const around = (): Float64Array | undefined => predictions(archive);
  const sums = [
    () => proposed(typedSums(typed), archive, 6),
    () => overSquares(typed, archive, quickly, lanes),
    () => proposed(typedFunctions(typed), archive, 6),
    () => proposed(typedSums(typed, around()), archive, 4),
    () => proposed(typedFunctions(typed, around()), archive, 4),
    () => overColumns(typed, archive, quickly, lanes),
  ];
  const functions = [() => overPure(typed, archive, quickly, lanes), () => overMerged(typed, archive, lanes)];
  for (const part of lanes.lanes === 1 ? [...sums, ...functions] : lanes.lane === 0 ? sums : lanes.lane === 1 ? functions : []) {
    yield* part();
    if (archive.solved) return;
  }
}

/** The same to larger sizes, as tasks that go on for as long as they are asked to. */
export function byUnitsDeeply(rows: SearchRows, archive: Archive, lanes: UnitLanes): Generator<void, void>[] {
  const typed = typedRows(rows);
  return typed ? [overPure(typed, archive, deeply, lanes), overColumns(typed, archive, deeply, lanes)] : [];
}

/** Of the best formula so far, if it explains enough to take transforms around it. */
function predictions({ best, rows }: Archive): Float64Array | undefined {
  return best && best.r2 > 0.8 ? fastValues(best.expression, rows) : undefined;
}

function* proposed(proposals: Generator<undefined, { expression: Expression }[]>, archive: Archive, count: number): Generator<void, void> {
  for (;;) {
    const step = proposals.next();
    if (!step.done) {
      yield;
      continue;
    }
    for (const { expression } of step.value.slice(0, count)) {
      const kept = archive.offer(expression, 'units: library');
      yield;
      for (const simpler of kept && kept.bits < archive.best!.bits + 60 ? proportioned(kept.expression) : []) {
        archive.offer(simpler, 'units: library');
        yield;
      }
      if (archive.solved) return;
    }
    return;
  }
}

/** Problems in which a pair of like columns acts through one number. */
function* overMerged(typed: TypedRows, archive: Archive, lanes: UnitLanes): Generator<void, void> {
  for (const smaller of merged(typed)) {
    yield* overPure(smaller, archive, briefly, lanes);
    if (archive.solved) return;
  }
}

function* overPure(typed: TypedRows, archive: Archive, reach: Reach, lanes: UnitLanes): Generator<void, void> {
  const leaves = pureLeaves(typed);
  if (leaves.length === 0) return;
  const prefixes = powers.flatMap(power =>
    productsOf(typed, typed.target.map(e => power * e), { largest: 24, keep: reach.prefixes, pure: 1 }).map(({ exponents }) => ({ power, exponents })));
  const given = familyRows(typed, archive, reach);
  yield* enumerated(given, leaves, pureFamilies(given, prefixes), archive, { ...reach, products: reach.largest }, lanes);
}

function* overColumns(typed: TypedRows, archive: Archive, reach: Reach, lanes: UnitLanes): Generator<void, void> {
  const given = familyRows(typed, archive, reach);
  yield* enumerated(given, columnLeaves(typed), columnFamilies(given), archive, reach, lanes);
}

/** Squared distances: sums of squares and of squared differences. */
function* overSquares(typed: TypedRows, archive: Archive, reach: Reach, lanes: UnitLanes): Generator<void, void> {
  const leaves = squareLeaves(typed);
  const given = { typed, picked: pickedOf(typed, reach) };
  if (leaves.length > 2) yield* enumerated(given, leaves, columnFamilies(given), archive, { ...reach, largest: 7, products: 0, sumsOnly: true, seconds: 200 }, lanes);
}

/** In a deep search transforms are taken around what is known by then. */
function familyRows(typed: TypedRows, archive: Archive, reach: Reach): FamilyRows {
  const around = reach === deeply ? predictions(archive) : undefined;
  return { typed, picked: pickedOf(typed, reach), ...(around && { around }) };
}

/** Every k-th row: rows come shuffled. */
function pickedOf({ rows }: TypedRows, { sampled }: Reach): Int32Array {
  const count = Math.min(sampled, rows.rows);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * rows.rows) / count));
}

function* enumerated({ typed, picked }: FamilyRows, leaves: Leaf[], families: TypedFamily[], archive: Archive, reach: Reach, lanes: UnitLanes): Generator<void, void> {
  const { capacity, largest, products, most, polished, firsts, seconds } = reach;
  const enumeration = new TypedEnumeration({ typed, leaves, families, picked, capacity, largest, products, most, keep: 40, sumsOnly: reach.sumsOnly ?? false, ...lanes });
  let level = 0;
  for (const at of enumeration.run()) {
    yield;
    if (at.level === level) continue;
    level = at.level;
    yield* offered(enumeration.hits(), typed, archive, polished);
    if (archive.solved) return;
  }
  yield* offered(enumeration.hits(), typed, archive, polished);
  const pairs = enumeration.pairs(firsts, seconds, 6);
  for (let step = pairs.next(); ; step = pairs.next()) {
    yield;
    if (!step.done) continue;
    yield* offered(step.value, typed, archive, 2 * polished);
    return;
  }
}

/** Scores hits on all rows and gives the best to the archive, a few also with the numbers inside free. */
function* offered(hits: TypedHit[], typed: TypedRows, archive: Archive, polished: number): Generator<void, void> {
  const scored: { formula: Expression; bits: number }[] = [];
  for (const [k, hit] of hits.entries()) {
    const formula = typedFormula(hit, typed);
    if ((k & 7) === 7) yield;
    if (!formula) continue;
    const bits = residualBits(misfitOf(fastValues(formula, typed.rows), typed.rows), typed.rows) + structureBits(formula, typed.rows.variables) + 8 * freeNumbers(formula).length;
    if (!Number.isNaN(bits)) scored.push({ formula, bits });
  }
  scored.sort((a, b) => a.bits - b.bits);
  for (const [k, { formula }] of scored.slice(0, polished).entries()) {
    archive.offer(formula, 'units');
    yield;
    if (archive.solved) return;
    if (3 * k < polished) archive.offer(liberated(formula), 'units');
    yield;
  }
}
