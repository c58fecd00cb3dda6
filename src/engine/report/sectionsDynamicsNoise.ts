/** Sections of momentum as a damped oscillator, and of stochastic gradient descent as a diffusion, on a linear model. */
import type { CurveLine } from '../../protocol/chartSections';
import type { Section } from '../../protocol/report';
import type { MomentumResult } from '../experiments/dynamics/momentum';
import type { Regime } from '../experiments/dynamics/oscillator';
import type { SgdDiffusionResult } from '../experiments/dynamics/sgdDiffusion';
import { cell, four, lineOf, powers } from './dynamicsLines';
import { capitalised, countOf, formatNumber } from './format';
import { featureWords } from './sectionsDynamicsFlow';

const panel = 'dynamics' as const;
const regimeWords: Readonly<Record<Regime, string>> = { overdamped: 'creeps', critical: 'critical', underdamped: 'swings', unstable: 'unstable' };

export function momentumSections(result: MomentumResult, of: string): Section[] {
  const { modes, learningRate, momentum, lines, findings } = result;
  const method = `Heavy ball, learning rate ${formatNumber(learningRate, 3)} and momentum ${formatNumber(momentum, 3)} (Polyak 1964), from the same random weights`;
  const last = findings[findings.length - 1]!;
  return [
    {
      kind: 'curve', id: 'momentumLoss', panel, title: `Loss with and without momentum${of}`, summary: last, method, assumptions: ['A line ends where the loss above the minimum is 10⁻¹⁶ of that at the start: there is rounding only.'],
      xTitle: 'Step', yTitle: 'log₁₀ of the loss above its minimum', lines: lines.map(({ name, steps, excessLoss }) => lineOf(capitalised(name), steps, powers(aboveRounding(excessLoss)))),
    },
    {
      kind: 'table', id: 'momentumModes', panel, title: `Momentum by mode${of}`, summary: findings[0]!,
      method: `${method}. Along each mode a damped oscillator, x(k + 1) = (1 + β − ηλ) x(k) − β x(k − 1), solved exactly and beside it measured in a run`,
      assumptions: ['Decay is the factor by which the distance shrinks a step, frequency in radians a step; measured where the run tells.', 'The best β is the momentum with which the mode shrinks fastest; with more it swings.'],
      header: [
        { title: 'Mode', numeric: true }, { title: 'Features', wrap: true }, { title: 'Eigenvalue λ', numeric: true }, { title: 'Regime' },
        { title: 'Decay', numeric: true }, { title: 'Decay measured', numeric: true }, { title: 'Frequency', numeric: true }, { title: 'Frequency measured', numeric: true }, { title: 'Best β', numeric: true },
      ],
      rows: modes.map((mode, k) => [
        k + 1, mode.name, cell(mode.eigenvalue), regimeWords[mode.regime], cell(mode.decay), cell(mode.measured?.decay), cell(mode.frequency),
        cell(mode.measured?.frequency), cell(mode.criticalMomentum),
      ]),
    },
  ];
}

/** Up to where the loss is as near to its minimum as rounding lets a picture tell. */
function aboveRounding(values: readonly (number | null)[]): (number | null)[] {
  const floor = 1e-16 * (values[0] ?? 0);
  const end = values.findIndex(value => value !== null && value <= floor);
  return end < 0 ? [...values] : values.slice(0, end);
}

export function sgdSections(result: SgdDiffusionResult, of: string): Section[] {
  const { modes, findings, learningRate, batchSize, rows, steps } = result;
  // Without noise there is nothing to show but what was found.
  if (result.ended === 'noiseless') return [];
  const method = `Batches of ${countOf(batchSize, 'row')} drawn with replacement from ${countOf(rows, 'row')}, learning rate ${formatNumber(learningRate, 3)}, ${countOf(steps, 'step')} from the minimum; the variance of the weights about it along each mode`;
  const measured = modes.filter(mode => mode.measured);
  return [
    ...(measured.length > 1 ? [{
      kind: 'curve' as const, id: 'sgdVariance', panel, title: `Spread of SGD around the minimum${of}`, summary: findings[0]!,
      method: `${method}. Predicted by the stationary covariance (Mandt, Hoffman and Blei 2017) with the noise of the gradients as it is, and measured`,
      xTitle: 'Eigenvalue λ of the mode', yTitle: 'log₁₀ of the variance', xScale: 'log' as const, bandName: 'two standard errors', lines: varianceLines(result),
    }] : []),
    {
      kind: 'table', id: 'sgdModes', panel, title: `Variance of SGD by mode${of}`, summary: findings[1] ?? findings[0]!, method,
      assumptions: [
        'Small steps: ηc/(2Bλ), with c the variance of the gradients along the mode. Predicted: the same for steps of this size, noise as at the minimum.',
        'Exact: the noise grows with the distance from the minimum, for rows drawn with replacement; a dash where no stationary variance exists.',
        'Standard errors are those of a first-order autoregression with the correlation 1 − ηλ from step to step.',
      ],
      header: [
        { title: 'Mode', numeric: true }, { title: 'Features', wrap: true }, { title: 'Eigenvalue λ', numeric: true }, { title: 'Small steps', numeric: true }, { title: 'Predicted', numeric: true },
        { title: 'Exact', numeric: true }, { title: 'Measured', numeric: true }, { title: 'Standard error', numeric: true },
      ],
      rows: modes.map((mode, k) => [
        k + 1, featureWords(mode), cell(mode.eigenvalue), cell(mode.smallStep), cell(mode.predicted), cell(mode.exact), mode.measured ? cell(mode.measured.variance) : result.ended === 'diverged' ? 'diverged' : 'too slow', cell(mode.measured?.standardError),
      ]),
    },
  ];
}

function varianceLines({ modes }: SgdDiffusionResult): CurveLine[] {
  // Ascending, as an axis is read.
  const sorted = [...modes].sort((a, b) => a.eigenvalue - b.eigenvalue);
  const x = sorted.map(mode => mode.eigenvalue);
  const seen = sorted.filter(mode => mode.measured && mode.measured.variance > 0);
  const log = (value: number): number => four(Math.log10(value));
  return [
    lineOf('Predicted, small steps', x, powers(sorted.map(mode => mode.smallStep)), { log: true }),
    ...(modes.every(mode => mode.exact === null) ? [lineOf('Predicted', x, powers(sorted.map(mode => mode.predicted)), { log: true })] : [lineOf('Predicted, exact', x, powers(sorted.map(mode => mode.exact)), { log: true })]),
    {
      name: 'Measured', x: seen.map(mode => four(mode.eigenvalue)), y: seen.map(mode => log(mode.measured!.variance)),
      low: seen.map(({ measured: { variance, standardError } = { variance: 1, standardError: 0 } }) => log(Math.max(variance / 100, variance - 2 * standardError))),
      high: seen.map(({ measured: { variance, standardError } = { variance: 1, standardError: 0 } }) => log(variance + 2 * standardError)),
    },
  ];
}
