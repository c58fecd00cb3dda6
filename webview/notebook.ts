/**
 * Entry of the notebook renderer: draws reports that stand in the outputs of a notebook. It has no host to speak to and asks for nothing from
 * anywhere; style sheet and fonts come in the bundle.
 */
import './notebook/language';
import './math/formulaElement';
import { shownIn } from './l10n';
import { loadMathFonts } from './notebook/mathFonts';
import type { MathFont } from './notebook/mathFonts';
import { OutputView } from './notebook/outputView';
import { readReport } from './notebook/readReport';
import type { OutputItem, Renderer, RendererContext } from './notebook/rendererApi';
import { fromStored, toStored } from './state';
import type { StoredState, ViewState } from './state';

/** Filled in by the build: scripts/tools/notebookStyle.mjs. */
declare const unveilNotebookStyle: string;
declare const unveilMathFonts: readonly MathFont[];

export function activate(context: RendererContext): Renderer {
  const views = new Map<string, OutputView>();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(unveilNotebookStyle);
  const kept = (): Readonly<Record<string, unknown>> => (context.getState() ?? {}) as Readonly<Record<string, unknown>>;
  const keep = (id: string, state: ViewState): void => context.setState({ ...kept(), [id]: toStored(state, '') satisfies StoredState });
  const dispose = (id: string): void => {
    views.get(id)?.dispose();
    views.delete(id);
  };
  return {
    renderOutputItem(item, element) {
      dispose(item.id);
      const content = readReport(jsonOf(item));
      if (typeof content !== 'string' && content.sections.some(({ kind }) => kind === 'formula' || kind === 'formulaBeside')) loadMathFonts(unveilMathFonts);
      views.set(item.id, new OutputView(element, sheet, shownIn(content), fromStored(kept()[item.id]).state, state => keep(item.id, state)));
    },
    disposeOutputItem(id) {
      for (const one of id === undefined ? [...views.keys()] : [id]) dispose(one);
    },
  };
}

function jsonOf(item: OutputItem): unknown {
  try {
    return item.json();
  } catch (error) {
    console.error(error);
    return undefined;
  }
}
