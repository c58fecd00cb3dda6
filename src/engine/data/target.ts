/** Guesses which column is to be explained, as what task, and which class counts as positive. */
import type { TargetCandidate } from '../../protocol/engine';
import type { ColumnProfile, DatasetProfile } from '../../protocol/profile';

/** Whole names of targets, strongest first; a name that ends in one of the first group's words counts too. */
const wholeNames = [
  'target', 'label', 'labels', 'y', 'outcome', 'response', 'dependent', 'survived', 'diagnosis', 'churn', 'churned', 'exited', 'attrition', 'default', 'defaulted',
  'fraud', 'is_fraud', 'isfraud', 'spam', 'approved', 'admitted', 'admit', 'subscribed', 'class', 'income', 'species', 'quality', 'price', 'saleprice', 'salary', 'wage',
  'wages', 'credit_risk', 'risk', 'medv', 'mpg', 'num', 'case', 'low', 'output', 'result', 'score', 'rating', 'grade', 'category',
];
/** Words that make a target of a longer name when they stand at its end; the later column is the likelier one. */
const lastWords = new Set([
  'target', 'label', 'outcome', 'response', 'diagnosis', 'survived', 'churn', 'default', 'fraud', 'price', 'value', 'salary', 'wage', 'income', 'cost', 'charges',
  'revenue', 'sales', 'species', 'quality', 'strength', 'progression', 'risk', 'y',
]);
const weakLastWords = new Set(['class', 'category', 'status', 'result', 'score', 'rating', 'grade', 'type']);

const positiveWords = [
  'yes', 'true', 'y', 't', '1', 'pos', 'positive', 'malignant', 'survived', 'alive', 'fraud', 'spam', 'bad', 'default', 'churn', 'churned', 'sick', 'ill',
  'disease', 'present', 'case', 'high', 'success', 'accepted', 'approved', 'admitted', 'won', 'win', 'pass', 'on', 'abnormal', 'infected', 'dead', 'died', '>50k', '>50k.',
];

/** Most different whole numbers that are taken for classes. */
const mostNumberClasses = 10;

/** Words of a name, lower case: "Sale_Price", "salePrice" and "sale price" are "sale", "price". */
function wordsOf(name: string): string[] {
  return name.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(word => word !== '');
}

/** 0 for no hint; the higher the likelier a target by its name. */
export function nameScore(name: string): number {
  const words = wordsOf(name);
  const whole = wholeNames.indexOf(words.join('_'));
  if (whole >= 0) return 200 - whole;
  const last = words[words.length - 1] ?? '';
  if (lastWords.has(last)) return 100;
  return weakLastWords.has(last) ? 50 : 0;
}

/** Best guess first: columns with telling names, then from the last column to the first. Unsuitable columns are left out. */
export function targetCandidates(profile: DatasetProfile): TargetCandidate[] {
  const suitable = profile.columns.map((column, index) => ({ column, index, score: nameScore(column.name) })).filter(({ column }) => unsuitability(column, profile.rows) === undefined);
  suitable.sort((a, b) => b.score - a.score || b.index - a.index);
  return suitable.map(({ column, score }) => candidate(column, profile.rows, score > 0 ? 'its name says so' : 'it is the last suitable column'));
}

/** Why a column cannot be a target, or undefined. */
export function unsuitability(column: ColumnProfile, rows: number): string | undefined {
  switch (column.kind) {
    case 'empty': return 'it has no values';
    case 'constant': return 'it has one value only';
    case 'identifier': return 'it has a different value in every row';
    case 'text': return 'it is free text';
    case 'datetime': return 'it is a date';
    default: break;
  }
  const present = rows - column.missing;
  if (present < 2) return 'nearly all of its values are missing';
  if (column.distinct < 2) return 'it has one value only';
  return column.kind !== 'numeric' && column.distinct > Math.max(2, present / 2) ? 'nearly every row has a value of its own' : undefined;
}

