// KaTeX's style sheet with the fonts that formulas of columns need inside it: the panel and the HTML report load no file beside it.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, '..', '..', 'node_modules', 'katex', 'dist');

/** Upright and italic letters, digits, Greek, and brackets in four sizes; what a name has beyond them is set in the system's fonts. */
const fonts = ['Main-Regular', 'Math-Italic', 'Size1-Regular', 'Size2-Regular', 'Size3-Regular', 'Size4-Regular'];

const faceRule = /@font-face\{[^}]*\}/g;

const katexStyle = () => readFileSync(path.join(folder, 'katex.min.css'), 'utf8');

export function mathStyle() {
  return katexStyle().replace(faceRule, face => {
    const name = nameOf(face);
    return name === undefined ? '' : face.replace(/src:[^}]*/, `src:url(data:font/woff2;base64,${dataOf(name)}) format("woff2")`);
  });
}

/** The rules without the fonts. */
export const mathRules = () => katexStyle().replace(faceRule, '');

/** The same fonts one by one, for a page that takes none by address: {family, style, weight, data: base64}. */
export function mathFonts() {
  return (katexStyle().match(faceRule) ?? []).flatMap(face => {
    const name = nameOf(face);
    const said = property => new RegExp(`${property}:"?([^;"}]+)`).exec(face)?.[1];
    return name === undefined ? [] : [{ family: said('font-family'), style: said('font-style'), weight: said('font-weight'), data: dataOf(name) }];
  });
}

const nameOf = face => fonts.find(font => face.includes(`KaTeX_${font}.woff2`));

const dataOf = name => readFileSync(path.join(folder, 'fonts', `KaTeX_${name}.woff2`)).toString('base64');
