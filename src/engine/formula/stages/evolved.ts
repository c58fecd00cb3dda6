// Evolution as a stage: what it finds, over the whole problem or a smaller one, becomes candidates of the archive.
import type { Rng } from '../../math/random';
import type { Archive } from '../archive';
import { evolve } from '../evolution/evolve';
import type { Expression } from '../expression';
import { compile, decompile, type Program } from '../program';
import type { SearchRows } from '../searchRows';

export interface EvolvedOptions {
  random: Rng;
  /** Formulas of these rows' variables to begin with. */
  seeds: readonly Expression[];
  inFull?(of: Expression): Expression;
}

/** Evolves for as long as it is asked to; yields often. */
export function* evolved(rows: SearchRows, archive: Archive, { random, seeds, inFull = of => of }: EvolvedOptions): Generator<void, void> {
  const found: { program: Program; sse: number }[] = [];
  const progress = evolve({
    interpreter: rows.interpreter, variableCount: rows.columns.length, random, seeds: seeds.map(compile),
    onCandidate: (program, sse) => void found.push({ program, sse }),
  });
  for (const _ of progress) {
    // Of many small steps at one size only the last is worth polishing.
    const best = new Map<number, Program>();
    for (const { program } of found.splice(0)) best.set(program.code.length, program);
    for (const program of best.values()) archive.offer(inFull(decompile(program)), 'evolution');
    if (archive.solved) return;
    yield;
  }
}
