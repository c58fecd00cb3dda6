/** Categories with levels that few rows have: what is learned of them rests on those few, and some are unknown to the models of folds. */
import { asCategories } from '../data/encoding/binding';
import { columnUse } from '../data/encoding/plan';
import type { Fold } from '../evaluate/splits';
import { columnOf, dropFix, hasOption, quoted, type Check, type CheckInput, type CheckResult } from './input';
import { count, list, percent } from './words';

/** A level with fewer rows is rare. */
export const fewRows = 5;
/** Held-out rows of a level that their model never saw: from this share on it is a warning. */
const muchUnseen = 0.01;

export const rareLevels: Check = {
  id: 'rareLevels', wantsAllRows: true,
  run(input) {
    const { dataset } = input;
    const categorical = new Set(dataset.recipe.categorical ?? []);
    if (Number(dataset.recipe.options['rareLevels'] ?? 0) >= fewRows) return { notRun: 'rare levels are pooled by the option rareLevels' };
    const rare = dataset.features.flatMap(name => {
      const column = columnOf(dataset, name);
      const one = columnUse(column, dataset.formula !== undefined, categorical) === 'category' ? rareIn(name, asCategories(column), input.folds) : undefined;
      return one ? [one] : [];
    });
    return [...rare.filter(isAll).map(one => withoutColumn(one, input)), ...pooled(rare.filter(one => !isAll(one)), input)];
  },
};

interface Rare {
  readonly name: string;
  readonly levels: number;
  /** Rare levels with their rows, fewest first. */
  readonly rare: readonly { readonly level: string; readonly rows: number }[];
  readonly heldOut: number;
  readonly unseen: number;
}

const isAll = ({ rare, levels }: Rare): boolean => rare.length === levels;
const rowsOf = ({ rare }: Rare): number => rare.reduce((sum, { rows }) => sum + rows, 0);

function rareIn(name: string, { codes, levels }: { readonly codes: Int32Array; readonly levels: readonly string[] }, folds: readonly Fold[]): Rare | undefined {
  const counts = new Int32Array(levels.length);
  for (const code of codes) if (code >= 0) counts[code]!++;
  const present = [...counts.keys()].filter(code => counts[code]! > 0);
  const rare = present.filter(code => counts[code]! < fewRows).map(code => ({ level: levels[code]!, rows: counts[code]! })).sort((a, b) => a.rows - b.rows);
  return rare.length === 0 || present.length < 2 ? undefined : { name, levels: present.length, rare, ...unseenRows(codes, levels.length, folds) };
}

/** One finding for all columns: the fix is one for all. */
function pooled(columns: readonly Rare[], input: CheckInput): CheckResult[] {
  if (columns.length === 0) return [];
  const worst = columns.reduce((a, b) => (b.unseen > a.unseen ? b : a));
  const share = worst.heldOut === 0 ? 0 : worst.unseen / worst.heldOut;
  const shown = list(columns.map(one => `${quoted(one.name)} (${one.rare.length} of ${one.levels} levels, ${count(rowsOf(one), 'row')})`), 3);
  const first = columns[0]!;
  const levels = columns.length > 1 ? '' : `: ${list(first.rare.map(({ level, rows }) => `${quoted(level.slice(0, 40))} (${rows})`), 3)}`;
  const notSeen = worst.unseen === 0 ? '' : `; ${count(worst.unseen, 'held-out row')} (${percent(share)}) ${worst.unseen === 1 ? 'has' : 'have'} a level of ${quoted(worst.name)} that the model was not trained on`;
  return [{
    id: 'rareLevels', columns: columns.map(({ name }) => name), severity: share >= muchUnseen ? 'warning' : 'information',
    sentence: `${count(columns.length, 'column has', 'columns have')} levels with fewer than ${fewRows} rows: ${shown}${levels}${notSeen}.`,
    evidence: { columns: columns.length, rareLevels: columns.reduce((sum, one) => sum + one.rare.length, 0), rareRows: columns.reduce((sum, one) => sum + rowsOf(one), 0), heldOut: worst.heldOut, mostUnseenRows: worst.unseen },
    ...(hasOption(input.family, 'rareLevels') && {
      fix: { title: `Pool levels with fewer than ${fewRows} rows`, change: { options: { rareLevels: fewRows } }, flags: `--set rareLevels=${fewRows}` },
    }),
  }];
}

/** Where every level is rare, pooling them leaves one level: the column is left out instead. */
function withoutColumn(one: Rare, input: CheckInput): CheckResult {
  const notSeen = one.unseen === 0 ? '' : `; ${count(one.unseen, 'held-out row')} (${percent(one.unseen / one.heldOut)}) ${one.unseen === 1 ? 'has' : 'have'} one that the model was not trained on`;
  return {
    id: 'rareLevels', columns: [one.name], severity: 'warning',
    sentence: `Each of the ${one.levels.toLocaleString('en-US')} levels of ${quoted(one.name)} has fewer than ${fewRows} rows${notSeen}: little can be learned from it.`,
    evidence: { levels: one.levels, rareRows: rowsOf(one), heldOut: one.heldOut, unseenRows: one.unseen },
    ...dropFix(input, one.name),
  };
}

export function unseenRows(codes: Int32Array, levels: number, folds: readonly Fold[]): { readonly heldOut: number; readonly unseen: number } {
  let heldOut = 0;
  let unseen = 0;
  for (const { train, test } of folds) {
    const seen = new Uint8Array(levels);
    for (const row of train) if (codes[row]! >= 0) seen[codes[row]!] = 1;
    for (const row of test) if (codes[row]! >= 0 && seen[codes[row]!] === 0) unseen++;
    heldOut += test.length;
  }
  return { heldOut, unseen };
}
