/** Functions that exported TypeScript brings with it; only those that are used are written. */

/** Name → text of the function and the names of those it calls. */
export const typescriptRuntime: ReadonlyMap<string, { readonly text: string; readonly needs?: readonly string[] }> = new Map([
  ['cell', { text: `/** The cell of a column; an error where the row does not have it. */
function cell(row: Row, column: string): unknown {
  if (!Object.prototype.hasOwnProperty.call(row, column)) throw new Error(\`The row has no column "\${column}".\`);
  return row[column];
}` }],
  ['spelled', { text: `/** The number that a text spells, else NaN. */
function spelled(text: string): number {
  return /^\\s*[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?\\s*$/.test(text) ? Number(text) : NaN;
}` }],
  ['numberCell', { needs: ['cell', 'spelled'], text: `/** The cell as a finite number; NaN where it is none. */
function numberCell(row: Row, column: string): number {
  const value = cell(row, column);
  const number = typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : typeof value === 'string' ? spelled(value) : NaN;
  return Number.isFinite(number) ? number : NaN;
}` }],
  ['respelled', { needs: ['cell'], text: `/** The cell in place of the row; a text that is written as in the training file becomes a plain number or an ISO date. */
function respelled(row: Row, column: string, rules: readonly (readonly [RegExp, string])[], style: readonly [RegExp, string, string] | null): Row {
  const value = cell(row, column);
  if (typeof value !== 'string') return { [column]: value };
  let text = value.trim();
  for (const [pattern, by] of rules) text = text.replace(pattern, by);
  if (style !== null && style[0].test(text)) text = (style[1] === '' ? text : text.split(style[1]).join('')).replace(style[2], '.');
  return { [column]: text };
}` }],
  ['dateCell', { needs: ['cell'], text: `/** The cell in milliseconds since 1970 (UTC): a Date, milliseconds, or a text such as 2026-01-31 or 2026-01-31T13:45:00Z. */
function dateCell(row: Row, column: string): number {
  const value = cell(row, column);
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return Number.isFinite(value) ? value : NaN;
  const match = typeof value === 'string'
    ? /^\\s*(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})(?:[T\\s]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?\\s*(Z|z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)?)?\\s*$/.exec(value) : null;
  if (!match) return NaN;
  const date = new Date(0);
  date.setUTCFullYear(Number(match[1]), Number(match[3]) - 1, Number(match[4]));
  if (date.getUTCMonth() !== Number(match[3]) - 1 || date.getUTCDate() !== Number(match[4])) return NaN;
  const zone = match[9] ?? '';
  const offset = /^[+-]/.test(zone) ? (zone[0] === '-' ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.length > 3 ? zone.slice(-2) : 0)) : 0;
  const minutes = Number(match[5] ?? 0) * 60 + Number(match[6] ?? 0) - offset;
  return date.getTime() + (minutes * 60 + Number(match[7] ?? 0)) * 1000 + Math.round(Number(\`0.\${match[8] ?? '0'}\`) * 1000);
}` }],
  ['textCell', { needs: ['cell'], text: `/** The cell as text without blanks around it; null where it is missing. */
function textCell(row: Row, column: string, missing: ReadonlySet<string>): string | null {
  const value = cell(row, column);
  if (value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return null;
  const text = (value instanceof Date ? value.toISOString() : String(value)).trim();
  return missing.has(text) ? null : text;
}` }],
  ['byNumber', { text: `/** The code of a number, also where it differs from a level in the last digits only. */
function byNumber(value: number, numbers: ReadonlyMap<number, number>): number | undefined {
  return Number.isNaN(value) ? undefined : numbers.get(value) ?? numbers.get(Number(value.toPrecision(15)));
}` }],
  ['lookup', { needs: ['spelled', 'byNumber'], text: `/** The code of a level. */
function lookup(text: string | null, levels: Levels): number {
  if (text === null) return levels.missing;
  return levels.texts.get(text) ?? byNumber(spelled(text), levels.numbers) ?? levels.words.get(text.toLowerCase()) ?? levels.unknown;
}` }],
  ['numberLookup', { needs: ['byNumber'], text: `/** The code of a number that is a level. */
function numberLookup(value: number, levels: Levels): number {
  return Number.isNaN(value) ? levels.missing : byNumber(value, levels.numbers) ?? levels.unknown;
}` }],
  ['textTest', { needs: ['spelled'], text: `/** 1 where the text is one of those, 0 where not, NaN where it is missing. */
function textTest(text: string | null, texts: readonly string[], numbers: readonly number[]): number {
  return text === null ? NaN : texts.includes(text) || numbers.includes(spelled(text)) ? 1 : 0;
}` }],
  ['textNumber', { needs: ['spelled'], text: `function textNumber(text: string | null): number {
  return text === null ? NaN : spelled(text);
}` }],
  ['sameText', { text: `function sameText(a: string | null, b: string | null): number {
  return a === null || b === null ? NaN : a === b ? 1 : 0;
}` }],
  ['bin', { text: `/** 0 for NaN, else 1 + the number of cuts at or below the value. */
function bin(value: number, cuts: readonly number[]): number {
  if (Number.isNaN(value)) return 0;
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cuts[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}` }],
  ['pick', { text: `function pick(code: number, values: readonly number[]): number {
  return Number.isNaN(code) ? NaN : values[code]!;
}` }],
  ['isMissing', { text: `function isMissing(x: number): number {
  return Number.isNaN(x) ? 1 : 0;
}` }],
  ['coalesce', { text: `function coalesce(x: number, otherwise: number): number {
  return Number.isNaN(x) ? otherwise : x;
}` }],
  ['truth', { text: `/** 1 or 0; NaN where one of the numbers is NaN. */
function truth(holds: boolean, a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? NaN : holds ? 1 : 0;
}` }],
  ['and', { text: `function and(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : Number.isNaN(a) || Number.isNaN(b) ? NaN : 1;
}` }],
  ['or', { text: `function or(a: number, b: number): number {
  return (a !== 0 && !Number.isNaN(a)) || (b !== 0 && !Number.isNaN(b)) ? 1 : Number.isNaN(a) || Number.isNaN(b) ? NaN : 0;
}` }],
  ['not', { text: `function not(x: number): number {
  return Number.isNaN(x) ? NaN : x === 0 ? 1 : 0;
}` }],
  ['choose', { text: `function choose(test: number, yes: number, no: number): number {
  return Number.isNaN(test) ? NaN : test !== 0 ? yes : no;
}` }],
  ['linear', { text: `/** x · weight + bias; the weights inputs × outputs. */
function linear(x: readonly number[], weight: Float32Array, bias: Float32Array): number[] {
  const out = Array.from(bias);
  for (let i = 0; i < x.length; i++) for (let j = 0; j < out.length; j++) out[j]! += x[i]! * weight[i * out.length + j]!;
  return out;
}` }],
  ['relu', { text: `function relu(x: number): number {
  return x < 0 ? 0 : x;
}` }],
  ['sigmoid', { text: `function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}` }],
  ['gelu', { needs: ['sigmoid'], text: `function gelu(x: number): number {
  return x * sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3));
}` }],
  ['dense', { needs: ['linear'], text: `function dense(inputs: readonly number[], layers: readonly (readonly [Float32Array, Float32Array])[], activate: (x: number) => number): number[] {
  if (inputs.some(Number.isNaN)) return Array.from(layers[layers.length - 1]![1], () => NaN);
  let x: number[] = [...inputs];
  layers.forEach(([weight, bias], l) => {
    x = linear(x, weight, bias);
    if (l < layers.length - 1) x = x.map(activate);
  });
  return x;
}` }],
  ['attend', { needs: ['linear', 'relu'], text: `interface AttentionNetwork {
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly uniform: boolean;
  readonly tokenOf: readonly number[];
  readonly parameters: { readonly [name: string]: Float32Array };
}

function layerNorm(x: readonly number[], scale: Float32Array, shift: Float32Array): number[] {
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  const square = x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length;
  return x.map((v, j) => ((v - mean) / Math.sqrt(square + 1e-5)) * scale[j]! + shift[j]!);
}

/** What a token takes from all tokens: the values weighted by the softmax of question · key, head by head. */
function mix({ width, heads, uniform }: AttentionNetwork, question: readonly number[], keys: readonly number[][], values: readonly number[][]): number[] {
  const size = width / heads;
  return Array.from({ length: heads }, (_, h) => {
    const score = (key: readonly number[]): number => {
      let sum = 0;
      for (let j = h * size; j < (h + 1) * size && !uniform; j++) sum += question[j]! * key[j]!;
      return sum / Math.sqrt(size);
    };
    const scores = keys.map(score);
    const most = Math.max(...scores);
    const powers = scores.map(s => Math.exp(s - most));
    const total = powers.reduce((sum, p) => sum + p, 0);
    return Array.from({ length: size }, (_, j) => powers.reduce((sum, p, t) => sum + (p / total) * values[t]![h * size + j]!, 0));
  }).flat();
}

/** One token a feature, [CLS] first; the last block asks for [CLS] alone. */
function attend(inputs: readonly number[], network: AttentionNetwork): number[] {
  const { parameters: p, width, layers, tokenOf } = network;
  const get = (name: string): Float32Array => p[name]!;
  if (inputs.some(Number.isNaN)) return Array.from(get('head.bias'), () => NaN);
  const bias = get('tokens.bias');
  let h = [Array.from(get('cls')), ...Array.from({ length: bias.length / width }, (_, t) => Array.from(bias.subarray(t * width, (t + 1) * width)))];
  const embedding = get('tokens.weight');
  inputs.forEach((x, c) => { for (let j = 0; j < width; j++) h[tokenOf[c]! + 1]![j]! += x * embedding[c * width + j]!; });
  for (let l = 0; l < layers; l++) {
    const project = (name: string, x: readonly number[]): number[] => linear(x, get(\`block\${l}.\${name}.weight\`), get(\`block\${l}.\${name}.bias\`));
    const norm = (name: string, x: readonly number[]): number[] => layerNorm(x, get(\`block\${l}.\${name}.scale\`), get(\`block\${l}.\${name}.shift\`));
    const z = l === 0 ? h : h.map(x => norm('attentionNorm', x));
    const keys = z.map(x => project('key', x));
    const values = z.map(x => project('value', x));
    const asking = l === layers - 1 ? 1 : h.length;
    h = h.slice(0, asking).map((own, t) => {
      const mixed = project('output', mix(network, project('query', z[t]!), keys, values));
      const sum = own.map((v, j) => v + mixed[j]!);
      const forward = project('forward2', project('forward1', norm('forwardNorm', sum)).map(relu));
      return sum.map((v, j) => v + forward[j]!);
    });
  }
  return linear(layerNorm(h[0]!, get('headNorm.scale'), get('headNorm.shift')).map(relu), get('head.weight'), get('head.bias'));
}` }],
]);
