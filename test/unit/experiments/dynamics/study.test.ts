/** The study of training as a dynamical system: its parts by family, its sections, and what cannot be followed. */
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../../src/engine/context';
import type { Dataset } from '../../../../src/engine/data/dataset';
import { dynamicsStudy } from '../../../../src/engine/experiments/dynamics/study';
import { families } from '../../../../src/engine/models/families';
import { assertFiniteReport } from '../../../../src/engine/report/finite';
import { dynamicsSections } from '../../../../src/engine/report/sectionsDynamics';
import { runDynamics } from '../../../../src/engine/studies/dynamics';
import type { Section } from '../../../../src/protocol/report';
import { classData, quiet, regressionData } from '../../evaluate/stub';

const family = (id: string) => families.find(item => item.id === id)!;
const study = (id: string, dataset: Dataset) => dynamicsStudy({ dataset, family: family(id) }, quiet());
const run = (id: string, dataset: Dataset) => runDynamics({ dataset, family: family(id), plan: { kind: 'dynamics' } }, quiet());
const small = { hidden: '4', epochs: 60 };
const ids = (sections: readonly Section[]): string[] => sections.map(section => section.id);
const find = <K extends Section['kind']>(sections: readonly Section[], kind: K, id: string): Extract<Section, { kind: K }> =>
  sections.find((section): section is Extract<Section, { kind: K }> => section.kind === kind && section.id === id)!;
const pointsOf = (sections: readonly Section[]): number[] => sections.flatMap(section => (section.kind === 'curve' ? section.lines.map(line => line.x.length) : []));

describe('a linear model', () => {
  it('has its flow, momentum and SGD as sections that hold the numbers of the results', async () => {
    const found = await study('linear', regressionData(120));
    const sections = dynamicsSections(found, 'Linear regression');
    expect(ids(sections)).toEqual(['found', 'flowLoss', 'flowWeights', 'modes', 'checks', 'momentumLoss', 'momentumModes', 'sgdVariance', 'sgdModes']);
    expect(found).toMatchObject({ planned: 3, done: 3 });
    const { linear, momentum, sgd } = found;
    const modes = find(sections, 'table', 'modes').rows;
    expect(modes.map(row => row[2])).toEqual(linear!.modes.map(mode => Number(mode.eigenvalue.toPrecision(4))));
    expect(modes.map(row => row[3])).toEqual(linear!.modes.map(mode => Number(mode.timeConstant!.toPrecision(4))));
    const [bound] = find(sections, 'table', 'checks').rows;
    expect(bound!.slice(1, 3)).toEqual([linear!.stabilityBound, linear!.onset!.learningRate].map(value => Number(value.toPrecision(5))));
    expect(find(sections, 'table', 'momentumModes').rows.map(row => row[4])).toEqual(momentum!.modes.map(mode => Number(mode.decay.toPrecision(4))));
    expect(find(sections, 'table', 'sgdModes').rows.map(row => row[6])).toEqual(sgd!.modes.map(mode => Number(mode.measured!.variance.toPrecision(4))));
    expect(find(sections, 'table', 'found').rows.flat()).toEqual([...linear!.findings, ...momentum!.findings, ...sgd!.findings]);
  });

  it('has lines of at most 200 points, without the time 0 on a logarithmic axis, and no number that JSON cannot say', async () => {
    const { sections } = await run('linear', regressionData(120));
    assertFiniteReport(sections);
    expect(Math.max(...pointsOf(sections))).toBeLessThanOrEqual(200);
    const { lines } = find(sections, 'curve', 'flowLoss');
    expect(lines[0]!.x[0]).toBeGreaterThan(0);
    expect(lines.filter(line => line.name.startsWith('Gradient descent'))).toHaveLength(3);
    expect(lines.at(-1)!.reference).toBe(true);
  });

  it('with a ridge penalty of a given strength descends the penalised loss: its Hessian has lambda by the rows more', async () => {
    const plain = await study('linear', regressionData(120));
    const ridge = await study('linear', regressionData(120, 1, { options: { penalty: 'ridge', lambda: 60 } }));
    ridge.linear!.modes.forEach((mode, k) => expect(mode.eigenvalue).toBeCloseTo(plain.linear!.modes[k]!.eigenvalue + 0.5, 10));
    const lasso = await study('linear', regressionData(120, 1, { options: { penalty: 'lasso' } }));
    expect(lasso.notes.join(' ')).toContain('without the penalty');
  });
});

