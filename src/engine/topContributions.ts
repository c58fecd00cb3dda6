/** The columns of a prediction that say what moves it most: names of features or terms with their contributions, the largest first. */
import { UserError } from '../protocol/errors';
import type { ModelFile } from '../protocol/modelFile';
import type { WorkContext } from './context';
import type { Table } from './data/table';
import type { Cell } from './data/writeCsv';
import { fewestBackground, readBackground } from './explain/backgroundBlock';
import { allFinite } from './explain/finiteRows';
import { rowsAbove } from './explain/joinTables';
import { centre, scaleOf, scaleWords } from './explain/linkOutputs';
import { shapleyValues } from './explain/shapleyValues';
import { subsetTable } from './explain/shuffle';
import { Rng } from './math/random';
import type { AdditiveParts, Model, Prediction } from './models/model';
import { countOf, formatCount, formatNumber } from './report/format';

/** Contributions written of each row unless another number is asked for. */
export const usualContributions = 3;
/** Background rows of sampled Shapley values; as many pairs of permutations start from them. */
const sampledBackground = 10;

export interface TopContributions {
  readonly names: readonly string[];
  /** Cells of the i-th row of a table, in the order of `names`. */
  block(table: Table): Promise<(i: number) => Cell[]>;
  /** What the contributions are. */
  readonly note: string;
}

/** base[k] + Σ_j values[(row × features + j) × outputs + k] is the prediction on the link scale; Σ over all features, not the first ones alone. */
interface Contributions extends AdditiveParts { readonly rows: number }

interface Source {
  /** Items at most. */
  readonly width: number;
  of(table: Table): Contributions | Promise<Contributions>;
  /** What the parts are, and what they are added to. */
  words(which: string, scale: string): string;
}

/**
 * Absent `wanted`: three of each row where the model is a sum of parts, whose contributions are exact and cost no more than predicting; else none. A number asks for as many
 * of any model. `first`: rows of the file, which stand for what is usual where the model file has none. Throws UserError.
 */
export function topContributions(file: ModelFile, model: Model, wanted: number | undefined, first: Table, context: WorkContext): TopContributions | undefined {
  if (wanted === 0) return undefined;
  const source = ownTerms(file, model, first) ?? additive(file, model, wanted !== undefined, first) ?? (wanted === undefined ? undefined : sampled(file, model, first, context));
  if (!source) return undefined;
  const count = Math.min(wanted ?? usualContributions, source.width);
  if (count === 0) return undefined;
  const classes = model.classes?.length ?? 0;
  const scale = scaleWords(scaleOf(model), file.recipe.target, classes === 2 ? model.classes![1] : 'the predicted class');
  return {
    names: Array.from({ length: count }, (_, r) => [`top${r + 1}_feature`, `top${r + 1}_contribution`]).flat(),
    block: async table => {
      const found = await source.of(table);
      const explained = explainedOutputs(model, table, found.outputs);
      return row => cellsOf(found, row, explained(row), count);
    },
    note: source.words(columnWords(count), scale),
  };
}

function columnWords(count: number): string {
  return count === 1 ? 'The columns top1_feature and top1_contribution' : `The columns top1_feature, top1_contribution to top${count}_contribution`;
}

/** Of several outputs that of the likeliest class, by row. */
function explainedOutputs(model: Model, table: Table, outputs: number): (row: number) => number {
  if (outputs < 2) return () => 0;
  const { probabilities }: Prediction = model.predict(table);
  return row => {
    let best = 0;
    for (let k = 1; k < outputs; k++) if (probabilities![row * outputs + k]! > probabilities![row * outputs + best]!) best = k;
    return best;
  };
}

/** The largest parts of a row; those of 0 are left out, and all of a row without a prediction. */
function cellsOf({ features, outputs, values }: AdditiveParts, row: number, output: number, count: number): Cell[] {
  const cells = new Array<Cell>(2 * count).fill(undefined);
  const start = row * features.length * outputs + output;
  const top: number[] = [];
  for (let j = 0; j < features.length; j++) {
    const value = values[start + j * outputs]!;
    if (!Number.isFinite(value)) return cells;
    if (value === 0) continue;
    let place = top.length;
    while (place > 0 && Math.abs(values[start + top[place - 1]! * outputs]!) < Math.abs(value)) place--;
    if (place < count) top.splice(place, 0, j);
    if (top.length > count) top.pop();
  }
  top.forEach((j, r) => {
    cells[2 * r] = features[j];
    cells[2 * r + 1] = values[start + j * outputs];
  });
  return cells;
}

/** The terms of a model that says them itself: their sum begins at its intercept. */
function ownTerms({ recipe: { level } }: ModelFile, model: Model, first: Table): Source | undefined {
  if (!model.termContributions) return undefined;
  const of = (table: Table): Contributions => {
    const parts = model.termContributions!(table, level);
    return centred(model, { ...parts, rows: table.rows });
  };
  const { base, features } = model.termContributions(first, level, new Int32Array(0));
  return {
    width: features.length, of,
    words: (which, scale) => `${which}: the model's own terms that move the prediction of each row most, in ${scale}; with the intercept${baseWords(base)} all terms of a row add up to its prediction.`,
  };
}

