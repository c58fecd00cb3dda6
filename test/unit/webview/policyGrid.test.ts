/** The grid of a policy: where keys lead, what cells say, and how arrows point. */
import { describe, expect, it } from 'vitest';
import type { PolicyGridCell, PolicyGridSection } from '../../../src/protocol/policySections';
import { arrowPath, cellText, colourRange, depth, gridSize, hatchPath, moveCell, numberText } from '../../../webview/policy/gridLayout';

const cell = (row: number, column: number, more: Partial<PolicyGridCell> = {}): PolicyGridCell =>
  ({ row, column, value: 10 * row + column, best: [0], visits: 8, actionVisits: 3, certainty: 0.5, uncertain: false, unsupported: false, start: false, ...more });
const section: PolicyGridSection = {
  kind: 'policyGrid', id: 'g', panel: 'policy', title: 'Grid', summary: 's', method: 'm', across: 'x', down: 'y', columns: [4, 5, 6], rows: [1, 2],
  actions: [{ name: 'east', arrow: 'right' }, { name: 'wait', arrow: 'stay' }], certainFrom: 0.9, fewestVisits: 5,
  cells: [cell(0, 0, { start: true }), cell(0, 2, { uncertain: true, unsupported: true, best: [0, 1] }), cell(1, 0), cell(1, 1, { best: [] })],
};
const [first, second, third] = section.cells as [PolicyGridCell, PolicyGridCell, PolicyGridCell];

describe('moving by keys', () => {
  it('skips what the log does not show, and stays within the grid', () => {
    expect(moveCell(section.cells, first, 'ArrowRight')).toBe(second);
    expect(moveCell(section.cells, second, 'ArrowLeft')).toBe(first);
    expect(moveCell(section.cells, first, 'ArrowDown')).toBe(third);
    expect(moveCell(section.cells, second, 'ArrowDown')).toBeUndefined();
    expect(moveCell(section.cells, first, 'End')).toBe(second);
    expect(moveCell(section.cells, second, 'Home')).toBe(first);
    expect(moveCell(section.cells, first, 'x')).toBeUndefined();
  });
});

describe('a cell in words', () => {
  it('has its state, actions, value and what they rest on', () => {
    expect(cellText(section, first)).toBe('y 1, x 4: east; value 0, best with probability 50.0 %, tried 3 of 8 times, episodes begin here.');
    expect(cellText(section, second)).toBe('y 1, x 6: east, or as good wait; value 2, best with probability 50.0 %, tried 3 of 8 times; tried fewer than 5 times; best action uncertain.');
    expect(cellText(section, section.cells[3]!)).toBe('y 2, x 5: an end: nothing to decide, value 11.');
  });
});

describe('the drawing', () => {
  it('has colours from the lowest to the highest value, certainty and visits from 0 on', () => {
    const range = colourRange(section.cells, 'Value of the state');
    expect(range).toEqual({ low: 0, high: 11 });
    expect([depth(0, range), depth(11, range), depth(3, { low: 3, high: 3 })]).toEqual([0, 1, 0.5]);
    expect(colourRange(section.cells, 'Certainty of the action')).toEqual({ low: 0, high: 1 });
    expect(colourRange(section.cells, 'Visits of the state')).toEqual({ low: 0, high: 8 });
  });

  it('writes the number that the colour stands for; an end has no certainty, and no share is rounded up to all', () => {
    expect([numberText(second, 'Value of the state'), numberText(second, 'Visits of the state'), numberText({ ...second, certainty: 0.999 }, 'Certainty of the action')]).toEqual(['2', '8', '99 %']);
    expect(numberText(section.cells[3]!, 'Certainty of the action')).toBe('');
  });

  it('has arrows that end on their side of the middle', () => {
    const tip = (path: string): number[] => /L([\d.-]+) ([\d.-]+)M/.exec(path)!.slice(1).map(Number);
    expect(tip(arrowPath('right', 50, 50, 50))).toEqual([67, 50]);
    expect(tip(arrowPath('up', 50, 50, 50))).toEqual([50, 33]);
    expect(tip(arrowPath('downLeft', 50, 50, 50)).map(value => Math.sign(value - 50))).toEqual([-1, 1]);
    expect(arrowPath('stay', 50, 50, 50)).toContain('a8.5 8.5');
  });

  it('has smaller cells for larger grids, and hatching within the cell', () => {
    const side = (n: number): number => gridSize({ columns: Array.from({ length: n }, (_, i) => i), rows: [1] }).cell;
    expect([side(4), side(20), side(40), side(100)]).toEqual([58, 42, 26, 14]);
    for (const value of hatchPath(10, 20, 30).match(/[\d.]+ [\d.]+/g)!) {
      const [x, y] = value.split(' ').map(Number);
      expect(x! >= 10 && x! <= 40 && y! >= 20 && y! <= 50).toBe(true);
    }
  });
});
