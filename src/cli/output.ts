/** Where results of the program go: a file written whole, or standard output. */
import { writeWhole } from '../engine/writeWhole';

/** Writes text to the file, or to standard output when the name is "-". */
export async function writeResult(target: string, text: string): Promise<void> {
  if (target !== '-') {
    await writeWhole(target, text);
    return;
  }
  await new Promise<void>((resolve, reject) => process.stdout.write(text, error => (error ? reject(error) : resolve())));
}

/** JSON with two spaces of indentation and a final line end. */
export function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Text as a table: columns padded to their widest cell, numbers to the right. Control characters are made visible. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[], right: readonly boolean[], widest = 40): string {
  const clean = (cell: string): string => {
    const visible = cell.replace(/[\u0000-\u001f\u007f]/g, '\u00b7');
    return visible.length > widest ? `${visible.slice(0, widest - 1)}…` : visible;
  };
  const cells = [header, ...rows].map(row => row.map(clean));
  const widths = header.map((_, j) => Math.max(...cells.map(row => row[j]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, j) => (right[j] ? cell.padStart(widths[j]!) : cell.padEnd(widths[j]!))).join('  ').trimEnd();
  return `${cells.map(line).join('\n')}\n`;
}
