/** TensorFlow.js as a type: its code is loaded only when a network asks for it. */
import type * as tfjs from '@tensorflow/tfjs-core';

export type TensorFlow = typeof tfjs;
