/** What edits by hand did to a model: the table of held-out metrics before and after, in words. */
import type { TableSection } from '../../protocol/chartSections';
import type { Metric, MetricName } from '../../protocol/measures';
import type { Evaluation } from '../evaluate/crossValidate';
import type { MetricChange } from '../evaluate/foldChange';
import { isBetterHigher } from '../evaluate/intervals';
import { metricTitle } from '../evaluate/metrics';
import { capitalised, formatLevel, formatNumber, intervalWords } from './format';

export interface EditFacts {
  /** e.g. "age was removed on 2026-01-31." */
  readonly sentence: string;
  /** What was done last, as a clause: "age was removed"; "the last edit was taken back". */
  readonly last: string;
  /** Absent: held-out metrics cannot be had, and why, as a clause. */
  readonly measured?: { readonly fitted: Evaluation; readonly before: Evaluation; readonly after: Evaluation; readonly changes: readonly MetricChange[] };
  readonly why?: string;
  readonly level: number;
}

/** One section on the panel of the terms, where edits are made, and one on the overview; both the same. */
export function editSections(facts: EditFacts): TableSection[] {
  return (['overview', 'effects'] as const).map(panel => ({
    kind: 'table', id: panel === 'overview' ? 'edits' : 'editsOfTerms', panel, title: 'Edited by hand',
    summary: summaryOf(facts), method: methodOf(facts), ...tableOf(facts),
    assumptions: [
      'Edits that were chosen by these metrics make the metrics look better than they are on new rows.',
      'Smoothing and making monotone change a term on purpose: bands show how uncertain the edited scores are, not how far the edit moved them from what was fitted.',
    ],
  }));
}

function summaryOf({ sentence, last, measured, why, level }: EditFacts): string {
  if (!measured) return `${sentence} Held-out metrics of the edited model cannot be had: ${why}.`;
  const main = mainChange(measured.changes);
  return main ? `${sentence} Last step (${last}): ${changeWords(main, measured, level)}.` : `${sentence}`;
}

function mainChange(changes: readonly MetricChange[]): MetricChange | undefined {
  return changes.find(change => change.name === 'rmse') ?? changes.find(change => change.name === 'logLoss') ?? changes[0];
}

/** "Log loss on held-out rows rose from 0.31 to 0.35, by 0.04 (95 % interval …), worse by more than chance". */
function changeWords({ name, change, low, high }: MetricChange, { before, after }: NonNullable<EditFacts['measured']>, level: number): string {
  const value = (evaluation: Evaluation): string => formatNumber(valueOf(evaluation, name)!, 4);
  if (change === 0) return `${metricTitle(name)} on held-out rows stays ${value(after)}`;
  const verb = change > 0 ? 'rose' : 'fell';
  const worse = change > 0 !== isBetterHigher(name);
  const clear = low !== undefined && high !== undefined && (low > 0 || high < 0);
  const verdict = clear ? `${worse ? 'worse' : 'better'} by more than chance explains` : 'which chance may explain';
  return `${metricTitle(name)} on held-out rows ${verb} from ${value(before)} to ${value(after)}${intervalWords({ ...(low !== undefined && { low }), ...(high !== undefined && { high }) }, level).replace('interval', 'interval of the change')}, ${verdict}`;
}

function methodOf({ measured, level }: EditFacts): string {
  if (!measured) return 'The shapes are those of the edited model; nothing was measured on held-out rows.';
  const { after } = measured;
  return `${capitalised(after.scheme)}: the same edits were made to the model of each fold, which never saw the rows it is measured on. ${formatLevel(level)} intervals; those of the changes are paired, on the same rows: `
    + `${after.comparedBy === 'folds' ? `corrected resampled t over the ${after.folds.length} folds (Nadeau and Bengio 2003)` : 'bootstrap of the held-out rows'}.`;
}

function tableOf({ measured }: EditFacts): Pick<TableSection, 'header' | 'rows'> {
  if (!measured) return { header: [{ title: 'Edited model' }], rows: [['Held-out metrics cannot be had']] };
  const header = [{ title: 'Metric on held-out rows' }, ...['As fitted', 'Before', 'Now', 'Now, low', 'Now, high', 'Change', 'Change, low', 'Change, high'].map(title => ({ title, numeric: true }))];
  return { header, rows: measured.after.metrics.map(metric => rowOf(metric, measured)) };
}

function rowOf({ name, value, low, high }: Metric, { fitted, before, changes }: NonNullable<EditFacts['measured']>): (string | number)[] {
  const change = changes.find(one => one.name === name);
  const cells = [valueOf(fitted, name), valueOf(before, name), value, low, high, change?.change, change?.low, change?.high];
  return [metricTitle(name), ...cells.map(cell => (cell === undefined ? '' : Number(cell.toPrecision(6))))];
}

function valueOf({ metrics }: Evaluation, name: MetricName): number | undefined {
  return metrics.find(metric => metric.name === name)?.value;
}
