/** WebAssembly code of the matrix product: register tiles of 4 rows by 8 columns, and the packing of the right factor. */
import type { Assembler, Callable, Local, Locals } from './assembler';
import { f32x4, i32, loopWhile, loopWithExits, v128, when, type Code } from './instructions';

/** Bytes of a float, and of four. */
const float = 4;
const four = 16;
const tileRows = 4;
/** Products a turn of the inner loop. */
const unrolled = 8;

/** Arguments, in this order, in bytes where they are places: a, aStride, b, initial, initialStride, c, cStride, m, n, k. */
export function defineMultiply(assembler: Assembler, name: string, transposed: boolean): void {
  const strips = Array.from({ length: tileRows }, (_, i) => defineStrip(assembler, `${name}Strip${i + 1}`, i + 1, transposed));
  assembler.define(name, 10, ([a, aStride, b, initial, initialStride, c, cStride, m, n, k]) => {
    const strip = (rows: number): Code =>
      strips[rows - 1](a.get, aStride.get, b.get, initial.get, initialStride.get, c.get, cStride.get, n.get, k.get);
    const rowsFurther = (stride: Local): Code => i32.mul(stride.get, i32.const(tileRows));
    return [
      loopWhile(i32.atLeast(m.get, i32.const(tileRows)), [
        strip(tileRows),
        a.set(i32.add(a.get, transposed ? i32.const(tileRows * float) : rowsFurther(aStride))),
        initial.set(i32.add(initial.get, rowsFurther(initialStride))),
        c.set(i32.add(c.get, rowsFurther(cStride))),
        m.set(i32.sub(m.get, i32.const(tileRows))),
      ]),
      [3, 2, 1].map(rows => when(i32.equal(m.get, i32.const(rows)), strip(rows))),
    ];
  });
}

/** A few rows of C: a, aStride, b, initial, initialStride, c, cStride, n, k. */
function defineStrip(assembler: Assembler, name: string, rows: number, transposed: boolean): Callable {
  return assembler.define(name, 9, ([a, aStride, b, initial, initialStride, c, cStride, n, k], locals) => {
    const tile = new TileWriter(locals, rows, transposed, { a, aStride, b, initial, initialStride, c, cStride, k });
    const advance = (columns: number): Code => [
      initial.set(i32.add(initial.get, i32.const(columns * float))),
      c.set(i32.add(c.get, i32.const(columns * float))),
      n.set(i32.sub(n.get, i32.const(columns))),
    ];
    return [
      loopWhile(i32.atLeast(n.get, i32.const(8)), [tile.sum(2), tile.store(2), advance(8)]),
      loopWhile(i32.greaterThan(n.get, i32.const(0)), [
        tile.sum(1), when(i32.atLeast(n.get, i32.const(4)), tile.store(1), tile.storePart(n)), advance(4),
      ]),
    ];
  });
}

interface TilePlaces {
  readonly a: Local;
  readonly aStride: Local;
  readonly b: Local;
  readonly initial: Local;
  readonly initialStride: Local;
  readonly c: Local;
  readonly cStride: Local;
  readonly k: Local;
}

/** Writes the code of one tile: `rows` rows by one or two vectors of four columns. The panel of B is left at its end. */
class TileWriter {
  private readonly sums: Local[][];
  private readonly right: Local[];
  private readonly left: Local;
  /** Place in each row of A; of the first row only, where A is transposed. */
  private readonly from: Local[];
  private readonly row: Local;
  /** End of the panel of B, and the places one, two … products before. */
  private readonly ends: Local[];

  constructor(locals: Locals, private readonly rows: number, private readonly transposed: boolean, private readonly places: TilePlaces) {
    this.sums = Array.from({ length: rows }, () => [locals.v128(), locals.v128()]);
    this.right = [locals.v128(), locals.v128()];
    this.left = locals.v128();
    this.from = Array.from({ length: transposed ? 1 : rows }, () => locals.i32());
    this.row = locals.i32();
    this.ends = Array.from({ length: unrolled }, () => locals.i32());
  }

