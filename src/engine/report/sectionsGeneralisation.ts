/** Sections of a study of generalisation: what was found, groups left out, another file as the test, how the rows differ, weighting. */
import type { EstimatesSection } from '../../protocol/chartSections';
import type { Measured } from '../../protocol/experiments';
import type { Section } from '../../protocol/report';
import { leastShare, psiWords } from '../experiments/generalisation/drift';
import type { DomainMeasured, FeatureDrift, GeneralisationStudy, Measures, TransferMeasured } from '../experiments/generalisation/result';
import { capitalised, countOf, formatLevel, formatNumber, formatPercent, intervalWords } from './format';

export function generalisationSections(study: GeneralisationStudy, model: string): Section[] {
  return [
    foundSection(study, model), ...(study.domains.length > 0 ? [dropsSection(study), ...aucSection(study), ...driftMap(study), ...weightingSection(study), groupsSection(study)] : []),
    ...(study.transfer ? transferSections(study, study.transfer) : []),
  ];
}

const psiAssumptions = [
  'A PSI below 0.1 is usually read as stable, from 0.1 to 0.25 as a moderate and above 0.25 as a large shift: a convention, no test; few rows raise it by chance.',
  `Bins of the PSI are the tenths of the training rows, or levels, and missing cells; a share of 0 counts as ${leastShare}.`,
];
const shiftAssumption = 'Weighting corrects for other values of the features (covariate shift); where the same features mean another target, it cannot.';

function foundSection(study: GeneralisationStudy, model: string): Section {
  const { groupColumn, domains, transfer, rows, scheme, planned, done, findings } = study;
  const parts = [
    ...(groupColumn === undefined ? [] : [`${countOf(domains.length, 'group')} of "${groupColumn}" left out one by one`]),
    ...(transfer ? [`tested on ${countOf(transfer.rows, 'row')} of ${transfer.name}`] : []),
  ];
  return {
    kind: 'table', id: 'found', panel: 'overview', title: 'What was found', summary: findings[0]!,
    method: `${model}, ${countOf(rows, 'row')}, ${parts.join('; ')}, beside ${scheme}; ${done} of ${countOf(planned, 'run')}`,
    header: [{ title: 'Finding', wrap: true }], rows: findings.map(text => [text]),
  };
}

type Item = EstimatesSection['groups'][number]['items'][number];

function item(name: string, found: Measured | undefined, details?: readonly (string | number)[], less = 0): Item {
  return { name, ...(details && { details }), ...(found && { estimate: found.value - less, ...(found.low !== undefined && { low: found.low - less, high: found.high! - less }) }) };
}

function dropsSection({ domains, loss, level, findings, scheme, groupColumn }: GeneralisationStudy): Section {
  const group = (name: string, of: (domain: DomainMeasured) => Measured | undefined) => ({ name, items: domains.map(domain => item(domain.name, of(domain), [domain.rows])) });
  return {
    kind: 'estimates', id: 'drops', panel: 'generalisation', title: `Groups of "${groupColumn!}" left out`, summary: findings.find(text => / rises? beyond chance/.test(text)) ?? findings[0]!,
    method: `${loss} on each group of a model that was fitted without it, less that of ${scheme} on the same rows; ${formatLevel(level)} intervals by resampling rows`,
    assumptions: [
      'Models of the cross-validation have seen other rows of the group; they are fitted on somewhat different numbers of rows.',
      `Each interval is about one group by itself: where no ${loss} rises, ${formatPercent((1 - level) / 2)} of groups would seem to by chance.`,
    ],
    xTitle: loss, estimateName: loss, intervalName: `${formatLevel(level)} interval`, chooser: 'Shown', details: [{ title: 'Rows', numeric: true }],
    groups: [group(`Rise of the ${loss} when left out`, domain => domain.drop), group(leftOutName(loss), domain => domain.loss), group(knownName(loss), domain => domain.within)],
  };
}

/** Two losses of the same rows, by models that have not and that have seen other rows of the group. */
const leftOutName = (loss: string): string => `${loss} when the group is left out`;
const knownName = (loss: string): string => `${loss} when others of its rows are known`;

function aucSection({ domains, level, findings }: GeneralisationStudy): Section[] {
  const told = domains.filter(domain => domain.shift?.auc);
  if (told.length === 0) return [];
  return [{
    kind: 'estimates', id: 'shift', panel: 'generalisation', title: 'How far each group is told from the rest', summary: findings.find(text => text.startsWith('By the features')) ?? findings[0]!,
    method: `Cross-validated AUC of a ${told[0]!.shift!.classifier} that tells the group's rows from the others by the features, less 0.5; ${formatLevel(level)} intervals over five folds`,
    assumptions: ['0 is chance; 0.5 would be rows that are told apart without error.'], xTitle: 'AUC above chance', estimateName: 'AUC above chance', intervalName: `${formatLevel(level)} interval`, chooser: 'Groups',
    details: [{ title: 'Rows', numeric: true }, { title: 'Feature that differs most' }],
    groups: [{ name: 'All', items: told.map(({ name, rows, shift }) => item(name, shift!.auc!, [rows, shift!.features[0]?.name ?? ''], 0.5)) }],
  }];
}

