/** Learns from a log of decisions which action is best in which state, and says it of the states of other rows. */
import type { ReportDecisions } from '../../protocol/decisions';
import type { TargetlessModelFile } from '../../protocol/modelFile';
import type { ReportColumn } from '../../protocol/reportData';
import type { WorkContext } from '../context';
import type { Table } from '../data/table';
import { Rng } from '../math/random';
import { fittedMap } from '../policy/fittedMap';
import { fittedModel, type FittedModel } from '../policy/fittedModel';
import { fittedQ } from '../policy/fittedQ';
import { fittedTrial } from '../policy/fittedTrial';
import { learnPolicy, type PolicyResult } from '../policy/learnPolicy';
import { deciderOf, policyModel, type PolicyModel } from '../policy/policyModel';
import { readExperience } from '../policy/readExperience';
import type { ExperienceColumns } from '../../protocol/recipe';
import { roleColumns } from '../policy/roles';
import { fittedFields, reportDecisions } from '../report/decisionFields';
import { countOf, formatNumber } from '../report/format';
import type { WithFitted } from '../report/sectionsDecisionFitted';
import { decisionSections } from '../report/sectionsDecisions';
import { nothingToChoose, type Decided } from '../report/decisionWords';
import { decisionOptions, fittedNeighbours, policyOptions, readOptions } from './decisionOptions';
import { planRoles } from './decisionRoles';
import type { Applied, Explored, Explorer, ExploreInput } from './explorer';
import { planRecipe } from './plan';

export const decisionsExplorer: Explorer = {
  id: 'policy', task: 'decisions', doing: 'Learning decisions', options: decisionOptions,
  plan(request, profile) {
    const { roles, notes } = planRoles(request, profile);
    const columns = roleColumns(roles);
    const used = new Set(columns);
    const recipe = planRecipe(request, profile, 'policy', {
      features: profile.columns.map(({ name }) => name).filter(name => roles.states.includes(name)),
      dropped: profile.columns.filter(({ name }) => !used.has(name)).map(({ name }) => ({ column: name, reason: 'it has no part in the log of decisions' })), roles,
    });
    // The next state is that of the next row, so a sample of the rows would tear them apart.
    const whole = roles.nextStates.length === 0 && profile.rows > recipe.maxRows;
    return { recipe: whole ? { ...recipe, maxRows: profile.rows } : recipe, columns, notes };
  },
  explore,
  needs: model => (model.parameters as PolicyModel).fields.map(field => field.name),
  apply,
};

async function explore({ recipe, loaded }: ExploreInput, context: WorkContext): Promise<Explored> {
  const roles: ExperienceColumns = recipe.roles!;
  context.progress('Reading the log', 0);
  const experience = readExperience(loaded.table, roles, readOptions(recipe), loaded.sourceRows);
  const learned = await learnPolicy(experience, policyOptions(recipe), context);
  const found: Decided = { experience, ...learned, level: recipe.level };
  const neighbours = fittedNeighbours(recipe);
  const model = policyModel(experience, learned.result);
  const decisions = reportDecisions(found);
  const fitted = neighbours === undefined ? undefined : await fit(loaded.table, found, recipe, neighbours, context);
  const fields: ReportDecisions = fitted ? { ...decisions, fitted: fitted.fitted } : decisions;
  return {
    title: 'Q-learning', headline: headlineOf(learned.result, nothingToChoose(learned.result)), parameters: fitted ? { ...model, fitted: fitted.model } : model, rowsUsed: experience.size,
    dropped: experience.dropped, notes: learned.result.notes.filter(note => note.kind !== 'dropped'), fields: { decisions: fields }, sections: decisionSections(found, fields, fitted), roles: columnRoles(roles),
  };
}

async function fit(table: Table, found: Decided, recipe: ExploreInput['recipe'], neighbours: number, context: WorkContext): Promise<WithFitted & { model: FittedModel }> {
  const experience = readExperience(table, recipe.roles!, { bins: 'none' });
  const settings = { discount: found.solution.discount, neighbours };
  const rng = new Rng(recipe.seed);
  const fitted = await fittedQ(experience, settings, rng.fork('fitted'), context);
  const trial = await fittedTrial(found.experience, experience, settings, rng.fork('trial'), context);
  const model = fittedModel(experience, fitted);
  return { fitted: fittedFields(found, experience, fitted, trial), map: fittedMap(experience, model), model };
}

/** States: those that decisions were taken in, as in the sentence. */
function headlineOf({ actions, states, offPolicy }: PolicyResult, nothing: boolean): string {
  const what = `${countOf(actions.length, 'action')} in ${countOf(states.filter(({ greedy }) => greedy !== undefined).length, 'state')}`;
  if (nothing) return `${what}, nothing to choose`;
  if (offPolicy?.headline.name === 'logged') return `${what}, worth ${formatNumber(offPolicy.headline.value, 3)} as what was done`;
  return offPolicy ? `${what}, worth ${formatNumber(offPolicy.headline.value, 3)} instead of ${formatNumber(offPolicy.behaviour.value, 3)}` : what;
}

function columnRoles(roles: ExperienceColumns): Record<string, ReportColumn['role']> {
  const named: [string | undefined, ReportColumn['role']][] = [[roles.order, 'order'], [roles.episode, 'episode'], [roles.done, 'end'], [roles.reward, 'reward'], [roles.action, 'action']];
  return Object.fromEntries([...roles.nextStates.map(name => [name, 'nextState']), ...named.filter(([name]) => name !== undefined)]) as Record<string, ReportColumn['role']>;
}

function apply(file: TargetlessModelFile): Applied {
  const model = file.parameters as PolicyModel;
  const decider = deciderOf(model);
  const counts = new Map<string, number>();
  const note = (support: string, one: string, many: string): string[] => {
    const count = counts.get(support) ?? 0;
    return count === 0 ? [] : [`${countOf(count, one, many)}`];
  };
  return {
    names: ['best_action', 'value', 'certainty', 'visits', 'support', ...(model.fitted ? ['distance'] : [])],
    block: table => {
      const of = decider(table);
      return row => {
        const { action, value, certainty, visits, support, distance } = of(row);
        counts.set(support, (counts.get(support) ?? 0) + 1);
        return [action, value, certainty, visits, support, ...(model.fitted ? [distance] : [])];
      };
    },
    notes: () => [
      'The column best_action is what the policy does in the state of the row, value what that is worth, certainty how probable it is that no other action is better, visits how often the log shows the state.',
      ...(model.fitted ? ['Actions and values are means over the nearest transitions of the log; distance is how far these are, in standard deviations. Certainty and support are those of the bin that the state lies in.'] : []),
      ...note('not in the log', 'row has a state that the log does not show and gets no action.', 'rows have states that the log does not show and get no action.'),
      ...note('no difference', 'row has a state in which all actions of the log are worth the same (support: no difference).', 'rows have states in which all actions of the log are worth the same (support: no difference).'),
      ...note('missing cell', 'row has a cell that is missing or cannot be read and gets no action.', 'rows have cells that are missing or cannot be read and get no action.'),
      ...note('outside', 'row has a number beyond all of the log and gets the action of the nearest bin (support: outside).', 'rows have numbers beyond all of the log and get the actions of the nearest bins (support: outside).'),
      ...note('few visits', `row has an action that was tried fewer than ${model.fewestVisits} times (support: few visits).`, `rows have actions that were tried fewer than ${model.fewestVisits} times (support: few visits).`),
      ...note('uncertain', 'row has an action that may not be the best (support: uncertain).', 'rows have actions that may not be the best (support: uncertain).'),
    ],
  };
}
