/** Bayesian linear and logistic models: the models of their likelihoods with credible intervals and posterior densities. */
import type { Section, Weight } from '../../../protocol/report';
import type { Table } from '../../data/table';
import { LinearModel } from '../linear/model';
import { leanState as leanLinear, writeState as writeLinear, type LinearState } from '../linear/state';
import { LogisticModel } from '../logistic/model';
import { leanState as leanLogistic, writeState as writeLogistic, type LogisticState } from '../logistic/state';
import type { IntervalPrediction, Model, PosteriorDensity } from '../model';
import { checkSection, type NutsCheck } from './nutsCheck';
import { densityOf } from './densities';

type WeightsInfo = NonNullable<Model['weightsInfo']>;

export class BayesianLinearModel extends LinearModel {
  override readonly family: string = 'bayes';
  override readonly weightsInfo: WeightsInfo;

  constructor(state: LinearState) {
    super(state);
    const relevance = state.title.includes('relevance');
    this.weightsInfo = {
      unit: `${state.target} per unit of the feature`, intervalKind: 'credible',
      method: `${relevance ? 'Automatic relevance determination (MacKay 1994; Tipping 2001)' : 'Bayesian linear regression, precisions by evidence maximisation (MacKay 1992)'}`,
      assumptions: [
        'The mean of the target is a weighted sum of the features; the noise is normal with the same spread in every row.',
        'Before the data each weight is normal about 0 per standard deviation of its feature; how widely was chosen by the evidence, and that choice itself is taken as certain.',
      ],
    };
  }

  override toJSON(): unknown {
    return { bayes: 'linear', state: writeLinear(this.state) };
  }

  override toLeanJSON(): unknown {
    return { bayes: 'linear', state: writeLinear(leanLinear(this.state)) };
  }

  override weights(level: number): Weight[] {
    return super.weights(level).map(withoutTests);
  }

  posterior(level: number): PosteriorDensity[] {
    return this.weights(level).flatMap(weight => densityOf(weight, this.state.df));
  }

  override predictIntervals(table: Table, level: number, rows?: Int32Array): IntervalPrediction {
    const result = super.predictIntervals(table, level, rows);
    return result.low ? { ...result, intervalKind: 'posterior predictive interval' } : result;
  }
}

export class BayesianLogisticModel extends LogisticModel {
  override readonly family: string = 'bayes';
  override readonly weightsInfo: WeightsInfo;

  constructor(state: LogisticState, readonly check?: NutsCheck) {
    super(state);
    const several = state.classes.length > 2;
    const relevance = state.title.includes('relevance');
    this.weightsInfo = {
      unit: several ? 'log-odds of the class per unit of the feature' : `log-odds of ${state.classes[1]} per unit of the feature`,
      intervalKind: 'credible',
      method: `Laplace approximation of the posterior, prior ${relevance ? 'precisions of each feature' : 'precision'} by the evidence (MacKay 1992)`,
      assumptions: [
        'The log-odds are a weighted sum of the features; rows are independent of each other.',
        'Before the data each weight is normal about 0 per standard deviation of its feature; how widely was chosen by the evidence, and that choice itself is taken as certain.',
        'The posterior is taken as normal about its peak; set check=nuts to compare it with samples.',
      ],
      ...(state.separated !== undefined && { noIntervals: state.separated }),
    };
  }

  override toJSON(): unknown {
    return { bayes: 'logistic', state: writeLogistic(this.state), ...(this.check && { check: this.check }) };
  }

  override toLeanJSON(): unknown {
    return { bayes: 'logistic', state: writeLogistic(leanLogistic(this.state)) };
  }

  override weights(level: number): Weight[] {
    return super.weights(level).map(withoutTests);
  }

  posterior(level: number): PosteriorDensity[] {
    const sampled = new Map(this.check?.weights.map(w => [`${w.class ?? ''}\n${w.term}`, w]));
    return this.weights(level).flatMap(weight => densityOf(weight, Infinity).map(density => {
      const other = sampled.get(`${weight.class ?? ''}\n${weight.term}`);
      return other ? { ...density, other: { name: 'NUTS', x: other.x, density: other.density } } : density;
    }));
  }

  inside(): readonly Section[] {
    return this.check ? [checkSection(this.check)] : [];
  }

  override predictIntervals(table: Table, level: number, rows?: Int32Array): IntervalPrediction {
    const result = super.predictIntervals(table, level, rows);
    return result.low ? { ...result, intervalKind: `credible interval of the probability of ${this.state.classes[1]}` } : result;
  }
}

/** A posterior has no test statistics. */
function withoutTests({ statistic: _statistic, pValue: _pValue, vif: _vif, ...weight }: Weight): Weight {
  return weight;
}