/** Task, classes and positive class of one column; `why` says in words how the column was chosen. */
export function candidate(column: ColumnProfile, rows: number, why: string): TargetCandidate {
  const classes = classesOf(column, rows);
  if (!classes) {
    const rule = column.kind === 'numeric' ? `${column.distinct.toLocaleString('en-US')} different numbers: regression` : 'regression';
    return { column: column.name, task: 'regression', reason: `Chosen because ${why}; ${rule}.` };
  }
  const kind = column.kind === 'numeric' ? 'different whole numbers' : column.kind === 'boolean' ? 'truth values' : 'different texts';
  const rule = `${column.kind === 'numeric' ? 'only ' : ''}${column.distinct} ${kind}: classification`;
  const found = { column: column.name, task: 'classification', ...(classes.length === column.distinct ? { classes } : {}) } as const;
  if (column.distinct !== 2) return { ...found, reason: `Chosen because ${why}; ${rule}.` };
  const { positive, reason } = positiveOf(column, classes);
  return { ...found, positive, reason: `Chosen because ${why}; ${rule}; "${positive}" counts as positive, ${reason}.` };
}

/**
 * The classes in sort order (those that the profile lists), or undefined when the task is regression. Text and booleans
 * are classes; so are numbers when they are whole, few (at most 10) and each stands for ten rows on average; two
 * neighbouring numbers such as 0 and 1 always count.
 */
function classesOf(column: ColumnProfile, rows: number): string[] | undefined {
  if (column.kind !== 'numeric') return sortClasses((column.levels ?? []).map(level => level.level));
  const values = column.distinct <= mostNumberClasses ? wholeNumbers(column) : undefined;
  if (values?.length !== column.distinct) return undefined;
  const pair = values.length === 2 && Math.abs(values[1]! - values[0]!) <= 2 && Math.abs(values[0]!) <= 1;
  return pair || rows - column.missing >= 10 * column.distinct ? values.map(String) : undefined;
}

/** The different values of a column of few whole numbers, rising; undefined when some are not whole or they cannot be told. */
function wholeNumbers(column: ColumnProfile): number[] | undefined {
  const bins = (column.histogram ?? []).filter(bin => bin.count > 0);
  const values = column.distinctValues?.map(value => Number(value.level)) ?? bins.map(bin => (bin.high - bin.low === 1 ? bin.low + 0.5 : NaN));
  return values.every(Number.isInteger) ? values.sort((a, b) => a - b) : undefined;
}

function sortClasses(levels: readonly string[]): string[] {
  return levels.every(level => level.trim() !== '' && Number.isFinite(Number(level))) ? [...levels].sort((a, b) => Number(a) - Number(b)) : [...levels].sort();
}

function positiveOf(column: ColumnProfile, classes: readonly string[]): { positive: string; reason: string } {
  const words = classes.map(level => level.toLowerCase().trim());
  const named = words.map(word => positiveWords.indexOf(word));
  const hits = named.filter(at => at >= 0);
  if (hits.length === 1) return { positive: classes[named.findIndex(at => at >= 0)]!, reason: 'as its name suggests' };
  if (words.join() === 'b,m') return { positive: classes[1]!, reason: 'M standing for malignant' };
  const greater = words.findIndex(word => /^(?:>|≥|over|above|more)/.test(word));
  if (greater >= 0 && words.filter(word => /^(?:>|≥|over|above|more)/.test(word)).length === 1) return { positive: classes[greater]!, reason: 'as its name suggests' };
  const negated = words.map(word => /^(?:no|not|non|un|in|neg|negative|healthy|normal|good|ok|benign|ham|none|absent|never|rejected|declined|low|control)(?:$|[^a-z])/.test(word) || /^(?:non|not)[-_ ]?/.test(word));
  if (negated[0] !== negated[1]) return { positive: classes[negated[0] ? 1 : 0]!, reason: `being the opposite of "${classes[negated[0] ? 0 : 1]!}"` };
  const count = (level: string): number => (column.levels ?? column.distinctValues)?.find(l => l.level === level)?.count ?? 0;
  const [a, b] = [count(classes[0]!), count(classes[1]!)];
  if (a !== b) return { positive: classes[a < b ? 0 : 1]!, reason: 'being the rarer class' };
  return { positive: classes[1]!, reason: 'being the last in sort order' };
}
