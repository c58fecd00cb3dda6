/**
 * A check of the Laplace approximation: samples of the same posterior by NUTS, in coordinates in which the approximation has
 * unit covariance, with R̂ and effective sample sizes. The prior's width is integrated out in the density that is sampled.
 */
import type { TableSection } from '../../../protocol/chartSections';
import type { WorkContext } from '../../context';
import { cholesky } from '../../math/cholesky';
import { effectiveSampleSize, rHat } from '../../math/chains';
import { nuts, type LogDensity } from '../../math/nuts';
import type { Rng } from '../../math/random';
import type { TermInfo } from '../../data/encoding/encoding';
import { packBlock, type BinaryData } from '../logistic/solvePass';
import { blockRows } from '../../math/columns';
import { contrastMean, contrastSdUnder, reportedContrasts } from './contrasts';
import { kernelDensity } from './densities';
import type { Hyper } from './fitLinear';
import type { LogisticPosterior } from './fitLogistic';

export interface CheckedWeight {
  readonly term: string;
  readonly class?: string;
  readonly laplaceMean: number;
  readonly laplaceSd: number;
  readonly mean: number;
  readonly sd: number;
  readonly low: number;
  readonly high: number;
  readonly rHat: number;
  readonly effective: number;
  readonly disagrees: boolean;
  readonly x: readonly number[];
  readonly density: readonly number[];
}

export interface NutsCheck {
  readonly weights: readonly CheckedWeight[];
  readonly chains: number;
  readonly draws: number;
  readonly warmup: number;
  readonly divergences: number;
  readonly level: number;
  readonly rows: number;
  /** Absent (older files): the prior's width was held where the evidence was largest. */
  readonly hyper?: Hyper;
}

const chains = 4;
const warmup = 500;

export interface NutsRequest {
  readonly posterior: LogisticPosterior;
  readonly codes: Int32Array;
  readonly classes: readonly string[];
  readonly terms: readonly TermInfo[];
  readonly draws: number;
  readonly level: number;
  readonly hyper: Hyper;
}

export async function nutsCheck(request: NutsRequest, rng: Rng, context: WorkContext): Promise<NutsCheck> {
  const { posterior, draws, level } = request;
  const root = rootOf(posterior);
  const density = posteriorDensity(posterior, root, request.codes);
  const d = density.dimension;
  const runs: Float64Array[] = [];
  let divergences = 0;
  for (let c = 0; c < chains; c++) {
    context.progress(`Sampling the posterior, chain ${c + 1} of ${chains}`);
    const own = rng.fork(`chain ${c}`);
    // Started apart from each other, wider than the posterior, so that R̂ can tell.
    const chain = await nuts(density, Float64Array.from({ length: d }, () => 2 * own.normal()), { warmup, draws }, own, context);
    runs.push(chain.draws);
    divergences += chain.divergences;
  }
  const coefficients = runs.map(run => toWeights(posterior, root, run, draws));
  return { weights: summaries(request, coefficients), chains, draws, warmup, divergences, level, rows: posterior.data.n, hyper: request.hyper };
}

/** Upper R, column-major, with Rᵀ R the covariance of the approximation (slightly widened against rounding). */
function rootOf({ fit, problem }: LogisticPosterior): Float64Array {
  const m = problem.size;
  const root = fit.covariance.slice();
  for (let j = 0; j < m; j++) root[j * m + j] *= 1 + 1e-10;
  cholesky(root, m);
  return root;
}