describe('a model of classes', () => {
  it('of two has its log loss followed, and least squares beside it', async () => {
    const found = await study('logistic', classData(120));
    expect(found.network!.hidden).toEqual([]);
    expect(found.linear).toBeDefined();
    expect(found.findings[0]).toMatch(/^Log loss: the sharpness/);
    const sections = dynamicsSections(found, 'Logistic regression');
    expect(ids(sections)).toEqual(expect.arrayContaining(['networkLoss', 'sharpness', 'surface', 'modes', 'sgdModes']));
    expect(new Set(ids(sections)).size).toBe(sections.length);
    expect(find(sections, 'curve', 'networkLoss').title).toContain('log loss');
  });

  it('of three has the log loss alone', async () => {
    const found = await study('logistic', classData(120, ['a', 'b', 'c']));
    expect(found.network!.loss.values[0]).toBeGreaterThan(found.network!.loss.values.at(-1)!);
    expect([found.linear, found.momentum, found.sgd]).toEqual([undefined, undefined, undefined]);
    expect(found.notes.join(' ')).toContain('with more classes the log loss alone is');
  });
});

describe('a neural network', () => {
  it('is followed with the options of the model, and the linear model of the same data stands beside it', async () => {
    const found = await study('neural', regressionData(80, 1, { options: { ...small, learningRate: 0.2, activation: 'sigmoid', optimiser: 'sgd' } }));
    const { network, linear } = found;
    expect(network).toMatchObject({ hidden: [4], activation: 'sigmoid', learningRate: 0.2, momentum: 0, steps: 60, stabilityBound: 10 });
    expect(linear).toBeDefined();
    const sections = dynamicsSections(found, 'Neural network');
    expect(ids(sections)).toEqual(['found', 'networkLoss', 'sharpness', 'path', 'surface', 'networkFlow', 'networkEuler', 'flowLoss', 'flowWeights', 'modes', 'checks']);
    const [sharpness, bound] = find(sections, 'curve', 'sharpness').lines;
    expect(sharpness!.y).toEqual(network!.sharpness.values.map(value => Number(value.toPrecision(4))));
    expect([bound!.reference, ...bound!.y]).toEqual([true, 10, 10]);
    expect(find(sections, 'curve', 'networkLoss').lines[0]!.y.at(-1)).toBe(Number(network!.loss.values.at(-1)!.toPrecision(4)));
    assertFiniteReport(sections);
    expect(Math.max(...pointsOf(sections))).toBeLessThanOrEqual(200);
  });

  it('has its loss around the end as pictures in which the end is the cell that is marked', async () => {
    const found = await study('neural', regressionData(80, 1, { options: small }));
    const random = find(dynamicsSections(found, 'Neural network'), 'heatmap', 'surface').matrices.at(-1)!;
    const along = find(dynamicsSections(found, 'Neural network'), 'heatmap', 'surface').matrices[0]!;
    const marked = (names: readonly string[], end: string): number => names.findIndex(name => name.endsWith(end));
    for (const [at, end] of [[0, '(start)'], [along.path!.rows.length - 1, '(end)']] as const) {
      expect(Math.abs(along.path!.columns[at]! - marked(along.columns, end))).toBeLessThanOrEqual(0.5001);
      expect(Math.abs(along.path!.rows[at]! - marked(along.rows, end))).toBeLessThanOrEqual(0.5001);
    }
    const [row, column] = [random.rows, random.columns].map(names => names.findIndex(name => name.endsWith('(end)')));
    const log = random.name.includes('log');
    const end = found.network!.loss.values.at(-1)!;
    expect(random.values[row!]![column!]).toBeCloseTo(log ? Math.log10(end) : end, 3);
    expect(random.rows).toEqual([...random.columns].reverse());
  });

  it('takes a learning rate whose bound is above the sharpness at the start, and momentum where the model has it', async () => {
    const { network, notes } = await study('neural', regressionData(80, 1, { options: { ...small, optimiser: 'momentum' } }));
    expect(network!.momentum).toBe(0.9);
    expect(network!.stabilityBound / network!.sharpness.values[0]!).toBeCloseTo(4, 0);
    expect(notes.join(' ')).toContain('The learning rate η is');
    const adam = await study('neural', regressionData(80, 1, { options: { ...small, optimiser: 'adam', dropout: 0.2 } }));
    expect(adam.network!.momentum).toBe(0);
    expect(adam.notes.join(' ')).toContain('Plain gradient descent is followed, not adam');
    expect(adam.notes.join(' ')).toContain('without dropout');
  });

  it('that diverges is a result with a name', async () => {
    const { headline, sections } = await run('neural', regressionData(80, 1, { options: { ...small, activation: 'relu', learningRate: 9 } }));
    expect(headline).toBe('training diverged');
    expect(find(sections, 'curve', 'networkLoss').summary).toContain('Training diverged');
    expect(ids(sections)).not.toContain('surface');
    assertFiniteReport(sections);
  });

  it('of more than 20,000 parameters is refused in one sentence', async () => {
    await expect(study('neural', regressionData(80, 1, { options: { hidden: '200,200' } }))).rejects.toThrow(/parameters; its dynamics are computed for at most 20,000/);
  });
});

