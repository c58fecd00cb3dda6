import { describe, expect, it } from 'vitest';
import { Assembler } from '../../../src/engine/compute/kernels/assembler';
import { i32, loopWhile, signed, unsigned, v128, f32x4, when } from '../../../src/engine/compute/kernels/instructions';

interface Api {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: { memory: { buffer: ArrayBuffer }; run(...args: number[]): void } };
}

function instantiate(assembler: Assembler): { heap: Float32Array; run(...args: number[]): void } {
  const { WebAssembly: api } = globalThis as unknown as { WebAssembly: Api };
  const { exports } = new api.Instance(new api.Module(assembler.bytes(1, 1)));
  return { heap: new Float32Array(exports.memory.buffer), run: exports.run };
}

describe('The WebAssembly assembler', () => {
  it('writes integers as LEB128 (examples of the DWARF 4 standard, §7.6)', () => {
    expect([2, 127, 128, 129, 130, 12857].map(unsigned)).toEqual([[2], [127], [0x80, 1], [0x81, 1], [0x82, 1], [0xb9, 0x64]]);
    expect([2, -2, 127, -127, 128, -128, 129, -129].map(signed))
      .toEqual([[2], [0x7e], [0xff, 0], [0x81, 0x7f], [0x80, 1], [0x80, 0x7f], [0x81, 1], [0xff, 0x7e]]);
  });

  it('makes a module with a loop, a branch, a call and vectors that runs', () => {
    const assembler = new Assembler();
    const double = assembler.define('double', 1, ([place], locals) => {
      const x = locals.v128();
      return [x.set(v128.load(place.get)), v128.store(place.get, f32x4.add(x.get, x.get))];
    });
    assembler.define('run', 2, ([place, count]) => loopWhile(i32.greaterThan(count.get, i32.const(0)), [
      when(i32.equal(count.get, i32.const(2)), v128.store(place.get, f32x4.const(-1)), double(place.get)),
      place.set(i32.add(place.get, i32.const(16))),
      count.set(i32.sub(count.get, i32.const(1))),
    ]));
    const { heap, run } = instantiate(assembler);
    heap.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    run(0, 0);
    expect(heap[0]).toBe(1);
    run(0, 3);
    expect([...heap.subarray(0, 13)]).toEqual([2, 4, 6, 8, -1, -1, -1, -1, 18, 20, 22, 24, 13]);
  });

  it('places shuffled and single floats', () => {
    const assembler = new Assembler();
    assembler.define('run', 0, () => [
      v128.store(i32.const(32), v128.shuffle(v128.load(i32.const(0)), v128.load(i32.const(16)), [3, 4, 0, 7])),
      v128.storeLane(i32.const(48), v128.load(i32.const(0)), 2),
      v128.store(i32.const(64), v128.loadSplat(i32.const(0), 4)),
    ]);
    const { heap, run } = instantiate(assembler);
    heap.set([0, 1, 2, 3, 4, 5, 6, 7]);
    run();
    expect([...heap.subarray(8, 20)]).toEqual([3, 4, 0, 7, 2, 0, 0, 0, 1, 1, 1, 1]);
  });
});
