// How genomes change: small changes by weight (after PySR's), and crossover of sub-trees.
import type { Rng } from '../../math/random';
import { arity, instruction, operationOf, operations } from '../program';
import { constant, isConstant, join, slice, splice, startOf, type Genome } from './genome';
import { randomBinary, randomLeaf, randomNumber, randomTree, randomUnary, weighted, type Vocabulary } from './randomParts';

type Change = (of: Genome, words: Vocabulary, random: Rng) => Genome;

const at = (of: Genome, random: Rng): number => random.integer(of.words.length);
const subTree = (of: Genome, end: number): Genome => slice(of, startOf(of.words, end), end);
const replace = (of: Genome, end: number, by: Genome): Genome => splice(of, startOf(of.words, end), end, by);
const arityAt = (of: Genome, place: number): number => arity(operationOf(of.words[place]!));

/** A node that `fits`, or −1 after a few tries. */
function nodeThat(of: Genome, fits: (place: number) => boolean, random: Rng): number {
  for (let k = 0; k < 8; k++) {
    const place = at(of, random);
    if (fits(place)) return place;
  }
  return -1;
}

/** Puts an operation above a node, with a leaf or small tree as its other operand. */
const add: Change = (of, words, random) => {
  const end = random.uniform() < 0.3 ? of.words.length - 1 : at(of, random);
  const inner = subTree(of, end);
  if (words.unary.length > 0 && random.uniform() < 0.3) return replace(of, end, join(inner, randomUnary(words, random)));
  if (words.binary.length === 0) return of;
  const other = random.uniform() < 0.7 ? randomLeaf(words, random) : randomTree(2 + random.integer(3), words, random);
  const operation = randomBinary(words, random);
  return replace(of, end, random.uniform() < 0.5 ? join(inner, other, operation) : join(other, inner, operation));
};

/** Puts one of a node's operands into its place. */
const remove: Change = (of, _, random) => {
  const place = nodeThat(of, k => arityAt(of, k) > 0, random);
  if (place < 0) return of;
  const second = startOf(of.words, place - 1);
  const keep = arityAt(of, place) === 2 && random.uniform() < 0.5 ? subTree(of, second - 1) : subTree(of, place - 1);
  return replace(of, place, keep);
};

const changeOperation: Change = (of, words, random) => {
  const place = nodeThat(of, k => arityAt(of, k) > 0, random);
  if (place < 0) return of;
  const two = arityAt(of, place) === 2;
  if (two ? words.binary.length === 0 : words.unary.length === 0) return of;
  return splice(of, place, place, join(two ? randomBinary(words, random) : randomUnary(words, random)));
};

const changeLeaf: Change = (of, words, random) => {
  const place = nodeThat(of, k => arityAt(of, k) === 0, random);
  return place < 0 ? of : splice(of, place, place, randomLeaf(words, random));
};

const changeNumber: Change = (of, _, random) => {
  const place = nodeThat(of, k => isConstant(of.words[k]!), random);
  if (place < 0) return of;
  const value = random.uniform() < 0.5 ? randomNumber(random) : of.numbers[place]! * Math.exp(random.normal());
  return splice(of, place, place, constant(value));
};

const swapOperands: Change = (of, _, random) => {
  const place = nodeThat(of, k => arityAt(of, k) === 2, random);
  if (place < 0) return of;
  const second = startOf(of.words, place - 1);
  return replace(of, place, join(subTree(of, place - 1), subTree(of, second - 1), of.words[place]!));
};

/** (a ∘ b) • c becomes a ∘ (b • c). */
const rotate: Change = (of, _, random) => {
  const place = nodeThat(of, k => arityAt(of, k) === 2 && arityAt(of, startOf(of.words, k - 1) - 1) === 2, random);
  if (place < 0) return of;
  const c = subTree(of, place - 1);
  const leftEnd = startOf(of.words, place - 1) - 1;
  const b = subTree(of, leftEnd - 1);
  const a = subTree(of, startOf(of.words, leftEnd - 1) - 1);
  return replace(of, place, join(a, join(b, c, of.words[place]!), of.words[leftEnd]!));
};

const newSubTree: Change = (of, words, random) => replace(of, at(of, random), randomTree(1 + random.integer(5), words, random));

/** Gives a node a factor or summand that the fit may move: from where it changes nothing, or from anywhere. */
const loosen: Change = (of, _, random) => {
  const end = at(of, random);
  const scale = random.uniform() < 0.6;
  const value = random.uniform() < 0.5 ? randomNumber(random) : scale ? 1 : 0;
  return replace(of, end, join(constant(value), subTree(of, end), scale ? operations.multiply : operations.add));
};

/** The same sub-tree in another place: formulas use their parts again. */
const copyPart: Change = (of, _, random) => replace(of, at(of, random), subTree(of, at(of, random)));

/** One variable becomes another everywhere. */
const renameVariable: Change = (of, words, random) => {
  const from = instruction(operations.variable, random.integer(Math.max(1, words.variables)));
  const to = instruction(operations.variable, random.integer(Math.max(1, words.variables)));
  return { words: of.words.map(word => (word === from ? to : word)), numbers: of.numbers };
};

const changes: readonly { change: Change; weight: number }[] = [
  { change: add, weight: 2.5 }, { change: remove, weight: 1 }, { change: changeOperation, weight: 1 }, { change: changeLeaf, weight: 1 },
  { change: changeNumber, weight: 0.3 }, { change: swapOperands, weight: 0.2 }, { change: rotate, weight: 1 }, { change: newSubTree, weight: 0.8 },
  { change: loosen, weight: 0.7 }, { change: copyPart, weight: 0.5 }, { change: renameVariable, weight: 0.1 },
];

/** One change, often more. */
export function mutated(of: Genome, words: Vocabulary, random: Rng): Genome {
  let result = of;
  do {
    result = weighted(changes, each => each.weight, random).change(result, words, random);
  } while (random.uniform() < 0.35);
  return result;
}

/** A sub-tree of one in place of a sub-tree of the other; or the two joined by an operation. */
export function crossed(a: Genome, b: Genome, words: Vocabulary, random: Rng): Genome {
  if (random.uniform() < 0.2 && words.binary.length > 0) return join(subTree(a, at(a, random)), subTree(b, at(b, random)), randomBinary(words, random));
  return replace(a, at(a, random), subTree(b, at(b, random)));
}