  /**
   * Sums of all k products onto the summand. A turn of the loop makes `unrolled` products with a way out after each:
   * without these borders V8 loads ahead for the whole turn and runs out of registers (measured: 29 instead of 47 GFLOP/s).
   */
  sum(vectors: number): Code {
    const { b, k } = this.places;
    const { ends } = this;
    const step = vectors * four;
    const turn = Array.from({ length: unrolled }, (_, p) => [this.products(vectors, p), p === unrolled - 1 ? this.moveOn(vectors) : []]);
    return [
      this.start(vectors),
      ends[0].set(i32.add(b.get, i32.mul(k.get, i32.const(step)))),
      ends.slice(1).map((end, p) => end.set(i32.sub(ends[p].get, i32.const(step)))),
      when(i32.lessThan(b.get, ends[0].get), loopWithExits(turn, p => i32.atLeast(b.get, ends[p % unrolled].get))),
      b.set(ends[0].get),
    ];
  }

  store(vectors: number): Code {
    return this.eachRow(this.places.c, this.places.cStride, i =>
      this.sums[i].slice(0, vectors).map((sum, v) => v128.store(this.row.get, sum.get, v * four)));
  }

  /** Only the first `n` (1 to 3) columns. */
  storePart(n: Local): Code {
    return this.eachRow(this.places.c, this.places.cStride, i => [0, 1, 2].map(lane =>
      when(i32.greaterThan(n.get, i32.const(lane)), v128.storeLane(this.row.get, this.sums[i][0].get, lane, lane * float))));
  }

  private start(vectors: number): Code {
    const { a, aStride, initial, initialStride } = this.places;
    return [
      this.eachRow(initial, initialStride, i => this.sums[i].slice(0, vectors).map((sum, v) => sum.set(v128.load(this.row.get, v * four)))),
      this.from.map((from, i) => from.set(i === 0 ? a.get : i32.add(this.from[i - 1].get, aStride.get))),
    ];
  }

  /** Product number p of a turn, for each sum. */
  private products(vectors: number, p: number): Code {
    const { from, transposed, places: { aStride, b } } = this;
    return [
      this.right.slice(0, vectors).map((right, v) => right.set(v128.load(b.get, (p * vectors + v) * four))),
      this.sums.map((sums, i) => [
        this.left.set(transposed ? v128.loadSplat(from[0].get, i * float) : v128.loadSplat(from[i].get, p * float)),
        sums.slice(0, vectors).map((sum, v) => sum.set(f32x4.add(sum.get, f32x4.mul(this.left.get, this.right[v].get)))),
      ]),
      transposed ? from[0].set(i32.add(from[0].get, aStride.get)) : [],
    ];
  }

  private moveOn(vectors: number): Code {
    const { from, transposed, places: { b } } = this;
    return [
      transposed ? [] : from.map(place => place.set(i32.add(place.get, i32.const(unrolled * float)))),
      b.set(i32.add(b.get, i32.const(unrolled * vectors * four))),
    ];
  }

  private eachRow(first: Local, stride: Local, write: (i: number) => Code): Code {
    return Array.from({ length: this.rows }, (_, i) => [
      this.row.set(i === 0 ? first.get : i32.add(this.row.get, stride.get)), write(i),
    ]);
  }
}

/** Arguments: source, stride, k, n, target; B is stored k × n. Reads up to three floats past its end. */
export function definePackRows(assembler: Assembler): void {
  assembler.define('packRows', 5, ([source, stride, k, n, target], locals) => {
    const from = locals.i32();
    const count = locals.i32();
    const panel = (vectors: number): Code => [
      from.set(source.get),
      count.set(k.get),
      loopWhile(i32.greaterThan(count.get, i32.const(0)), [
        Array.from({ length: vectors }, (_, v) => v128.store(target.get, v128.load(from.get, v * four), v * four)),
        from.set(i32.add(from.get, stride.get)),
        target.set(i32.add(target.get, i32.const(vectors * four))),
        count.set(i32.sub(count.get, i32.const(1))),
      ]),
      source.set(i32.add(source.get, i32.const(vectors * four))),
      n.set(i32.sub(n.get, i32.const(vectors * 4))),
    ];
    return [
      loopWhile(i32.atLeast(n.get, i32.const(8)), panel(2)),
      loopWhile(i32.greaterThan(n.get, i32.const(0)), panel(1)),
    ];
  });
}

