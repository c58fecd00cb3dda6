/** Small folds, where means over folds mislead, and the calibration error of all held-out rows together. */
import { describe, expect, it } from 'vitest';
import { calibrationErrorInterval, calibrationErrorOf, togetherCalibrated } from '../../../src/engine/evaluate/calibrationError';
import { ClassificationScorer } from '../../../src/engine/evaluate/classificationScores';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { Rng } from '../../../src/engine/math/random';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { classData, makeDataset, numberColumn, numberTarget, quiet, regressionData, stubFamily } from './stub';

const kFold = { scheme: 'kFold', folds: 5 } as const;

/** mpg, cyl, disp, hp, drat, wt, qsec, vs, am, gear, carb of R's mtcars (Henderson & Velleman 1981). */
const cars = `21,6,160,110,3.9,2.62,16.46,0,1,4,4;21,6,160,110,3.9,2.875,17.02,0,1,4,4;22.8,4,108,93,3.85,2.32,18.61,1,1,4,1;21.4,6,258,110,3.08,3.215,19.44,1,0,3,1
18.7,8,360,175,3.15,3.44,17.02,0,0,3,2;18.1,6,225,105,2.76,3.46,20.22,1,0,3,1;14.3,8,360,245,3.21,3.57,15.84,0,0,3,4;24.4,4,146.7,62,3.69,3.19,20,1,0,4,2
22.8,4,140.8,95,3.92,3.15,22.9,1,0,4,2;19.2,6,167.6,123,3.92,3.44,18.3,1,0,4,4;17.8,6,167.6,123,3.92,3.44,18.9,1,0,4,4;16.4,8,275.8,180,3.07,4.07,17.4,0,0,3,3
17.3,8,275.8,180,3.07,3.73,17.6,0,0,3,3;15.2,8,275.8,180,3.07,3.78,18,0,0,3,3;10.4,8,472,205,2.93,5.25,17.98,0,0,3,4;10.4,8,460,215,3,5.424,17.82,0,0,3,4
14.7,8,440,230,3.23,5.345,17.42,0,0,3,4;32.4,4,78.7,66,4.08,2.2,19.47,1,1,4,1;30.4,4,75.7,52,4.93,1.615,18.52,1,1,4,2;33.9,4,71.1,65,4.22,1.835,19.9,1,1,4,1
21.5,4,120.1,97,3.7,2.465,20.01,1,0,3,1;15.5,8,318,150,2.76,3.52,16.87,0,0,3,2;15.2,8,304,150,3.15,3.435,17.3,0,0,3,2;13.3,8,350,245,3.73,3.84,15.41,0,0,3,4
19.2,8,400,175,3.08,3.845,17.05,0,0,3,2;27.3,4,79,66,4.08,1.935,18.9,1,1,4,1;26,4,120.3,91,4.43,2.14,16.7,0,1,5,2;30.4,4,95.1,113,3.77,1.513,16.9,1,1,5,2
15.8,8,351,264,4.22,3.17,14.5,0,1,5,4;19.7,6,145,175,3.62,2.77,15.5,0,1,5,6;15,8,301,335,3.54,3.57,14.6,0,1,5,8;21.4,4,121,109,4.11,2.78,18.6,1,1,4,2`
  .split(/[;\n]/).map(line => line.split(',').map(Number));
const names = ['cyl', 'disp', 'hp', 'drat', 'wt', 'qsec', 'vs', 'am', 'gear', 'carb'];
const carData = () => makeDataset(names.map((name, j) => numberColumn(name, cars.map(car => car[j + 1]))), numberTarget(cars.map(car => car[0]), 'mpg'), { model: 'linear' });

