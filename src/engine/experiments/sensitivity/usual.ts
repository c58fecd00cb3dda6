/** What the usual setting stands for: the value that the family takes of each choice that is varied. */
import type { Varied } from '../../../protocol/experiments';
import type { OptionValue } from '../../../protocol/recipe';
import type { Dataset } from '../../data/dataset';
import { attentionSettings } from '../../models/attention/settings';
import { boostingSettings } from '../../models/boosting/settings';
import type { Family } from '../../models/model';
import { neuralSettings, type NeuralSettings } from '../../models/neural/settings';
import { middlePenalty } from '../runs/oneNetwork';
import { rowsChoice } from './axes';

/** As text, by choice: "0.005", "auto (chosen in each fit)". */
export type UsualValues = Readonly<Record<string, string>>;

/** With so many training rows in a fold. */
export function usualValues(varied: readonly Pick<Varied, 'name'>[], family: Family, dataset: Dataset, trainRows: number): UsualValues {
  const { options } = dataset.recipe;
  const resolved = resolvedSettings(family.id, dataset, trainRows);
  return Object.fromEntries(varied.map(({ name }) => [name, valueOf(name, family, options, resolved)]));
}

function valueOf(name: string, family: Family, options: Readonly<Record<string, OptionValue>>, resolved: Readonly<Record<string, unknown>>): string {
  if (name === rowsChoice) return '1';
  const option = family.options.find(item => item.name === name);
  if (!option) return penaltyWords(name, options);
  const known = resolved[name];
  const value = name === 'hidden' ? known as string : options[name] ?? option.default;
  const plain = value === 'auto' && (typeof known === 'number' || typeof known === 'string') ? known : value;
  return plain === 'auto' ? autoWords(name) : plain === '' ? 'none' : String(plain);
}

/** The penalty of a linear model as l1 or l2. */
function penaltyWords(name: string, { penalty = 'auto', lambda = 'auto' }: Readonly<Record<string, OptionValue>>): string {
  const own = name === 'l1' ? 'lasso' : 'ridge';
  if (penalty === 'auto') return '0 unless needed';
  if (penalty === 'none') return '0';
  const strength = lambda === 'auto' ? 'chosen by cross-validation' : String(lambda);
  return penalty === own ? strength : `${penalty}, ${strength}`;
}

function autoWords(name: string): string {
  return name === 'penalty' ? 'none unless needed' : 'chosen in each fit';
}

/** What "auto" comes to, by option. */
function resolvedSettings(family: string, dataset: Dataset, trainRows: number): Readonly<Record<string, unknown>> {
  const { recipe, target, features } = dataset;
  if (family === 'neural') {
    const settings = neuralSettings(recipe.options, trainRows);
    return { ...settings, l2: middlePenalty(settings), ...layersOf(settings) };
  }
  if (family === 'attention') {
    const settings = attentionSettings(recipe.options, trainRows);
    return { ...settings, l2: middlePenalty(settings) };
  }
  if (family === 'ebm') return { ...boostingSettings(recipe.options, target.task, target.task === 'classification' ? target.classes.length : 0, trainRows, features.length) };
  return {};
}

function layersOf({ hidden }: NeuralSettings): Readonly<Record<string, OptionValue>> {
  const text = hidden.join(',');
  const even = hidden.every(size => size === hidden[0]);
  return { hidden: text === '' ? 'none' : text, depth: hidden.length, width: even ? hidden[0] ?? 64 : text };
}

/** "the usual setting (learningRate 0.005, l2 0.003)". */
export function usualWords(usual: UsualValues): string {
  const parts = Object.entries(usual).map(([name, value]) => (name === rowsChoice ? 'all training rows' : `${name} ${value}`));
  return parts.length === 0 ? 'the usual setting' : `the usual setting (${parts.join(', ')})`;
}
