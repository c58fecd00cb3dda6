// The evolution of formulas: genomes, fits of their constants, the grid, and what it finds in data without noise.
import { describe, expect, it } from 'vitest';
import { evolve, type EvolutionProgress } from '../../../src/engine/formula/evolution/evolve';
import { fitConstants } from '../../../src/engine/formula/evolution/fit';
import { expanded, folded, fromProgram, startOf, type Genome } from '../../../src/engine/formula/evolution/genome';
import { cellOf, Grid } from '../../../src/engine/formula/evolution/grid';
import { Memory } from '../../../src/engine/formula/evolution/memory';
import { crossed, mutated } from '../../../src/engine/formula/evolution/mutate';
import { randomTree, usualOperations, vocabulary } from '../../../src/engine/formula/evolution/randomParts';
import type { Expression } from '../../../src/engine/formula/expression';
import { call, exact, fitted, power, product, sum, variable } from '../../../src/engine/formula/expression';
import { Interpreter, isWhole } from '../../../src/engine/formula/interpreter';
import { compile, operationOf, operations as op, type Program } from '../../../src/engine/formula/program';
import { Rng } from '../../../src/engine/math/random';

const genomeOf = (of: Expression): Genome => fromProgram(compile(of));
const [x, y] = [variable(0), variable(1)];
const uniform = (rows: number, random: Rng, low = -1, high = 1): Float64Array => Float64Array.from({ length: rows }, () => low + (high - low) * random.uniform());

/** Steps until the loss is below 1e-20 or the steps are used up; the shortest account of the run. */
function run(columns: Float64Array[], target: Float64Array, seed: number, steps: number, seeds?: Program[]): { loss: number; best?: Program; found: number[]; progress?: EvolutionProgress } {
  const interpreter = new Interpreter(columns, target);
  const mean = target.reduce((a, b) => a + b, 0) / target.length;
  const total = target.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const found: number[] = [];
  let loss = Infinity;
  let best: Program | undefined;
  const onCandidate = (program: Program, sse: number): void => {
    found.push(sse);
    if (sse / total < loss) [loss, best] = [sse / total, program];
  };
  let progress: EvolutionProgress | undefined;
  for (progress of evolve({ interpreter, variableCount: columns.length, random: new Rng(seed), onCandidate, ...(seeds ? { seeds } : {}) })) {
    if (loss < 1e-20 || --steps <= 0) break;
  }
  return { loss, found, ...(best ? { best } : {}), ...(progress ? { progress } : {}) };
}

describe('genomes', () => {
  it('stay whole programs through every change and crossover', () => {
    const random = new Rng(4);
    const words = vocabulary(3, usualOperations);
    let genome = randomTree(6, words, random);
    for (let k = 0; k < 3000; k++) {
      const other = randomTree(1 + random.integer(10), words, random);
      genome = folded(random.uniform() < 0.3 ? crossed(genome, other, words, random) : mutated(genome, words, random));
      const { code, constants } = expanded(genome);
      expect(genome.numbers.length).toBe(genome.words.length);
      expect(startOf(genome.words, genome.words.length - 1)).toBe(0);
      expect(isWhole(code, 3, constants.length)).toBe(true);
      if (genome.words.length > 40) genome = other;
    }
  });

  it('fold operations of constants and what undoes itself', () => {
    expect(folded(genomeOf(sum(product(fitted(2), fitted(3)), x))).numbers).toEqual([6, 0, 0]);
    expect(folded(genomeOf(call('log', call('exp', x)))).words.length).toBe(1);
    const minus = genomeOf(x);
    expect(folded({ words: [...minus.words, op.negate, op.negate], numbers: [0, 0, 0] }).words).toEqual(minus.words);
  });

  it('get coefficients for every top-level term but the first', () => {
    const { code, constants, places } = expanded(genomeOf(sum(x, call('sin', product(fitted(3), y)), power(x, exact(2)))));
    expect([...places]).toEqual([1, -1, -1]);
    expect([...constants]).toEqual([3, 1, 1]);
    expect([...code].filter(word => operationOf(word) === op.multiply).length).toBe(3);
  });
});

