/** Bayesian linear and logistic models: the models of their likelihoods with credible intervals and posterior densities. */
import type { Weight } from '../../../protocol/effects';
import type { Note } from '../../../protocol/profile';
import type { Section } from '../../../protocol/report';
import type { Table } from '../../data/table';
import { LinearModel } from '../linear/model';
import { leanState as leanLinear, writeState as writeLinear, type LinearState } from '../linear/state';
import { LogisticModel, scoreAssumption } from '../logistic/model';
import { leanState as leanLogistic, writeState as writeLogistic, type LogisticState } from '../logistic/state';
import type { IntervalPrediction, Model, PosteriorDensity } from '../model';
import type { Hyper } from './fitLinear';
import { checkSection, type NutsCheck } from './nutsCheck';
import { densityOf } from './densities';
import { parameterOrder, withMixture, writeMixtures, type WeightMixtures } from './weightMixtures';

type WeightsInfo = NonNullable<Model['weightsInfo']>;

/** What a posterior has beside the state of the likelihood's model. */
export interface PosteriorInfo {
  readonly hyper: Hyper;
  readonly mixtures?: WeightMixtures;
  readonly check?: NutsCheck;
  /** False: several classes' weights include a shift that is common to all classes (files of older versions). */
  readonly centred?: boolean;
}

/** What was assumed of the weights, in words. */
function priorWords(hyper: Hyper, relevance: boolean): string {
  if (hyper === 'evidence') return 'Before the data each weight is normal about 0 per standard deviation of its feature; how widely was chosen by the evidence, and that choice itself is taken as certain.';
  const width = relevance ? 'How widely is not known, for each weight by itself: each width' : 'How widely is not known: the width';
  return `Before the data each weight is normal about 0 per standard deviation of its feature. ${width} has a half-t prior with 4 degrees of freedom (Gelman 2006), and the intervals average over what the data say of it.`;
}

function linearMethod(hyper: Hyper, relevance: boolean): string {
  if (hyper === 'evidence') return relevance ? 'Automatic relevance determination (MacKay 1994; Tipping 2001)' : 'Bayesian linear regression, precisions by evidence maximisation (MacKay 1992)';
  return relevance ? 'Relevance determination: a prior width for each weight, averaged over by expectation propagation (Minka 2001)'
    : 'Bayesian linear regression, averaged over the width of the prior and the spread of the noise';
}

function logisticMethod(hyper: Hyper, relevance: boolean): string {
  if (hyper === 'evidence') return `Laplace approximation of the posterior, prior ${relevance ? 'precisions of each feature' : 'precision'} by the evidence (MacKay 1992)`;
  return relevance ? 'Laplace approximation of the posterior, a prior width for each weight averaged over by expectation propagation (Minka 2001)'
    : 'Laplace approximation of the posterior, averaged over the width of the prior by its evidence';
}

export class BayesianLinearModel extends LinearModel {
  override readonly family: string = 'bayes';
  override readonly weightsInfo: WeightsInfo;

  constructor(state: LinearState, readonly info: PosteriorInfo) {
    super(state);
    const relevance = state.title.includes('relevance');
    this.weightsInfo = {
      unit: `${state.target} per unit of the feature`, intervalKind: 'credible',
      method: linearMethod(info.hyper, relevance),
      assumptions: ['The mean of the target is a weighted sum of the features; the noise is normal with the same spread in every row.', priorWords(info.hyper, relevance)],
    };
  }

  override toJSON(): unknown {
    return { bayes: 'linear', hyper: this.info.hyper, state: writeLinear(this.state), ...(this.info.mixtures && { mixtures: writeMixtures(this.info.mixtures) }) };
  }

  override toLeanJSON(): unknown {
    return { bayes: 'linear', hyper: this.info.hyper, state: writeLinear(leanLinear(this.state)) };
  }

  override weights(level: number): Weight[] {
    const { mixtures } = this.info;
    const order = parameterOrder(1, this.state.absent, this.state.encoding.intercept);
    return super.weights(level).map((weight, i) => withMixture(withoutTests(weight), mixtures?.entries[order[i]], level));
  }

  posterior(level: number): PosteriorDensity[] {
    const order = parameterOrder(1, this.state.absent, this.state.encoding.intercept);
    return this.weights(level).flatMap((weight, i) => densityOf(weight, this.info.mixtures?.entries[order[i]] ?? { df: this.state.df }));
  }

  override predictIntervals(table: Table, level: number, rows?: Int32Array): IntervalPrediction {
    const result = super.predictIntervals(table, level, rows);
    return result.low ? { ...result, intervalKind: 'posterior predictive interval' } : result;
  }
}

export class BayesianLogisticModel extends LogisticModel {
  override readonly family: string = 'bayes';
  override readonly weightsInfo: WeightsInfo;

  constructor(state: LogisticState, readonly info: PosteriorInfo) {
    super(state);
    const several = state.classes.length > 2;
    const relevance = state.title.includes('relevance');
    this.weightsInfo = {
      unit: several ? `score of the class before softmax${info.centred === false ? '' : ', against the mean of all classes,'} per unit of the feature` : `log-odds of ${state.classes[1]} per unit of the feature`,
      ...(several && { outcome: 'score' as const }),
      intervalKind: 'credible',
      method: `${logisticMethod(info.hyper, relevance)}${several && info.centred !== false ? '; only differences between classes are in the data, so the weights of a term sum to 0 over the classes' : ''}`,
      assumptions: [
        several ? `${scoreAssumption.slice(0, -1)}; rows are independent of each other.` : 'The log-odds are a weighted sum of the features; rows are independent of each other.', priorWords(info.hyper, relevance),
        `The posterior${info.hyper === 'integrate' ? ' given the width' : ''} is taken as normal about its peak; set check=nuts to compare it with samples.`,
      ],
      ...(state.separated !== undefined && { noIntervals: state.separated }),
    };
  }

  get check(): NutsCheck | undefined {
    return this.info.check;
  }

  override noted(notes: readonly Note[]): BayesianLogisticModel {
    return new BayesianLogisticModel({ ...this.state, notes: [...notes, ...this.state.notes] }, this.info);
  }

  override toJSON(): unknown {
    const { hyper, mixtures, check, centred } = this.info;
    return {
      bayes: 'logistic', ...(centred !== false && { hyper }), state: writeLogistic(this.state), ...(mixtures && { mixtures: writeMixtures(mixtures) }), ...(check && { check }),
    };
  }

  override toLeanJSON(): unknown {
    return { bayes: 'logistic', state: writeLogistic(leanLogistic(this.state)) };
  }

  override weights(level: number): Weight[] {
    const { mixtures } = this.info;
    const several = this.state.classes.length > 2;
    const order = this.order();
    return super.weights(level).map((weight, i) => {
      const found = withMixture(withoutTests(weight), mixtures?.entries[order[i]], level);
      return several ? withoutOdds(found) : found;
    });
  }

  private order(): number[] {
    return parameterOrder(this.state.outcomes.length, this.state.absent, this.state.encoding.intercept);
  }

  posterior(level: number): PosteriorDensity[] {
    const order = this.order();
    const sampled = new Map(this.check?.weights.map(w => [`${w.class ?? ''}\n${w.term}`, w]));
    return this.weights(level).flatMap((weight, i) => densityOf(weight, this.info.mixtures?.entries[order[i]] ?? { df: Infinity }).map(density => {
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

/** With a weight for every class there is no class that odds would be against. */
function withoutOdds({ oddsRatio: _ratio, oddsRatioLow: _low, oddsRatioHigh: _high, ...weight }: Weight): Weight {
  return weight;
}
