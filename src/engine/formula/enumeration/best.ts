// The best few of very many, by a score: a heap with its worst on top.

export class Best<Item> {
  private readonly items: { item: Item; score: number }[] = [];

  constructor(private readonly most: number) {}

  /** The score that a new item must be under to come in. */
  get bar(): number {
    return this.items.length < this.most ? Infinity : this.items[0]!.score;
  }

  offer(score: number, item: () => Item): void {
    if (!(score < this.bar)) return;
    // The same function written in another way has the same score.
    if (this.items.some(each => Math.abs(each.score - score) < 1e-9)) return;
    if (this.items.length >= this.most) {
      this.items[0] = { item: item(), score };
      this.sink(0);
    } else {
      this.items.push({ item: item(), score });
      this.rise(this.items.length - 1);
    }
  }

  /** Best first; leaves the heap empty. */
  take(): { item: Item; score: number }[] {
    return this.items.splice(0).sort((a, b) => a.score - b.score);
  }

  private rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (this.items[parent]!.score >= this.items[at]!.score) return;
      [this.items[parent], this.items[at]] = [this.items[at]!, this.items[parent]!];
      at = parent;
    }
  }

  private sink(from: number): void {
    for (let at = from; ; ) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.items.length && this.items[child]!.score > this.items[worst]!.score) worst = child;
      }
      if (worst === at) return;
      [this.items[worst], this.items[at]] = [this.items[at]!, this.items[worst]!];
      at = worst;
    }
  }
}
