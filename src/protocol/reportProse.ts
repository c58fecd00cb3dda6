/** Reports and answers in the person's language: their sentences go through a translation, their names, numbers and kinds stay. */
import type { Prose } from './prose';

/** Properties that hold sentences, titles or units that the engine wrote, alone or in lists. */
const proseKeys: ReadonlySet<string> = new Set([
  'title', 'summary', 'method', 'assumptions', 'text', 'sentence', 'sentences', 'note', 'notes', 'why', 'reason', 'message', 'label', 'hint', 'unit', 'targetUnit', 'stage', 'subtitle',
  'headline', 'recommendation', 'caution', 'where', 'effectFailed', 'unpredictable', 'detail', 'baselineTitle', 'warnings', 'edits', 'more', 'scheme', 'band', 'bandName',
  'intervalName', 'estimateName', 'lossName', 'classWords', 'xTitle', 'yTitle', 'arrowTitle', 'across', 'down', 'attention', 'rows', 'cells', 'value', 'trainedOn', 'madeOn', 'takenOver',
]);
/** Properties that hold the data's own words. */
const nameKeys: ReadonlySet<string> = new Set(['feature', 'features', 'term', 'terms', 'column', 'columns', 'class', 'classes', 'className', 'level', 'levels', 'grid', 'target', 'reference', 'positive']);

/** Properties with what belongs to the data or to the run: nothing below them is translated. Lists under these names are something else. */
const dataKeys: ReadonlySet<string> = new Set(['values', 'actual', 'start', 'options', 'recipe', 'change', 'goal']);
/** Properties whose single words may be the data's. */
const cellKeys: ReadonlySet<string> = new Set(['rows', 'cells', 'value', 'more']);

/** `value` with its sentences translated; what has none is the same object. */
export function inLanguage<T>(value: T, prose: Prose): T {
  const names = new Set<string>();
  collectNames(value, false, names);
  return translated(value, '', text => prose(text, names)) as T;
}

function collectNames(value: unknown, isName: boolean, names: Set<string>): void {
  if (typeof value === 'string') {
    if (isName) names.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) collectNames(item, isName, names);
  } else if (typeof value === 'object' && value !== null) {
    const named = isColumn(value);
    const ofFeature = 'feature' in value;
    for (const [key, item] of Object.entries(value)) collectNames(item, nameKeys.has(key) || (named && key === 'name') || (ofFeature && key === 'value'), names);
  }
}

/** What the data section says of a column. */
const isColumn = (value: object): boolean => 'role' in value && 'kind' in value && 'name' in value;

/** `key`: of the property that holds the value, or the list that it is in. */
function translated(value: unknown, key: string, say: (text: string) => string): unknown {
  if (typeof value === 'string') return proseKeys.has(key) && (!cellKeys.has(key) || value.includes(' ')) ? say(value) : value;
  if (Array.isArray(value)) {
    // Long lists of numbers, of which reports are full.
    if (value.length > 0 && typeof value[0] === 'number') return value;
    return changed(value, value.map(item => translated(item, key, say)));
  }
  if (typeof value !== 'object' || value === null || dataKeys.has(key)) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, translated(item, name, say)] as const);
  return entries.some(([name, item]) => item !== (value as Record<string, unknown>)[name]) ? Object.fromEntries(entries) : value;
}

function changed<T>(old: readonly T[], next: readonly T[]): readonly T[] {
  return next.some((item, i) => item !== old[i]) ? next : old;
}
