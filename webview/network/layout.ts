/** Where the units and connections of a network's drawing stand, and what is said of them. Pure functions, no DOM. */
import type { NetworkSection } from '../../src/protocol/networkSections';
import { formatNumber, formatShare, shortName } from '../format';
import { t } from '../l10n';

export interface UnitPlace {
  readonly layer: number;
  readonly unit: number;
  readonly name: string;
  readonly state?: 'dead' | 'saturated' | undefined;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly share?: number | undefined;
}

export interface EdgePlace {
  readonly from: UnitPlace;
  readonly to: UnitPlace;
  readonly weight: number;
  /** |weight| over the largest of the drawing, 0…1. */
  readonly strength: number;
}

export interface NetworkLayout {
  readonly width: number;
  readonly height: number;
  readonly units: readonly (readonly UnitPlace[])[];
  readonly edges: readonly EdgePlace[];
}

const unitStep = 26;
const [leastLayerStep, mostLayerStep] = [150, 250];
const usualWidth = 1000;
const headSpace = 40;
const footSpace = 30;
/** Room for the names of inputs on the left, and of outputs on the right. */
export const nameSpace = 170;
const [leastRadius, mostRadius] = [4.5, 9];

/** Layers as columns from left to right, units centred; weaker connections first, so that strong ones lie on top. */
export function layoutNetwork({ layers, edges }: Pick<NetworkSection, 'layers' | 'edges'>): NetworkLayout {
  const tallest = Math.max(1, ...layers.map(layer => layer.units.length));
  const layerStep = Math.max(leastLayerStep, Math.min(mostLayerStep, (usualWidth - 2 * nameSpace) / Math.max(1, layers.length - 1)));
  const height = headSpace + tallest * unitStep + footSpace;
  const units = layers.map(({ units: own }, layer): UnitPlace[] => {
    const shares = own.map(unit => unit.share ?? Number.NaN).filter(Number.isFinite);
    const most = Math.max(0, ...shares);
    return own.map(({ name, state, share }, unit) => ({
      layer, unit, name, state, share,
      x: nameSpace + layer * layerStep,
      y: headSpace + (tallest - own.length) * unitStep / 2 + (unit + 0.5) * unitStep,
      radius: share === undefined || most === 0 ? 7 : leastRadius + (mostRadius - leastRadius) * Math.sqrt(Math.max(0, share) / most),
    }));
  });
  const largest = Math.max(0, ...edges.map(edge => Math.abs(edge.weight)).filter(Number.isFinite));
  const places = edges.flatMap(({ layer, from, to, weight }): EdgePlace[] => {
    const [start, end] = [units[layer]?.[from], units[layer + 1]?.[to]];
    return start && end && Number.isFinite(weight) ? [{ from: start, to: end, weight, strength: largest === 0 ? 0 : Math.abs(weight) / largest }] : [];
  });
  return {
    width: nameSpace * 2 + Math.max(0, layers.length - 1) * layerStep, height, units,
    edges: places.sort((a, b) => a.strength - b.strength),
  };
}

/** Whether a connection begins or ends at the unit. */
export function touches({ from, to }: EdgePlace, unit: Pick<UnitPlace, 'layer' | 'unit'>): boolean {
  return (from.layer === unit.layer && from.unit === unit.unit) || (to.layer === unit.layer && to.unit === unit.unit);
}

/** The unit that an arrow key moves to: up and down within the layer, left and right to the nearest of the next layer. */
export function moveUnit({ units }: NetworkLayout, { layer, unit }: Pick<UnitPlace, 'layer' | 'unit'>, key: string): UnitPlace | undefined {
  const here = units[layer]?.[unit];
  if (!here) return undefined;
  switch (key) {
    case 'ArrowUp': return units[layer]?.[unit - 1] ?? here;
    case 'ArrowDown': return units[layer]?.[unit + 1] ?? here;
    case 'ArrowLeft': return nearest(units[layer - 1], here.y) ?? here;
    case 'ArrowRight': return nearest(units[layer + 1], here.y) ?? here;
    case 'Home': return units[layer]?.[0];
    case 'End': return units[layer]?.at(-1);
    default: return undefined;
  }
}

function nearest(units: readonly UnitPlace[] | undefined, y: number): UnitPlace | undefined {
  return units?.reduce<UnitPlace | undefined>((best, unit) => (best && Math.abs(best.y - y) <= Math.abs(unit.y - y) ? best : unit), undefined);
}

/** A unit in words: its layer, state and share. */
export function unitText({ name, state, share }: Pick<UnitPlace, 'name' | 'state' | 'share'>, layerName: string): string {
  return [
    `${shortName(layerName, 40)}, ${shortName(name, 60)}`, ...(state === undefined ? [] : [state]),
    ...(share === undefined ? [] : [t('{0} of the layer\'s effect', formatShare(share))]),
  ].join(', ');
}

const shownConnections = 4;

/** The strongest connections of a unit that are drawn, in words. */
export function connectionsText({ edges }: NetworkLayout, unit: UnitPlace): string {
  const own = [...edges].reverse().filter(edge => touches(edge, unit));
  const list = (among: readonly EdgePlace[], end: 'from' | 'to'): string => among.slice(0, shownConnections)
    .map(edge => `${shortName(edge[end].name, 24)} (${edge.weight > 0 ? '+' : ''}${formatNumber(edge.weight)})`).join(', ');
  const [incoming, outgoing] = [own.filter(edge => edge.to.layer === unit.layer), own.filter(edge => edge.from.layer === unit.layer)];
  const parts = [...(incoming.length > 0 ? [`from ${list(incoming, 'from')}`] : []), ...(outgoing.length > 0 ? [`to ${list(outgoing, 'to')}`] : [])];
  return parts.length === 0 ? t('None of its connections is among the strongest.') : t('Strongest connections: {0}.', parts.join('; '));
}