describe('the fit of constants', () => {
  it('finds constants inside and outside of functions, and leaves fixed ones', () => {
    const random = new Rng(8);
    const column = uniform(200, random, 0, 3);
    const target = column.map(v => 5 - 2 * Math.sin(1.7 * v + 0.4));
    const { code, constants } = compile(call('sin', sum(product(fitted(1.5), x), fitted(0))));
    const fit = fitConstants(new Interpreter([column], target), code, constants, Uint8Array.of(1, 1), 200, 20);
    expect(fit.sse).toBeLessThan(1e-20);
    expect(constants[0]).toBeCloseTo(1.7, 8);
    expect([fit.slope, fit.intercept, fit.redundant]).toEqual([expect.closeTo(-2, 8) as number, expect.closeTo(5, 8) as number, false]);
    const fixed = Float64Array.of(1.5, 0);
    fitConstants(new Interpreter([column], target), code, fixed, Uint8Array.of(0, 1), 200, 20);
    expect(fixed[0]).toBe(1.5);
    expect(fixed[1]).not.toBe(0);
  });

  it('notices constants that say what others say', () => {
    const random = new Rng(8);
    const column = uniform(200, random, 0, 3);
    const { code, constants } = compile(product(fitted(1.5), call('exp', sum(fitted(0.5), product(fitted(0.5), x)))));
    expect(fitConstants(new Interpreter([column], column.map(Math.sin)), code, constants, Uint8Array.of(1, 1, 1), 200, 5).redundant).toBe(true);
  });
});

describe('what the evolution keeps', () => {
  it('is one elite a kind of formula', () => {
    const grid = new Grid();
    const [a, b] = [genomeOf(call('sin', x)), genomeOf(call('exp', x))];
    expect(cellOf(a)).not.toBe(cellOf(b));
    expect(cellOf(a)).toBe(cellOf(genomeOf(call('cos', y))));
    expect(grid.offer(cellOf(a), a, 2, 0.5)).toBe(true);
    expect(grid.offer(cellOf(a), genomeOf(call('cos', y)), 2, 0.6)).toBe(false);
    expect(grid.offer(cellOf(b), b, 2, 0.4)).toBe(true);
    expect(grid.size).toBe(2);
    expect(grid.front().map(({ loss }) => loss)).toEqual([0.4]);
  });

  it('remembers structures, whatever their constants, and values up to a line', () => {
    const memory = new Memory();
    expect(memory.triedBefore(genomeOf(product(fitted(2), x)))).toBe(0);
    expect(memory.triedBefore(genomeOf(product(fitted(3), x)))).toBe(1);
    expect(memory.triedBefore(genomeOf(product(fitted(3), y)))).toBe(0);
    expect(memory.hasValues(Float64Array.of(1, 2, 4, 9))).toBe(false);
    expect(memory.hasValues(Float64Array.of(5, 3, -1, -11))).toBe(true);
    expect(memory.hasValues(Float64Array.of(1, 2, 4, 8))).toBe(false);
  });
});

describe('the evolution of formulas', () => {
  const random = new Rng(1);
  const columns = [uniform(300, random, -3, 3), uniform(300, random, -3, 3)];

  it('finds a formula with an inner product exactly', () => {
    const target = columns[0]!.map((a, i) => a + Math.sin(a * columns[1]![i]!));
    const { loss, best } = run(columns, target, 3, 600);
    expect(loss).toBeLessThan(1e-20);
    const values = new Interpreter([Float64Array.of(4), Float64Array.of(0.5)]).evaluate(best!.code, best!.constants);
    expect(values[0]).toBeCloseTo(4 + Math.sin(2), 6);
  });

  it('finds constants inside functions', () => {
    const target = columns[0]!.map((a, i) => 2 * Math.sin(1.3 * a) + 0.5 * columns[1]![i]! ** 2);
    expect(run(columns, target, 1, 600).loss).toBeLessThan(1e-20);
  });

  it('starts from the programs it is given', () => {
    const target = columns[0]!.map((a, i) => Math.tanh(1.3 * a * columns[1]![i]!) / (2.5 + a ** 4));
    const seed = compile(product(call('tanh', product(fitted(1), x, y)), power(sum(fitted(3), power(x, exact(4))), -1)));
    expect(run(columns, target, 1, 4, [seed]).loss).toBeLessThan(1e-20);
  });

  it('repeats itself for the same seed and differs for another', () => {
    const target = columns[0]!.map((a, i) => Math.exp(-a * a) + Math.cos(columns[1]![i]! * a) / (1 + a * a));
    const [once, again, other] = [run(columns, target, 5, 30), run(columns, target, 5, 30), run(columns, target, 6, 30)];
    expect(again).toEqual(once);
    expect(other.found).not.toEqual(once.found);
    expect(once.found.length).toBeGreaterThan(3);
  });

  it('goes on where the target has no pattern at all, or no spread', () => {
    const noise = columns[0]!.map(() => random.normal());
    const { loss, progress } = run(columns, noise, 2, 100);
    expect(loss).toBeGreaterThan(0.3);
    expect(progress!.children).toBe(6400);
    expect(run(columns, new Float64Array(300).fill(7), 2, 10).found).toEqual([]);
  });
});
