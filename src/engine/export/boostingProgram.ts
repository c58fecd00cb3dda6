/** Programs of explainable boosting machines: bins of the features, a table of scores a term, their sum and the link. */
import type { BoostedTerm, BoostingState, FeatureBins } from '../models/boosting/state';
import { levelNumber } from '../data/formula/values';
import { Builder, constant } from './builder';
import { binaryProbabilities, softmaxProbabilities } from './link';
import type { Expr, LevelTable, Program } from './program';

/** Levels stand in bins from 1 on; a level written as a number is found by its number too. */
function tableOf(bins: Extract<FeatureBins, { kind: 'level' }>): LevelTable {
  const numbers = new Map<number, number>();
  bins.levels.forEach((level, i) => {
    const number = levelNumber(level);
    if (!Number.isNaN(number) && !numbers.has(number)) numbers.set(number, i + 1);
  });
  return { texts: bins.levels.map((level, i) => [level, i + 1]), numbers: [...numbers], words: [], missing: 0, unknown: bins.levels.length + 1 };
}

class BinnedCells {
  private readonly known = new Map<string, Expr>();

  constructor(private readonly builder: Builder) {}

  /** The bin of a feature in the row. Bins that are the same are worked out once. */
  bin(bins: FeatureBins): Expr {
    const key = JSON.stringify(bins.kind === 'number' ? [bins.name, bins.cuts] : [bins.name, bins.levels]);
    let code = this.known.get(key);
    if (!code) {
      code = this.make(bins);
      this.known.set(key, code);
    }
    return code;
  }

  private make(bins: FeatureBins): Expr {
    if (bins.kind === 'level') return this.builder.lookup(this.builder.text(bins.name, bins.levels), tableOf(bins));
    const value = bins.datetime ? this.builder.date(bins.name) : this.builder.number(bins.name);
    return this.builder.add({ kind: 'bin', value, cuts: bins.cuts });
  }
}

function sizeOf(bins: FeatureBins): number {
  return bins.kind === 'number' ? bins.cuts.length + 3 : bins.levels.length + 2;
}

/** The score of a term for one output, undefined where it is 0 everywhere. */
function scoreOf(builder: Builder, cells: BinnedCells, term: BoostedTerm, outputs: number, output: number): Expr | undefined {
  const values = Array.from({ length: term.scores.length / outputs }, (_, i) => term.scores[i * outputs + output]);
  if (values.every(value => value === 0)) return undefined;
  let code = cells.bin(term.bins[0]);
  for (const bins of term.bins.slice(1)) code = builder.atom(builder.call('+', builder.call('*', code, constant(sizeOf(bins))), cells.bin(bins)));
  return builder.pick(code, values);
}

export function boostingProgram(state: BoostingState): Omit<Program, 'remarks'> {
  const builder = new Builder();
  const cells = new BinnedCells(builder);
  const links = Array.from({ length: state.outputs }, (_, k) => {
    const parts = state.terms.flatMap(term => scoreOf(builder, cells, term, state.outputs, k) ?? []);
    return builder.atom(builder.sum([constant(state.intercept[k]), ...parts]));
  });
  const { steps } = builder;
  if (state.task === 'classification') {
    const probabilities = state.outputs === 1 ? binaryProbabilities(builder, links[0]) : softmaxProbabilities(builder, links);
    return { steps, output: { kind: 'classes', classes: state.classes ?? [], probabilities } };
  }
  const value = state.loss === 'poisson' ? builder.atom(builder.call('exp', links[0])) : links[0];
  return { steps, output: { kind: 'number', value } };
}
