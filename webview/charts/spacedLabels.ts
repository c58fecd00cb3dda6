/** Words at places of a chart that lie neither over each other nor over lines: one that would is moved down, or up, until there is room. */
import type { Theme } from '../chartTheme';
import type { Options } from './options';
import type { DrawnChart } from './pen';

export interface SpacedLabel {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly strong: boolean;
  /** On a plate of the background, in the middle of its place: many short names, such as numbers. */
  readonly badge?: boolean;
}

export interface Box { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }
/** A straight line, in the same unit as the boxes. */
export interface Line { readonly from: { readonly x: number; readonly y: number }; readonly to: { readonly x: number; readonly y: number } }

/** Pixels about a line that stay free: half the width of an arrow's head. */
const clearance = 3;
/** Pixels between a label's places that are tried, and how many are tried up and down. */
const step = 4;
const mostSteps = 24;

/** Whether any of the line is within the box (Liang & Barsky 1984). */
export function crosses({ left, right, top, bottom }: Box, { from, to }: Line): boolean {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  let [enter, leave] = [0, 1];
  for (const [along, room] of [[-dx, from.x - left], [dx, right - from.x], [-dy, from.y - top], [dy, bottom - from.y]] as const) {
    if (along === 0 && room < 0) return false;
    if (along < 0) enter = Math.max(enter, room / along);
    if (along > 0) leave = Math.min(leave, room / along);
  }
  return enter <= leave;
}

/** The nearest height, from `wanted`, at which a box of that width meets no other, and no line if there is such a place. */
export function freeTop(
  wanted: number, left: number, width: number, height: number, taken: readonly Box[], area: { readonly top: number; readonly bottom: number }, lines: readonly Line[] = [],
): number {
  const boxAt = (top: number): Box => ({ left: left - clearance, right: left + width + clearance, top: top - clearance, bottom: top + height + clearance });
  const free = (top: number): boolean => top >= area.top && top + height <= area.bottom
    && !taken.some(box => left < box.right && left + width > box.left && top < box.bottom && top + height > box.top);
  const places = Array.from({ length: mostSteps }, (_, at) => (at === 0 ? [wanted] : [wanted + at * step, wanted - at * step])).flat().filter(free);
  return places.find(top => !lines.some(line => crosses(boxAt(top), line))) ?? places[0] ?? wanted;
}

/** A plugin for one chart that writes the labels, the first ones first, with a halo of the background. `lines`: in the chart's axes. */
export function spacedLabels(theme: Theme, labels: readonly SpacedLabel[], lines: readonly Line[] = [], distance = 5): Options {
  return {
    id: 'unveilSpacedLabels',
    afterDraw({ ctx, chartArea, scales }: DrawnChart) {
      const taken: Box[] = [];
      const height = theme.fontSize + 3;
      const place = ({ x, y }: { readonly x: number; readonly y: number }): { x: number; y: number } => ({ x: scales['x']?.getPixelForValue(x) ?? Number.NaN, y: scales['y']?.getPixelForValue(y) ?? Number.NaN });
      const drawn = lines.map(({ from, to }) => ({ from: place(from), to: place(to) }));
      ctx.save();
      ctx.textBaseline = 'middle';
      ctx.textAlign = 'left';
      ctx.lineWidth = 3;
      ctx.lineJoin = 'round';
      ctx.strokeStyle = theme.background;
      ctx.fillStyle = theme.foreground;
      for (const { x, y, text, strong, badge } of labels) {
        const { x: at, y: middle } = place({ x, y });
        if (text === '' || !Number.isFinite(at) || !Number.isFinite(middle)) continue;
        ctx.font = `${strong ? '600 ' : ''}${theme.fontSize}px ${theme.fontFamily}`;
        const width = ctx.measureText(text).width + (badge ? 6 : 0);
        // An arrow's name stands on its far side.
        const wanted = badge ? at - width / 2 : x < 0 && !strong ? at - distance - width : at + distance;
        const left = Math.max(chartArea.left, Math.min(chartArea.right - width, wanted));
        const top = freeTop(middle - height / 2, left, width, height, taken, chartArea, badge ? [] : drawn);
        taken.push({ left, right: left + width, top, bottom: top + height });
        if (badge) plate(ctx, { left, right: left + width, top, bottom: top + height }, theme);
        else ctx.strokeText(text, left, top + height / 2);
        ctx.fillText(text, left + (badge ? 3 : 0), top + height / 2);
      }
      ctx.restore();
    },
  };
}

function plate(ctx: DrawnChart['ctx'], { left, right, top, bottom }: Box, theme: Theme): void {
  ctx.fillStyle = theme.background;
  ctx.fillRect(left, top, right - left, bottom - top);
  ctx.lineWidth = 1;
  ctx.strokeStyle = theme.foreground;
  ctx.strokeRect(left, top, right - left, bottom - top);
  ctx.lineWidth = 3;
  ctx.strokeStyle = theme.background;
  ctx.fillStyle = theme.foreground;
}
