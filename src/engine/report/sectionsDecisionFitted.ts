/** Fitted Q-iteration: its policy and values along the columns of the state, beside the table of bins, and which of the two to trust. */
import type { HeatmapSection } from '../../protocol/chartSections';
import type { ReportDecisions } from '../../protocol/decisions';
import type { PolicyGridSection } from '../../protocol/policySections';
import type { Section } from '../../protocol/report';
import { bestAlong, type FittedGrid, type FittedLine, type FittedMap } from '../policy/fittedMap';
import { comparedWords, type Decided } from './decisionWords';
import { countOf, formatNumber, formatPercent, listWords } from './format';

export interface WithFitted { readonly fitted: NonNullable<ReportDecisions['fitted']>; readonly map: FittedMap }

/** Sections of the panel 'policy', and of the panel 'values'. */
export function fittedPolicySections(found: Decided, fitted: WithFitted): Section[] {
  return [trustSection(found, fitted), ...(fitted.map.grid ? [gridSection(found, fitted, fitted.map.grid)] : [])];
}

export function fittedValueSections(found: Decided, fitted: WithFitted): Section[] {
  const { grid, lines } = fitted.map;
  return [...(grid ? [heatSection(found, fitted, grid)] : []), ...lines.map((line, k) => lineSection(found, fitted, line, k)), statesSection(found, fitted)];
}

const judgeTitles = { neighbours: 'nearest transitions of the other half', bins: 'bins of the other half' } as const;

function trustSection({ result }: Decided, { fitted }: WithFitted): Section {
  const { trial } = fitted;
  return {
    kind: 'table', id: 'fittedTrust', panel: 'policy', title: 'With bins or without: which to trust?', summary: fitted.sentence,
    method: trial ? `Learned on one half of ${result.episodes === undefined ? 'the transitions' : 'the episodes'}, judged by the other, ${trial.trials} times; each judge is the process that the other half shows, by its bins or by its nearest transitions` : `Shares ${comparedWords(fitted.transitions)}`,
    assumptions: ['Neither judge sees states exactly, and each in its own way; a verdict takes both. That of the bins looks at the rows in which the log did as the policy would.', 'Policies of half of a log are a little worse than those of all of it.'],
    header: [{ title: 'Quantity' }, { title: 'Without bins' }, { title: 'With bins' }],
    rows: [
      ...(trial ? trial.judged.map(({ by, fitted: without, binned, better, worse }) =>
        [`Worth, judged by the ${judgeTitles[by]}`, `${formatNumber(without, 5)} (more in ${better} of ${trial.trials} trials)`, `${formatNumber(binned, 5)} (more in ${worse} of ${trial.trials} trials)`]) : []),
      ['The other takes the same action, or one as good, in', ...[0, 1].map(() => `${formatPercent(fitted.agreement)} ${comparedWords(fitted.transitions)}`)],
      ['A value rests on', `${countOf(fitted.neighbours, 'transition')}, on average ${formatNumber(fitted.distance, 2)} standard deviations away`, `all transitions of a bin and action, ${formatNumber(fitted.rowsABin, 2)} on average`],
    ],
  };
}

function gridSection({ result }: Decided, { fitted }: WithFitted, grid: FittedGrid): PolicyGridSection {
  const { certainFrom, fewestVisits } = result.options;
  const cells = grid.cells.map(({ row, column, actions, visits, actionVisits, certainty }) => ({
    row, column, value: actions[0]!.value, best: actions.filter(({ value }) => value === actions[0]!.value).map(({ action }) => action), visits, actionVisits, certainty,
    uncertain: certainty < certainFrom, unsupported: actionVisits < fewestVisits, start: false,
  }));
  const doubtful = cells.filter(({ uncertain, unsupported }) => uncertain || unsupported).length;
  return {
    kind: 'policyGrid', id: 'fittedPolicy', panel: 'policy', title: 'The best action without bins',
    summary: `The policy of fitted Q-iteration at the middles of cells, ${grid.down} down and ${grid.across} across; the colour is what a state there is worth. Cells in which the log has no transition are empty. ${doubtful === 0 ? 'No action is in doubt.' : `${countOf(doubtful, 'cell is', 'cells are')} hatched: the action is uncertain, or was hardly tried within the cell.`}`,
    method: fittedMethod(fitted),
    assumptions: ['The probability that an action is best is that against its strongest rival, from the spread among the neighbours (and one more of the spread of the whole log), so it is an upper bound: that any other rival may be better, that neighbours are far away, and that the values of what follows are uncertain too is not in it.'],
    across: grid.across, down: grid.down, columns: grid.columns, rows: grid.rows, actions: result.actions.map(name => ({ name })), certainFrom, fewestVisits, cells,
  };
}

