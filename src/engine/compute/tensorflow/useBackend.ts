/** Makes sure that operations run on the backend that an executor was made for, where several are in one process. */
import type { TensorFlow } from './types';

/** Takes effect at once: the backend was started before. */
export function useBackend(tf: TensorFlow, name: string): void {
  if (tf.getBackend() !== name) void tf.setBackend(name);
}
