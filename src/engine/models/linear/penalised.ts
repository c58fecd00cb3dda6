/** Ridge, lasso and elastic net: from a design to the state of a linear model. */
import type { Note } from '../../../protocol/profile';
import type { FitSection } from '../../../protocol/performanceSections';
import { centredPredictor, columnMeans } from '../shared/linearPredictor';
import { choiceText, innerFolds, penaltyTitle, reportPath, strengthText, type PenaltyChoice, type RowGroups } from '../shared/penalty';
import type { OrdinaryInput } from './ordinary';
import { penalisedCv, penalisedPath, type PenalisedPath } from './solvePenalised';
import { spreadOf, type Spread } from './spread';
import type { LinearState } from './state';

const titles = { ridge: 'Ridge regression', lasso: 'Lasso regression', elasticNet: 'Elastic-net regression' } as const;

/** `groups`: rows that the choice of the strength keeps together. */
export async function fitPenalised(input: OrdinaryInput, choice: PenaltyChoice, groups?: RowGroups): Promise<Omit<LinearState, 'typical'>> {
  const { design, y, context, target, encoding, table } = input;
  const data = {
    X: design.data, n: design.rows, p: design.columns, y, intercept: design.intercept, context, penalty: choice.penalty, l1Ratio: choice.l1Ratio,
  };
  const inner = innerFolds(design.rows, choice.seed, { groups });
  const cv = choice.lambda === undefined ? await penalisedCv({ ...data, ...inner }) : undefined;
  const path: PenalisedPath = cv ?? await penalisedPath({ ...data, lambdas: Float64Array.of(choice.lambda ?? 0) });
  const how = choiceText(choice, inner, { used: design.rows, of: design.rows });
  const chosen = cv ? (choice.rule === 'min' ? cv.best : cv.oneSe) : 0;
  const means = columnMeans(design);
  const spread = spreadOf(y, design.intercept);
  const coefficients = path.coefficients[chosen];
  const text = `${titles[choice.penalty]}: ${strengthText(choice, path.lambdas[chosen], how)}.`;
  const notes: Note[] = [{ kind: 'penalty', text: `${text} Weights are shrunk towards 0 on purpose and have no standard errors.` }];
  const predictor = centredPredictor([coefficients], [path.intercepts[chosen]], means, encoding, table, design.intercept ? [spread.mean] : undefined);
  return {
    target, method: 'penalised', title: titles[choice.penalty], encoding, predictor, intercept: path.intercepts[chosen],
    absent: new Uint8Array(design.columns), robust: false, df: NaN, sigma: NaN, columnSd: path.sd, targetSd: spread.sd, notes,
    statistics: statistics(input, path, chosen, choice, spread),
    ...(cv && { path: reportPath(cv, { choice, chosen, how, lossName: 'mean squared error' }, design.terms, cv.standardised) }),
  };
}

function statistics(input: OrdinaryInput, path: PenalisedPath, chosen: number, choice: PenaltyChoice, spread: Spread): FitSection['values'] {
  const { design, y } = input;
  const residual = Float64Array.from(y, v => v - path.intercepts[chosen]);
  const b = path.coefficients[chosen];
  for (let j = 0; j < b.length; j++) if (b[j] !== 0) for (let i = 0; i < residual.length; i++) residual[i] -= b[j] * design.data[j * design.rows + i];
  let square = 0;
  for (const r of residual) square += r * r / residual.length;
  const convention = choice.penalty === 'ridge' ? '‖y − Zw‖² + λ‖w‖² on standardised columns' : '1/(2n) ‖y − Zw‖² + λ (ρ‖w‖₁ + ½(1−ρ)‖w‖²) on standardised columns';
  return [
    { label: 'Rows', value: design.rows },
    { label: 'Penalty', value: penaltyTitle(choice.penalty), hint: convention },
    { label: 'λ', value: path.lambdas[chosen], hint: 'strength of the penalty' },
    ...(choice.penalty === 'elasticNet' ? [{ label: 'ρ', value: choice.l1Ratio, hint: 'share of the lasso in the penalty' }] : []),
    { label: 'Effective degrees of freedom', value: path.df[chosen], hint: 'of the weights, without the intercept' },
    { label: 'Weights that are not 0', value: path.nonzero[chosen] },
    ...(spread.sd > 0 ? [{ label: 'R²', value: 1 - square / spread.sd ** 2, hint: 'share of the variance explained on the training rows' }] : []),
  ];
}