function heatSection({ result }: Decided, { fitted }: WithFitted, grid: FittedGrid): HeatmapSection {
  const signed = grid.cells.some(({ actions }) => actions.some(({ value }) => value < 0));
  const matrix = (name: string, of: (cell: FittedGrid['cells'][number]) => number | undefined, diverging: boolean): HeatmapSection['matrices'][number] => {
    const values: (number | undefined)[][] = grid.rows.map(() => grid.columns.map(() => undefined));
    for (const cell of grid.cells) values[cell.row]![cell.column] = of(cell);
    return {
      name, xTitle: grid.across, yTitle: grid.down, rows: grid.rows.map(value => formatNumber(value)), columns: grid.columns.map(value => formatNumber(value)),
      values: values.map(row => row.map(value => value ?? 0)), absent: values.map(row => row.flatMap((value, c) => (value === undefined ? [c] : []))), diverging,
    };
  };
  return {
    kind: 'heatmap', id: 'fittedMap', panel: 'values', title: 'What states are worth without bins',
    summary: `Values by fitted Q-iteration over ${grid.across} and ${grid.down}, at the middles of cells: of the best action, of each action, and what the best one has before its strongest rival. Cells without a colour hold no transition of the log.`,
    method: fittedMethod(fitted),
    matrices: [
      matrix('Value of the best action', ({ actions }) => actions[0]!.value, signed),
      ...result.actions.map((name, a) => matrix(`Value of ${name}`, ({ actions }) => actions.find(({ action }) => action === a)?.value, signed)),
      ...(result.actions.length > 1 ? [matrix('Lead over the strongest rival', ({ actions }) => (actions[1] ? actions[0]!.value - actions[1].value : undefined), false)] : []),
    ],
  };
}

function lineSection({ result }: Decided, { fitted }: WithFitted, line: FittedLine, k: number): Section {
  const parts = bestAlong(line);
  const words = parts.slice(0, 6).map(({ action, from, to }) => `${result.actions[action]!} ${from === to ? `at ${formatNumber(from, 3)}` : `from ${formatNumber(from, 3)} to ${formatNumber(to, 3)}`}`);
  return {
    kind: 'curve', id: `fittedLine${k + 1}`, panel: 'values', title: `What actions are worth along ${line.column}, without bins`,
    summary: `The highest line is the best action. Along ${line.column} it is ${listWords(words, 6)}${parts.length > 6 ? ' and changes on' : ''}${line.held.length > 0 ? `, with ${listWords(line.held, 6)}` : ''}. Where lines cross or bands overlap, the log hardly tells the actions apart.`,
    method: `${fittedMethod(fitted)}; bands: value ± 2 standard errors from the spread among the neighbours and one more of the spread of the whole log`,
    ...(line.held.length > 0 && { assumptions: ['The other columns stand at their middle values; with others the lines can lie elsewhere, and where the log has no such states a line rests on distant ones.'] }),
    xTitle: line.column, yTitle: 'Value of the action (Q)', bandName: '± 2 standard errors',
    lines: line.actions.map(({ action, value, standardError }) => ({
      name: result.actions[action]!, x: line.x, y: value, low: value.map((q, i) => q - 2 * standardError[i]!), high: value.map((q, i) => q + 2 * standardError[i]!),
    })),
  };
}

function fittedMethod({ neighbours, transitions }: WithFitted['fitted']): string {
  return `Fitted Q-iteration: means of the ${neighbours} nearest of ${countOf(transitions, 'transition')} with the action, columns in standard deviations, solved exactly`;
}

function statesSection({ result }: Decided, { fitted }: WithFitted): Section {
  return {
    kind: 'table', id: 'fittedValues', panel: 'values', title: 'Values without bins',
    summary: `Fitted Q-iteration: an action is worth the mean of its ${countOf(fitted.neighbours, 'nearest transition')} (reward and value of what followed), solved exactly. In ${formatPercent(fitted.agreement)} ${comparedWords(fitted.transitions)} the table of bins finds the same action best, or as good.`,
    method: `Nearest-neighbour averages over ${countOf(fitted.transitions, 'transition')}, columns in standard deviations; ${countOf(fitted.states.length, 'state')} of the log, evenly spread`,
    assumptions: ['States that are near each other are taken for alike; the farther the neighbours, the less a value says.'],
    header: [...result.stateColumns.map(title => ({ title })), { title: 'Best action' }, { title: 'Value', numeric: true }, { title: 'Mean distance of the neighbours', numeric: true }],
    rows: fitted.states.map(({ state, action, value, distance }) => [...state, action, value, distance]),
  };
}
