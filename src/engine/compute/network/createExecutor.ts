/** The executor for a network: what was asked for, else what can be had, with the reason. */
import { logOnce } from '../log';
import { loadTensorFlow, makePlan, openFirst, titles, type BackendPlan, type ExecutorName } from '../backend';
import type { NetworkDescription } from './description';
import type { NetworkData, NetworkExecutor } from './executor';
import type { Backend } from './training';

export interface CreatedExecutor { readonly executor: NetworkExecutor; readonly reason: string }

/** 'auto' is native TensorFlow where it is installed and passes its self-test, else our own SIMD kernels. */
export async function createExecutor(description: NetworkDescription, data: NetworkData, backend: Backend): Promise<CreatedExecutor> {
  return openExecutor(await makePlan(backend), description, data);
}

/** The first executor of a plan that can be had. */
export async function openExecutor(plan: BackendPlan, description: NetworkDescription, data: NetworkData): Promise<CreatedExecutor> {
  const { value, reason } = await openFirst(plan, item => open(item, plan.native, description, data));
  logChoice(description, value.name, reason);
  return { executor: value, reason };
}

/** Says in the log what computes a kind of network and why; in a worker, which has no log, nothing. */
export function logChoice({ kind }: NetworkDescription, name: string, reason: string): void {
  logOnce(`Networks of the kind ${kind} are computed by ${titles[name as ExecutorName] ?? name}. ${reason}`);
}

async function open(name: ExecutorName, native: string | undefined, description: NetworkDescription, data: NetworkData): Promise<NetworkExecutor> {
  if (name === 'simd') {
    return description.kind === 'dense' ? (await import('../kernels/simdDense')).simdDense(description, data)
      : (await import('../kernels/attentionExecutor')).attentionExecutor(description, data);
  }
  const tf = await loadTensorFlow(name, native);
  if (description.kind === 'dense') return (await import('../tensorflow/denseExecutor')).tensorflowDense(tf, name, description, data);
  return (await import('../tensorflow/attentionExecutor')).tensorflowAttention(tf, name, description, data);
}
