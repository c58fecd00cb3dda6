/** WebAssembly code of a step of Adam (Kingma & Ba 2015). */
import type { Assembler } from './assembler';
import { f32x4, i32, loopWhile, v128, type Code } from './instructions';

const float = 4;
const four = 16;

/**
 * Arguments: w, gradient, m, v, count, and the place of nine numbers: l2, β₁, 1 − β₁, β₂, 1 − β₂, size, ε, keep, and the
 * size below which moments are set to 0. g′ = g + l2 w; m = β₁ m + (1 − β₁) g′; v = β₂ v + (1 − β₂) g′²;
 * w = keep · w − size · m / (√v + ε). The count is a multiple of 4.
 */
export function defineAdam(assembler: Assembler): void {
  assembler.define('adam', 6, ([w, gradient, m, v, count, numbers], locals) => {
    const [g, mean, square, weight] = Array.from({ length: 4 }, () => locals.v128());
    const constants = Array.from({ length: 9 }, () => locals.v128());
    const [l2, beta1, rest1, beta2, rest2, size, epsilon, keep, least] = constants.map(constant => constant.get);
    const flushed = (x: Code): Code => v128.and(x, f32x4.greaterThan(f32x4.abs(x), least));
    const places = [w, gradient, m, v];
    return [
      constants.map((constant, i) => constant.set(v128.loadSplat(numbers.get, i * float))),
      loopWhile(i32.greaterThan(count.get, i32.const(0)), [
        weight.set(v128.load(w.get)),
        g.set(f32x4.add(v128.load(gradient.get), f32x4.mul(l2, weight.get))),
        mean.set(f32x4.add(f32x4.mul(beta1, v128.load(m.get)), f32x4.mul(rest1, g.get))),
        square.set(f32x4.add(f32x4.mul(beta2, v128.load(v.get)), f32x4.mul(rest2, f32x4.mul(g.get, g.get)))),
        v128.store(m.get, flushed(mean.get)),
        v128.store(v.get, flushed(square.get)),
        v128.store(w.get, f32x4.sub(
          f32x4.mul(keep, weight.get), f32x4.div(f32x4.mul(size, mean.get), f32x4.add(f32x4.sqrt(square.get), epsilon)))),
        places.map(place => place.set(i32.add(place.get, i32.const(four)))),
        count.set(i32.sub(count.get, i32.const(4))),
      ]),
    ];
  });
}
