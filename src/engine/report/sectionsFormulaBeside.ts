/** A formula beside a freer model, in the report: the curves for other programs, and the section that draws them. */
import type { FormulaBeside, FormulaBesideSection } from '../../protocol/formula';
import type { FormulaBesideResult } from '../explain/formulaBeside';
import { columnName, countOf, formatNumber, formatPercent } from './format';
import type { Facts } from './input';
import { rowsWords } from './sectionsEffects';

export function reportFormulaBeside({ formula, model, origin, rows, spread, curves }: FormulaBesideResult): FormulaBeside {
  return {
    formula: formula.text, model: model.title, origin, rows, spread,
    curves: curves.map(({ feature, kind, grid, first, second, apart }) => ({ feature, kind, grid, formula: first, model: second, apart })),
  };
}

export function formulaBesideSection(result: FormulaBesideResult, facts: Facts): FormulaBesideSection {
  const { formula, model } = result;
  const { targetUnit } = formula.state;
  const own = formula.linear ? 'linear model' : 'formula';
  return {
    kind: 'formulaBeside', id: 'formulaBeside', panel: 'overview', name: capital(own), target: facts.target.name, ...(targetUnit !== undefined && { targetUnit }),
    title: `The ${own} beside ${named(model.title)}`, summary: summaryOf(result, own, facts),
    method: `Accumulated local effects (Apley & Zhu 2020) of both on the same bins of ${rowsWords(result.rows, facts)}, each centred on its mean over the rows. ${originWords(result)}`,
    assumptions: [
      'What a feature does by itself; what it does together with another is left out here.',
      'The freer model is no truth either: where it has few rows or much noise its curve follows them.',
    ],
  };
}

/** Differences up to this share of the target's standard deviation are called small. */
const small = 0.05;

function summaryOf({ curves, spread, model, formula }: FormulaBesideResult, own: string, { target, model: explained }: Facts): string {
  const furthest = curves.reduce((a, b) => (b.apart > a.apart ? b : a));
  const share = spread > 0 ? furthest.apart / spread : 0;
  const instead = formula.linear ? 'The linear model stands in for a formula. ' : explained === formula ? '' : `The formula is ${target.name} = ${formula.text}. `;
  const other = named(model.title);
  const size = `${formatPercent(share)} of the standard deviation of ${target.name}`;
  if (share <= small) return `${instead}The ${own} and ${other} make nearly the same of ${curves.length === 1 ? columnName(curves[0]!.feature) : `each of ${countOf(curves.length, 'feature')}`}: nowhere are their curves further apart than ${size}.`;
  const alone = furthest.first.every(v => v === furthest.first[0]) ? ` The ${own} does not use ${columnName(furthest.feature)}.` : furthest.second.every(v => v === furthest.second[0]) ? ` ${capital(other)} does not use ${columnName(furthest.feature)}.` : '';
  return `${instead}Of the curves of the ${own} and ${other}, those along ${columnName(furthest.feature)} are furthest apart: by ${formatNumber(furthest.apart, 3)} (root mean square over the rows), ${size}.${alone}`;
}

/** "the explainable boosting machine", with names of people and abbreviations as they are. */
function named(title: string): string {
  return `the ${/^[A-Z][a-z]/.test(title) && !title.startsWith('Bayes') ? title.charAt(0).toLowerCase() + title.slice(1) : title}`;
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

function originWords({ origin, model }: FormulaBesideResult): string {
  const other = capital(named(model.title));
  switch (origin) {
    case 'proposer': return `${other} proposed formulas beside the rows.`;
    case 'verdict': return `${other} is the small one, of three samples of at most 1,500 rows, that the verdict was measured by.`;
    case 'compared': return 'Both models were fitted to the same rows and compared on the same folds.';
    case 'own': return `${other} is a small one, of three samples of at most 1,500 rows, that was fitted for these curves alone.`;
  }
}
