/** The pure parts behind the pictures: fronts, waterfalls, networks, colours of cells, and what is said while a run lasts. */
import { describe, expect, test } from 'vitest';
import type { NetworkSection } from '../../../src/protocol/networkSections';
import { contrast, hasTexts, heatColour, scaledColour, scaleOf, heatmapSize, inkOn, largest, nameRotation } from '../../../webview/charts/heatmapChart';
import { frontSteps, paretoFront } from '../../../webview/charts/pareto';
import { wrapped } from '../../../webview/charts/radarChart';
import { titleLines } from '../../../webview/charts/options';
import { paddedRange } from '../../../webview/charts/segments';
import { waterfallSteps } from '../../../webview/charts/waterfallSteps';
import { formatShort } from '../../../webview/format';
import { connectionsText, layoutNetwork, moveUnit, touches, unitText } from '../../../webview/network/layout';
import { spokenStage } from '../../../webview/view/spokenStage';
import { isWaiting } from '../../../webview/view/rowPanel';
import { theme } from './theme';

describe('the Pareto front', () => {
  const points = [{ x: 1, y: 5 }, { x: 2, y: 4 }, { x: 2, y: 3 }, { x: 3, y: 1 }, { x: 0, y: 5 }];

  test('has the points that none beats, from the worst x to the best', () => {
    expect(paretoFront(points, 'higher', 'higher')).toEqual([0, 1, 3]);
    expect(paretoFront(points, 'lower', 'higher')).toEqual([4]);
    expect(paretoFront(points, 'higher', 'lower')).toEqual([3]);
    expect(paretoFront(points, 'lower', 'lower')).toEqual([3, 2, 4]);
  });

  test('agrees with its definition on 300 random sets', () => {
    let state = 5;
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor(state / 2 ** 32 * 12);
    };
    for (let repeat = 0; repeat < 300; repeat++) {
      const set = Array.from({ length: 9 }, () => ({ x: random(), y: random() }));
      const front = new Set(paretoFront(set, 'higher', 'lower'));
      for (const [i, { x, y }] of set.entries()) {
        const beaten = set.some(other => other.x >= x && other.y <= y && (other.x > x || other.y < y));
        expect(front.has(i)).toBe(!beaten);
      }
    }
  });

  test('keeps equal points and leaves out what is not a number', () => {
    expect(paretoFront([{ x: 1, y: 1 }, { x: 1, y: 1 }, { x: Number.NaN, y: 9 }], 'higher', 'higher')).toEqual([0, 1]);
    expect(paretoFront([], 'higher', 'higher')).toEqual([]);
  });

  test('is a step line along the edge of what is beaten', () => {
    expect(frontSteps([{ x: 1, y: 5 }, { x: 2, y: 4 }, { x: 3, y: 1 }])).toEqual([{ x: 1, y: 5 }, { x: 1, y: 4 }, { x: 2, y: 4 }, { x: 2, y: 1 }, { x: 3, y: 1 }]);
    expect(frontSteps([{ x: 1, y: 5 }])).toEqual([{ x: 1, y: 5 }]);
  });
});

describe('a waterfall', () => {
  const parts = [{ name: 'small', contribution: 0.1 }, { name: 'big', contribution: -3 }, { name: 'middle', contribution: 1 }, { name: 'tiny', contribution: -0.05 }];

  test('takes the largest part first, each step from the end of the last', () => {
    const steps = waterfallSteps(2, parts, 10);
    expect(steps.map(step => step.name)).toEqual(['big', 'middle', 'small', 'tiny']);
    expect(steps[0]).toMatchObject({ from: 2, to: -1 });
    for (let i = 1; i < steps.length; i++) expect(steps[i]?.from).toBe(steps[i - 1]?.to);
  });

  test('sums up the parts that have no bar of their own, so that it ends at base + Σ parts', () => {
    const steps = waterfallSteps(2, parts, 3);
    expect(steps.map(step => step.name)).toEqual(['big', 'middle', '2 other features']);
    expect(steps.at(-1)?.to).toBeCloseTo(2 - 3 + 1 + 0.05, 14);
  });
});

