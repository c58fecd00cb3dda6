/** What is seen inside a network: units, effects of weights, diagram, and pruning on data of which the answer is known. */
import { describe, expect, it } from 'vitest';
import type { DenseDescription } from '../../../src/engine/compute/network/description';
import { magnitudeMasks } from '../../../src/engine/models/neural/inside/prune';
import { insideSections } from '../../../src/engine/models/neural/inside/sections';
import { unitStatistics } from '../../../src/engine/models/neural/inside/unitStatistics';
import { layerEffects, weightsCarrying } from '../../../src/engine/models/neural/inside/weightEffects';
import { takeRows } from '../../../src/engine/data/rows';
import { Rng } from '../../../src/engine/math/random';
import { datasetFor, makeTable } from '../families/support';
import { curvedNumbers, fitNeural } from './support';

const description: DenseDescription = { kind: 'dense', head: 'identity', inputs: 2, hidden: [3], activation: 'relu', outputs: 1 };
// Unit 1 is x₀ where positive, unit 2 never above 0, unit 3 constant 2.
const parameters = [Float32Array.of(1, -1, 0, 0, 0, 0), Float32Array.of(0, -50, 2), Float32Array.of(3, 1, 1), Float32Array.of(0)];
const x = Float32Array.of(-2, 0, -1, 5, 0, 1, 1, -3, 3, 2);

describe('units', () => {
  it('have the mean, quantiles and idle share of their activations, and dead ones are found', () => {
    const [[one, two, three]] = unitStatistics(description, parameters, x, 5);
    expect(one.mean).toBeCloseTo(0.8, 6);
    expect(one.quantiles[2]).toBe(0);
    expect(one.quantiles[3]).toBe(1);
    expect(one.idle).toBeCloseTo(0.6, 6);
    expect([one.state, two.state, three.state]).toEqual([undefined, 'dead', 'dead']);
  });

  it('of bounded activations are saturated when nearly always at a bound', () => {
    const steep = [parameters[0].map(v => 100 * v), Float32Array.of(0.5, 0, 0), parameters[2], parameters[3]];
    const [[one, , three]] = unitStatistics({ ...description, activation: 'tanh' }, steep, x, 5);
    expect(one.state).toBeUndefined();
    expect(one.idle).toBeCloseTo(0.8, 6);
    const [[shifted]] = unitStatistics({ ...description, activation: 'tanh' }, [steep[0], Float32Array.of(50, 0, 0), parameters[2], parameters[3]], x, 5);
    expect(shifted.state).toBe('saturated');
    expect(three.state).toBe('dead');
  });
});

describe('effects of weights', () => {
  it('are size times spread of what is weighed, as shares of the layer', () => {
    const [, second] = layerEffects(description, parameters, [[1, 1], [2, 0, 0]]);
    expect(Array.from(second.share)).toEqual([1, 0, 0]);
    const [first] = layerEffects(description, parameters, [[1, 2], [2, 0, 0]]);
    expect(Array.from(first.share)).toEqual([0.5, 0.5, 0, 0, 0, 0]);
  });

  it('are carried by the fewest weights that add up to a share', () => {
    expect(weightsCarrying({ share: Float64Array.of(0.1, 0.6, 0.25, 0.05, 0) }, [0.5, 0.9, 1])).toEqual([1, 3, 4]);
  });
});

