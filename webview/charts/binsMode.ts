/** Which points a pointer over steps means: those of the bin it is over, not of the nearest edge. */
import { binAt } from './steps';

/** Name of the interaction mode, registered with Chart.js by chart.ts. */
export const binsMode = 'unveilBins';

interface Dataset { readonly bins?: readonly number[]; readonly missingBelow?: number }

export interface BinsChart {
  readonly data: { readonly datasets: readonly unknown[] };
  readonly scales: Readonly<Record<string, { getValueForPixel(pixel: number): number | undefined } | undefined>>;
  getDatasetMeta(index: number): { readonly data: readonly unknown[] };
}

export interface BinsItem { readonly element: unknown; readonly datasetIndex: number; readonly index: number }

/** Datasets of steps carry their edges as `bins`; marks of missing cells the value below which they are meant as `missingBelow`. */
export function itemsAt(chart: BinsChart, event: { readonly x: number | null }): BinsItem[] {
  const x = chart.scales['x']?.getValueForPixel(event.x ?? 0) ?? Number.NaN;
  return (chart.data.datasets as readonly Dataset[]).flatMap(({ bins, missingBelow }, datasetIndex) => {
    const first = bins?.[0];
    const index = bins ? 2 * binAt(bins, x) : 0;
    const meant = bins ? !(hasMarks(chart) && x < (first as number)) : missingBelow !== undefined && x < missingBelow;
    const element = chart.getDatasetMeta(datasetIndex).data[index];
    return meant && element ? [{ element, datasetIndex, index }] : [];
  });
}

function hasMarks(chart: BinsChart): boolean {
  return (chart.data.datasets as readonly Dataset[]).some(dataset => dataset.missingBelow !== undefined);
}
