/** The sections that no other family has: the shapes of the terms, and how much each term matters. */
import type { Section } from '../../../protocol/report';
import type { ShapeTerm, ShapesSection, TermsSection } from '../../../protocol/shapeSections';
import { countOf, short } from '../neural/words';
import { pairScores, pairsUnlisted, shapeTerms } from './shapes';
import type { BoostingState } from './state';
import { termName, termSize } from './terms';

export function insideSections(state: BoostingState, level: number): Section[] {
  const terms = shapeTerms(state, level);
  return terms.length === 0 ? [] : [shapesSection(state, terms, level), termsSection(state)];
}

/** What scores are measured in. */
function unitOf({ task, loss, classes, target = 'the target' }: BoostingState): string {
  if (task === 'regression') return loss === 'poisson' ? `logarithm of ${target}` : target;
  return classes!.length === 2 ? `log-odds of ${classes![1]}` : 'score of the class before softmax';
}

function shapesSection(state: BoostingState, terms: readonly ShapeTerm[], level: number): ShapesSection {
  const { bands, intercept } = state;
  const banded = bands !== undefined && state.terms.every(term => term.errors);
  return {
    kind: 'shapes', id: 'shapes', panel: 'effects', title: 'What each term adds to the prediction', level, unit: unitOf(state),
    ...(banded && { band: bands.words }), intercept: [...intercept], terms,
    summary: summaryOf(state, terms),
    method: `${methodWords(state)} Scores are centred: each term's mean over the training rows is 0, and terms of two features hold only what their own terms do not.`
      + `${banded ? ` Bands at ${Number((100 * level).toPrecision(6))} %, each score by itself: ${bands.words}.` : ''}`
      + `${pairsUnlisted(state) ? ` The ${short(pairScores(state))} scores of terms of two features are in the model file and in exported code, not in the report's list of effects.` : ''}`,
    assumptions: [
      'A term says what the model adds for a value, the other terms held as they are; it is what the model learnt, not what causes the target.',
      'Where few training rows lie under a step, its height rests on few.',
    ],
  };
}

function methodWords(state: BoostingState): string {
  const [first] = state.terms;
  const rows = first ? first.weights.reduce((a, b) => a + b, 0) : 0;
  const pairs = state.terms.filter(term => term.features.length === 2).length;
  return `Explainable boosting machine (Lou, Caruana & Gehrke 2012; Lou et al. 2013): trees of one feature at a time, boosted in turns`
    + `${pairs > 0 ? `, then ${countOf(pairs, 'pair')} of features` : ''}${rows > 0 ? `; training rows by weight: ${short(rows)}` : ''}.`;
}

function summaryOf(state: BoostingState, terms: readonly ShapeTerm[]): string {
  const [first] = terms as readonly [ShapeTerm];
  const pairs = terms.filter(term => 'axes' in term).length;
  const parts = `${countOf(terms.length - pairs, 'term')} of one feature${pairs > 0 ? ` and ${pairs} of two` : ''}`;
  const edited = terms.filter(term => term.edits).length;
  return `The prediction is exactly the intercept plus ${parts}${state.loss === 'poisson' ? ', on the logarithm' : state.task === 'regression' ? '' : state.outputs === 1 ? ', on the log-odds' : ', one sum a class'}.`
    + ` ${first.name} matters most: it moves the ${state.task === 'regression' ? 'prediction' : 'sum'} by ${short(first.importance)} on average (${unitOf(state)}).`
    + `${edited > 0 ? ` ${countOf(edited, 'term was', 'terms were')} edited by hand.` : ''}`;
}

function termsSection(state: BoostingState): TermsSection {
  const items = state.terms.map(term => ({ name: termName(term), ...termSize(term, state.outputs) }))
    .filter(item => item.importance > 0).sort((a, b) => b.importance - a.importance);
  const total = items.reduce((sum, item) => sum + item.importance, 0);
  const top = items.slice(0, 3).map(item => `${item.name} (${short(item.importance)})`);
  const idle = state.terms.length - items.length;
  return {
    kind: 'terms', id: 'termImportance', panel: 'importance', title: 'Mean absolute contribution of the terms', unit: unitOf(state), items,
    summary: total > 0
      ? `On average over the training rows these terms add or take most: ${top.join(', ')}, in ${unitOf(state)}.${idle > 0 ? ` ${countOf(idle, 'term adds', 'terms add')} nothing.` : ''}`
      : 'No term adds anything: the model predicts the same for every row.',
    method: `Σ weight · |score| ÷ Σ weight over the bins of the term${state.outputs > 1 ? `, mean over the ${state.outputs} classes` : ''}; weights are training rows. Lowest and highest: over the bins with training rows.`,
    assumptions: ['It measures what this model uses on the rows it was fitted on, not what its accuracy rests on; for that see permutation importance.'],
  };
}