/** Features that are shown in the map of drift. */
const mostFeatures = 30;

function driftMap({ domains }: GeneralisationStudy): Section[] {
  const told = domains.filter(domain => domain.shift && domain.shift.features.length > 0);
  if (told.length === 0) return [];
  const largest = new Map<string, number>();
  for (const { shift } of told) for (const { name, psi } of shift!.features) largest.set(name, Math.max(largest.get(name) ?? 0, psi));
  const names = [...largest].sort((a, b) => b[1] - a[1]).slice(0, mostFeatures).map(([name]) => name);
  const [first] = names;
  const of = (name: string, value: (drift: FeatureDrift) => number | undefined): (number | undefined)[] => told.map(({ shift }) => {
    const drift = shift!.features.find(feature => feature.name === name);
    return drift && value(drift);
  });
  const matrix = (name: string, value: (drift: FeatureDrift) => number | undefined) => {
    const cells = names.map(feature => of(feature, value));
    return {
      name, xTitle: 'Group', yTitle: 'Feature', rows: names, columns: told.map(domain => domain.name), values: cells.map(row => row.map(cell => cell ?? 0)),
      absent: cells.map(row => row.flatMap((cell, k) => (cell === undefined ? [k] : []))), diverging: false,
    };
  };
  return [{
    kind: 'heatmap', id: 'drift', panel: 'generalisation', title: 'Which features differ', summary: `"${first!}" differs most between a group and the rest: PSI ${formatNumber(largest.get(first!)!, 3)}, ${psiWords(largest.get(first!)!)}.`,
    method: `Each group against all others${largest.size > mostFeatures ? `, the ${mostFeatures} features that differ most` : ''}`, assumptions: psiAssumptions,
    matrices: [
      matrix('Population stability index', drift => drift.psi), matrix('Wasserstein distance in standard deviations (numbers)', drift => (drift.kind === 'number' ? drift.distance : undefined)),
      matrix('Total variation (categories)', drift => (drift.kind === 'category' ? drift.distance : undefined)), matrix('Share of values that the rest does not have', drift => drift.unseen),
    ].filter(({ absent }) => absent.some(row => row.length < told.length)),
  }];
}

const weightHeader = (loss: string, measured: string) => [
  { title: measured, numeric: true }, { title: `${loss} foretold`, numeric: true }, { title: 'Its interval' }, { title: `${loss} foretold without weights`, numeric: true }, { title: 'Rows', numeric: true },
  { title: 'Effective rows', numeric: true }, { title: 'Ratios cut off', numeric: true }, { title: `${loss} after a refit` }, { title: 'Change by the refit' },
];

function weightCells({ loss, weighted, shift, refit }: Measures, level: number): (string | number)[] {
  const { rows, effectiveRows, clippedRows } = weighted ?? shift!.overlap;
  return [
    loss?.value ?? '', weighted?.estimate.value ?? '', weighted ? intervalWords(weighted.estimate, level).replace(/[()]/g, '').trim() : '', weighted?.unweighted.value ?? '', rows, effectiveRows, clippedRows,
    refit ? measuredWords(refit.loss, level) : '', refit ? measuredWords(refit.change, level) : '',
  ];
}

const measuredWords = (value: Measured | undefined, level: number): string => (value ? `${formatNumber(value.value, 4)}${intervalWords(value, level)}` : '');

const weightAssumptions = [
  shiftAssumption, 'Few effective rows: the estimate rests on few rows that resemble the others; below a tenth of the rows, or ten, nothing is foretold of a group and no model is fitted anew.',
  'The weights are estimated; their own chance is not in the intervals. Cutting ratios off steadies the estimate and draws it towards the unweighted one.',
];

const weightMethod = (rows: string, clippedAt: number): string => `${rows}, weighted by the density ratio of the domain classifier's out-of-fold probabilities, cut off at ${clippedAt}; a refit: the model fitted with these weights`;

function weightingSection({ domains, loss, level, findings }: GeneralisationStudy): Section[] {
  const told = domains.filter(domain => domain.shift);
  if (told.length === 0) return [];
  return [{
    kind: 'table', id: 'weighting', panel: 'generalisation', title: `The ${loss} of a group, foretold without its targets`, summary: findings.find(text => text.startsWith(`The ${loss} that the other`) || text.includes('weight')) ?? findings[0]!,
    method: weightMethod('Held-out rows of the other groups', told[0]!.shift!.overlap.clippedAt), assumptions: weightAssumptions,
    header: [{ title: 'Group' }, ...weightHeader(loss, leftOutName(loss))], rows: told.map(domain => [domain.name, ...weightCells(domain, level)]),
  }];
}

