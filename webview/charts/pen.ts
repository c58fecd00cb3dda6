/** The parts of Chart.js that a plugin of one chart draws with; written out, so that charts can be tested without a browser. */

export interface Pen {
  font: string;
  textAlign: string;
  textBaseline: string;
  lineJoin: string;
  lineWidth: number;
  strokeStyle: unknown;
  fillStyle: unknown;
  save(): void;
  restore(): void;
  measureText(text: string): { readonly width: number };
  strokeText(text: string, x: number, y: number): void;
  fillText(text: string, x: number, y: number): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  strokeRect(x: number, y: number, width: number, height: number): void;
}

export interface DrawnChart {
  readonly ctx: Pen;
  /** Pixels of the whole canvas. */
  readonly width?: number;
  readonly chartArea: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly scales: Readonly<Record<string, { getPixelForValue(value: number): number } | undefined>>;
}
