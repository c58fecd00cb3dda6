/** All formulas that were kept, by size and misfit: a chart to choose from by click or arrow keys. */
import { html } from 'lit';
import type { FormulaCandidate, FormulaSection } from '../../src/protocol/report';
import { frontChart } from '../charts/frontChart';
import type { FrontPoint } from '../charts/frontChart';
import { plural, shortenSentence, visibleText } from '../format';
import { bitsText, r2Text } from './formulaWords';
import type { DrawingPart } from './section';

/** Places in `candidates` by size, then by misfit: those that can be drawn. */
export function frontOrder({ candidates }: FormulaSection): readonly number[] {
  const of = (index: number): FormulaCandidate => candidates[index] as FormulaCandidate;
  return candidates.map((_, index) => index).filter(index => Number.isFinite(of(index).r2) && Number.isFinite(of(index).complexity))
    .sort((a, b) => of(a).complexity - of(b).complexity || of(a).loss - of(b).loss);
}

/** The points in that order. What an exact formula leaves unexplained is rounding: it stands at the foot of a logarithmic axis. */
export function frontPoints({ candidates, front, shortlist, chosen }: FormulaSection, order: readonly number[], shown: number): readonly FrontPoint[] {
  return order.map(index => {
    const one = candidates[index] as FormulaCandidate;
    return {
      x: one.complexity, y: Math.max(1e-15, 1 - one.r2), name: one.text, onFront: front.includes(index),
      role: index === shown ? 'shown' : shortlist.includes(index) || index === chosen ? 'listed' : 'other',
      lines: [
        plural(one.complexity, 'node'), `R² on the rows of the fit: ${r2Text(one.r2)}`, ...(one.heldOutR2 === undefined ? [] : [`R² on held-out rows: ${r2Text(one.heldOutR2)}`]),
        `Description: ${bitsText(one.bits)}`,
      ],
    };
  });
}

/** The place after a key was pressed at place `at` of `count`; nothing for other keys. */
export function frontKey(key: string, at: number, count: number): number | undefined {
  const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key];
  if (step !== undefined) return Math.min(count - 1, Math.max(0, at + step));
  return key === 'Home' ? 0 : key === 'End' ? count - 1 : undefined;
}

export function frontPart(section: FormulaSection, order: readonly number[], shown: number, choose: (index: number) => void): DrawingPart {
  const points = frontPoints(section, order, shown);
  const at = order.indexOf(shown);
  const current = points[at];
  const pressed = (event: { readonly key: string; preventDefault(): void }): void => {
    const next = frontKey(event.key, at, order.length);
    if (next === undefined) return;
    event.preventDefault();
    if (next !== at) choose(order[next] as number);
  };
  const spec = {
    label: shortenSentence(`${plural(points.length, 'formula', 'formulas')}, ${plural(points.filter(({ onFront }) => onFront).length, 'of them', 'of them')} on the front of size against misfit. ${section.summary}`),
    height: 320,
    build: (theme: Parameters<typeof frontChart>[0]) => frontChart(theme, points, {
      xTitle: 'Size (nodes of the formula)', yTitle: '1 − R² on the rows of the fit', choose: place => choose(order[place] as number),
    }),
  };
  return {
    title: 'All formulas: size against misfit',
    drawing: () => html`
      <div class="formula-front" role="slider" tabindex="0" aria-label="Formula shown, by size" aria-valuemin="1" aria-valuemax=${points.length} aria-valuenow=${at + 1}
        aria-valuetext=${current ? `${visibleText(current.name)}; ${current.lines.join('; ')}` : 'none'} @keydown=${pressed}>
        <unveil-chart .spec=${spec}></unveil-chart>
      </div>
      <p class="key"><span>Lower and farther left is better. Click a point, or use the arrow keys, to show its formula.</span></p>`,
  };
}
