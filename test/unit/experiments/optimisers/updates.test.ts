/** Two steps of every optimiser by hand, and the same steps by the optimiser that trains networks. */
import { describe, expect, it } from 'vitest';
import type { ParameterInfo } from '../../../../src/engine/compute/network/description';
import { Optimiser } from '../../../../src/engine/compute/network/optimiser';
import type { OptimiserName } from '../../../../src/engine/compute/network/training';
import { updateOf, type UpdateId } from '../../../../src/engine/experiments/optimisers/updates';

/** w = 1; gradients 0.5, then 0.2; learning rate 0.1. */
function twoSteps(id: UpdateId): number {
  const w = Float64Array.of(1);
  const update = updateOf(id, 1, Uint8Array.of(1));
  for (const g of [0.5, 0.2]) update(w, Float64Array.of(g), 0.1);
  return w[0]!;
}

const m1 = 0.05 / 0.1;
const v1 = 0.00025 / 0.001;
const m2 = (0.9 * 0.05 + 0.1 * 0.2) / (1 - 0.81);
const v2 = (0.999 * 0.00025 + 0.001 * 0.04) / (1 - 0.998001);

describe('two steps by hand', () => {
  const byHand: Readonly<Record<UpdateId, number>> = {
    gd: 1 - 0.05 - 0.02,
    sgd: 1 - 0.05 - 0.02,
    // Velocities 0.5 and 0.9 · 0.5 + 0.2 = 0.65.
    momentum: 1 - 0.1 * 0.5 - 0.1 * 0.65,
    // Steps g + 0.9 v: 0.5 + 0.45 and 0.2 + 0.585.
    nesterov: 1 - 0.1 * 0.95 - 0.1 * 0.785,
    // Squares 0.1 · 0.25 = 0.025, then 0.9 · 0.025 + 0.1 · 0.04 = 0.0265.
    rmsprop: 1 - 0.05 / Math.sqrt(0.025) - 0.02 / Math.sqrt(0.0265),
    // Squares 0.25, then 0.29.
    adagrad: 1 - 0.05 / 0.5 - 0.02 / Math.sqrt(0.29),
    adam: 1 - (0.1 * m1) / Math.sqrt(v1) - (0.1 * m2) / Math.sqrt(v2),
    // Shrinks by 0.1 · 0.01 before each step.
    adamw: (1 * 0.999 - (0.1 * m1) / Math.sqrt(v1)) * 0.999 - (0.1 * m2) / Math.sqrt(v2),
  };
  for (const [id, value] of Object.entries(byHand) as [UpdateId, number][]) {
    it(`of ${id} are those of its definition`, () => expect(twoSteps(id)).toBeCloseTo(value, 7));
  }
});

describe('the optimiser of networks', () => {
  const info: ParameterInfo = { name: 'w', shape: [3], penalised: true, fan: [3, 1] };
  const names: readonly OptimiserName[] = ['sgd', 'momentum', 'nesterov', 'rmsprop', 'adagrad', 'adam', 'adamw'];
  for (const name of names) {
    it(`steps as this study's ${name} does, to single precision`, () => {
      const w = Float64Array.of(0.3, -0.7, 0.1);
      const single = Float32Array.from(w);
      const update = updateOf(name, 3, Uint8Array.of(1, 1, 1));
      const optimiser = new Optimiser([info], { name, l1: 0, l2: name === 'adamw' ? 0.01 : 0 });
      for (let k = 0; k < 20; k++) {
        const gradient = w.map((value, j) => Math.cos(k + j) * value + 0.1 * (j + 1));
        update(w, gradient, 0.05);
        optimiser.step([single], [Float32Array.from(gradient)], 0.05);
      }
      w.forEach((value, j) => expect(single[j]).toBeCloseTo(value, 5));
    });
  }
});
