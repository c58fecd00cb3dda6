// The front of length against misfit.

/** For each complexity the formula with the least misfit, as far as that is less than that of all shorter ones; the shortest first. */
export function frontOf<T extends { complexity: number; sse: number }>(candidates: readonly T[]): T[] {
  const front: T[] = [];
  for (const each of [...candidates].sort((a, b) => a.complexity - b.complexity || a.sse - b.sse)) {
    if (!front.length || each.sse < front.at(-1)!.sse * (1 - 1e-9)) front.push(each);
  }
  return front;
}
