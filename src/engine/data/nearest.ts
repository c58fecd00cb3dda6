/** Which known names are nearest to a mistyped one, by edit distance without regard to case. */

/** At most `count` of `names`, nearest first. Long names are compared by their first 60 characters. */
export function nearest(name: string, names: readonly string[], count: number): string[] {
  const wanted = name.slice(0, 60).toLowerCase();
  return names
    .map(candidate => ({ candidate, distance: editDistance(wanted, candidate.slice(0, 60).toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(item => item.candidate);
}

/** Levenshtein distance in O(|a|·|b|) time and O(|b|) space. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min(previous[j]! + 1, current[j - 1]! + 1, substituted);
    }
    previous = current;
  }
  return previous[b.length]!;
}
