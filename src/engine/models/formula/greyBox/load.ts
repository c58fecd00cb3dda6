/** A grey box from its JSON. */
import { readArray, readObject, readText, damaged } from '../../shared/json';
import { FormulaModel } from '../model';
import { readState } from '../state';
import { restFamilies } from './fit';
import { GreyBoxModel, type GreyFacts, type RestFamily } from './model';

/** Undefined where the JSON has no rest. Throws UserError 'badModelFile'. */
export function loadGreyBox(json: unknown): GreyBoxModel | undefined {
  const written = readObject(json, 'the model')['rest'];
  if (written === undefined) return undefined;
  const { model, restFamily, ...facts } = readObject(written, 'the rest');
  const family = Object.hasOwn(restFamilies, String(restFamily)) ? restFamilies[restFamily as RestFamily] : undefined;
  if (!family) throw damaged('the rest');
  const texts = (name: string): string[] => readArray(facts[name], 'the rest').map(item => readText(item, 'a column'));
  const { curves, shares, rules } = facts as unknown as GreyFacts;
  return new GreyBoxModel(new FormulaModel(readState(json)), family.load(model), {
    restFamily: restFamily as RestFamily, adjusted: texts('adjusted'), features: texts('features'), curves: readArray(curves, 'the rest') as GreyFacts['curves'], ...(shares && { shares }), ...(rules && { rules }),
  });
}
