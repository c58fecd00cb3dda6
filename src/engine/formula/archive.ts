// Every formula found so far, once a structure: the best by description length, and the front of complexity against misfit.
import type { Expression } from './expression';
import { freeNumbers } from './expression';
import { frontOf } from './front';
import { structureKey } from './key';
import { compacted, polish, safelyCanonical, type FittedFormula } from './polish';
import type { SearchRows } from './searchRows';
import { snap } from './snap';
import { brokenBits } from './slopes/rules';
import { contradicts } from './units/unitBits';

/** A formula in the archive. */
export interface Candidate extends FittedFormula {
  /** Which stage proposed it. */
  stage: string;
  /** Seconds since the search began. */
  found: number;
}

/** Fitted numbers that a formula may hold to count as the solution. */
const mostFitted = 4;

export class Archive {
  private readonly byKey = new Map<string, Candidate>();
  private readonly seen = new Set<string>();
  private readonly began = performance.now();
  best: Candidate | undefined;
  /** Whether the units of the best contradict each other, or its slopes break a rule. */
  private contradicted = false;
  /** Called whenever the best changes. */
  onBest?: (best: Candidate) => void;

  constructor(readonly rows: SearchRows) {}

  /** Bits above the best beyond which a polished formula is not worth snapping. */
  private readonly margin = 60;

  /** Polishes, prunes and snaps a formula, and keeps it; undefined if it is known or has no values. */
  offer(of: Expression, stage: string): Candidate | undefined {
    const given = safelyCanonical(of, this.rows);
    const key = structureKey(given);
    if (this.seen.has(key) || freeNumbers(given).length > 24) return undefined;
    this.seen.add(key);
    const polished = polish(given, this.rows);
    if (!polished) return undefined;
    if (this.best && polished.bits > this.best.bits + this.margin) return this.keep(polished, stage);
    return this.keep(compacted(snap(polished, this.rows), this.rows), stage);
  }

  /** Keeps a fitted formula as it is. */
  keep(fitted: FittedFormula, stage: string): Candidate {
    const candidate: Candidate = { ...fitted, stage, found: (performance.now() - this.began) / 1000 };
    const key = structureKey(candidate.expression);
    const before = this.byKey.get(key);
    if (!before || candidate.bits < before.bits) this.byKey.set(key, candidate);
    if (!this.best || candidate.bits < this.best.bits) {
      this.best = candidate;
      this.contradicted = contradicts(candidate.expression, this.rows.units) || candidate.bits > brokenBits / 2;
      this.onBest?.(candidate);
    }
    return candidate;
  }

  /**
   * True where the best formula misses the target by no more than its rounding, its units go together and it breaks no rule: there is nothing left to find. With
   * many fitted numbers it may be a series that comes near, so the search goes on.
   */
  get solved(): boolean {
    const { best, rows } = this;
    return best !== undefined && !this.contradicted && freeNumbers(best.expression).length <= mostFitted && Math.sqrt(best.sse / rows.rows) <= 4 * rows.finest;
  }

  all(): Candidate[] {
    return [...this.byKey.values()];
  }

  /** For each complexity the formula with the least misfit, as far as that is less than that of all shorter ones. */
  front(): Candidate[] {
    return frontOf(this.all());
  }
}
