/** All checks of a dataset, cheap enough for every training: on larger data most of them look at a sample. */
import { checkIds, type CheckFinding, type ReportChecks } from '../../protocol/checks';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import { gatherIntegers, gatherNumbers, takeRows } from '../data/rows';
import { Rng } from '../math/random';
import { collinear } from './collinear';
import { drift } from './drift';
import { duplicates } from './duplicates';
import { imbalance } from './imbalance';
import type { Check, CheckInput } from './input';
import { leakage } from './leakage';
import { nearConstant } from './nearConstant';
import { rareLevels } from './rareLevels';

export const checks: readonly Check[] = [leakage, duplicates, drift, imbalance, rareLevels, collinear, nearConstant];

/** Cells of features that the checks on a sample look at, and rows at most and at least. */
const cells = 100_000;
const mostRows = 10_000;
const fewestRows = 500;

export async function checkData(input: CheckInput, context: WorkContext): Promise<ReportChecks> {
  const { dataset } = input;
  const sample = sampleOf(dataset);
  const findings: CheckFinding[] = [];
  const passed: ReportChecks['passed'][number][] = [];
  const notRun: ReportChecks['notRun'][number][] = [];
  for (const check of checks) {
    await context.breathe();
    const found = check.run(check.wantsAllRows ? input : { ...input, dataset: sample });
    if ('notRun' in found) notRun.push({ id: check.id, reason: found.notRun });
    else if (found.length === 0) passed.push(check.id);
    else findings.push(...found);
  }
  return { rows: sample.table.rows, of: dataset.table.rows, findings: bySeverity(findings), passed, notRun };
}

const ranks = ['severe', 'warning', 'information'] as const;

function bySeverity(findings: readonly CheckFinding[]): CheckFinding[] {
  return [...findings].sort((a, b) => ranks.indexOf(a.severity) - ranks.indexOf(b.severity) || checkIds.indexOf(a.id) - checkIds.indexOf(b.id));
}

/** Rows at random, in the order of the file; all where they are few. */
export function sampleOf(dataset: Dataset): Dataset {
  const { table, target, features, recipe } = dataset;
  const most = Math.max(fewestRows, Math.min(mostRows, Math.floor(cells / Math.max(1, features.length))));
  if (table.rows <= most) return dataset;
  const all = Int32Array.from({ length: table.rows }, (_, i) => i);
  const rows = new Rng(recipe.seed).fork('checks').shuffle(all).slice(0, most).sort();
  const { everyRow: _everyRow, ...rest } = dataset;
  return {
    ...rest, table: takeRows(table, rows), sourceRows: dataset.sourceRows ? gatherIntegers(dataset.sourceRows, rows) : rows,
    target: target.task === 'regression' ? { ...target, values: gatherNumbers(target.values, rows) } : { ...target, codes: gatherIntegers(target.codes, rows) },
  };
}