describe('a study', () => {
  it('of other families ends in a sentence that says which can be followed', async () => {
    await expect(study('ebm', regressionData(80))).rejects.toThrow('Training is followed for linear, logistic, Bayesian and neural models, not for the explainable boosting machine.');
    await expect(study('linear', regressionData(80, 1, { options: { components: 2 } }))).rejects.toThrow(/leave the option components out/);
  });

  it('that is asked to finish ends after the part that it is at, and says so', async () => {
    const context = new CancellableContext();
    context.finish();
    const { found, notes } = await runDynamics({ dataset: regressionData(120), family: family('linear'), plan: { kind: 'dynamics' } }, context);
    expect(found.runs).toEqual({ planned: 3, done: 1 });
    expect(notes.map(note => note.text)).toContain('The experiment ended early, after 1 whole part of 3; missing: momentum and SGD.');
  });

  it('goes on with the parts that an earlier one has finished, through JSON, and is then the same as whole', async () => {
    const dataset = classData(120);
    const input = { dataset, family: family('logistic'), plan: { kind: 'dynamics' as const } };
    const whole = await runDynamics(input, quiet());
    const stopping: CancellableContext = new CancellableContext(stage => { if (stage.startsWith('Looking for the learning rate')) stopping.finish(); });
    const first = await runDynamics(input, stopping);
    expect(first.found.runs).toEqual({ planned: 4, done: 2 });
    const kept = JSON.parse(JSON.stringify(first.runs)) as unknown[];
    expect(JSON.stringify(kept).length).toBeLessThan(1e6);
    const stages: string[] = [];
    const second = await runDynamics({ ...input, kept: ['no part', ...kept] }, new CancellableContext(stage => stages.push(stage)));
    expect(stages.join()).not.toMatch(/network|gradient flow/);
    expect(second.sections).toEqual(whole.sections);
    expect(second.found).toEqual(whole.found);
    expect(second.runs).toEqual(whole.runs);
    const texts = (run: typeof whole): string[] => run.notes.map(note => note.text);
    expect(texts(second)).toEqual([...texts(whole), '2 runs of 4 were taken over from the earlier file.']);
  });

  it('whose path of a network was cut shows it, does not count it, and follows it anew when it goes on', async () => {
    const input = { dataset: regressionData(80, 1, { options: small }), family: family('neural'), plan: { kind: 'dynamics' as const } };
    const stopping: CancellableContext = new CancellableContext((_stage, _fraction, live) => { if (live) stopping.finish(); });
    const cut = await runDynamics(input, stopping);
    expect(cut.headline).toMatch(/^stopped after \d+ of 60 steps$/);
    expect(cut.found.runs).toEqual({ planned: 2, done: 0 });
    expect(cut.runs).toEqual([]);
    expect(cut.notes.at(-1)!.text).toContain('missing: the rest of the training of the network and the linear model beside it');
    expect(find(cut.sections, 'curve', 'networkLoss').summary).toContain('as it was asked to finish');
    assertFiniteReport(cut.sections);
    const again = await runDynamics({ ...input, kept: JSON.parse(JSON.stringify(cut.runs)) as unknown[] }, quiet());
    expect(again).toEqual(await runDynamics(input, quiet()));
  });

  it('says each note once: not in the sections too', async () => {
    for (const [id, dataset] of [['linear', regressionData(120)], ['neural', regressionData(80, 1, { options: small })], ['logistic', classData(120)]] as const) {
      const { notes, sections } = await run(id, dataset);
      const said = sections.flatMap(section => section.assumptions ?? []);
      for (const { text } of notes) expect(said).not.toContain(text);
    }
  });

  it('reports progress that only grows, and is cancelled from within', async () => {
    const fractions: number[] = [];
    const context: CancellableContext = new CancellableContext((_stage, fraction) => {
      fractions.push(fraction ?? -1);
      if ((fraction ?? 0) > 0.5) context.cancel();
    });
    await expect(dynamicsStudy({ dataset: regressionData(120), family: family('linear') }, context)).rejects.toThrow(/cancel/i);
    expect(fractions.length).toBeGreaterThan(3);
    fractions.forEach((fraction, i) => expect(fraction).toBeGreaterThanOrEqual(fractions[i - 1] ?? 0));
  });
});
