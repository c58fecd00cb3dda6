/** Calls that make categories of a column: C, factor, as.factor, relevel, with levels and reference. */
import { UserError } from '../../../protocol/errors';
import { deparse } from './deparse';
import { ungroup, type CallExpression, type Expression } from './expression';
import { argument, constantTexts, requireKnownArguments } from './functions';

export interface CategoryCall {
  /** What the categories are made of, without the calls around it. */
  readonly base: Expression;
  /** Levels in the order given; absent: in sort order. */
  readonly levels?: readonly string[];
  readonly reference?: string;
}

const makers = new Set(['C', 'factor', 'as.factor', 'relevel', 'as.character', 'ordered']);

/** Takes the category calls off an expression; undefined when there are none around it. */
export function categoryCall(expression: Expression): CategoryCall | undefined {
  const call = ungroup(expression);
  if (call.kind !== 'call' || !makers.has(call.name)) return undefined;
  if (call.name === 'ordered') throw new UserError('badFormula', `${deparse(call)}: ordered factors are not available; factor() uses treatment coding.`);
  requireKnownArguments(call);
  const operand = argument(call, 'x', 0);
  if (!operand) throw new UserError('badFormula', `${deparse(call)}: ${call.name}() needs a column.`);
  const inner = categoryCall(operand) ?? { base: ungroup(operand) };
  return { ...inner, ...options(call) };
}

function options(call: CallExpression): { levels?: string[]; reference?: string } {
  const given = (expression: Expression | undefined, key: 'levels'): { levels?: string[] } =>
    (expression ? { [key]: constantTexts(expression) } : {});
  switch (call.name) {
    case 'factor': {
      if (call.arguments.some(a => a.name === 'labels')) throw new UserError('badFormula', `${deparse(call)}: the argument "labels" is not available.`);
      return { ...given(argument(call, 'levels', 1), 'levels'), ...referenceOf(call) };
    }
    case 'relevel': {
      const reference = argument(call, 'ref', 1);
      if (!reference) throw new UserError('badFormula', `${deparse(call)}: relevel() needs the argument "ref".`);
      return { reference: constantTexts(reference)[0] };
    }
    case 'C': return contrast(call);
    default: return {};
  }
}

/** The level named by `ref = …`. */
function referenceOf(call: CallExpression): { reference?: string } {
  const named = call.arguments.find(a => a.name === 'ref')?.value;
  return named ? { reference: constantTexts(named)[0] } : {};
}

/** C(x), C(x, Treatment), C(x, Treatment("b")), C(x, levels = c(…)), C(x, contr.treatment). */
function contrast(call: CallExpression): { levels?: string[]; reference?: string } {
  const levels = call.arguments.find(a => a.name === 'levels')?.value;
  const coding = argument(call, 'contr', 1) ?? call.arguments.find(a => a.name === 'contrast')?.value;
  const result: { levels?: string[]; reference?: string } = { ...(levels ? { levels: constantTexts(levels) } : {}), ...referenceOf(call) };
  if (coding === undefined) return result;
  if (coding.kind === 'name' && (coding.name === 'Treatment' || coding.name === 'contr.treatment')) return result;
  if (coding.kind === 'call' && coding.name === 'Treatment') {
    requireKnownArguments(coding);
    const reference = argument(coding, 'reference', 0);
    return reference ? { ...result, reference: constantTexts(reference)[0] } : result;
  }
  throw new UserError('badFormula', `${deparse(call)}: only treatment coding is available.`);
}
