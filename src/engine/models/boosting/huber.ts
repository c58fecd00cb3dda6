/** Where Huber's loss turns from squares to sizes: by the spread of the residuals, not of the target, which what is explained makes wide. */
import type { WorkContext } from '../../context';
import { drawBag } from './bag';
import { RowScores } from './boostMains';
import { thresholdOf } from './losses';
import { boostSettings, type Plan } from './plan';
import { boostBags } from './runBags';

/**
 * The plan with the threshold of the residuals that a first sample's main effects, boosted with the target's own threshold, have on
 * the rows that it left out. Plans of other losses stay, as does the threshold where those residuals have no spread.
 */
export async function withResidualThreshold(plan: Plan, context: WorkContext): Promise<Plan> {
  if (plan.loss.name !== 'huber') return plan;
  const { data } = plan;
  const seed = plan.seeds[0]!;
  const [first] = await boostBags([{ data, seed, bag: 'subsample', loss: plan.loss, settings: { ...boostSettings(plan, plan.settings.learningRate), snapshots: false } }], context);
  const { rest } = drawBag(data, seed, 'subsample');
  const fitted = new RowScores(data, rest, 1);
  fitted.update(first!.intercept, first!.mains);
  const counted = rest.y.map((y, i) => y - fitted.values[i]!).filter((_, i) => rest.weights[i]! > 0);
  const threshold = thresholdOf(counted);
  return threshold > 0 ? { ...plan, loss: { ...plan.loss, threshold } } : plan;
}
