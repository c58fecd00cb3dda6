/** Whether chains of samples agree and how much they are worth: R̂ and effective sample size (Vehtari et al. 2021). */
import { normalQuantile } from './distributions';

/** Rank-normalised split R̂: the larger of that of the values and of their distances from the median. */
export function rHat(chains: readonly Float64Array[]): number {
  const halves = split(chains);
  const pooled = Float64Array.from(halves.flatMap(c => Array.from(c))).sort();
  const median = pooled[pooled.length >> 1];
  return Math.max(plainRHat(normalScores(halves)), plainRHat(normalScores(halves.map(c => c.map(v => Math.abs(v - median))))));
}

/** Bulk effective sample size: of the normal scores of the split chains, autocorrelations by Geyer's initial monotone sequence. */
export function effectiveSampleSize(chains: readonly Float64Array[]): number {
  const z = normalScores(split(chains));
  const m = z.length;
  const n = z[0].length;
  const { within, plus } = variances(z);
  if (!(plus > 0)) return m * n;
  const means = z.map(mean);
  const rho = (lag: number): number => {
    let covariance = 0;
    z.forEach((chain, c) => {
      for (let i = 0; i + lag < n; i++) covariance += ((chain[i] - means[c]) * (chain[i + lag] - means[c])) / (n * m);
    });
    return 1 - (within * ((n - 1) / n) - covariance) / plus;
  };
  let tau = -1;
  let before = Infinity;
  for (let lag = 0; lag + 1 < n; lag += 2) {
    const pair = (lag === 0 ? 1 : rho(lag)) + rho(lag + 1);
    if (!(pair > 0)) break;
    before = Math.min(before, pair);
    tau += 2 * before;
  }
  return (m * n) / Math.max(tau, 1 / Math.log10(m * n));
}

function split(chains: readonly Float64Array[]): Float64Array[] {
  return chains.flatMap(chain => {
    const half = chain.length >> 1;
    return [chain.slice(0, half), chain.slice(chain.length - half)];
  });
}

/** Normal quantiles of (rank − 3/8) / (N + 1/4); ties share their mean rank. */
function normalScores(chains: readonly Float64Array[]): Float64Array[] {
  const n = chains[0].length;
  const values = Float64Array.from(chains.flatMap(c => Array.from(c)));
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const scores = new Float64Array(values.length);
  for (let i = 0; i < order.length;) {
    let j = i;
    while (j + 1 < order.length && values[order[j + 1]] === values[order[i]]) j++;
    const rank = (i + j) / 2 + 1;
    for (let k = i; k <= j; k++) scores[order[k]] = normalQuantile((rank - 0.375) / (values.length + 0.25));
    i = j + 1;
  }
  return chains.map((_, c) => scores.slice(c * n, (c + 1) * n));
}

function variances(z: readonly Float64Array[]): { within: number; plus: number } {
  const n = z[0].length;
  const means = z.map(mean);
  const all = means.reduce((a, b) => a + b, 0) / z.length;
  const between = z.length > 1 ? (n / (z.length - 1)) * means.reduce((s, m) => s + (m - all) ** 2, 0) : 0;
  const within = z.reduce((s, chain, c) => s + chain.reduce((t, v) => t + (v - means[c]) ** 2, 0) / (n - 1), 0) / z.length;
  return { within, plus: (within * (n - 1)) / n + between / n };
}

function plainRHat(z: readonly Float64Array[]): number {
  const { within, plus } = variances(z);
  return within > 0 ? Math.sqrt(plus / within) : plus > 0 ? Infinity : 1;
}

function mean(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
