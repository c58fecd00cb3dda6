/** Executors of several backends of TensorFlow.js in one process: each call of one runs on its own. */
import type { NetworkExecutor } from '../network/executor';
import type { TensorFlow } from './types';

/** The executor with `tf` switched to the backend of its name before each call. */
export function onItsBackend(tf: TensorFlow, executor: NetworkExecutor): NetworkExecutor {
  // Takes effect at once, for the backend was started before.
  const ready = (): void => {
    if (tf.getBackend() !== executor.name) void tf.setBackend(executor.name);
  };
  return {
    name: executor.name,
    description: executor.description,
    gradients: (parameters, rows, dropout) => {
      ready();
      return executor.gradients(parameters, rows, dropout);
    },
    outputs: (parameters, rows) => {
      ready();
      return executor.outputs(parameters, rows);
    },
    inputGradients: (parameters, x, rows, output) => {
      ready();
      return executor.inputGradients(parameters, x, rows, output);
    },
    dispose: () => executor.dispose(),
  };
}
