/** One line a section kind: the renderer that draws it. */
import type { Section } from '../../src/protocol/report';
import { t } from '../l10n';
import { activations } from './activations';
import { calibration } from './calibration';
import { checks } from './checks';
import { columns } from './columns';
import { comparison } from './comparison';
import { confusion } from './confusion';
import { contributions } from './contributions';
import { curve } from './curve';
import { densities } from './densities';
import { density } from './density';
import { effects } from './effects';
import { estimates } from './estimates';
import { fit } from './fit';
import { forest } from './forest';
import { formula } from './formula';
import { formulaBeside } from './formulaBeside';
import { heatmap } from './heatmap';
import { histogram } from './histogram';
import { importance } from './importance';
import { map } from './map';
import { metrics } from './metrics';
import { network } from './network';
import { path } from './path';
import { policyGrid } from './policyGrid';
import { scatter } from './scatter';
import { scores } from './scores';
import type { SectionBody, SectionKind, SectionRenderer, SectionView } from './section';
import { shapes } from './shapes';
import { table } from './table';
import { terms } from './terms';
import { weights } from './weights';

const renderers: { readonly [K in SectionKind]: SectionRenderer<K> } = {
  metrics,
  fit,
  confusion,
  curve,
  calibration,
  density,
  histogram,
  weights,
  forest,
  path,
  importance,
  effects,
  columns,
  table,
  densities,
  heatmap,
  network,
  activations,
  contributions,
  scores,
  scatter,
  shapes,
  terms,
  comparison,
  formula,
  formulaBeside,
  estimates,
  map,
  policyGrid,
  checks,
};

export function isWide(section: Section): boolean {
  const wide = rendererOf(section)?.wide ?? true;
  return typeof wide === 'function' ? wide(section as never) : wide;
}

export function renderSection(section: Section, view: SectionView): SectionBody {
  return rendererOf(section)?.render(section, view)
    ?? { empty: t('This section was written by a later version of Unveil, which can show it.') };
}

function rendererOf(section: Section): SectionRenderer<SectionKind> | undefined {
  return Object.hasOwn(renderers, section.kind)
    ? (renderers[section.kind] as unknown as SectionRenderer<SectionKind>)
    : undefined;
}