/** Arguments: source, stride, k, n, target; B's transpose is stored, n × k. */
export function definePackColumns(assembler: Assembler): void {
  const quad = definePackFour(assembler);
  assembler.define('packColumns', 5, ([source, stride, k, n, target]) => {
    const further = (columns: number): Code => i32.mul(stride.get, i32.const(columns));
    const moveOn = (columns: number): Code => [
      source.set(i32.add(source.get, further(columns))),
      target.set(i32.add(target.get, i32.mul(k.get, i32.const(columns * float)))),
      n.set(i32.sub(n.get, i32.const(columns))),
    ];
    return [
      loopWhile(i32.atLeast(n.get, i32.const(8)), [
        quad(source.get, stride.get, k.get, i32.const(4), target.get, i32.const(2 * four)),
        quad(i32.add(source.get, further(4)), stride.get, k.get, i32.const(4), i32.add(target.get, i32.const(four)), i32.const(2 * four)),
        moveOn(8),
      ]),
      loopWhile(i32.greaterThan(n.get, i32.const(0)), [quad(source.get, stride.get, k.get, n.get, target.get, i32.const(four)), moveOn(4)]),
    ];
  });
}

/** Transposes up to four rows of k floats into k vectors of four: source, stride, k, rows, target, targetStride. */
function definePackFour(assembler: Assembler): Callable {
  return assembler.define('packFour', 6, ([source, stride, k, rows, target, targetStride], locals) => {
    const from = Array.from({ length: 4 }, () => locals.i32());
    const vectors = Array.from({ length: 8 }, () => locals.v128());
    // Rows that are not there are read as the last one again: their columns are never stored.
    const start = from.map((place, i) => i === 0 ? place.set(source.get)
      : [place.set(from[i - 1].get), when(i32.greaterThan(rows.get, i32.const(i)), place.set(i32.add(place.get, stride.get)))]);
    const advance = (floats: number): Code => [
      from.map(place => place.set(i32.add(place.get, i32.const(floats * float)))), k.set(i32.sub(k.get, i32.const(floats))),
    ];
    const put = (value: Code): Code => [v128.store(target.get, value), target.set(i32.add(target.get, targetStride.get))];
    const one = [0, 1, 2, 3].map(lane => [vectors[lane].set(v128.loadSplat(from[lane].get))]);
    const low = v128.shuffle(vectors[0].get, vectors[1].get, [0, 4, 0, 4]);
    const high = v128.shuffle(vectors[2].get, vectors[3].get, [0, 4, 0, 4]);
    return [
      start,
      loopWhile(i32.atLeast(k.get, i32.const(4)), [transposeFour(from, vectors, put), advance(4)]),
      loopWhile(i32.greaterThan(k.get, i32.const(0)), [one, put(v128.shuffle(low, high, [0, 1, 4, 5])), advance(1)]),
    ];
  });
}

/** A 4 × 4 block, by pairs. */
function transposeFour(from: readonly Local[], vectors: readonly Local[], put: (value: Code) => Code): Code {
  const [r0, r1, r2, r3, low01, low23, high01, high23] = vectors;
  return [
    from.map((place, i) => vectors[i].set(v128.load(place.get))),
    low01.set(v128.shuffle(r0.get, r1.get, [0, 4, 1, 5])),
    low23.set(v128.shuffle(r2.get, r3.get, [0, 4, 1, 5])),
    high01.set(v128.shuffle(r0.get, r1.get, [2, 6, 3, 7])),
    high23.set(v128.shuffle(r2.get, r3.get, [2, 6, 3, 7])),
    put(v128.shuffle(low01.get, low23.get, [0, 1, 4, 5])),
    put(v128.shuffle(low01.get, low23.get, [2, 3, 6, 7])),
    put(v128.shuffle(high01.get, high23.get, [0, 1, 4, 5])),
    put(v128.shuffle(high01.get, high23.get, [2, 3, 6, 7])),
  ];
}
