/** What each fix does to the held-out score: the simple family is fitted with and without it, and the same held-out rows are compared. */
import type { CheckEffect, CheckFinding, ReportChecks } from '../../protocol/checks';
import { changedFields } from '../../protocol/checks';
import { UserError } from '../../protocol/errors';
import type { MetricName } from '../../protocol/measures';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import { firstOfAlike } from '../data/duplicateRows';
import { crossValidate, type Evaluation } from '../evaluate/crossValidate';
import { pairedChanges } from '../evaluate/foldChange';
import { makeFolds } from '../evaluate/splits';
import { Rng } from '../math/random';
import type { Family } from '../models/model';
import { balancedChange, balancedWords } from './balanced';
import { changeOnSameRows } from './sameRows';
import { list, num } from './words';

/** Each fix costs a cross-validation. */
const mostMeasured = 10;

interface Ground {
  /** Columns that are left out on both sides. */
  readonly without?: readonly string[];
  readonly dataset: Dataset;
  readonly family: Family;
  readonly base: Evaluation;
}

/** The checks with the effect of every fix. A fix that cannot be fitted says why. */
export async function withEffects(found: ReportChecks, dataset: Dataset, family: Family, context: WorkContext): Promise<ReportChecks> {
  if (!found.findings.some(({ fix }) => fix) || dataset.recipe.split.scheme === 'none') return found;
  const ground = { dataset, family, base: await evaluate(dataset, family, context) };
  // Beside a leak no other fix could change anything: these are measured without it.
  const leaks = found.findings.filter(({ id, severity, fix }) => id === 'leakage' && severity === 'severe' && fix).map(({ columns }) => columns[0]!);
  const tight = leaks.length === 0 || leaks.length >= dataset.features.length ? ground : await withoutLeaks(ground, leaks, context);
  const worth = worthMeasuring(found.findings);
  const findings: CheckFinding[] = [];
  let done = 0;
  for (const finding of found.findings) {
    if (worth.has(finding)) {
      context.progress(`Measuring fix ${done + 1} of ${worth.size}`, done++ / worth.size);
      findings.push(await measured(finding, finding.id === 'leakage' ? ground : tight, context));
    } else findings.push(finding.fix ? { ...finding, effectFailed: `The effect was not measured: only the first ${mostMeasured} fixes are.` } : finding);
  }
  return { ...found, findings };
}

/** The most severe first, in the order in which they stand. */
function worthMeasuring(findings: readonly CheckFinding[]): ReadonlySet<CheckFinding> {
  const order = ['severe', 'warning', 'information'];
  const fixable = findings.filter(({ fix }) => fix).map((finding, at) => ({ finding, at }));
  fixable.sort((a, b) => order.indexOf(a.finding.severity) - order.indexOf(b.finding.severity) || a.at - b.at);
  return new Set(fixable.slice(0, mostMeasured).map(({ finding }) => finding));
}

async function withoutLeaks({ dataset, family }: Ground, leaks: readonly string[], context: WorkContext): Promise<Ground> {
  const tight = datasetWith(dataset, { drop: leaks });
  return { dataset: tight, family, base: await evaluate(tight, family, context), without: leaks };
}

const rngOf = (dataset: Dataset): Rng => new Rng(dataset.recipe.seed).fork('evaluate');

/** As the training does it: the same folds. */
async function evaluate(dataset: Dataset, family: Family, context: WorkContext, plan = makeFolds(dataset, dataset.recipe.split, rngOf(dataset).fork('folds'))): Promise<Evaluation> {
  const evaluation = await crossValidate(family, dataset, dataset.recipe.split, context, rngOf(dataset), undefined, plan);
  if (!evaluation || evaluation.folds.length < plan.folds.length) throw new UserError('tooFewRows', 'a fold could not be fitted');
  return evaluation;
}

async function measured(finding: CheckFinding, ground: Ground, context: WorkContext): Promise<CheckFinding> {
  try {
    return { ...finding, effect: await effectOf(finding, ground, context) };
  } catch (error) {
    if (!UserError.is(error)) throw error;
    return { ...finding, effectFailed: `The effect could not be measured: ${error.message}` };
  }
}

