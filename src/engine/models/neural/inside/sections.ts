/** The sections on what is inside a trained network: diagram, weights, activations of units, effects of weights. */
import type { HeatmapSection, TableSection } from '../../../../protocol/chartSections';
import type { ActivationsSection, NetworkSection } from '../../../../protocol/networkSections';
import type { Section } from '../../../../protocol/report';
import type { DenseDescription } from '../../../compute/network/description';
import { count, countOf, percent, rounded, short } from '../words';
import { layerEffects, weightsCarrying, type LayerEffects } from './weightEffects';
import { unitStatistics, type UnitStatistics } from './unitStatistics';

export interface InsideInput {
  readonly description: DenseDescription;
  readonly parameters: readonly Float32Array[];
  /** Sample of the training rows: rows × inputs. */
  readonly x: Float32Array;
  readonly rows: number;
  /** Standard deviation of each input over the training rows. */
  readonly inputDeviations: Float64Array;
  /** Names of the input columns and of the outputs. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Networks of the ensemble; the first is shown. */
  readonly members: number;
}

interface Found extends InsideInput {
  readonly units: readonly (readonly UnitStatistics[])[];
  readonly effects: readonly LayerEffects[];
  readonly layerNames: readonly string[];
  readonly nameOf: (layer: number, unit: number) => string;
}

const mostDrawn = 24;
const mostEdges = 200;
const mostHeat = 100;
const mostListed = 128;

export function insideSections(input: InsideInput): Section[] {
  const { description, parameters, x, rows, inputNames, outputNames } = input;
  const units = unitStatistics(description, parameters, x, rows);
  const effects = layerEffects(description, parameters, [input.inputDeviations, ...units.map(layer => layer.map(unit => unit.deviation))]);
  const last = description.hidden.length + 1;
  const found: Found = {
    ...input, units, effects,
    layerNames: ['Inputs', ...description.hidden.map((_, l) => `Hidden layer ${l + 1}`), 'Output'],
    nameOf: (layer, unit) => (layer === 0 ? inputNames[unit] : layer === last ? outputNames[unit] : `h${layer}.${unit + 1}`),
  };
  return [diagram(found), heatmaps(found), ...(units.length > 0 ? [activationsSection(found)] : []), effectTable(found)];
}

/** Which network is seen, to stand in every text. */
function which({ members }: InsideInput): string {
  return members === 1 ? 'The network' : `The first of the ${members} networks`;
}

function method(found: Found, words: string): string {
  return `${words}; ${which(found).toLowerCase()}, over ${count(found.rows)} training rows.`;
}

/** Units of a layer in the order of their part in the effects of the weights that leave (for outputs: enter) them. */
function unitShares({ effects }: Found, layer: number): Float64Array {
  const leaving = layer < effects.length;
  const { from, to, share } = effects[leaving ? layer : layer - 1];
  const sums = new Float64Array(leaving ? from : to);
  for (let j = 0; j < from; j++) for (let k = 0; k < to; k++) sums[leaving ? j : k] += share[j * to + k];
  return sums;
}

function strongest(shares: Float64Array, most: number): number[] {
  const order = Array.from(shares.keys()).sort((a, b) => shares[b] - shares[a] || a - b).slice(0, most);
  return order.sort((a, b) => a - b);
}

function diagram(found: Found): NetworkSection {
  const { effects, units, layerNames, nameOf } = found;
  const drawn = layerNames.map((_, l) => strongest(unitShares(found, l), mostDrawn));
  const layers = layerNames.map((name, l) => {
    const shares = unitShares(found, l);
    return {
      name, more: shares.length - drawn[l].length,
      units: drawn[l].map(unit => ({ name: nameOf(l, unit), ...state(units[l - 1]?.[unit]), share: rounded(shares[unit]) })),
    };
  });
  const each = Math.floor(mostEdges / effects.length);
  const edges = effects.flatMap(({ to, weight, share }, layer) => {
    const places = drawn[layer].flatMap((unit, from) => drawn[layer + 1].map((other, k) => ({ from, to: k, at: unit * to + other })));
    places.sort((a, b) => share[b.at] - share[a.at] || a.at - b.at);
    return places.slice(0, each).filter(p => weight[p.at] !== 0).map(p => ({ layer, from: p.from, to: p.to, weight: rounded(weight[p.at]) }));
  });
  const sizes = effects.map(({ from }) => from).concat(effects[effects.length - 1].to);
  const [first] = drawn[0].slice().sort((a, b) => unitShares(found, 0)[b] - unitShares(found, 0)[a]);
  const hidden = layers.some(layer => layer.more > 0) ? ` Units with little effect are left out where a layer has more than ${mostDrawn}.` : '';
  return {
    kind: 'network', id: 'network', panel: 'weights', title: 'The network', layers, edges,
    summary: `${which(found)} leads from ${countOf(sizes[0], 'input')}${sizes.length > 2 ? ` through ${sizes.slice(1, -1).map(count).join(' and ')} hidden units` : ' straight'} to ${countOf(sizes[sizes.length - 1], 'output')}. The input with the strongest connections is ${nameOf(0, first)}.${hidden}`,
    method: method(found, 'Lines: the weights with the largest effect (size times the standard deviation of what they weigh), those of each layer apart'),
    assumptions: ['Numeric inputs are standardised, so their weights compare; categories enter as columns of 0 and 1.', 'A single weight says little: what an input does depends on all paths from it to the output.'],
  };
}

