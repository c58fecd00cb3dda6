// What the notebook renderer brings in its bundle: the report's style sheet for a shadow tree, which has no body, and the fonts of formulas.
import { mathFonts, mathRules } from './mathStyle.mjs';
import { reportStyle } from './reportStyle.mjs';

/** In a notebook the output scrolls with the page, so that nothing sticks to an edge of its own. */
const own = '.unveil-page .report { max-width: none; padding: 4px 8px 12px; }\n.unveil-page .tabs { position: static; margin: 0 0 14px; padding: 0; }\n';

/** Rules about the page's body become rules about the element that holds a report; the page itself belongs to the notebook. */
export function notebookStyle() {
  const css = reportStyle().replace(/^html \{[^}]*\}\n/m, '').replace(/(?<![\w.-])body(?=[\s.:,{])/g, '.unveil-page');
  return `${mathRules()}\n${css}\n${own}`;
}

export const notebookTexts = () => ({ unveilNotebookStyle: JSON.stringify(notebookStyle()), unveilMathFonts: JSON.stringify(mathFonts()) });
