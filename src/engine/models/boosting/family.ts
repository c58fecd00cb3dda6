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
  pilot: ({ table: { rows }, features, target }) => {
    const outputs = target.task === 'classification' && target.classes.length > 2 ? target.classes.length : 1;
    return rows * features.length * outputs <= cheapCells ? undefined : { rows: Math.min(pilotRows, Math.floor(rows / 3)), growth };
  },
};

/** Up to so many cells (times classes beyond two) a fit takes a few seconds. */
const cheapCells = 30_000;
/** Most of a fit on few rows is rounds, not rows: seven times the rows took 2.3 times as long, 3.3 times the rows 1.3 to 2.2 times. */
const pilotRows = 500;
const growth = 0.6;
