/** Which licences the code that Unveil ships may be under, and the text of the licence of an installed package. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** SPDX names of licences that let others pass the code on in a program under the MIT licence, closed or open. */
const permissive = new Set(['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'Unlicense', 'CC0-1.0', 'BlueOak-1.0.0', 'Zlib', 'Python-2.0', 'BSL-1.0']);

/**
 * Whether code under an SPDX expression may be shipped: of `A OR B` one is enough, of `A AND B` all must be allowed.
 * AND binds closer than OR (SPDX specification, annex on licence expressions). Anything else than names, OR, AND and brackets is not allowed.
 */
export function isAllowed(expression) {
  const tokens = String(expression).match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  // Both sides are always read: `at` must pass over what does not decide.
  const any = () => {
    let allowed = all();
    while (tokens[at] === 'OR') { at++; allowed = all() || allowed; }
    return allowed;
  };
  const all = () => {
    let allowed = one();
    while (tokens[at] === 'AND') { at++; allowed = one() && allowed; }
    return allowed;
  };
  const one = () => {
    const token = tokens[at++];
    if (token !== '(') return permissive.has(token);
    const allowed = any();
    return tokens[at++] === ')' && allowed;
  };
  const allowed = any();
  return allowed && at === tokens.length;
}

const read = (folder, name) => readFileSync(path.join(folder, name), 'utf8').trim();

/** The part of a README from its heading about the licence on, where it quotes the licence. */
function fromReadme(folder, names) {
  const readme = names.find(name => /^readme/i.test(name));
  const part = readme && /^(#+\s*)?licen[cs]e\b[\s\S]*/im.exec(read(folder, readme))?.[0];
  return part?.includes('Permission is hereby granted') ? part : undefined;
}

const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify,
merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished
to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE
FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION
WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** For a package that names its licence and brings no text of it: the licence's own words, with the author that the package names. */
function standardText({ license, author }, apache) {
  const name = typeof author === 'string' ? author : author?.name;
  const heading = `The package brings no text of its licence.${name ? ` Author: ${name}.` : ''}`;
  if (license === 'MIT') return `${heading}\n\n${mit}`;
  return license === 'Apache-2.0' ? `${heading}\n\n${apache()}` : undefined;
}

/**
 * Licence of the package in a folder, with its notices of others; undefined when it has none and the licence is not one whose words
 * are the same for all. `apache` gives the text of the Apache licence.
 */
export function licenceText(folder, manifest, apache) {
  const names = readdirSync(folder).sort();
  const file = names.find(name => /^licen[cs]e/i.test(name)) ?? names.find(name => /^copying/i.test(name));
  const own = file === undefined ? fromReadme(folder, names) ?? standardText(manifest, apache) : read(folder, file);
  if (own === undefined) return undefined;
  const others = names.filter(name => /^(notice|third-?party-?notices?)(\.(txt|md))?$/i.test(name));
  return [own, ...others.map(name => read(folder, name))].join('\n\n');
}
