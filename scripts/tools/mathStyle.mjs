// KaTeX's style sheet with the fonts that formulas of columns need inside it: the panel and the HTML report load no file beside it.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, '..', '..', 'node_modules', 'katex', 'dist');

/** Upright and italic letters, digits, Greek, and brackets in four sizes; what a name has beyond them is set in the system's fonts. */
const fonts = ['Main-Regular', 'Math-Italic', 'Size1-Regular', 'Size2-Regular', 'Size3-Regular', 'Size4-Regular'];

export function mathStyle() {
  const css = readFileSync(path.join(folder, 'katex.min.css'), 'utf8');
  return css.replace(/@font-face\{[^}]*\}/g, face => {
    const name = fonts.find(font => face.includes(`KaTeX_${font}.woff2`));
    if (name === undefined) return '';
    const data = readFileSync(path.join(folder, 'fonts', `KaTeX_${name}.woff2`)).toString('base64');
    return face.replace(/src:[^}]*/, `src:url(data:font/woff2;base64,${data}) format("woff2")`);
  });
}
