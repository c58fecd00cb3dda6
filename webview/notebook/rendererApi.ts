/** What VS Code hands to a notebook renderer, and what it calls: the parts that are used here. */

export interface OutputItem {
  readonly id: string;
  readonly mime: string;
  json(): unknown;
}

export interface RendererContext {
  /** Kept while the window is: the outputs themselves come and go. */
  getState(): unknown;
  setState(state: unknown): void;
}

export interface Renderer {
  renderOutputItem(item: OutputItem, element: HTMLElement): void;
  /** Without an id all are meant. */
  disposeOutputItem(id?: string): void;
}