describe('folds of few rows', () => {
  it('have R² and RMSE over all held-out rows, R² against the mean that each fold was trained on', async () => {
    const data = carData();
    const found = (await crossValidate(linearFamily, data, kFold, quiet(), new Rng(1)))!;
    const mpg = cars.map(car => car[0]);
    let errors = 0;
    let spread = 0;
    found.heldOut.rows.forEach((row, i) => {
      const { train } = found.folds[found.heldOut.foldOf[i]];
      errors += (mpg[row] - found.heldOut.prediction.mean![i]) ** 2;
      spread += (mpg[row] - train.reduce((sum, r) => sum + mpg[r], 0) / train.length) ** 2;
    });
    const [rmse, , r2] = found.metrics;
    expect(rmse.value).toBeCloseTo(Math.sqrt(errors / 32), 10);
    expect(rmse.baseline).toBeCloseTo(Math.sqrt(spread / 32), 10);
    expect(r2.value).toBeCloseTo(1 - errors / spread, 10);
    expect(r2.baseline).toBe(0);
    expect(r2.folds?.length).toBe(5);
    expect(r2.note).toMatch(/together.*trained on/);
    for (const m of found.metrics) expect(m.low! <= m.value && m.value <= m.high!, m.name).toBe(true);
    expect(found.intervalMethod).toBe('percentiles of 1,000 bootstrap resamples of the held-out rows');
  });

  it('show on most ways of dealing the folds that least squares on mtcars is better than the mean, and R² and RMSE agree on it', async () => {
    let better = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const [rmse, , r2] = (await crossValidate(linearFamily, carData(), kFold, quiet(), new Rng(seed)))!.metrics;
      expect(r2.versusBaseline?.verdict, `seed ${seed}`).toBe(rmse.versusBaseline?.verdict);
      expect(r2.value).toBeGreaterThan(0.3);
      if (rmse.versusBaseline?.verdict === 'better') better++;
    }
    expect(better).toBeGreaterThanOrEqual(7);
  });

  it('do not make junk better than the mean', async () => {
    let better = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const rng = new Rng(seed);
      const data = makeDataset([numberColumn('a', Array.from({ length: 40 }, () => rng.normal()))], numberTarget(Array.from({ length: 40 }, () => rng.normal())));
      const found = await crossValidate(stubFamily, data, kFold, quiet(), new Rng(1));
      if (found!.metrics[0].versusBaseline?.verdict === 'better') better++;
    }
    expect(better).toBeLessThanOrEqual(2);
  });

  it('of 50 rows and more keep the mean over folds with the corrected t', async () => {
    const found = (await crossValidate(stubFamily, regressionData(250), kFold, quiet(), new Rng(1)))!;
    expect(found.intervalMethod).toMatch(/Nadeau/);
    expect(found.metrics[2].value).toBeCloseTo(found.metrics[2].folds!.reduce((a, b) => a + b, 0) / 5, 12);
    expect(found.metrics[2].versusBaseline?.verdict).toBe('better');
  });
});

/** Binary predictions whose probability of class 1 is off by `shift` from what the class is drawn with. */
function calibrated(rows: number, seed: number, shift = 0): ClassificationScorer {
  const rng = new Rng(seed);
  const p = Float64Array.from({ length: rows }, () => 0.55 + 0.35 * rng.uniform());
  const actual = Int32Array.from(p, q => (rng.uniform() < q - shift ? 1 : 0));
  return new ClassificationScorer(actual, Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 1 ? p[i >> 1] : 1 - p[i >> 1])), 2);
}

describe('the calibration error', () => {
  it('of a cross-validation is that of all held-out rows together, far below the mean of the folds', async () => {
    const data = classData(150);
    const found = (await crossValidate(stubFamily, data, kFold, quiet(), new Rng(1)))!;
    const ece = found.metrics.find(m => m.name === 'ece')!;
    const codes = data.target.task === 'classification' ? data.target.codes : new Int32Array();
    const whole = new ClassificationScorer(Int32Array.from(found.heldOut.rows, row => codes[row]), found.heldOut.prediction.probabilities!, 2).score();
    expect(ece.value).toBeCloseTo(whole.values.get('ece')!, 12);
    expect(ece.value).toBeLessThan(0.8 * ece.folds!.reduce((a, b) => a + b, 0) / 5);
    expect(ece.versusBaseline).toBeUndefined();
  });

  it('put together from parts is that of the whole', () => {
    const whole = calibrated(300, 3).score();
    expect(calibrationErrorOf(togetherCalibrated([whole.calibration!, whole.calibration!]))).toBeCloseTo(whole.values.get('ece')!, 12);
  });

  it('has an interval that always holds its value and in most samples the truth', () => {
    for (const shift of [0, 0.15]) {
      let held = 0;
      for (let seed = 1; seed <= 100; seed++) {
        const scores = calibrated(400, seed, shift).score();
        const interval = calibrationErrorInterval(scores.calibration!, 0.95, new Rng(seed));
        const value = scores.values.get('ece')!;
        expect(interval.low).toBeLessThanOrEqual(value);
        expect(interval.high).toBeGreaterThanOrEqual(value);
        if (interval.low <= shift && shift <= interval.high) held++;
      }
      expect(held, `shift ${shift}`).toBeGreaterThanOrEqual(90);
    }
  });
});
