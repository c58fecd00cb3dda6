/** Options of preparation that all linear models share. */
import type { OptionValue } from '../../../protocol/recipe';
import type { FamilyOption } from '../model';

export const preparationOptions: readonly FamilyOption[] = [
  { name: 'standardise', description: 'Scale numeric features to mean 0 and standard deviation 1 before the fit; weights are then per standard deviation.', default: false },
  { name: 'polynomial', description: 'Highest power of each numeric feature.', default: 1, minimum: 1, maximum: 5 },
  { name: 'interactions', description: 'Add the products of all pairs of features.', default: false },
  { name: 'reference', description: 'Level that the others of a category are compared with.', default: 'first', values: ['first', 'mostFrequent'] },
  { name: 'maxLevels', description: 'Levels kept of a category before the rare ones are pooled into "(other)"; auto keeps 50, or a tenth of the rows where that is fewer, and at least 10.', default: 'auto', minimum: 1, maximum: 10000 },
  { name: 'rareLevels', description: 'Levels of a category on fewer training rows than this are pooled into "(other)"; 0 pools none for that.', default: 0, minimum: 0, maximum: 10000 },
];

/** The recipe's option, or the family's default. */
export function optionOf(options: Readonly<Record<string, OptionValue>>, name: string, otherwise: OptionValue): OptionValue {
  return Object.hasOwn(options, name) ? options[name] : otherwise;
}
