/**
 * <unveil-formula>: LaTeX set by KaTeX, with MathML for screen readers. Built node by node, for the page's policy allows
 * no style attributes in text; a formula that KaTeX cannot read stands there in plain text.
 */
import katex from 'katex';

export interface FormulaSource {
  readonly latex: string;
  /** The same in plain text. */
  readonly text: string;
}

/** Characters that hide or turn the direction of writing: a column's name may hold them. */
const hidden = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

export class UnveilFormula extends HTMLElement {
  private shown: string | undefined;

  set formula({ latex, text }: FormulaSource) {
    if (latex === this.shown) return;
    this.shown = latex;
    try {
      // Not in display mode: that forbids breaks of lines, and formulas are longer than narrow panels are wide.
      katex.render(`\\displaystyle ${latex.replace(hidden, '\ufffd')}`, this, { output: 'htmlAndMathml', strict: 'ignore', trust: false, maxExpand: 1000 });
    } catch (error) {
      console.error(error);
      this.textContent = text;
    }
  }
}

if (!customElements.get('unveil-formula')) customElements.define('unveil-formula', UnveilFormula);
