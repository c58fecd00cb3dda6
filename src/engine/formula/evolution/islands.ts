// Several evolutions side by side, each on its own transform of the target: where y is a product, log y is a sum, whose
// coefficients least squares finds at once; likewise 1/y of quotients and y² of roots.
import type { Rng } from '../../math/random';
import { Interpreter } from '../interpreter';
import { instruction, operations, type Operation, type Program } from '../program';
import { evolve, type EvolutionProblem, type EvolutionProgress } from './evolve';

export type Transform = 'none' | 'log' | 'inverse' | 'square';

export interface IslandsProblem extends Omit<EvolutionProblem, 'interpreter' | 'variableCount' | 'seeds' | 'base'> {
  /** At most about 1,000 rows in random order. */
  columns: readonly Float64Array[];
  target: Float64Array;
  /** Programs to begin with, for the target itself. */
  seeds?: readonly Program[];
  /** Which islands there are, as far as the target allows them; default all. */
  transforms?: readonly Transform[];
}

/** What is done to the target, when it may be done, and the operation that undoes it. */
const transforms: Record<Transform, { forth(y: number): number; allowed(target: Float64Array): boolean; back?: Operation }> = {
  none: { forth: y => y, allowed: () => true },
  log: { forth: Math.log, allowed: target => target.every(y => y > 0), back: operations.exp },
  inverse: { forth: y => 1 / y, allowed: target => target.every(y => y * target[0]! > 0), back: operations.invert },
  square: { forth: y => y * y, allowed: target => target.every(y => y >= 0), back: operations.root },
};

interface Island {
  run: Generator<EvolutionProgress, void>;
  progress?: EvolutionProgress;
}

/** Turns go round; between two rounds the island with the least loss has as many again. `sse` of the candidates is always the target's own. */
export function* evolveIslands(problem: IslandsProblem): Generator<EvolutionProgress, void> {
  const names = (problem.transforms ?? (Object.keys(transforms) as Transform[])).filter(name => transforms[name].allowed(problem.target));
  const plain = new Interpreter(problem.columns, problem.target);
  const islands = names.map((name): Island => ({ run: islandOf(problem, name, plain, problem.random.fork(name)) }));
  while (islands.length > 0) {
    for (const island of islands) yield turn(island, islands);
    const leader = islands.reduce((a, b) => ((b.progress?.loss ?? Infinity) < (a.progress?.loss ?? Infinity) ? b : a));
    for (let k = 1; k < islands.length; k++) yield turn(leader, islands);
  }
}

function turn(island: Island, islands: readonly Island[]): EvolutionProgress {
  island.progress = island.run.next().value ?? island.progress;
  const all = islands.flatMap(({ progress }) => (progress ? [progress] : []));
  const total = (of: (progress: EvolutionProgress) => number): number => all.reduce((sum, each) => sum + of(each), 0);
  return {
    children: total(each => each.children), evaluations: total(each => each.evaluations), restarts: total(each => each.restarts),
    loss: Math.min(...all.map(each => each.loss)),
  };
}

function islandOf(problem: IslandsProblem, name: Transform, plain: Interpreter, random: Rng): Generator<EvolutionProgress, void> {
  const { forth, back } = transforms[name];
  const { columns, target, seeds, onCandidate, ...rest } = problem;
  // Beside log y every formula may hold the logarithms of positive variables: their powers as factors of y.
  const positive = name === 'log' ? columns.map((_, k) => k).filter(k => columns[k]!.every(v => v > 0) && columns[k]!.some(v => v !== columns[k]![0]!)) : [];
  const logarithms = positive.map(k => columns[k]!.map(Math.log));
  const base = positive.map((_, k) => instruction(operations.variable, columns.length + k));
  const interpreter = back === undefined ? plain : new Interpreter([...columns, ...logarithms], target.map(forth));
  const values = new Float64Array(target.length);
  const handOut = (program: Program, sse: number): void => {
    if (back === undefined) return onCandidate(program, sse);
    const code = [...program.code].flatMap(word => (base.includes(word) ? [instruction(operations.variable, positive[base.indexOf(word)]!), instruction(operations.log)] : [word]));
    const undone = { ...program, code: Int32Array.of(...code, instruction(back)) };
    plain.evaluate(undone.code, undone.constants, values);
    const own = values.reduce((sum, v, i) => sum + (v - target[i]!) ** 2, 0);
    if (Number.isFinite(own)) onCandidate(undone, own);
  };
  return evolve({ ...rest, random, interpreter, base, variableCount: columns.length, onCandidate: handOut, ...(seeds && back === undefined ? { seeds } : {}) });
}