describe('the sections', () => {
  it('draw the network with its strongest connections and name dead units', () => {
    const sections = insideSections({
      description, parameters, x, rows: 5, inputDeviations: Float64Array.of(1.7, 2.6), inputNames: ['a', 'b'], outputNames: ['y'], members: 5,
    });
    const network = sections.find(section => section.kind === 'network');
    if (network?.kind !== 'network') throw new Error('no network');
    expect(network.layers.map(layer => layer.units.map(unit => unit.name))).toEqual([['a', 'b'], ['h1.1', 'h1.2', 'h1.3'], ['y']]);
    expect(network.layers[1].units.map(unit => unit.state)).toEqual([undefined, 'dead', 'dead']);
    expect(network.edges[0]).toEqual({ layer: 0, from: 0, to: 0, weight: 1 });
    expect(network.summary).toContain('The first of the 5 networks');
    const activations = sections.find(section => section.id === 'activations');
    expect(activations?.summary).toContain('2 are dead');
    const heat = sections.find(section => section.kind === 'heatmap');
    if (heat?.kind !== 'heatmap') throw new Error('no weights');
    expect(heat.matrices.map(({ values }) => values)).toEqual([[[1, -1, 0], [0, 0, 0]], [[3], [1], [1]]]);
  });

  it('show at most 24 units a layer and 200 connections, and say how many more there are', async () => {
    const model = await fitNeural(curvedNumbers(80, { prune: false, ensemble: 1, hidden: '70,40', epochs: 3 }));
    const network = model.inside().find(section => section.kind === 'network');
    if (network?.kind !== 'network') throw new Error('no network');
    expect(network.layers.map(layer => [layer.units.length, layer.more])).toEqual([[5, 0], [24, 46], [24, 16], [1, 0]]);
    expect(network.edges.length).toBeLessThanOrEqual(200);
    for (const { layer, from, to } of network.edges) {
      expect(network.layers[layer].units[from]).toBeDefined();
      expect(network.layers[layer + 1].units[to]).toBeDefined();
    }
  });

  it('of one row hold the activations of that row', async () => {
    const dataset = curvedNumbers(80, { prune: false, ensemble: 1, hidden: '6', epochs: 3 });
    const model = await fitNeural(dataset);
    const [section] = model.insideRow(takeRows(dataset.table, Int32Array.of(5)));
    if (section?.kind !== 'activations') throw new Error('no activations');
    expect(section.panel).toBe('row');
    const means = [...Array(80).keys()].map(row => {
      const [own] = model.insideRow(takeRows(dataset.table, Int32Array.of(row)));
      return own.kind === 'activations' ? own.layers[0].units[2].row! : NaN;
    });
    expect(means.reduce((a, b) => a + b, 0) / 80).toBeCloseTo(section.layers[0].units[2].mean, 3);
  });
});

describe('pruning', () => {
  it('keeps the largest weights of all layers, at least one a layer, and every bias', () => {
    const masks = magnitudeMasks(description, [Float32Array.of(0.1, 9, 0.2, 8, 0, 7), new Float32Array(3), Float32Array.of(0.3, 0.5, 0.4), new Float32Array(1)], 3 / 9);
    expect(masks).toEqual([Uint8Array.of(0, 1, 0, 1, 0, 1), undefined, Uint8Array.of(0, 1, 0), undefined]);
  });

  it('finds that a line needs few weights of a large network, scored on rows that it never saw', async () => {
    const rng = new Rng(2);
    const columns = ['a', 'b', 'c', 'd'].map(name => [name, Array.from({ length: 400 }, () => rng.normal())] as const);
    const y = columns[0][1].map(v => 3 * v + 0.3 * rng.normal());
    const dataset = datasetFor(makeTable({ ...Object.fromEntries(columns), y }), { target: 'y', options: { ensemble: 1, epochs: 60, hidden: '32,32', l2: 0.001, learningRate: 0.01 } });
    const model = await fitNeural(dataset);
    const section = model.inside().find(item => item.id === 'pruning');
    if (section?.kind !== 'curve') throw new Error('no curve');
    const [line] = section.lines;
    expect(line.x[0]).toBe(4 * 32 + 32 * 32 + 32);
    expect(line.x.at(-1)!).toBeLessThan(30);
    expect(section.xScale).toBe('log');
    const enough = Number(/Yes: ([\d,]+) weights/.exec(section.summary)?.[1].replace(',', '') ?? NaN);
    expect(enough).toBeLessThan(line.x[0] / 5);
    const at = line.x.indexOf(enough);
    const lowest = line.y.indexOf(Math.min(...line.y));
    expect(line.y[at]).toBeLessThanOrEqual(line.high![lowest] * 1.001);
    expect(line.y[0]).toBeLessThan(0.5);
    expect(section.method).toContain('60 rows that neither trained nor stopped');
  });

  it('is left out when it is not asked for, of a brief report, and where there are too few rows', async () => {
    const ids = async (rows: number, options: Record<string, number | boolean>, detail?: 'brief'): Promise<string[]> => {
      const dataset = curvedNumbers(rows, { ensemble: 1, epochs: 2, hidden: '4', ...options });
      return (await fitNeural({ ...dataset, recipe: { ...dataset.recipe, ...(detail && { detail }) } })).inside().map(section => section.id);
    };
    expect(await ids(100, {})).toContain('pruning');
    expect(await ids(100, { prune: false })).not.toContain('pruning');
    expect(await ids(100, {}, 'brief')).not.toContain('pruning');
    expect(await ids(30, {})).not.toContain('pruning');
  });
});
