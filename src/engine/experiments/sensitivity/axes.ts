/** The choices that a sensitivity study can vary: their usual grids, and what a value means to the family. */
import { UserError } from '../../../protocol/errors';
import type { Varied } from '../../../protocol/experiments';
import type { OptionValue } from '../../../protocol/recipe';
import type { Dataset } from '../../data/dataset';
import type { Family, FamilyOption } from '../../models/model';
import { neuralSettings } from '../../models/neural/settings';
import { thinnedTogether, type Asked } from './design';
import { componentsAtMost, hasUsualGrid, usualGrid } from './grids';

/** Share of the training rows of each fold: a learning curve. No option of any family. */
export const rowsChoice = 'rows';

const logarithmic = new Set(['learningRate', 'l1', 'l2', 'lambda', 'width', 'batchSize', 'components', 'bins', 'rounds', rowsChoice]);

/** Penalties of linear models are options `penalty` and `lambda`; a study calls them by their names. */
const penalties: Readonly<Record<string, string>> = { l1: 'lasso', l2: 'ridge' };

const hasPenalty = (family: Pick<Family, 'options'>): boolean => family.options.some(({ name }) => name === 'penalty');

/** Options of networks that do nothing in an experiment, whose runs train one network each. */
const withoutEffect = new Set(['ensemble', 'foldEnsemble', 'prune']);

/** Names that can be varied for the family. */
export function choicesOf(family: Pick<Family, 'options'>): string[] {
  return [...family.options.map(({ name }) => name).filter(name => !withoutEffect.has(name)), ...(hasPenalty(family) ? Object.keys(penalties) : []), rowsChoice];
}

/** Choices that count something: no fractions. */
const whole = new Set(['width', 'depth', 'layers', 'heads', 'feedForward', 'batchSize', 'epochs', 'patience', 'components', 'polynomial', 'bins', 'pairBins', 'pairs', 'bags', 'leaves', 'rounds', 'maxLevels', 'largest', 'draws']);

/** What is varied where nothing was named. */
const firstChoices: Readonly<Record<string, string>> = { linear: 'l2', logistic: 'l2', ebm: 'learningRate', neural: 'learningRate', attention: 'learningRate' };

/** Other families: the training rows. */
export const firstChoice = ({ id }: Pick<Family, 'id'>): string => firstChoices[id] ?? rowsChoice;

/** The choices in a sentence: those with usual values, and those that need values of the person's. */
function choiceWords(family: Family, dataset: DataShape): string {
  const names = choicesOf(family);
  const usual = names.filter(name => hasUsualGrid(name, family, family.options.find(item => item.name === name), dataset));
  const other = names.filter(name => !usual.includes(name));
  return `it has ${usual.join(', ')}${other.length === 0 ? '' : `; and, with values of your own, ${other.join(', ')}`}`;
}

type DataShape = Pick<Dataset, 'features' | 'table' | 'recipe'>;

/**
 * The choices that were asked for, completed: "learningRate" with its usual grid (fewer of its values where several choices are varied), "depth=1:2:3" with
 * exactly these values. Throws UserError 'badOption'.
 */
export function readVaried(asked: readonly string[], family: Family, dataset: DataShape): Varied[] {
  const read = asked.map(text => readOne(text, family, dataset));
  const varied = thinnedTogether(read);
  const twice = varied.find(({ name }, i) => varied.findIndex(item => item.name === name) < i);
  if (twice) throw new UserError('badOption', `The choice ${twice.name} is named twice in vary.`);
  if (varied.length === 0) throw new UserError('badOption', `Name what to vary, such as ${choicesOf(family).includes('learningRate') ? 'learningRate' : rowsChoice}.`);
  return varied;
}

function readOne(text: string, family: Family, dataset: DataShape): Asked {
  const [name = '', values] = text.split('=').map(part => part.trim());
  const known = choicesOf(family);
  if (!known.includes(name)) throw new UserError('badOption', `The ${family.title.toLowerCase()} model has no choice "${name}" to vary; ${choiceWords(family, dataset)}.`);
  const option = family.options.find(item => item.name === name);
  const grid = values === undefined ? usualGrid(name, family, option, dataset) : values.split(/[:;]/).map(value => readValue(value.trim(), name, option, dataset));
  if (values === undefined && new Set(grid).size < 2) throw new UserError('badOption', `There is nothing to vary about ${name} with these data: it can only be ${grid.length === 0 ? 0 : String(grid[0])}.`);
  if (new Set(grid).size < 2) throw new UserError('badOption', `The choice ${name} needs at least two different values, such as ${name}=1:2.`);
  const numbers = grid.every(value => typeof value === 'number');
  const sorted = numbers ? [...grid].sort((a, b) => (a as number) - (b as number)) : grid;
  return { named: values !== undefined, choice: { name, values: [...new Set(sorted)], ...(logarithmic.has(name) && numbers && { log: true }) } };
}