function groupsSection({ domains, loss, level, scheme }: GeneralisationStudy): Section {
  const found = (value: Measured | undefined): string => measuredWords(value, level);
  return {
    kind: 'table', id: 'groups', panel: 'generalisation', title: 'Every group', summary: `${capitalised(countOf(domains.length, 'group'))}.`, method: `Left out, beside ${scheme} on the same rows; baseline: every row predicted alike, as the other groups are on the whole`,
    header: [
      { title: 'Group' }, { title: 'Rows', numeric: true }, { title: 'Rows fitted on', numeric: true }, { title: leftOutName(loss) }, { title: knownName(loss) }, { title: 'Rise' }, { title: `Baseline ${loss}`, numeric: true },
      { title: `${loss} less the baseline's` }, { title: 'AUC against the rest' }, { title: 'Without a prediction', numeric: true }, { title: 'Remark' },
    ],
    rows: domains.map(domain => [
      domain.name, domain.rows, domain.fittedRows, found(domain.loss), found(domain.within), found(domain.drop), domain.baseline ?? '', found(domain.gain), found(domain.shift?.auc), domain.unpredicted, domain.why ?? '',
    ]),
  };
}

function transferSections(study: GeneralisationStudy, transfer: TransferMeasured): Section[] {
  const { loss, level, scheme } = study;
  const { name, shift, weighted, refit, differences, rows, features } = transfer;
  const own = study.findings.find(text => text.startsWith('On ') && text.includes(` of ${name} the `)) ?? study.findings.find(text => text.includes(name)) ?? study.findings[0]!;
  const scores: [string, Measured | undefined][] = [
    [`${loss} on ${name}`, transfer.loss], [`${loss} on held-out rows of the first file`, transfer.within], ['Rise', transfer.drop], [`${loss} less the baseline's`, transfer.gain], [`${loss} foretold by weighting`, weighted?.estimate],
    [`${loss} after a refit with weights`, refit?.loss], ['Change by the refit', refit?.change],
  ];
  const items = scores.flatMap(([title, found]) => (found ? [item(title, found)] : []));
  return [
    ...(items.length > 0 ? [{
      kind: 'estimates' as const, id: 'transfer', panel: 'generalisation' as const, title: `Tested on ${name}`, summary: own,
      method: `Fitted on the first file with ${countOf(features.length, 'feature')} that both have, tested on ${countOf(rows, 'row')}; beside ${scheme} on the first`, assumptions: [shiftAssumption],
      xTitle: loss, estimateName: loss, intervalName: `${formatLevel(level)} interval`, chooser: 'Shown', groups: [{ name: 'All', items }],
    }] : []),
    ...(shift ? [{
      kind: 'table' as const, id: 'fileWeighting', panel: 'generalisation' as const, title: `The ${loss} on ${name}, foretold without its targets`, summary: study.findings.find(text => text.startsWith('Weighted to resemble') || text.includes(`on ${name} cannot be foretold`)) ?? own,
      method: weightMethod('Held-out rows of the first file', shift.overlap.clippedAt), assumptions: weightAssumptions,
      header: weightHeader(loss, `${loss} on ${name}`), rows: [weightCells(transfer, level)],
    }, fileDrift(transfer)] : []),
    ...(differences.length > 0 ? [{
      kind: 'table' as const, id: 'columns', panel: 'generalisation' as const, title: 'How the columns differ', summary: `${capitalised(countOf(differences.length, 'difference'))} between the files.`,
      method: 'Columns matched by name; shares of missing cells are listed where they differ by more than 5 %', header: [{ title: 'Column' }, { title: 'Difference' }, { title: 'In words', wrap: true }],
      rows: differences.map(({ column, difference, words }) => [column, difference, words]),
    }] : []),
  ];
}

function fileDrift({ shift, name }: TransferMeasured): Section {
  const { features, auc } = shift!;
  return {
    kind: 'table', id: 'fileDrift', panel: 'generalisation', title: 'Which features differ between the files', summary: `${auc ? `AUC of telling the files apart ${formatNumber(auc.value, 3)}; ` : ''}${features[0] ? `"${features[0].name}" differs most, PSI ${formatNumber(features[0].psi, 3)}, ${psiWords(features[0].psi)}.` : 'no feature.'}`,
    method: `First file against ${name}; distance: 1-Wasserstein in standard deviations of the first file for numbers, total variation for categories`, assumptions: psiAssumptions,
    header: [
      { title: 'Feature' }, { title: 'PSI', numeric: true }, { title: 'Reading' }, { title: 'Distance', numeric: true }, { title: 'Of' }, { title: 'Missing in the first' }, { title: 'Missing in the second' }, { title: 'Values the first does not have' },
    ],
    rows: features.map(feature => [
      feature.name, feature.psi, psiWords(feature.psi), feature.distance ?? '', feature.kind === 'number' ? 'standard deviations' : 'total variation', formatPercent(feature.missingSource), formatPercent(feature.missingTarget), formatPercent(feature.unseen),
    ]),
  };
}
