/** Finds the term that a person means, however its name is written; says in one sentence what there is instead. */
import { UserError } from '../../../protocol/errors';
import type { BoostedTerm } from './state';
import { termName } from './terms';

type Named = Pick<BoostedTerm, 'bins'>;
/** What is wanted of the term, for the words. */
type Wanted = 'remove' | 'smooth' | 'monotone';

/**
 * Place of a term by its place or its name: "age", "age × hours"; also "hours * age", "age:hours", in either order. Throws UserError
 * 'badOption' with the names that come nearest.
 */
export function findTerm(terms: readonly Named[], wanted: string | number, kind: Wanted): number {
  const place = typeof wanted === 'number' ? wanted : placeByName(terms, wanted);
  if (terms[place]) return place;
  throw new UserError('badOption', typeof wanted === 'number' ? `The model has no term of that number; ${listed(terms.map(termName))}.` : sentence(terms, wanted, kind));
}

/** -1 where there is none. The exact name comes first, then the bare name of a feature, then other spellings where only one fits. */
function placeByName(terms: readonly Named[], wanted: string): number {
  const exact = terms.findIndex(term => termName(term) === wanted);
  if (exact >= 0) return exact;
  const bare = terms.findIndex(({ bins }) => bins.length === 1 && bins[0]!.name === wanted);
  if (bare >= 0) return bare;
  const fitting = terms.flatMap((term, t) => (spellings(term).includes(plain(wanted)) ? [t] : []));
  return fitting.length === 1 ? fitting[0]! : -1;
}

const plain = (name: string): string => name.replace(/\s*[×*:]\s*/g, '×').trim();

function spellings({ bins: [first, second] }: Named): string[] {
  const [a, b] = [first!.name, second?.name];
  return b === undefined ? [plain(a)] : [plain(`${a} × ${b}`), plain(`${b} × ${a}`)];
}

/** What stood behind "=" may be what is wrong, and not the name. */
function sentence(terms: readonly Named[], wanted: string, kind: Wanted): string {
  const at = wanted.lastIndexOf('=');
  const term = at > 0 ? terms[placeByName(terms, wanted.slice(0, at))] : undefined;
  if (term && kind !== 'remove') {
    const [value, name] = [wanted.slice(at + 1), termName(term)];
    return kind === 'monotone'
      ? `"${value}" is no direction: write ${name}=increasing or ${name}=decreasing.`
      : `"${value}" is no bandwidth: write a number above 0, such as ${name}=2.`;
  }
  const names = terms.map(termName);
  const near = nearest(wanted, names);
  return `The model has no term "${wanted}"; ${near.length > 0 ? `did you mean ${near.map(name => `"${name}"`).join(' or ')}?` : `${listed(names)}.`}`;
}

function listed(names: readonly string[]): string {
  return `its terms are ${names.slice(0, 20).join(', ')}${names.length > 20 ? ` and ${names.length - 20} more` : ''}`;
}

/** At most three names that a few changed letters make of what was written, pairs in either order; the nearest first. */
function nearest(wanted: string, names: readonly string[]): string[] {
  const small = plain(wanted).toLowerCase();
  const turned = small.split('×').reverse().join('×');
  const most = Math.max(1, Math.floor(small.length / 3));
  return names
    .map(name => ({ name, distance: Math.min(...[small, turned].map(text => editDistance(text, plain(name).toLowerCase(), most))) }))
    .filter(({ distance }) => distance <= most).sort((a, b) => a.distance - b.distance).slice(0, 3).map(({ name }) => name);
}

/** Letters put in, left out or changed (Levenshtein); anything above `most` where the lengths tell so already. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