async function effectOf({ fix, id }: CheckFinding, ground: Ground, context: WorkContext): Promise<CheckEffect> {
  const changed = datasetWith(ground.dataset, fix!.change);
  const effect = await (fix!.change.split ? acrossFolds(changed, ground, context) : onSameFolds(changed, ground, context, id === 'imbalance'));
  const without = ground.without ? ` Both without ${list(ground.without.map(name => `"${name}"`))}.` : '';
  // What is mended here is the measurement, not the model.
  const honest = ['leakage', 'duplicates', 'drift'].includes(id) && effect.low !== undefined && effect.low > 0 ? ' A worse score is no reason against the fix: it may be nearer to what new rows will show.' : '';
  return { ...effect, sentence: effect.sentence + without + honest };
}

function datasetWith(dataset: Dataset, change: NonNullable<CheckFinding['fix']>['change']): Dataset {
  const { drop, ...fields } = changedFields(dataset.recipe, change);
  const features = dataset.features.filter(name => !drop?.includes(name));
  return { ...dataset, features, recipe: { ...dataset.recipe, features, ...fields } };
}

const headline = ({ target }: Dataset): MetricName => (target.task === 'regression' ? 'rmse' : 'logLoss');

/** `small`: whether the fix is one of small classes. */
async function onSameFolds(changed: Dataset, { dataset, family, base }: Ground, context: WorkContext, small: boolean): Promise<CheckEffect> {
  const plan = makeFolds(dataset, dataset.recipe.split, rngOf(dataset).fork('folds'));
  const after = await evaluate(changed, family, context, plan);
  const changes = await pairedChanges(changed, base, after, context, rngOf(dataset).fork('checks'));
  const metric = headline(dataset);
  const main = changes.find(({ name }) => name === metric);
  const before = base.metrics.find(({ name }) => name === metric)?.value;
  if (!main || before === undefined) throw new UserError('tooFewRows', `the ${metric} has no value.`);
  const effect = told({
    model: family.title, metric, before, after: before + main.change, ...main, level: dataset.recipe.level, rows: after.rows, compared: 'same folds',
    others: changes.filter(({ name }) => name !== metric),
  });
  const balanced = small ? await balancedChange(dataset, base, after, rngOf(dataset).fork('balanced'), context) : undefined;
  return balanced ? { ...effect, balanced, sentence: effect.sentence + balancedWords(balanced) } : effect;
}

/** Folds differ, but rows that are held out by both can be compared: what differs is what their models were trained on. */
async function acrossFolds(changed: Dataset, { dataset, family, base }: Ground, context: WorkContext): Promise<CheckEffect> {
  const after = await evaluate(changed, family, context);
  const used = new Set(dataset.features);
  const clusters = firstOfAlike(dataset.table.columns.filter(({ name }) => used.has(name)), dataset.table.rows, dataset.target);
  const change = await changeOnSameRows({ dataset, before: base.heldOut, after: after.heldOut, clusters, level: dataset.recipe.level, rng: rngOf(dataset).fork('checks'), context });
  return told({ model: family.title, metric: headline(dataset), ...change, level: dataset.recipe.level, compared: 'same rows, other training rows' });
}

const metricWords: Partial<Record<MetricName, string>> = { rmse: 'RMSE', logLoss: 'log loss' };

/** Lower is better in both of the metrics that effects are told in. */
function told(effect: Omit<CheckEffect, 'sentence'> & { readonly name?: MetricName }): CheckEffect {
  const { name: _name, ...rest } = effect;
  const { metric, change, low, high, before, after, model, compared, rows } = rest;
  const clear = low !== undefined && high !== undefined && (low > 0 || high < 0);
  const same = Math.abs(change) <= 1e-9 * Math.abs(before);
  const verdict = same ? 'stays the same' : !clear ? 'does not change clearly' : change > 0 ? 'rises (worse)' : 'falls (better)';
  const interval = same || low === undefined || high === undefined ? '' : ` (difference ${num(low)} to ${num(high)})`;
  const where = compared === 'same folds' ? 'the same folds' : `the same ${rows.toLocaleString('en-US')} held-out rows, by models of other training rows`;
  return { ...rest, sentence: `With the fix the held-out ${metricWords[metric] ?? metric} of the ${model.toLowerCase()} ${verdict}: ${num(before)} to ${num(after)}${interval}, on ${where}.` };
}
