/** Sections of training as a dynamical system: what was found, then the parts that the model has. */
import type { Section } from '../../protocol/report';
import type { DynamicsStudy } from '../experiments/dynamics/study';
import { countOf } from './format';
import { checksSection, flowSections } from './sectionsDynamicsFlow';
import { networkSections } from './sectionsDynamicsNetwork';
import { momentumSections, sgdSections } from './sectionsDynamicsNoise';

export function dynamicsSections(study: DynamicsStudy, model: string): Section[] {
  const { linear, momentum, sgd, network, linearOf, networkOf } = study;
  const of = linearOf === '' ? '' : ` (${linearOf.charAt(0).toLowerCase()}${linearOf.slice(1)})`;
  const linears = [
    ...(linear ? flowSections(linear, of) : []), ...(linear ? [checksSection(study, of)] : []),
    ...(momentum ? momentumSections(momentum, of) : []), ...(sgd ? sgdSections(sgd, of) : []),
  ];
  const networks = network ? networkSections(network, networkOf === '' ? '' : ` (${networkOf.toLowerCase()})`) : [];
  return [foundSection(study, model), ...networks, ...linears];
}

/** Parts may be of samples of other sizes, which their own sections tell. */
function rowsWords({ network, linear, momentum, sgd }: DynamicsStudy): string {
  const rows = network?.rows ?? linear?.rows ?? sgd?.rows;
  return rows === undefined || (network && linear && network.rows !== linear.rows) || (!linear && momentum) ? 'training' : `training on ${countOf(rows, 'row')}`;
}

function foundSection(study: DynamicsStudy, model: string): Section {
  const { findings, done, planned } = study;
  return {
    kind: 'table', id: 'found', panel: 'overview', title: 'What was found', summary: findings[0] ?? 'No part was followed.',
    method: `${model}, ${rowsWords(study)} as a dynamical system in time t = learning rate × step; ${done} of ${countOf(planned, 'part')}`,
    assumptions: ['Features, and a number to predict, have mean 0 and standard deviation 1. Losses are those of training: nothing here is held out.'],
    header: [{ title: 'Finding', wrap: true }], rows: findings.map(text => [text]),
  };
}
