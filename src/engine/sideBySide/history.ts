/** A model's history: its earlier versions and other models of the same data and target, each against the one before. */
import { UserError } from '../../protocol/errors';
import { historyFormat, type HistoryEntry, type HistoryResult, type ModelHistory } from '../../protocol/sideBySide';
import type { CurveSection, TableSection } from '../../protocol/chartSections';
import type { MetricName } from '../../protocol/measures';
import type { Section } from '../../protocol/report';
import { targetOf } from '../../protocol/modelFacts';
import { metricTitle } from '../evaluate/metrics';
import { countOf, formatLevel, formatNumber, listWords } from '../report/format';
import { lossName, pairOf } from './pairs';
import { testWords } from './metricChanges';
import { fileName } from './recipeFields';
import { changeWords, methodWords, timeText } from './words';

/** Oldest first, each with what changed from the one before. Throws UserError where there is nothing. */
export function historyOf(given: readonly HistoryEntry[]): HistoryResult {
  if (given.length === 0) throw new UserError('badOption', 'There is no version to show.');
  const entries = [...given].sort((a, b) => a.model.created.localeCompare(b.model.created));
  const models = entries.map(({ model }) => model);
  const own = entries.find(({ place }) => place === 'this') ?? entries.at(-1)!;
  const { level } = own.model.recipe;
  const told = entries.map((entry, i) => (i === 0 ? entry : { ...entry, change: pairOf(models, i - 1, i, level) }));
  const result: ModelHistory = { format: historyFormat, version: 1, entries: told, verdict: verdictOf(told, level) };
  const target = targetOf(own.model);
  const subtitle = [own.model.name, ...(target === undefined ? [] : [`target ${target}`]), fileName(own.model)].join(' · ');
  const sections: Section[] = [versions(result, level), ...lines(result, level)];
  return { result, drawn: { title: 'History', subtitle, sentences: result.verdict, sections } };
}

type Entries = ModelHistory['entries'];

function verdictOf(entries: Entries, level: number): string[] {
  if (entries.length === 1) return ['This is the only version so far. Training the model anew keeps this one here, and so do other models of the same file and target.'];
  const counts = (['earlier', 'other'] as const).flatMap(place => {
    const found = entries.filter(entry => entry.place === place).length;
    if (found === 0) return [];
    return [place === 'earlier' ? countOf(found, 'earlier version') : `${countOf(found, 'other model')} of the same data and target`];
  });
  const last = entries.at(-1)!.change!;
  const loss = last.metrics.find(({ name }) => name === lossName(entries.at(-1)!.model));
  const step = !last.sameFolds ? `From the last but one to the last nothing is said of which is better: ${last.why}.`
    : loss ? `From the last but one to the last the ${metricTitle(loss.name)} is ${changeWords(loss, level)}.` : '';
  return [`Beside the model itself: ${listWords(counts)}.`, step].filter(text => text !== '');
}

const placeText = { this: 'this model', earlier: 'earlier version', other: 'other model' } as const;

function versions({ entries }: ModelHistory, level: number): TableSection {
  return {
    kind: 'table', id: 'historyVersions', panel: 'overview', title: 'Versions',
    summary: 'Newest first: what each changed against the one before it, and what that did to the loss.',
    method: `${methodWords(level, testWords)} Changes on other rows are given as they are, without an interval. Times are in UTC.`,
    // What is too wide for the panel is at the end: what changed names the model.
    header: [{ title: 'Trained' }, { title: 'Which', wrap: true }, { title: 'Changed', wrap: true }, { title: 'Loss', wrap: true }, { title: 'Metrics' }, { title: 'Model', wrap: true }],
    rows: entries.map((entry, i) => [
      `${i + 1}: ${timeText(entry.model.created)}`, entry.place === 'other' ? `other model: ${entry.model.name}` : placeText[entry.place],
      i === 0 ? 'the first' : entry.change!.changes.join('; ') || 'nothing', lossText(entry, level), metricsText(entry), entry.model.model.title,
    ]).reverse(),
  };
}

function metricsText({ model: { performance, model } }: HistoryEntry): string {
  if (model.headline !== undefined) return model.headline;
  const shown = shownMetrics.flatMap(name => performance?.metrics.filter(metric => metric.name === name) ?? []);
  return shown.map(({ name, value }) => `${metricTitle(name)} ${formatNumber(value)}`).join(', ') || 'not measured';
}

function lossText({ change, model }: Entries[number], level: number): string {
  if (!change) return '';
  const loss = change.metrics.find(({ name }) => name === lossName(model));
  if (!loss) return change.why === undefined ? '' : `not compared: ${change.why}`;
  return change.sameFolds ? changeWords(loss, level) : `${changeWords(loss, level)}, but ${change.why}`;
}

/** What most people read, and the loss that verdicts rest on. */
const shownMetrics: readonly MetricName[] = ['accuracy', 'r2', 'logLoss', 'rmse'];

/** A line over the versions for each shown metric that two or more of them have. */
function lines({ entries }: ModelHistory, level: number): CurveSection[] {
  return shownMetrics.flatMap(name => {
    const points = entries.flatMap(({ model }, i) => {
      const metric = model.performance?.metrics.find(one => one.name === name);
      return metric ? [{ x: i + 1, ...metric }] : [];
    });
    return points.length < 2 ? [] : [lineOf(name, points, level)];
  });
}

interface Point { readonly x: number; readonly value: number; readonly low?: number; readonly high?: number }

function lineOf(name: MetricName, points: readonly Point[], level: number): CurveSection {
  const banded = points.every(({ low, high }) => low !== undefined && high !== undefined);
  const [first, last] = [points[0]!, points.at(-1)!];
  return {
    kind: 'curve', id: `history ${name}`, panel: 'overview', title: `${metricTitle(name)} over the Versions`,
    summary: `From ${formatNumber(first.value)} in version ${first.x} to ${formatNumber(last.value)} in version ${last.x}. Bands that overlap do not say that versions are equal; the table has the paired differences.`,
    method: `Held-out metrics as they were measured when each version was trained${banded ? `, with intervals at ${formatLevel(level)} unless a version was trained with another level` : ''}.`,
    xTitle: 'Version', yTitle: metricTitle(name), wholeX: true, bandName: 'interval',
    lines: [{
      name: metricTitle(name), x: points.map(({ x }) => x), y: points.map(({ value }) => value),
      ...(banded && { low: points.map(({ low }) => low!), high: points.map(({ high }) => high!) }),
    }],
  };
}
