/** What a network does with one row: the activation of every unit beside its distribution over the training rows. */
import type { Section } from '../../../../protocol/report';
import { denseForward } from '../../../compute/kernels/denseForward';
import type { DenseDescription } from '../../../compute/network/description';

/** The activations section of the fit with the row's values. `x`: one row of inputs. */
export function rowSections(inside: readonly Section[], description: DenseDescription, parameters: readonly Float32Array[], x: Float32Array): Section[] {
  const section = inside.find(item => item.kind === 'activations');
  if (section?.kind !== 'activations') return [];
  const activations = denseForward(description, parameters, x, 1, true).activations ?? [];
  let active = 0;
  let unusual = 0;
  const layers = section.layers.map((layer, l) => ({
    ...layer,
    units: layer.units.map(unit => {
      const row = activations[l]?.[Number(/\d+$/.exec(unit.name)?.[0] ?? 0) - 1] ?? 0;
      if (row !== 0) active++;
      if (row < unit.quantiles[0] || row > unit.quantiles[4]) unusual++;
      return { ...unit, row };
    }),
  }));
  const units = layers.reduce((sum, layer) => sum + layer.units.length, 0);
  return [{
    ...section, id: 'rowActivations', panel: 'row', title: 'Units of the network in this row', layers,
    summary: `${active} of the ${units} units shown are active in this row; ${unusual} take a value that fewer than one training row in ten has (outside of the 5 % to 95 % quantiles).`,
  }];
}