function heatmaps(found: Found): HeatmapSection {
  const { effects, layerNames, nameOf } = found;
  let cut = false;
  const matrices = effects.map(({ from, to, weight }, l) => {
    const rows = strongest(unitShares(found, l), mostHeat);
    const columns = strongest(unitShares(found, l + 1), mostHeat);
    cut ||= rows.length < from || columns.length < to;
    return {
      name: `${layerNames[l]} → ${layerNames[l + 1].toLowerCase()}`, xTitle: layerNames[l + 1], yTitle: layerNames[l],
      rows: rows.map(unit => nameOf(l, unit)), columns: columns.map(unit => nameOf(l + 1, unit)),
      values: rows.map(unit => columns.map(other => rounded(weight[unit * to + other]))), diverging: true,
    };
  });
  const all = effects.flatMap(({ weight }) => Array.from(weight, Math.abs));
  const zero = all.filter(w => w === 0).length;
  const largest = all.reduce((a, b) => Math.max(a, b), 0);
  return {
    kind: 'heatmap', id: 'networkWeights', panel: 'weights', title: 'Weights of the network by layer', matrices,
    summary: `${which(found)} has ${count(all.length)} weights beside the biases; the largest is ${short(largest)} in size${zero > 0 ? `, and ${count(zero)} are exactly zero` : ''}.${cut ? ` Of larger layers the ${mostHeat} units with the most effect are shown.` : ''}`,
    method: `One cell a weight, from a row's unit to a column's; ${which(found).toLowerCase()}.`,
  };
}

function activationsSection(found: Found): ActivationsSection {
  const { units, layerNames, nameOf, description } = found;
  const all = units.flat();
  const dead = all.filter(unit => unit.state === 'dead').length;
  const saturated = all.filter(unit => unit.state === 'saturated').length;
  const idle = all.reduce((sum, unit) => sum + unit.idle, 0) / all.length;
  const idleWords = description.activation === 'relu' ? 'are 0' : description.activation === 'gelu' ? 'are near 0' : 'are near a bound';
  const layers = units.map((layer, l) => ({
    name: layerNames[l + 1],
    units: strongest(unitShares(found, l + 1), mostListed).map(unit => ({
      name: nameOf(l + 1, unit), mean: rounded(layer[unit].mean), idle: rounded(layer[unit].idle),
      quantiles: layer[unit].quantiles.map(rounded) as unknown as [number, number, number, number, number], ...state(layer[unit]),
    })),
  }));
  const deadWords = dead === 0 ? 'None is dead' : `${count(dead)} ${dead === 1 ? 'is' : 'are'} dead: the same in every row, so ${dead === 1 ? 'it does' : 'they do'} nothing`;
  const bounded = description.activation === 'tanh' || description.activation === 'sigmoid';
  const saturatedWords = !bounded ? '' : saturated === 0 ? ' None is saturated.' : ` ${count(saturated)} ${saturated === 1 ? 'is' : 'are'} saturated: within 1 % of a bound in at least 95 % of the rows.`;
  return {
    kind: 'activations', id: 'activations', panel: 'weights', title: 'Activations of the hidden units', layers,
    summary: `${which(found)} has ${count(all.length)} hidden units. ${deadWords}.${saturatedWords} In a typical row ${percent(idle)} of the units ${idleWords}.`,
    method: method(found, `Mean and quantiles (5, 25, 50, 75, 95 %) of each unit after its activation (${description.activation})`),
  };
}

function effectTable(found: Found): TableSection {
  const { effects, layerNames } = found;
  const shares = [0.5, 0.9, 0.99];
  const carrying = effects.map(layer => weightsCarrying(layer, shares));
  const total = effects.reduce((sum, { share }) => sum + share.length, 0);
  const ninety = carrying.reduce((sum, counts) => sum + counts[1], 0);
  return {
    kind: 'table', id: 'weightEffects', panel: 'weights', title: 'How many weights do the work',
    header: [{ title: 'Weights' }, { title: 'Number', numeric: true }, ...shares.map(share => ({ title: `carry ${100 * share} % of the effect`, numeric: true }))],
    rows: effects.map(({ share }, l) => [`${layerNames[l]} → ${layerNames[l + 1].toLowerCase()}`, share.length, ...carrying[l]]),
    summary: `${count(ninety)} of ${count(total)} weights (${percent(ninety / total)}) carry 90 % of the effect in their layers.`,
    method: method(found, 'Effect of a weight: its size times the standard deviation of the input or activation that it weighs, as a share of the sum over its layer'),
    assumptions: ['A weight with a small effect by this measure may still matter together with others; whether weights can go is what pruning tries out.'],
  };
}

function state(unit: UnitStatistics | undefined): { state?: 'dead' | 'saturated' } {
  return unit?.state ? { state: unit.state } : {};
}
