/** Operations of TensorFlow.js as attention needs them: gradients that keep to the fast kernels of the WASM backend. */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './types';

/** Added to the variance in layer normalisation. */
export const normEpsilon = 1e-5;

/**
 * a (m × k) · b (k × n). The gradient transposes first and then multiplies: products with transposed operands fall out of
 * the WASM backend's vectorised path and take some eight times longer.
 */
export function product(tf: TensorFlow, a: Tensor2D, b: Tensor2D): Tensor2D {
  const op = tf.customGrad((...args) => {
    const [left, right, save] = args as unknown as [Tensor2D, Tensor2D, (tensors: Tensor[]) => void];
    save([left, right]);
    return {
      value: tf.matMul(left, right),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [l, r] = saved as [Tensor2D, Tensor2D];
        return [tf.matMul(dy as Tensor2D, tf.transpose(r)), tf.matMul(tf.transpose(l), dy as Tensor2D)];
      },
    };
  });
  return op(a, b) as Tensor2D;
}

/** (x − mean) / √(variance + ε) of each row of rows × width (Ba, Kiros & Hinton 2016), without scale and shift. */
export function normalised(tf: TensorFlow, x: Tensor2D): Tensor2D {
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [Tensor2D, (tensors: Tensor[]) => void];
    const centred = tf.sub(input, tf.mean(input, -1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), normEpsilon));
    const value = tf.mul(centred, inverse);
    save([value, inverse]);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [y, inv] = saved;
        const along = tf.mean(tf.mul(dy, y), -1, true);
        return tf.mul(inv, tf.sub(tf.sub(dy, tf.mean(dy, -1, true)), tf.mul(y, along)));
      },
    };
  });
  return op(x) as Tensor2D;
}
