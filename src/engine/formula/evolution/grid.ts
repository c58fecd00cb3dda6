// The archive of the evolution (MAP-Elites): one elite for each length, number of constants and set of kinds of operations.
import { operationOf, operations } from '../program';
import type { Rng } from '../../math/random';
import { isConstant, type Genome } from './genome';

export interface Elite {
  genome: Genome;
  /** Share of the variance that is left, and its logarithm. */
  loss: number;
  logLoss: number;
  /** See {@link sizeOf}. */
  size: number;
}

/** Nodes, where every number that the fit may move counts twice: the inner constants, and the coefficients of top-level terms. */
export function sizeOf({ words }: Genome, fitted: number): number {
  return words.length + fitted;
}

/** Losses this small are rounding. */
const floor = 1e-28;

const kinds = new Map<number, number>([
  ...[operations.sin, operations.cos, operations.tan, operations.asin, operations.acos, operations.atan].map((each): [number, number] => [each, 1]),
  ...[operations.exp, operations.log, operations.tanh].map((each): [number, number] => [each, 2]),
  ...[operations.divide, operations.invert].map((each): [number, number] => [each, 4]),
  ...[operations.root, operations.power, operations.abs].map((each): [number, number] => [each, 8]),
]);

/** The cell of a genome. */
export function cellOf({ words }: Genome): number {
  let constants = 0;
  let kind = 0;
  for (const word of words) {
    if (isConstant(word)) constants++;
    kind |= kinds.get(operationOf(word)) ?? 0;
  }
  return (words.length * 5 + Math.min(constants, 4)) * 16 + kind;
}

export class Grid {
  private readonly cells = new Map<number, Elite>();
  private elites: Elite[] = [];
  private largest = 1;

  get size(): number {
    return this.elites.length;
  }

  lossAt(cell: number): number {
    return this.cells.get(cell)?.loss ?? Infinity;
  }

  /** Puts an elite into its cell if it is better than what is there. */
  offer(cell: number, genome: Genome, size: number, loss: number): boolean {
    const held = this.cells.get(cell);
    if (held && !(loss < held.loss)) return false;
    const elite = { genome, size, loss, logLoss: Math.log(loss + floor) };
    this.largest = Math.max(this.largest, size);
    if (held) Object.assign(held, elite);
    else {
      this.cells.set(cell, elite);
      this.elites.push(elite);
    }
    return true;
  }

  /**
   * The best of a few random elites up to a random size, of which size costs a little. How few differs, so that weak ones have their
   * turn; the random bound gives short formulas theirs, which long approximations would crowd out.
   */
  parent(random: Rng, parsimony: number): Genome {
    let rounds = 1 << random.integer(6);
    const most = 2 + random.integer(this.largest);
    let best: Elite | undefined;
    while (rounds-- > 0) {
      const other = this.elites[random.integer(this.elites.length)]!;
      if (other.size > most) continue;
      if (!best || other.logLoss + parsimony * other.size < best.logLoss + parsimony * best.size) best = other;
    }
    return (best ?? this.elites[random.integer(this.elites.length)]!).genome;
  }

  /** For each size the elite with the least loss, as far as that is less than at all smaller ones. */
  front(): Elite[] {
    const front: Elite[] = [];
    for (const each of [...this.elites].sort((a, b) => a.size - b.size || a.loss - b.loss)) {
      if (!front.length || each.loss < 0.999 * front.at(-1)!.loss) front.push(each);
    }
    return front;
  }

  clear(): void {
    this.cells.clear();
    this.elites = [];
    this.largest = 1;
  }
}
