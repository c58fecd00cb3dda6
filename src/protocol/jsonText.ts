/** JSON that people can read and git can compare line by line, without a line of its own for each of a thousand numbers. */

/** As JSON.stringify with indentation, but lists of numbers, texts and booleans stand on one line. Ends with a line end. */
export function jsonText(value: unknown, indentation = 1): string {
  return `${written(value, ' '.repeat(indentation), '')}\n`;
}

function written(value: unknown, step: string, margin: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const inner = margin + step;
  if (Array.isArray(value)) {
    if (value.every(isPlain)) return JSON.stringify(value);
    return `[\n${value.map(item => inner + written(item, step, inner)).join(',\n')}\n${margin}]`;
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return '{}';
  return `{\n${entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${written(item, step, inner)}`).join(',\n')}\n${margin}}`;
}

function isPlain(item: unknown): boolean {
  return typeof item !== 'object' || item === null;
}
