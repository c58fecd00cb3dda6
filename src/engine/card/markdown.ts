/** Text and tables of Markdown in which nothing that comes from a data file is markup. */

/** Text on one line; characters that Markdown or HTML would read as markup are escaped. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').replace(/[\\`*{}[\]<>|~$&]|(?<!\w)_|_(?!\w)/g, character => (character === '<' ? '&lt;' : character === '>' ? '&gt;' : character === '&' ? '&amp;' : `\\${character}`))
    .trim()
    // What begins a heading, a list, a rule or an underline when a space or nothing follows.
    .replace(/^([#+=-]+|\d+[.)])(?=\s|$)/, mark => `${mark.slice(0, -1)}\\${mark.slice(-1)}`);
}

/** A table; the cells are plain text. `right`: columns of numbers. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`;
  const rule = `| ${header.map((_, i) => (right.includes(i) ? '---:' : '---')).join(' | ')} |`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/** A list with one item a line; the items are plain text. */
export function bullets(items: readonly string[]): string {
  return items.map(item => `- ${plain(item)}`).join('\n');
}

/** A block of code: fenced by more backticks than any run of them inside. */
export function codeBlock(code: string, language = ''): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${code}\n${fence}`;
}

/** Parts with an empty line between them; empty ones are left out. */
export function paragraphs(parts: readonly string[]): string {
  return parts.filter(part => part !== '').join('\n\n');
}
