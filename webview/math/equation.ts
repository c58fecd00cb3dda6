/** The target in front of a formula, in LaTeX and in words. Pure functions. */
import { visibleText } from '../format';

/** A column's name: one letter in italics, a word upright, anything else as text with the marks of LaTeX escaped. */
export function nameLatex(name: string): string {
  const [, letter, index] = /^([A-Za-z])(?:_?(\d+))?$/.exec(name) ?? [];
  if (letter !== undefined) return index === undefined ? letter : `${letter}_{${index}}`;
  return /^[A-Za-z]+$/.test(name) ? `\\mathrm{${name}}` : `\\text{${escaped(name)}}`;
}

const marks: Readonly<Record<string, string>> = { '\\': '\\textbackslash{}', '^': '\\textasciicircum{}', '~': '\\textasciitilde{}', '`': "'", '<': '\\textless{}', '>': '\\textgreater{}' };

function escaped(name: string): string {
  return visibleText(name).replace(/[#$%&_{}\\^~`<>]/g, mark => marks[mark] ?? `\\${mark}`);
}

/** "y = 3 \, x^{3}". */
export function equationLatex(target: string, latex: string): string {
  return `${nameLatex(target)} = ${latex}`;
}

/** "y = 3*x^3". */
export function equationText(target: string, text: string): string {
  return `${target} = ${text}`;
}
