/** Sections that look into a neural network. */
import type { SectionBase } from './sectionBase';

/** A drawing of a network's layers with the strongest connections. */
export interface NetworkSection extends SectionBase {
  readonly kind: 'network';
  /** From input to output. Units beyond 24 a layer are summed up in `more`. */
  readonly layers: readonly {
    readonly name: string;
    readonly units: readonly { readonly name: string; readonly state?: 'dead' | 'saturated'; readonly share?: number }[];
    readonly more: number;
  }[];
  /** Connections from unit `from` of layer `layer` to unit `to` of the next; the strongest 200 or fewer. */
  readonly edges: readonly { readonly layer: number; readonly from: number; readonly to: number; readonly weight: number }[];
}

/** Distribution of each unit's activation over the data, by layer; with a chosen row's activation. */
export interface ActivationsSection extends SectionBase {
  readonly kind: 'activations';
  readonly layers: readonly {
    readonly name: string;
    readonly units: readonly {
      readonly name: string;
      readonly mean: number;
      /** Quantiles 5, 25, 50, 75, 95 %. */
      readonly quantiles: readonly [number, number, number, number, number];
      /** Share of rows in which the unit is 0 (relu, gelu ≈ 0) or within 1 % of its bound (tanh, sigmoid). */
      readonly idle: number;
      readonly state?: 'dead' | 'saturated';
      /** Activation in the chosen row. */
      readonly row?: number;
    }[];
  }[];
}
