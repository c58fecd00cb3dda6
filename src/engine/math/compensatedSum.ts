/** Sums whose terms cancel, to twofold precision. */

/** Sum of many terms with twofold precision (Ogita, Rump & Oishi 2005). */
export class CompensatedSum {
  private total = 0;
  private rest = 0;

  add(x: number): void {
    const s = this.total + x;
    const t = s - this.total;
    this.rest += this.total - (s - t) + (x - t);
    this.total = s;
  }

  addProduct(a: number, b: number): void {
    const product = a * b;
    this.add(product);
    const size = Math.abs(product);
    if (size < 1e-250 || size > 1e290 || Math.abs(a) > 1e290 || Math.abs(b) > 1e290) return;
    const ca = 134217729 * a;
    const a1 = ca - (ca - a);
    const a2 = a - a1;
    const cb = 134217729 * b;
    const b1 = cb - (cb - b);
    const b2 = b - b1;
    this.rest += a1 * b1 - product + a1 * b2 + a2 * b1 + a2 * b2;
  }

  value(): number {
    return this.total + this.rest;
  }
}