describe('the drawing of a network', () => {
  const section: Pick<NetworkSection, 'layers' | 'edges'> = {
    layers: [
      { name: 'in', units: [{ name: 'a' }, { name: '__proto__' }], more: 0 },
      { name: 'hidden', units: [{ name: 'h1', share: 0.1 }, { name: 'h2', share: 0.4, state: 'dead' }, { name: 'h3' }], more: 5 },
      { name: 'out', units: [{ name: 'y' }], more: 0 },
    ],
    edges: [
      { layer: 0, from: 0, to: 0, weight: 0.5 }, { layer: 0, from: 1, to: 0, weight: -2 }, { layer: 1, from: 0, to: 0, weight: 1 },
      { layer: 1, from: 9, to: 0, weight: 1 }, { layer: 0, from: 0, to: 2, weight: Number.NaN },
    ],
  };
  const layout = layoutNetwork(section);

  test('has a column a layer and leaves out connections without ends or weight', () => {
    expect(layout.units.map(layer => new Set(layer.map(unit => unit.x)).size)).toEqual([1, 1, 1]);
    expect(layout.units[0]![0]!.x).toBeLessThan(layout.units[1]![0]!.x);
    expect(layout.edges).toHaveLength(3);
    for (const unit of layout.units.flat()) {
      expect(unit.x).toBeGreaterThan(0);
      expect(unit.y).toBeLessThan(layout.height);
    }
  });

  test('draws strong connections last, thick by their share of the strongest', () => {
    expect(layout.edges.map(edge => edge.strength)).toEqual([0.25, 0.5, 1]);
  });

  test('is walked with the arrow keys, to the nearest unit of the next layer', () => {
    const at = (layer: number, unit: number) => ({ layer, unit });
    expect(moveUnit(layout, at(0, 0), 'ArrowDown')).toMatchObject(at(0, 1));
    expect(moveUnit(layout, at(0, 1), 'ArrowDown')).toMatchObject(at(0, 1));
    expect(moveUnit(layout, at(1, 1), 'ArrowRight')).toMatchObject(at(2, 0));
    expect(moveUnit(layout, at(2, 0), 'ArrowLeft')).toMatchObject(at(1, 1));
    expect(moveUnit(layout, at(1, 0), 'End')).toMatchObject(at(1, 2));
    expect(moveUnit(layout, at(1, 0), 'a')).toBeUndefined();
    expect(moveUnit(layout, at(7, 0), 'ArrowUp')).toBeUndefined();
  });

  test('says a unit and its strongest connections in words', () => {
    expect(unitText(layout.units[1]![1]!, 'hidden')).toBe('hidden, h2, dead, 40.0 % of the layer\'s effect');
    expect(connectionsText(layout, layout.units[1]![0]!)).toBe('Strongest connections: from __proto__ (-2), a (+0.5000); to y (+1).');
    expect(connectionsText(layout, layout.units[1]![2]!)).toMatch(/^None/);
    expect(layout.edges.filter(edge => touches(edge, { layer: 1, unit: 0 }))).toHaveLength(3);
  });

  test('stands also without layers', () => {
    expect(layoutNetwork({ layers: [], edges: [] })).toMatchObject({ units: [], edges: [] });
  });
});

