/** Seeded random starting values of a network's parameters. */
import { Rng } from '../../math/random';
import { parameterInfos, type NetworkDescription, type ParameterInfo } from './description';

/**
 * Starting parameters in the order of `parameterInfos`. Dense: He et al. (2015), uniform on ±√(6/fan-in), before relu and
 * gelu; Glorot & Bengio (2010), uniform on ±√(6/(fan-in + fan-out)), before tanh, sigmoid and the output. Attention as
 * FT-Transformer (Gorishniy et al. 2021): queries, keys and values Glorot / √2, all others uniform on ±1/√fan-in;
 * larger in the first block's questions, see `firstBlockGain`.
 */
export function initialiseParameters(description: NetworkDescription, seed: number): Float32Array[] {
  const rng = new Rng(seed).fork('initialise');
  const infos = parameterInfos(description);
  const lastWeight = infos.map(info => info.fan !== undefined).lastIndexOf(true);
  return infos.map((info, i) => {
    const values = new Float32Array(info.shape.reduce((a, b) => a * b, 1));
    if (!info.fan) return values.fill(info.fill ?? 0);
    const bound = description.kind === 'dense' ? denseBound(info.fan, description.activation, i === lastWeight) : attentionBound(info);
    for (let k = 0; k < values.length; k++) values[k] = bound * (2 * rng.uniform() - 1);
    return values;
  });
}

function denseBound([from, to]: readonly [number, number], activation: string, isOutput: boolean): number {
  const rectified = activation === 'relu' || activation === 'gelu';
  return rectified && !isOutput ? Math.sqrt(6 / from) : Math.sqrt(6 / (from + to));
}

function attentionBound({ name, fan }: ParameterInfo): number {
  const [from, to] = fan!;
  const bound = /\.(query|key|value)\.weight$/.test(name) ? Math.sqrt(3 / (from + to)) : 1 / Math.sqrt(from);
  return bound * (firstBlockGain[name] ?? 1);
}

/**
 * No norm stands before the first attention, and its scores would start some thirty times smaller than those of a normed block:
 * attention then starts and stays nearly uniform. With these they start as large (standard deviation about 0.3).
 */
const firstBlockGain: Readonly<Record<string, number>> = { cls: 3, 'block0.query.weight': 4, 'block0.key.weight': 4 };
