/** The JSON of an explainable boosting machine: read with every size and number checked, for a model file may be anyone's. */
import { damaged, readArray, readNumber, readObject, readText, writeNumber } from '../shared/json';
import { packNumbers, unpackNumbers } from '../shared/packedNumbers';
import { binCount } from './bins';
import type { BoostedTerm, BoostingLoss, BoostingState, FeatureBins, TermEdit } from './state';

const losses: readonly BoostingLoss[] = ['squared', 'huber', 'quantile', 'poisson', 'logistic', 'softmax'];
/** Bins are held as 16-bit numbers. */
const mostBins = 65535;

export function writeState(state: BoostingState): unknown {
  const { target, task, loss, classes, features, outputs, intercept, terms, bands, noise, fitted, statistics, notes } = state;
  return {
    version: 1, target, task, loss, classes, features, outputs, intercept, terms: terms.map(term => writeTerm(term, features)),
    bands: bands && { ...bands, degrees: writeNumber(bands.degrees) }, noise, fitted, statistics, notes,
  };
}

/** Bins that are those of the feature itself are not written twice. */
function writeTerm({ features, bins, scores, errors, weights, edits, fitted }: BoostedTerm, all: readonly FeatureBins[]): unknown {
  const own = features.length === 1 && JSON.stringify(bins[0]) === JSON.stringify(all[features[0]!]);
  return {
    features, ...(!own && { bins }), scores: packNumbers(scores),
    ...(errors && { errors: packNumbers(errors) }), ...(weights.length > 0 && { weights: packNumbers(weights) }), ...(edits && { edits }),
    ...(fitted && { fitted: { scores: packNumbers(fitted.scores), ...(fitted.errors && { errors: packNumbers(fitted.errors) }) } }),
  };
}

/** Without what `predict` can do without: errors, training weights, noise, statistics and notes. Edits can still be taken back. */
export function leanState({ task, loss, classes, features, outputs, intercept, terms, fitted }: BoostingState): BoostingState {
  return {
    task, loss, ...(classes && { classes }), features, outputs, intercept, ...(fitted && { fitted: { intercept: fitted.intercept } }), statistics: [], notes: [],
    terms: terms.map(term => ({
      features: term.features, bins: term.bins, scores: term.scores, weights: new Float64Array(0),
      ...(term.edits && { edits: term.edits }), ...(term.fitted && { fitted: { scores: term.fitted.scores } }),
    })),
  };
}

/** Throws UserError 'badModelFile'. */
export function readState(json: unknown): BoostingState {
  const object = readObject(json, 'the model');
  if (object['version'] !== 1) throw damaged('the version of the model');
  const task = object['task'];
  if (task !== 'regression' && task !== 'classification') throw damaged('the task');
  const loss = losses.find(name => name === object['loss']);
  if (!loss || (task === 'classification') !== (loss === 'logistic' || loss === 'softmax')) throw damaged('the loss');
  const classes = task === 'classification' ? readTexts(object['classes'], 'the classes') : undefined;
  const outputs = classes && loss === 'softmax' ? classes.length : 1;
  if (object['outputs'] !== outputs || (classes && (outputs === 1 ? classes.length !== 2 : outputs < 2))) throw damaged('the number of outputs');
  const features = readArray(object['features'], 'the features').map(readBins);
  if (new Set(features.map(f => f.name)).size < features.length) throw damaged('the features');
  const intercept = Array.from(unpackNumbers(object['intercept'], 'the intercept', outputs));
  const terms = readArray(object['terms'], 'the terms').map(item => readTerm(item, features, outputs));
  return {
    ...(object['target'] !== undefined && { target: readText(object['target'], 'the target') }), task, loss, ...(classes && { classes }),
    features, outputs, intercept, terms, ...readBands(object['bands']),
    ...(object['noise'] !== undefined && { noise: readPositive(object['noise'], 'the noise') }), ...readFitted(object['fitted'], outputs),
    statistics: readArray(object['statistics'] ?? [], 'the statistics') as BoostingState['statistics'],
    notes: readArray(object['notes'] ?? [], 'the notes') as BoostingState['notes'],
  };
}

function readBins(json: unknown): FeatureBins {
  const object = readObject(json, 'a feature');
  const name = readText(object['name'], 'the name of a feature');
  const what = `the bins of "${name}"`;
  if (object['kind'] === 'level') {
    const levels = readTexts(object['levels'], what);
    if (levels.length + 2 > mostBins || new Set(levels).size < levels.length) throw damaged(what);
    const { ordered, pooled } = object;
    return { kind: 'level', name, levels, ...(ordered === true && { ordered: true as const }), ...(typeof pooled === 'string' && { pooled }) };
  }
  if (object['kind'] !== 'number') throw damaged(what);
  const cuts = Array.from(unpackNumbers(object['cuts'], what));
  if (cuts.length + 3 > mostBins || cuts.some((cut, i) => i > 0 && !(cut > cuts[i - 1]!))) throw damaged(what);
  const [least, largest] = unpackNumbers([object['least'], object['largest']], what, 2);
  return { kind: 'number', name, cuts, least: least!, largest: largest!, ...(object['datetime'] === true && { datetime: true as const }) };
}