function readValue(text: string, name: string, option: FamilyOption | undefined, dataset: DataShape): OptionValue {
  const number = text === '' ? NaN : Number(text);
  if (option?.values) {
    if (!option.values.includes(text)) throw new UserError('badOption', `The choice ${name} takes ${option.values.join(', ')}, not "${text}".`);
    return text;
  }
  if (typeof option?.default === 'boolean') {
    if (text !== 'true' && text !== 'false') throw new UserError('badOption', `The choice ${name} takes true or false, not "${text}".`);
    return text === 'true';
  }
  if (Number.isNaN(number)) {
    if (option && option.minimum === undefined && typeof option.default === 'string') return text;
    throw new UserError('badOption', `The choice ${name} takes numbers with colons between them, such as ${name}=1:2, not "${text}".`);
  }
  checkRange(number, name, option);
  checkData(number, name, dataset);
  return number;
}

/** What the data have no more of: a value beyond it would be another one under a false name. */
function checkData(value: number, name: string, dataset: DataShape): void {
  if (whole.has(name) && !Number.isInteger(value)) throw new UserError('badOption', `The choice ${name} takes whole numbers, not ${value}.`);
  const components = componentsAtMost(dataset);
  if (name === 'components' && components === 0) throw new UserError('badOption', 'There is no column with numbers or dates that components could be made of.');
  if (name === 'components' && value > components) throw new UserError('badOption', `The choice components takes at most ${components}, the number of columns with numbers or dates, not ${value}.`);
  const { rows } = dataset.table;
  if (name === 'batchSize' && value > rows) throw new UserError('badOption', `The choice batchSize takes at most ${rows}, the number of rows, not ${value}.`);
}

function checkRange(value: number, name: string, option: FamilyOption | undefined): void {
  const low = name === rowsChoice ? 0.001 : option?.minimum ?? (name in penalties ? 0 : -Infinity);
  const high = name === rowsChoice ? 1 : option?.maximum ?? Infinity;
  if (value < low || value > high) {
    const range = high === Infinity ? `at least ${low}` : `from ${low} to ${high}`;
    throw new UserError('badOption', `The choice ${name} takes ${name === rowsChoice ? 'shares of the training rows' : 'numbers'} ${range}, not ${value}.`);
  }
}

/** What a setting is to the family: its options (without `rows`). Choices in the place of others (width of hidden) take those out. */
export function optionsOf(family: Pick<Family, 'id' | 'options'>, base: Readonly<Record<string, OptionValue>>, setting: Readonly<Record<string, OptionValue>>): Record<string, OptionValue> {
  const options: Record<string, OptionValue> = { ...base };
  for (const [name, value] of Object.entries(setting)) {
    if (name === rowsChoice) continue;
    if (hasPenalty(family) && penalties[name] !== undefined) {
      options['penalty'] = value === 0 ? 'none' : penalties[name]!;
      if (value !== 0) options['lambda'] = value;
      else delete options['lambda'];
    } else {
      if (name === 'hidden') for (const other of ['width', 'depth']) delete options[other];
      options[name] = value;
    }
  }
  return layersTold(family, base, setting, options);
}

/** `width` or `depth` in the place of `hidden`: what is not varied of the two stays as `hidden` has it. */
function layersTold({ id }: Pick<Family, 'id'>, base: Readonly<Record<string, OptionValue>>, setting: Readonly<Record<string, OptionValue>>, options: Record<string, OptionValue>): Record<string, OptionValue> {
  if (id !== 'neural' || base['hidden'] === undefined || (setting['width'] === undefined && setting['depth'] === undefined)) return options;
  const { hidden } = neuralSettings(base, 1);
  const { hidden: _layers, ...rest } = options;
  return { depth: hidden.length, width: hidden[0] ?? 64, ...rest };
}
