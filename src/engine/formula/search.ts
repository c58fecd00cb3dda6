// The search for a formula, as one lane of work that can be stopped at any moment: cheap stages first, then every
// smaller problem that symmetries allow, then ever larger expressions over all of them in turn.
import type { Archive } from './archive';
import type { Expression } from './expression';
import { product, substitute } from './expression';
import { reductions, type Reduced } from './reduction/reduce';
import { searchRows, type SearchRows } from './searchRows';
import { Rng } from '../math/random';
import { enumerated } from './stages/enumerated';
import { evolved } from './stages/evolved';
import { library } from './stages/library/library';
import { powerLaws } from './stages/powerLaw';
import { byUnits, byUnitsDeeply } from './units/search/stage';
import { valuesOf } from './values';

export interface SearchOptions {
  /** This worker among all: the last levels of enumerations are shared out. */
  lane: number;
  lanes: number;
  seed: number;
}

/** A problem to search: rows and how a formula of theirs becomes one of the archive's variables. */
interface Branch {
  rows: SearchRows;
  inFull(of: Expression): Expression;
}

/** Searches until everything is tried or the caller stops; yields every few milliseconds. */
export function* search(rows: SearchRows, archive: Archive, options: SearchOptions): Generator<void, void> {
  const whole: Branch = { rows, inFull: of => of };
  yield* quick(whole, archive);
  yield* inTurn([byUnits(rows, archive, options), widely(whole, archive, options)], archive);
}

/** What needs no units. */
function* widely(whole: Branch, archive: Archive, options: SearchOptions): Generator<void, void> {
  const { rows } = whole;
  // With two lanes one begins with the library of the whole problem, the other with smaller problems.
  const [first, second] = [options.lane === 0, options.lane === options.lanes - 1];
  if (first && !archive.solved) yield* fromLibrary(whole, archive, options);
  const branches = [whole];
  if (!archive.solved) yield* smaller(rows, archive, branches);
  if (archive.solved) return;
  const smallestFirst = branches.reverse();
  const libraries = first ? smallestFirst.slice(0, -1).map(branch => fromLibrary(branch, archive, options)) : [];
  yield* inTurn([...byUnitsDeeply(rows, archive, options), ...(second ? evolutions(smallestFirst, archive, options) : []), ...libraries, ...smallestFirst.map(branch => deep(branch, archive, options))], archive);
}

/** Finds smaller problems and tries on each what is quick. */
function* smaller(rows: SearchRows, archive: Archive, branches: Branch[]): Generator<void, void> {
  for (const reduced of reductions({ columns: rows.columns, target: rows.target, rows: Math.min(200, rows.rows) })) {
    yield;
    const branch = reduced && branchOf(reduced, rows);
    if (!branch) continue;
    branches.push(branch);
    yield* quick(branch, archive);
    if (archive.solved) return;
  }
}

/** Evolution works on the smallest problem and, with what was found so far, on the whole. */
function evolutions(smallestFirst: Branch[], archive: Archive, { seed, lane }: SearchOptions): Generator<void, void>[] {
  const random = new Rng(seed).fork(`formula ${lane}`);
  const whole = smallestFirst.at(-1)!;
  return [...new Set([smallestFirst[0]!, whole])].map(branch => evolved(branch.rows, archive, {
    random: random.fork(`${branch.rows.variables}`), inFull: branch.inFull,
    seeds: branch === whole ? archive.front().map(({ expression }) => expression) : [],
  }));
}

function* fromLibrary({ rows, inFull }: Branch, archive: Archive, { seed }: SearchOptions): Generator<void, void> {
  for (const formula of library(rows, { seed })) {
    if (formula) archive.offer(inFull(formula), 'library');
    if (archive.solved) return;
    yield;
  }
}

function branchOf(reduced: Reduced, rows: SearchRows): Branch | undefined {
  const prefix = valuesOf(reduced.prefix, rows.columns, rows.rows);
  const target = rows.target.map((y, i) => y / prefix[i]!);
  const columns = reduced.inputs.map(input => valuesOf(input, rows.columns, rows.rows));
  if (!target.every(Number.isFinite) || !columns.every(column => column.every(Number.isFinite))) return undefined;
  const smaller = searchRows(columns, target, rows.finest);
  return { rows: { ...smaller, finest: rows.finest, totalSquares: rows.totalSquares, weights: prefix.map(Math.abs) }, inFull: of => product(reduced.prefix, substitute(of, reduced.inputs)) };
}

/** What takes milliseconds. */
function* quick({ rows, inFull }: Branch, archive: Archive): Generator<void, void> {
  for (const law of powerLaws(rows)) {
    archive.offer(inFull(law), 'power law');
    yield;
  }
  yield* enumerated(rows, archive, { sampled: 64, largest: rows.columns.length > 3 ? 3 : rows.columns.length > 1 ? 5 : 6, capacity: 40_000, lane: 0, lanes: 1, inFull });
}

/** Large expressions; one input goes deeper than many. */
function deep({ rows, inFull }: Branch, archive: Archive, { lane, lanes }: SearchOptions): Generator<void, void> {
  return enumerated(rows, archive, { sampled: 64, largest: 12, capacity: 300_000, lane, lanes, inFull });
}

/** Milliseconds that a task works before the next has its turn. */
const turn = 250;

function* inTurn(tasks: Generator<void, void>[], archive: Archive): Generator<void, void> {
  const waiting = [...tasks];
  while (waiting.length && !archive.solved) {
    const task = waiting.shift()!;
    const until = performance.now() + turn;
    let done = false;
    while (!done && performance.now() < until) {
      done = task.next().done === true;
      yield;
    }
    if (!done) waiting.push(task);
  }
}
