/** All formulas that were kept, by size and misfit: a chart to choose from by click or arrow keys. */
import { html } from 'lit';
import type { FormulaCandidate, FormulaSection } from '../../src/protocol/formula';
import { frontChart } from '../charts/frontChart';
import type { FrontPoint } from '../charts/frontChart';
import { plural, shortenSentence, visibleText } from '../format';
import { t } from '../l10n';
import { bitsText, r2Text } from './formulaWords';
import type { DrawingPart } from './section';

/** Places in `candidates` by size, then by misfit: those that can be drawn. */
export function frontOrder({ candidates }: FormulaSection): readonly number[] {
  const of = (index: number): FormulaCandidate => candidates[index] as FormulaCandidate;
  return candidates.map((_, index) => index).filter(index => Number.isFinite(of(index).r2) && Number.isFinite(of(index).complexity))
    .sort((a, b) => of(a).complexity - of(b).complexity || of(a).loss - of(b).loss);
}

/** What an exact formula leaves unexplained is rounding. */
const rounding = 1e-12;

/** Where exact formulas stand on a logarithmic axis: a power of ten under all others, so that these are not pressed together. Undefined where there are none. */
export function footOf({ candidates }: Pick<FormulaSection, 'candidates'>): number | undefined {
  const rests = candidates.map(({ r2 }) => 1 - r2).filter(Number.isFinite);
  const others = rests.filter(rest => rest > rounding);
  if (others.length === rests.length) return undefined;
  return others.length === 0 ? 1e-15 : 10 ** (Math.floor(Math.log10(Math.min(...others))) - 1);
}

/** The points in that order. */
export function frontPoints(section: FormulaSection, order: readonly number[], shown: number): readonly FrontPoint[] {
  const { candidates, front, shortlist, chosen } = section;
  const foot = footOf(section) ?? 0;
  return order.map(index => {
    const one = candidates[index] as FormulaCandidate;
    return {
      x: one.complexity, y: 1 - one.r2 > rounding ? 1 - one.r2 : foot, name: one.text, onFront: front.includes(index),
      role: index === shown ? 'shown' : shortlist.includes(index) || index === chosen ? 'listed' : 'other',
      lines: [
        plural(one.complexity, 'node'), t('R² on the rows of the fit: {0}', r2Text(one.r2)), ...(one.heldOutR2 === undefined ? [] : [t('R² on held-out rows: {0}', r2Text(one.heldOutR2))]),
        t('Description: {0}', bitsText(one.bits)),
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
  const foot = footOf(section);
  const at = order.indexOf(shown);
  const current = points[at];
  const pressed = (event: { readonly key: string; preventDefault(): void }): void => {
    const next = frontKey(event.key, at, order.length);
    if (next === undefined) return;
    event.preventDefault();
    if (next !== at) choose(order[next] as number);
  };
  const spec = {
    label: shortenSentence(t('{0}, {1} on the front of size against misfit. {2}', plural(points.length, 'formula', 'formulas'), plural(points.filter(({ onFront }) => onFront).length, t('of them'), t('of them')), section.summary)),
    height: 320,
    build: (theme: Parameters<typeof frontChart>[0]) => frontChart(theme, points, {
      xTitle: t('Size (nodes of the formula)'), yTitle: t('1 − R² on the rows of the fit'), ...(foot !== undefined && { exactAt: foot }), choose: place => choose(order[place] as number),
    }),
  };
  return {
    title: t('All formulas: size against misfit'),
    drawing: () => html`
      <div class="formula-front" role="slider" tabindex="0" aria-label=${t('Formula shown, by size')} aria-valuemin="1" aria-valuemax=${points.length} aria-valuenow=${at + 1}
        aria-valuetext=${current ? `${visibleText(current.name)}; ${current.lines.join('; ')}` : 'none'} @keydown=${pressed}>
        <unveil-chart .spec=${spec}></unveil-chart>
      </div>
      <p class="key"><span>${t('Lower and farther left is better. Click a point, or use the arrow keys, to show its formula.')}</span></p>`,
  };
}
