/** Whether a model's design is made of the columns as they are: then a box of rows is a box of the design. */
import type { Encoding } from '../../data/encoding/encoding';
import { FormulaModel } from '../../models/formula/model';
import { LinearModel } from '../../models/linear/model';
import { LogisticModel } from '../../models/logistic/model';
import type { Model } from '../../models/model';

/** True when every column of the design reads one column of the data, numbers unchanged but for shift and scale: no powers, products or functions. */
export function isPlain(encoding: Encoding): boolean {
  return encoding.terms.every(({ factors }) => factors.length === 1 && factors.every(({ variable }) => {
    const item = encoding.variables[variable];
    return item.kind === 'missing' || item.expression.kind === 'name';
  }));
}

/**
 * A linear or logistic model (also Bayesian) of the columns as they are, whose predicted class is the one with the largest weighted sum: averages
 * over a posterior may change the order of three classes.
 */
export function isPlainLinear(given: Model): boolean {
  // Where no formula is as good, that family is a linear model.
  const model: Model = given instanceof FormulaModel && given.linear ? given.linear : given;
  const few = (model.classes?.length ?? 0) <= 2 || model.family === 'logistic';
  return few && (model instanceof LinearModel || model instanceof LogisticModel) && isPlain(model.state.encoding);
}
