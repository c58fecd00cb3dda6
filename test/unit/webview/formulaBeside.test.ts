/** The formula beside a freer model, drawn: one chart a feature with both curves, a table with all of them. */
import { describe, expect, test } from 'vitest';
import type { FormulaBeside, FormulaBesideSection } from '../../../src/protocol/formula';
import type { Report } from '../../../src/protocol/report';
import { formulaBeside } from '../../../webview/sections/formulaBeside';
import type { SectionBody, SectionView } from '../../../webview/sections/section';
import type { SectionState } from '../../../webview/state';
import { theme } from './theme';

const section: FormulaBesideSection = {
  kind: 'formulaBeside', id: 'formulaBeside', panel: 'overview', title: 'The formula beside the explainable boosting machine', name: 'Formula', target: 'y [m]', targetUnit: 'm',
  summary: 'They differ along x1.', method: 'Accumulated local effects.',
};
const numeric = (k: number): FormulaBeside['curves'][number] => ({ feature: `x${k}`, kind: 'number', grid: [0, 1, 2], formula: [-k, 0, k], model: [-k, 0.5, k], apart: 0.3 });
const beside = (curves: FormulaBeside['curves']): FormulaBeside => ({ formula: 'x1', model: 'Explainable boosting machine', origin: 'own', rows: 100, spread: 2, curves });
const levels: FormulaBeside['curves'][number] = { feature: 'colour', kind: 'category', grid: ['red', 'blue'], formula: [0, 0], model: [-1, 1], apart: 1 };
const dates: FormulaBeside['curves'][number] = { feature: 'day', kind: 'date', grid: [0, 86_400_000], formula: [0, 1], model: [0, 2], apart: 1 };

function bodyOf(curves: FormulaBeside['curves'], state: SectionState = {}, more: Partial<SectionView> = {}): SectionBody {
  return formulaBeside.render(section, { report: { formulaBeside: beside(curves) } as unknown as Report, state, domId: 'd', change: () => undefined, ...more });
}
const specs = (body: SectionBody): { title?: string; label: string; datasets: { label?: string; data: { x: number; y: number }[]; borderDash?: number[] }[] }[] => (body.charts ?? []).flatMap(part => ('spec' in part
  ? [{ ...(part.title !== undefined && { title: part.title }), label: part.spec.label, datasets: part.spec.build(theme).data.datasets as never }] : []));

describe('the formula beside a freer model', () => {
  test('has a chart a feature with both curves, told apart without colour too', () => {
    const [one, colour] = specs(bodyOf([numeric(1), levels]));
    expect(one?.title).toBe('x1');
    expect(one?.datasets.map(({ label }) => label)).toEqual(['Formula', 'Explainable boosting machine']);
    expect(one?.datasets.map(({ data }) => data.map(({ y }) => y))).toEqual([[-1, 0, 1], [-1, 0.5, 1]]);
    expect(one?.datasets[0]?.borderDash).not.toEqual(one?.datasets[1]?.borderDash);
    expect(colour?.datasets.map(({ data }) => data.map(({ x }) => x))).toEqual([[0, 0], [-1, 1]]);
  });

  test('says of each chart how far either moves and how far they are apart', () => {
    const [one, colour] = specs(bodyOf([numeric(1), levels]));
    expect(one?.label).toContain('the formula moves by 2, the other model (Explainable boosting machine) moves by 2.');
    expect(one?.label).toContain('0.3000 apart');
    expect(colour?.label).toContain('the formula does not move');
  });

  test('draws six features first and all when asked', () => {
    const many = Array.from({ length: 9 }, (_, k) => numeric(9 - k));
    const changes: SectionState[] = [];
    expect(specs(bodyOf(many))).toHaveLength(6);
    expect(specs(bodyOf(many, { expanded: true }))).toHaveLength(9);
    const extra = bodyOf(many, {}, { change: change => changes.push(change) }).extra;
    expect(JSON.stringify(extra, (_, value: unknown) => (typeof value === 'function' ? undefined : value))).toContain('Show all 9');
    const click = (of: unknown): (() => void) | undefined => (typeof of === 'function' ? of as () => void : typeof of === 'object' && of !== null ? Object.values(of).map(click).find(found => found !== undefined) : undefined);
    click(extra)?.();
    expect(changes).toEqual([{ expanded: true }]);
  });

  test('has a table of every point of every curve, dates as dates', () => {
    const table = bodyOf([numeric(1), levels, dates]).table!();
    expect(table.rows).toHaveLength(7);
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    expect(table.rows[1]!.map(({ value }) => value)).toEqual(['x1', 1, 0, 0.5, -0.5]);
    expect(table.rows[3]![1]!.value).toBe('red');
    expect(table.rows[6]![1]!.text).toContain('1970-01-02');
  });

  test('of a report without curves says so', () => {
    expect(formulaBeside.render(section, { report: {} as Report, state: {}, domId: 'd', change: () => undefined }).empty).toBeDefined();
  });
});
