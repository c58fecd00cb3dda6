// Random numbers, leaves and small trees for the evolution.
import type { Rng } from '../../math/random';
import { arity, instruction, operations, type Operation } from '../program';
import { constant, join, type Genome } from './genome';

/** What genomes may be made of. */
export interface Vocabulary {
  variables: number;
  unary: Operation[];
  binary: Operation[];
}

/** Of the unary operations the rarer ones of formulas are drawn more rarely. */
export function vocabulary(variables: number, allowed: readonly Operation[]): Vocabulary {
  const of = (wanted: number): Operation[] => allowed.filter(operation => operation > operations.constant && operation !== operations.whole && arity(operation) === wanted);
  return { variables, unary: of(1), binary: of(2) };
}

/** What is allowed if nothing is said: without the functions that few formulas hold. */
export const usualOperations: readonly Operation[] = [
  operations.add, operations.subtract, operations.multiply, operations.divide, operations.power, operations.negate, operations.invert, operations.square,
  operations.cube, operations.root, operations.exp, operations.log, operations.sin, operations.cos, operations.tanh,
];

const binaryWeights: Partial<Record<Operation, number>> = { [operations.multiply]: 3, [operations.add]: 2, [operations.subtract]: 2, [operations.divide]: 1.5, [operations.power]: 0.3 };
const unaryWeights: Partial<Record<Operation, number>> = {
  [operations.negate]: 0.3, [operations.invert]: 0.7, [operations.square]: 1.5, [operations.cube]: 0.4, [operations.root]: 1, [operations.exp]: 1, [operations.log]: 0.7,
  [operations.sin]: 1.2, [operations.cos]: 1.2, [operations.tanh]: 0.3,
};

/** One of the items, by weight. */
export function weighted<T>(items: readonly T[], weight: (item: T) => number, random: Rng): T {
  let left = random.uniform() * items.reduce((total, item) => total + weight(item), 0);
  for (const item of items) {
    left -= weight(item);
    if (left < 0) return item;
  }
  return items.at(-1)!;
}

export const randomBinary = ({ binary }: Vocabulary, random: Rng): Operation => weighted(binary, each => binaryWeights[each] ?? 0.3, random);
export const randomUnary = ({ unary }: Vocabulary, random: Rng): Operation => weighted(unary, each => unaryWeights[each] ?? 0.3, random);

/** A number of any usual size: a small whole one, a multiple of π, or anything between a hundredth and a hundred. */
export function randomNumber(random: Rng): number {
  const sign = random.uniform() < 0.25 ? -1 : 1;
  const kind = random.uniform();
  if (kind < 0.4) return sign * (1 + random.integer(4));
  if (kind < 0.45) return sign * Math.PI * (1 + random.integer(2));
  return sign * 10 ** (0.6 * random.normal());
}

export function randomLeaf(words: Vocabulary, random: Rng): Genome {
  if (words.variables === 0 || random.uniform() < 0.2) return constant(randomNumber(random));
  return { words: [instruction(operations.variable, random.integer(words.variables))], numbers: [0] };
}

/** A tree of about `nodes` nodes. */
export function randomTree(nodes: number, words: Vocabulary, random: Rng): Genome {
  if (nodes <= 1) return randomLeaf(words, random);
  const unary = words.unary.length > 0 && (nodes === 2 || words.binary.length === 0 || random.uniform() < 0.3);
  if (unary) return join(randomTree(nodes - 1, words, random), randomUnary(words, random));
  const left = 1 + random.integer(Math.max(1, nodes - 2));
  return join(randomTree(left, words, random), randomTree(nodes - 1 - left, words, random), randomBinary(words, random));
}