/** log p(y | β) + log prior at β = mean + Rᵀ u, for u. */
function posteriorDensity({ fit, data, problem, vectors }: LogisticPosterior, root: Float64Array, codes: Int32Array): LogDensity {
  const m = problem.size;
  const q = m / vectors;
  const rows = packRows(data, q);
  const beta = new Float64Array(m);
  const slope = new Float64Array(m);
  const work = new Float64Array(Math.max(2, vectors));
  return {
    dimension: m,
    evaluate(u, gradient) {
      for (let k = 0; k < m; k++) {
        let s = fit.mean[k];
        for (let i = 0; i <= k; i++) s += root[k * m + i] * u[i];
        beta[k] = s;
      }
      const log = logLikelihood(rows, data.n, q, vectors, codes, beta, slope, work) + fit.logPrior(beta, slope);
      gradient.fill(0);
      for (let k = 0; k < m; k++) for (let i = 0; i <= k; i++) gradient[i] += root[k * m + i] * slope[k];
      return log;
    },
  };
}

/** The scaled design by rows, n × q. */
function packRows(data: BinaryData, q: number): Float64Array {
  const rows = new Float64Array(data.n * q);
  const block = new Float64Array(blockRows * q);
  for (let from = 0; from < data.n; from += blockRows) {
    const count = packBlock(data, from, block);
    for (let j = 0; j < q; j++) for (let i = 0; i < count; i++) rows[(from + i) * q + j] = block[j * blockRows + i];
  }
  return rows;
}

/** Σ log p(class) and its gradient. One vector: log-odds of the second class; several: softmax. */
function logLikelihood(
  x: Float64Array, n: number, q: number, vectors: number, codes: Int32Array, beta: Float64Array, slope: Float64Array, eta: Float64Array,
): number {
  slope.fill(0);
  let log = 0;
  for (let i = 0; i < n; i++) {
    const at = i * q;
    for (let v = 0; v < vectors; v++) {
      let s = 0;
      for (let j = 0, b = v * q; j < q; j++, b++) s += beta[b] * x[at + j];
      eta[v] = s;
    }
    if (vectors === 1) {
      const signed = codes[i] === 1 ? eta[0] : -eta[0];
      const t = Math.exp(-Math.abs(signed));
      log -= Math.log1p(t) + (signed < 0 ? -signed : 0);
      const miss = (signed > 0 ? t : 1) / (1 + t);
      const residual = codes[i] === 1 ? miss : -miss;
      for (let j = 0; j < q; j++) slope[j] += residual * x[at + j];
      continue;
    }
    let largest = -Infinity;
    for (let v = 0; v < vectors; v++) if (eta[v] > largest) largest = eta[v];
    let sum = 0;
    for (let v = 0; v < vectors; v++) sum += Math.exp(eta[v] - largest);
    log += eta[codes[i]] - largest - Math.log(sum);
    for (let v = 0; v < vectors; v++) {
      const residual = (codes[i] === v ? 1 : 0) - Math.exp(eta[v] - largest) / sum;
      for (let j = 0, b = v * q; j < q; j++, b++) slope[b] += residual * x[at + j];
    }
  }
  return log;
}

/** Draws of the coefficients in the likelihood's coordinates, one array a coefficient. */
function toWeights({ fit, problem }: LogisticPosterior, root: Float64Array, run: Float64Array, draws: number): Float64Array[] {
  const m = problem.size;
  const out = Array.from({ length: m }, (_, i) => new Float64Array(draws).fill(fit.mean[i]));
  for (let t = 0; t < draws; t++) {
    for (let k = 0; k < m; k++) for (let i = 0; i <= k; i++) out[k][t] += root[k * m + i] * run[t * m + i];
  }
  return out;
}