/** The number that parts are added to, where it is a single one. */
function baseWords(base: Float64Array): string {
  return base.length === 1 ? ` (${formatNumber(base[0]!, 6)})` : '';
}

/** Scores of several classes as log-shares: with their mean over the classes taken off, for no class is singled out. */
function centred(model: Model, parts: Contributions): Contributions {
  if (scaleOf(model) !== 'logShare') return parts;
  for (let at = 0; at < parts.values.length; at += parts.outputs) centre(parts.values, at, parts.outputs);
  const base = parts.base.slice();
  centre(base, 0, parts.outputs);
  return { ...parts, base };
}

/** Exact Shapley values of a sum: each part less its mean over the usual rows. */
function additive(file: ModelFile, model: Model, asked: boolean, first: Table): Source | undefined {
  if (!model.additiveParts?.(first, new Int32Array(0))) return undefined;
  const usual = usualRows(file, model, first, asked);
  if (!usual) return undefined;
  const { base, values, features, outputs } = model.additiveParts(usual.table)!;
  const width = features.length * outputs;
  const means = new Float64Array(width);
  values.forEach((value, at) => { means[at % width]! += value / usual.table.rows; });
  const shifted = base.map((value, k) => features.reduce((sum, _, j) => sum + means[j * outputs + k]!, value));
  return {
    width: features.length,
    of: table => {
      const parts = model.additiveParts!(table)!;
      return centred(model, { ...parts, rows: table.rows, base: shifted, values: parts.values.map((value, at) => value - means[at % width]!) });
    },
    words: (which, scale) => `${which}: the features that move the prediction of each row most, in ${scale}, against the mean over ${usual.words}; with that mean${baseWords(shifted)} the contributions of all features of a row add up to its prediction.`,
  };
}

/** Sampled Shapley values: hundreds of predictions a row. The same walks for every row, so that a row's cells do not depend on where it stands. */
function sampled(file: ModelFile, model: Model, first: Table, context: WorkContext): Source {
  const usual = thinned(usualRows(file, model, first, true)!, sampledBackground);
  const pairs = usual.table.rows;
  const of = async (table: Table): Promise<Contributions> => {
    const joined = rowsAbove(table, Int32Array.from({ length: table.rows }, (_, i) => i), usual.table);
    const background = Int32Array.from({ length: pairs }, (_, i) => table.rows + i);
    const values: Float64Array[] = [];
    let found: Contributions | undefined;
    for (let row = 0; row < table.rows; row++) {
      const pause = context.breathe();
      if (pause) await pause;
      const one = await shapleyValues({ model, table: joined, rows: Int32Array.of(row), background, pairs }, context, new Rng(file.recipe.seed).fork('contributions'));
      values.push(one.values);
      found ??= { features: one.features, outputs: one.outputs, base: one.base, values: one.values, rows: table.rows };
    }
    const all = new Float64Array(values.reduce((sum, each) => sum + each.length, 0));
    values.forEach((each, row) => all.set(each, row * each.length));
    return { ...found!, values: all };
  };
  return {
    width: model.features.length, of,
    words: (which, scale) => `${which}: the features that move the prediction of each row most, in ${scale}: Shapley values estimated with ${formatCount(2 * pairs)} permutations a row, each from one of ${usual.words}; those of all features of a row add up to the difference of its prediction from the mean over these rows.`,
  };
}

interface Usual { readonly table: Table; readonly words: string }

/** The background rows of the model file; else, where contributions were asked for, rows of the file itself. */
function usualRows(file: ModelFile, model: Model, first: Table, asked: boolean): Usual | undefined {
  if (file.background) {
    const table = readBackground(file.background, model);
    return { table, words: `${countOf(table.rows, 'row')} of the training data` };
  }
  if (!asked) return undefined;
  const all = Int32Array.from({ length: first.rows }, (_, i) => i);
  const rows = all.filter(allFinite(model.predict(first))).slice(0, 1000);
  if (rows.length >= fewestBackground) return { table: subsetTable(first, model.features, rows), words: `the first ${countOf(rows.length, 'row')} of the file that the model predicts` };
  throw new UserError('badOption', `The model file holds no rows to compare with, and the file has too few that the model can predict (${formatCount(rows.length)}, at least ${fewestBackground} are needed): train the model anew, or leave --contributions out.`);
}

function thinned({ table, words }: Usual, most: number): Usual {
  if (table.rows <= most) return { table, words };
  const rows = Int32Array.from({ length: most }, (_, i) => Math.floor(((i + 0.5) * table.rows) / most));
  return { table: subsetTable(table, table.columns.map(({ name }) => name), rows), words: words.startsWith('the first ') ? `${most} rows spread over ${words}` : words.replace(/^[\d,]+/, String(most)) };
}