describe('cells of a heat map', () => {
  test('go from the background to one colour for each sign', () => {
    expect(heatColour(theme, 0, 2)).toBe('rgba(255, 255, 255, 1)');
    expect(heatColour(theme, 2, 2)).toBe('rgba(0, 0, 255, 1)');
    expect(heatColour(theme, -2, 2)).toBe('rgba(255, 0, 0, 1)');
    expect(heatColour(theme, Number.NaN, 2)).toBe(theme.background);
    expect(largest([[0, -3, Number.NaN], [1]])).toBe(3);
    expect(largest([[0]])).toBe(1);
  });

  test('of losses begin at the smallest, which still differs from a cell without a value', () => {
    const scale = scaleOf({ values: [[5, 6], [Number.NaN, 7]], fromLowest: true });
    expect(scale).toMatchObject({ from: 5, most: 7 });
    expect(scaledColour(theme, 7, scale)).toBe(heatColour(theme, 2, 2));
    expect(scaledColour(theme, 5, scale)).not.toBe(theme.background);
    expect(scaledColour(theme, Number.NaN, scale)).toBe(theme.background);
    const plain = scaleOf({ values: [[5, 6]] });
    expect(scaledColour(theme, 3, plain)).toBe(heatColour(theme, 3, 6));
    expect(Object.values(scaleOf({ values: [[4, 4]], fromLowest: true })).every(Number.isFinite)).toBe(true);
  });

  test('are written on in the colour that is easier to read', () => {
    expect(inkOn(theme, '#ffffff')).toBe('#000000');
    expect(inkOn(theme, '#0000ff')).toBe('#ffffff');
  });

  test.each(['dark', 'light'])('can be read at every value in a %s theme', kind => {
    const colours = kind === 'dark' ? { foreground: '#cccccc', background: '#1f1f1f', positive: '#3794ff', negative: '#f14c4c' } : { positive: '#1a85ff', negative: '#e51400' };
    const one = { ...theme, ...colours };
    for (let value = -1; value <= 1; value += 1 / 64) {
      const cell = heatColour(one, value, 1);
      expect(contrast(cell, inkOn(one, cell))).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('have their values written into them up to 12 × 12 cells with room', () => {
    expect(hasTexts(12, 12, 60, 28)).toBe(true);
    expect(hasTexts(13, 12, 60, 28)).toBe(false);
    expect(hasTexts(3, 3, 40, 28)).toBe(false);
    expect(hasTexts(3, 3, 60, 14)).toBe(false);
  });

  test('contrast is that of WCAG', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.478, 3);
  });

  test('have every name where there is room, and turned names where they are long or many', () => {
    const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `unit ${i}`);
    expect(heatmapSize({ rows: names(10), columns: names(10) })).toMatchObject({ nameStep: 1 });
    const tall = heatmapSize({ rows: names(400), columns: names(4) });
    expect(tall.nameStep).toBeGreaterThan(1);
    expect(tall.height).toBeLessThan(4000);
    expect(nameRotation(['a', 'b'])).toBe(0);
    expect(nameRotation(names(32))).toBe(90);
    expect(nameRotation(Array.from({ length: 10 }, () => 'a long name of a column'))).toBe(40);
  });
});

test('a range has a margin, also around one point and without any', () => {
  expect(paddedRange([0, 10], 0.1)).toEqual({ min: -1, max: 11 });
  expect(paddedRange([5], 0.1)).toEqual({ min: 4.5, max: 5.5 });
  expect(paddedRange([Number.NaN])).toEqual({ min: 0, max: 1 });
});

test('a long title of a vertical axis is broken at spaces, into lines that hold all of it', () => {
  expect(titleLines('Log loss', 20)).toBe('Log loss');
  expect(titleLines('Agreement with the predictions of the whole rows', 26)).toEqual(['Agreement with the', 'predictions of the whole', 'rows']);
  expect(titleLines('averylongword_without_any_space', 10)).toEqual(['averylongword_without_any_space']);
});

test('long names around a radar break at the space nearest to their middle', () => {
  expect(wrapped('Sparsity')).toBe('Sparsity');
  expect(wrapped('Deletion against random order')).toEqual(['Deletion against', 'random order']);
  expect(wrapped('averyveryverylongname')).toBe('averyveryverylongname');
});

test('short numbers have three digits and no zeros at the end', () => {
  expect([0.08, 0.85714, -0.05, 12345, 0, 1 / 3, Number.NaN].map(formatShort)).toEqual(['0.08', '0.857', '-0.05', '12,300', '0', '0.333', 'not defined']);
});

describe('what a screen reader hears of a run', () => {
  test('is every kind of stage once, and a stage that counts on only now and then', () => {
    const first = spokenStage(undefined, 'Training, epoch 1 of 100', 0);
    expect(first.text).toBe('Training, epoch 1 of 100');
    expect(spokenStage(first, 'Training, epoch 2 of 100', 200)).toBe(first);
    expect(spokenStage(first, 'Training, epoch 80 of 100', 20_000).text).toBe('Training, epoch 80 of 100');
    expect(spokenStage(first, 'Measuring importance', 300).text).toBe('Measuring importance');
  });
});

test('a row is waited for until it is explained or failed', () => {
  expect([undefined, { row: 3 }, { row: 3, sections: [] }, { row: 3, failed: 'No.' }].map(isWaiting)).toEqual([false, true, false, false]);
});