function summaries({ posterior, classes, terms, level }: NutsRequest, byChain: readonly Float64Array[][]): CheckedWeight[] {
  const { data, fit, vectors, problem } = posterior;
  const p = terms.length;
  const contrasts = reportedContrasts(data, vectors, p);
  const found: CheckedWeight[] = [];
  for (let v = 0; v < vectors; v++) {
    data.kept.forEach(j => {
      const contrast = contrasts[v * (p + 1) + j + 1]!;
      const samples = byChain.map(chain => {
        const values = new Float64Array(chain[0].length);
        contrast.at.forEach((at, i) => { for (let t = 0; t < values.length; t++) values[t] += contrast.factor[i] * chain[at][t]; });
        return values;
      });
      const pooled = Float64Array.from(samples.flatMap(s => Array.from(s))).sort();
      const mean = pooled.reduce((a, b) => a + b, 0) / pooled.length;
      const sd = Math.sqrt(pooled.reduce((a, b) => a + (b - mean) ** 2, 0) / (pooled.length - 1));
      const laplaceSd = contrastSdUnder(contrast, fit.covariance, problem.size);
      const laplaceMean = contrastMean(contrast, fit.mean);
      const quantile = (share: number): number => pooled[Math.min(pooled.length - 1, Math.max(0, Math.round(share * (pooled.length - 1))))];
      found.push({
        term: terms[j].name, ...(vectors > 1 && { class: classes[v] }), laplaceMean, laplaceSd, mean, sd,
        low: quantile((1 - level) / 2), high: quantile((1 + level) / 2), rHat: rHat(samples), effective: effectiveSampleSize(samples),
        disagrees: Math.abs(mean - laplaceMean) > 0.25 * laplaceSd || sd > 1.2 * laplaceSd || sd < laplaceSd / 1.2,
        ...kernelDensity(pooled.filter((_, i) => i % Math.ceil(pooled.length / 1000) === 0)),
      });
    });
  }
  return found;
}

/** What the comparison shows, in words. */
export function checkWords(check: NutsCheck): string {
  const worst = check.weights.reduce((m, w) => Math.max(m, w.rHat), 0);
  const least = check.weights.reduce((m, w) => Math.min(m, w.effective), Infinity);
  const apart = check.weights.filter(w => w.disagrees);
  const mixed = worst < 1.01 && least >= 400;
  const sampler = `${check.chains} chains of ${check.draws} draws: R̂ is at most ${worst.toFixed(3)}, the effective sample size at least ${Math.round(least)}${check.divergences > 0 ? `, ${check.divergences} divergent steps` : ''}${mixed ? '' : '; the chains are not yet to be trusted (R̂ below 1.01 and 400 effective draws are wanted)'}.`;
  if (apart.length === 0) return `${sampler} Laplace and NUTS agree on every weight: means within a quarter of a standard deviation, standard deviations within a factor of 1.2.`;
  const names = apart.slice(0, 5).map(w => (w.class === undefined ? w.term : `${w.term} (${w.class})`)).join(', ');
  return `${sampler} Laplace and NUTS disagree on ${apart.length} of ${check.weights.length} weights (${names}${apart.length > 5 ? ', …' : ''}): their posteriors are not normal, and the intervals by NUTS are to be preferred there.`;
}

export function checkSection(check: NutsCheck): TableSection {
  return {
    kind: 'table', id: 'nutsCheck', panel: 'intervals', title: 'Laplace against NUTS', summary: checkWords(check),
    method: `No-U-Turn Sampler (Hoffman & Gelman 2014), ${check.chains} chains, ${check.warmup} steps of warm-up and ${check.draws} draws each, on all ${check.rows} training rows, ${check.hyper === 'integrate' ? 'the same prior with its width integrated out, as for Laplace' : 'the width of the prior held where the evidence is largest, as for Laplace'}; R̂ and effective sample size after Vehtari et al. (2021)`,
    header: [
      { title: 'Term' }, { title: 'Mean, Laplace', numeric: true }, { title: 'Mean, NUTS', numeric: true }, { title: 'SD, Laplace', numeric: true }, { title: 'SD, NUTS', numeric: true },
      { title: 'Low, NUTS', numeric: true }, { title: 'High, NUTS', numeric: true }, { title: 'R̂', numeric: true }, { title: 'Effective draws', numeric: true }, { title: 'Agreement' },
    ],
    rows: check.weights.map(w => [
      w.class === undefined ? w.term : `${w.term} (${w.class})`, w.laplaceMean, w.mean, w.laplaceSd, w.sd, w.low, w.high, w.rHat, Math.round(w.effective), w.disagrees ? 'disagree' : 'agree',
    ]),
  };
}
