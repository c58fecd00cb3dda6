/** Activation functions with their first and second derivatives, in double precision. */
import type { Activation } from '../../compute/network/description';

export interface ActivationMaths {
  value(z: number): number;
  /** First and second derivative at z, where the activation is `value`. */
  slope(z: number, value: number): number;
  curve(z: number, value: number): number;
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

// z σ(c (z + k z³)): the form by tanh of Hendrycks & Gimpel (2016), which the networks of this program use.
const geluScale = 2 * Math.sqrt(2 / Math.PI);
const geluCube = 0.044715;
const geluGate = (z: number): number => sigmoid(geluScale * (z + geluCube * z ** 3));
const geluRise = (z: number): number => geluScale * (1 + 3 * geluCube * z * z);

function geluCurve(z: number): number {
  const s = geluGate(z);
  const rise = geluRise(z);
  const slope = s * (1 - s);
  return slope * (2 * rise + z * ((1 - 2 * s) * rise * rise + 6 * geluScale * geluCube * z));
}

const maths: Readonly<Record<Activation, ActivationMaths>> = {
  relu: { value: z => (z > 0 ? z : 0), slope: z => (z > 0 ? 1 : 0), curve: () => 0 },
  tanh: { value: Math.tanh, slope: (_z, t) => 1 - t * t, curve: (_z, t) => -2 * t * (1 - t * t) },
  sigmoid: { value: sigmoid, slope: (_z, s) => s * (1 - s), curve: (_z, s) => s * (1 - s) * (1 - 2 * s) },
  gelu: {
    value: z => z * geluGate(z),
    slope: z => {
      const s = geluGate(z);
      return s + z * s * (1 - s) * geluRise(z);
    },
    curve: geluCurve,
  },
};

export function activationOf(name: Activation): ActivationMaths {
  return maths[name];
}
