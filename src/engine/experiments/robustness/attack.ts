/** Attacks some rows within growing boxes. Boxes are nested, so what was found in a smaller one holds in a larger one: harm never falls with ε. */
import type { Rng } from '../../math/random';
import type { WorkContext } from '../../context';
import { additiveAttacker } from './additiveAttack';
import type { Attacker } from './attacker';
import { worstCategoryChange } from './categoryChanges';
import { GradientAttacker } from './gradientAttack';
import { cellsOf, everyRow, placesOf } from './ground';
import type { Judge } from './judge';
import type { AttackMethod } from './result';
import { SearchAttacker } from './searchAttack';
import { Track } from './track';

/** Of each ε, of each row: 1 where wrong, or the squared error. */
export type Losses = readonly Float64Array[];

export interface AttackRun {
  readonly method: AttackMethod;
  /** Numbers alone. */
  readonly numbers: Losses;
  /** Numbers, and one category changed to another level. */
  readonly withCategory?: Losses;
  /** One step along the sign of the gradient. */
  readonly signStep?: Losses;
  /** Classes: each row where it first went wrong. Numbers: the worst at the largest ε. */
  readonly worst: Track;
  /** Regression: the worst rows at each ε. */
  readonly cellsAt: readonly Float64Array[];
  /** 1 where another level of this category alone makes the row wrong: rows × columns. */
  readonly categoryFlips: Uint8Array;
}

/** The strongest attack that the model allows. */
export function attackerOf(judge: Judge): Attacker {
  const additive = additiveAttacker(judge);
  if (additive) return additive;
  const { gradients } = judge.model;
  return gradients ? new GradientAttacker(judge, gradients) : new SearchAttacker(judge);
}

/** `epsilons` rise from 0. Throws CancelledError. */
export async function attackRows(judge: Judge, attacker: Attacker, epsilons: readonly number[], rng: Rng, context: WorkContext): Promise<AttackRun> {
  return new Attack(judge, attacker, epsilons, rng, context).run();
}

class Attack {
  private readonly numbers: Track;
  private readonly mixed: Track | undefined;
  private readonly signed: Track | undefined;
  private categoryFlips: Uint8Array;

  constructor(
    private readonly judge: Judge, private readonly attacker: Attacker, private readonly epsilons: readonly number[], private readonly rng: Rng, private readonly context: WorkContext,
  ) {
    const { ground } = judge;
    this.numbers = new Track(judge);
    if (placesOf(ground, 'category').length > 0) this.mixed = new Track(judge);
    if (attacker instanceof GradientAttacker) this.signed = new Track(judge);
    this.categoryFlips = new Uint8Array(ground.start.length);
  }

  async run(): Promise<AttackRun> {
    const lines = { numbers: [] as Float64Array[], mixed: [] as Float64Array[], signed: [] as Float64Array[] };
    const cellsAt: Float64Array[] = [];
    if (this.mixed) this.changeCategories(this.judge.ground.start, everyRow(this.judge.ground), 0);
    for (const epsilon of this.epsilons) {
      await this.context.breathe();
      if (epsilon > 0) await this.widen(epsilon);
      lines.numbers.push(this.numbers.losses());
      if (this.mixed) lines.mixed.push(this.mixed.losses());
      if (this.signed) lines.signed.push(this.signed.losses());
      cellsAt.push(this.numbers.cells.slice());
    }
    return {
      method: this.attacker.method, numbers: lines.numbers, ...(this.mixed && { withCategory: lines.mixed }), ...(this.signed && { signStep: lines.signed }),
      worst: this.numbers, cellsAt, categoryFlips: this.categoryFlips,
    };
  }

  private async widen(epsilon: number): Promise<void> {
    const { numbers, mixed, signed } = this;
    if (signed && this.attacker instanceof GradientAttacker) {
      const which = signed.open();
      const steps = await this.attacker.signStep(epsilon, which, cellsOf(this.judge.ground, this.judge.ground.start, which));
      for (const cells of steps) signed.offer(cells, which, epsilon);
    }
    const which = numbers.open();
    const before = mixed ? new Set(mixed.open()) : undefined;
    for (const cells of await this.proposed(epsilon, numbers, which)) {
      numbers.offer(cells, which, epsilon);
      if (mixed && before) this.changeCategories(cells, which, epsilon, before);
      await this.context.breathe();
    }
    // What one step finds is in the box too.
    if (signed) numbers.adopt(signed, epsilon);
    if (!mixed) return;
    const open = mixed.open();
    for (const cells of await this.proposed(epsilon, mixed, open)) mixed.offer(cells, open, epsilon);
    mixed.adopt(numbers, epsilon);
  }

  private proposed(epsilon: number, track: Track, which: Int32Array): Promise<Float64Array[]> {
    return which.length === 0 ? Promise.resolve([]) : this.attacker.proposals(epsilon, cellsOf(this.judge.ground, track.cells, which), which, this.rng, this.context);
  }

  /** The worst change of one category on top of these cells. */
  private changeCategories(cells: Float64Array, which: Int32Array, epsilon: number, open?: ReadonlySet<number>): void {
    const rows = open ? which.filter(row => open.has(row)) : which;
    if (rows.length === 0) return;
    const p = this.judge.ground.columns.length;
    const place = new Map(Array.from(which, (row, i) => [row, i]));
    const own = new Float64Array(rows.length * p);
    rows.forEach((row, i) => own.set(cells.subarray(place.get(row)! * p, (place.get(row)! + 1) * p), i * p));
    const changed = worstCategoryChange(this.judge, own, rows);
    if (epsilon === 0) this.categoryFlips = changed.flips;
    this.mixed!.offer(changed.cells, rows, epsilon);
  }
}
