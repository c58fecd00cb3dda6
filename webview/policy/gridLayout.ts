/** Where the cells and arrows of a policy's grid stand, and what is said of a cell. Pure functions, no DOM. */
import type { Arrow, PolicyGridCell, PolicyGridSection } from '../../src/protocol/policySections';
import { formatCount, formatNumber, formatShare, formatShort, shortName, visibleName } from '../format';
import { t } from '../l10n';

/** What the colour of a cell stands for. */
export const colourings = ['Value of the state', 'Visits of the state', 'Certainty of the action'] as const;
export type Colouring = (typeof colourings)[number];

export const marginLeft = 56;
export const marginTop = 40;

export interface GridSize { readonly cell: number; readonly width: number; readonly height: number }

/** Pixels: cells as large as there is room for. */
export function gridSize({ columns, rows }: Pick<PolicyGridSection, 'columns' | 'rows'>): GridSize {
  const side = Math.max(columns.length, rows.length);
  const cell = side <= 12 ? 58 : side <= 20 ? 42 : side <= 40 ? 26 : 14;
  return { cell, width: marginLeft + columns.length * cell + 2, height: marginTop + rows.length * cell + 2 };
}

export function colourValue(cell: PolicyGridCell, colouring: Colouring): number {
  if (colouring === 'Visits of the state') return cell.visits;
  return colouring === 'Certainty of the action' ? cell.certainty : cell.value;
}

/** What is written in a cell: the number that its colour stands for. */
export function numberText(cell: PolicyGridCell, colouring: Colouring): string {
  if (colouring === 'Certainty of the action') return cell.best.length === 0 ? '' : `${Math.floor(100 * cell.certainty)} %`;
  return formatShort(colourValue(cell, colouring));
}

/** Lowest and highest, over the cells. */
export function colourRange(cells: readonly PolicyGridCell[], colouring: Colouring): { readonly low: number; readonly high: number } {
  const values = cells.map(cell => colourValue(cell, colouring));
  const [low, high] = values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity] as readonly [number, number]);
  return colouring === 'Value of the state' ? { low, high } : { low: 0, high: colouring === 'Visits of the state' ? high : 1 };
}

/** 0…1: how deep the colour is. */
export function depth(value: number, { low, high }: { readonly low: number; readonly high: number }): number {
  return high > low ? (value - low) / (high - low) : 0.5;
}

const directions: Readonly<Record<Exclude<Arrow, 'stay'>, readonly [number, number]>> = {
  left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1], upLeft: [-0.71, -0.71], upRight: [0.71, -0.71], downLeft: [-0.71, 0.71], downRight: [0.71, 0.71],
};

/** Path of an arrow in a square with the middle (x, y) and the given side; a ring for staying. */
export function arrowPath(arrow: Arrow, x: number, y: number, side: number): string {
  const length = side * 0.34;
  if (arrow === 'stay') return `M${x - length / 2} ${y}a${length / 2} ${length / 2} 0 1 0 ${length} 0a${length / 2} ${length / 2} 0 1 0 ${-length} 0`;
  const [dx, dy] = directions[arrow];
  const [tipX, tipY] = [x + dx * length, y + dy * length];
  const head = length * 0.55;
  const wing = (sign: number): string => `${round(tipX - head * (dx + sign * dy * 0.7))} ${round(tipY - head * (dy - sign * dx * 0.7))}`;
  return `M${round(x - dx * length)} ${round(y - dy * length)}L${round(tipX)} ${round(tipY)}M${wing(1)}L${round(tipX)} ${round(tipY)}L${wing(-1)}`;
}

/** Diagonal lines over a cell. */
export function hatchPath(x: number, y: number, side: number): string {
  const step = Math.max(4, side / 7);
  const lines: string[] = [];
  for (let d = step; d < 2 * side; d += step) {
    const [x1, y1] = d <= side ? [x, y + d] : [x + d - side, y + side];
    const [x2, y2] = d <= side ? [x + d, y] : [x + side, y + d - side];
    lines.push(`M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}`);
  }
  return lines.join('');
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

/** The cell that a key leads to: the next one in that direction that the log shows. */
export function moveCell(cells: readonly PolicyGridCell[], { row, column }: Pick<PolicyGridCell, 'row' | 'column'>, key: string): PolicyGridCell | undefined {
  const inRow = cells.filter(cell => cell.row === row).sort((a, b) => a.column - b.column);
  const inColumn = cells.filter(cell => cell.column === column).sort((a, b) => a.row - b.row);
  switch (key) {
    case 'ArrowLeft': return inRow.filter(cell => cell.column < column).at(-1);
    case 'ArrowRight': return inRow.find(cell => cell.column > column);
    case 'ArrowUp': return inColumn.filter(cell => cell.row < row).at(-1);
    case 'ArrowDown': return inColumn.find(cell => cell.row > row);
    case 'Home': return inRow[0];
    case 'End': return inRow.at(-1);
    default: return undefined;
  }
}

type Words = Pick<PolicyGridSection, 'across' | 'down' | 'columns' | 'rows' | 'actions' | 'fewestVisits'>;

export function placeText({ across, down, columns, rows }: Words, { row, column }: Pick<PolicyGridCell, 'row' | 'column'>): string {
  return `${visibleName(down)} ${String(rows[row])}, ${visibleName(across)} ${String(columns[column])}`;
}

export function actionText({ actions }: Pick<PolicyGridSection, 'actions'>, { best }: Pick<PolicyGridCell, 'best'>): string {
  if (best.length === 0) return t('an end: nothing to decide');
  return best.map(action => shortName(actions[action]?.name ?? '', 40)).join(', or as good ');
}

/** Why an action is not to be relied on; empty where it is. */
export function cautionText({ fewestVisits }: Pick<PolicyGridSection, 'fewestVisits'>, { uncertain, unsupported }: Pick<PolicyGridCell, 'uncertain' | 'unsupported'>): string {
  return [...(unsupported ? [t('tried fewer than {0} times', formatCount(fewestVisits))] : []), ...(uncertain ? [t('best action uncertain')] : [])].join('; ');
}

/** A cell in a sentence: its state, action, value and what they rest on. */
export function cellText(section: Words, cell: PolicyGridCell): string {
  if (cell.best.length === 0) return `${placeText(section, cell)}: ${actionText(section, cell)}, value ${formatNumber(cell.value)}.`;
  const caution = cautionText(section, cell);
  return t('{0}: {1}; value {2}, best with probability {3}, tried {4} of {5} times{6}{7}.', placeText(section, cell), actionText(section, cell), formatNumber(cell.value), formatShare(cell.certainty), formatCount(cell.actionVisits), formatCount(cell.visits), cell.start ? t(', episodes begin here') : '', caution === '' ? '' : `; ${caution}`);
}