function readTerm(json: unknown, all: readonly FeatureBins[], outputs: number): BoostedTerm {
  const object = readObject(json, 'a term');
  const features = Array.from(unpackNumbers(object['features'], 'the features of a term'));
  const known = features.length === 1 || (features.length === 2 && features[0]! < features[1]!);
  if (!known || features.some(f => all[f] === undefined)) throw damaged('the features of a term');
  const bins = object['bins'] === undefined ? features.map(f => all[f]!) : readArray(object['bins'], 'the bins of a term').map(readBins);
  const fits = bins.length === features.length && bins.every((axis, i) => axis.name === all[features[i]!]!.name && axis.kind === all[features[i]!]!.kind);
  if (!fits || !bins.every((axis, i) => isCoarser(axis, all[features[i]!]!))) throw damaged('the bins of a term');
  const cells = bins.reduce((product, axis) => product * binCount(axis), 1);
  const what = `the term of ${bins.map(axis => `"${axis.name}"`).join(' and ')}`;
  const weights = object['weights'] === undefined ? new Float64Array(0) : unpackNumbers(object['weights'], what, cells);
  const errors = object['errors'] === undefined ? undefined : unpackNumbers(object['errors'], what, cells * outputs);
  const edits = object['edits'] === undefined ? undefined : readArray(object['edits'], 'the edits of a term').map(readEdit);
  const fitted = object['fitted'] === undefined ? undefined : readFittedTerm(object['fitted'], what, cells * outputs);
  if (weights.some(w => w < 0) || errors?.some(e => e < 0) || (fitted !== undefined && edits === undefined)) throw damaged(what);
  return {
    features, bins, scores: unpackNumbers(object['scores'], what, cells * outputs), weights, ...(errors && { errors }),
    ...(edits && { edits }), ...(fitted && { fitted }),
  };
}

/** A term's bins are looked up by way of its feature's. */
function isCoarser(axis: FeatureBins, feature: FeatureBins): boolean {
  if (axis === feature) return true;
  const own = new Set<number | string>(feature.kind === 'number' ? feature.cuts : feature.levels);
  return (axis.kind === 'number' ? axis.cuts : axis.levels).every((item: number | string) => own.has(item));
}

function readEdit(json: unknown): TermEdit {
  const object = readObject(json, 'an edit');
  const at = readText(object['at'], 'the time of an edit');
  if (!Number.isFinite(Date.parse(at))) throw damaged('the time of an edit');
  const { kind, direction } = object;
  if (kind === 'removed') return { kind, at };
  if (kind === 'smoothed') return { kind, at, bandwidth: readPositive(object['bandwidth'], 'an edit') };
  if (kind === 'monotone' && (direction === 'increasing' || direction === 'decreasing')) return { kind, at, direction };
  throw damaged('an edit');
}

function readFittedTerm(json: unknown, what: string, length: number): NonNullable<BoostedTerm['fitted']> {
  const object = readObject(json, what);
  const errors = object['errors'] === undefined ? undefined : unpackNumbers(object['errors'], what, length);
  if (errors?.some(e => e < 0)) throw damaged(what);
  return { scores: unpackNumbers(object['scores'], what, length), ...(errors && { errors }) };
}

function readFitted(json: unknown, outputs: number): Pick<BoostingState, 'fitted'> {
  if (json === undefined) return {};
  const object = readObject(json, 'the fitted model');
  const intercept = Array.from(unpackNumbers(object['intercept'], 'the intercept', outputs));
  return { fitted: { intercept, ...(object['noise'] !== undefined && { noise: readPositive(object['noise'], 'the noise') }) } };
}

function readBands(json: unknown): Pick<BoostingState, 'bands'> {
  if (json === undefined) return {};
  const object = readObject(json, 'the bands');
  const calibration = readPositive(object['calibration'], 'the bands');
  return { bands: { words: readText(object['words'], 'the bands'), degrees: readPositive(object['degrees'], 'the bands'), calibration } };
}

function readPositive(json: unknown, what: string): number {
  const value = readNumber(json, what);
  if (!(value >= 0)) throw damaged(what);
  return value;
}

function readTexts(json: unknown, what: string): string[] {
  return readArray(json, what).map(item => readText(item, what));
}
