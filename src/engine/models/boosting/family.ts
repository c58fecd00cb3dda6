/** The explainable boosting machine (Nori, Jenkins, Koch & Caruana 2019; Lou et al. 2012, 2013). */
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { Family } from '../model';
import { fitBoosting } from './fit';
import { BoostingModel } from './model';
import { boostingOptions } from './settings';
import { readState } from './stateJson';

export const boostingFamily: Family = {
  id: 'ebm', title: 'Explainable boosting machine', tasks: ['regression', 'classification'], options: boostingOptions,
  fit: async (dataset: Dataset, context: WorkContext, rows?: Int32Array) => new BoostingModel(await fitBoosting(dataset, context, rows)),
  load: json => new BoostingModel(readState(json)),
};
