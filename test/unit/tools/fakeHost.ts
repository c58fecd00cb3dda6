/** A host of tools that holds what it is given and notes what it is asked. */
import { sideBySide } from '../../../src/engine/sideBySide/beside';
import { UserError } from '../../../src/protocol/errors';
import type { ColumnProfile, DatasetProfile } from '../../../src/protocol/profile';
import type { ModelFile } from '../../../src/protocol/modelFile';
import type { RunRequest } from '../../../src/protocol/recipe';
import type { ToolHost } from '../../../src/tools/toolHost';

export const columns: readonly ColumnProfile[] = [
  { name: 'price', kind: 'numeric', missing: 0, distinct: 90, quantiles: [{ probability: 0, value: 1.23456789 }, { probability: 0.5, value: 20000.4 }, { probability: 1, value: 30000 }] },
  { name: 'colour', kind: 'categorical', missing: 3, distinct: 2, levels: [{ level: 'red', count: 60 }, { level: 'blue', count: 37 }] },
];

export function profileOf(file: string, of: readonly ColumnProfile[] = columns): DatasetProfile {
  return { file, bytes: 100, dialect: { format: 'csv' }, rows: 100, columns: of, dropped: [], notes: [{ kind: 'reading', text: 'Read as it is.' }] };
}

export interface FakeHost extends ToolHost { readonly trained: RunRequest[]; readonly written: string[] }

export function fakeHost(models: Readonly<Record<string, ModelFile>> = {}, changes: Partial<ToolHost> = {}): FakeHost {
  const trained: RunRequest[] = [];
  const written: string[] = [];
  return {
    trained, written,
    usualSeconds: { train: 20, compare: 30 },
    profile: file => Promise.resolve({ profile: profileOf(file), targets: [{ column: 'price', task: 'regression', reason: 'a number' }] }),
    train: request => {
      trained.push(request);
      const [first] = Object.entries(models);
      return first ? Promise.resolve({ id: first[0], model: first[1] }) : Promise.reject(new UserError('tooFewRows', 'There are 3 rows; 10 are needed.'));
    },
    held: id => Promise.resolve(models[id]),
    heldIds: () => Promise.resolve(Object.keys(models)),
    readModel: path => Promise.reject(new UserError('fileNotFound', `The model file ${path} does not exist.`, { file: path })),
    writeModel: (_, path) => {
      written.push(path);
      return Promise.resolve();
    },
    explainRow: () => Promise.reject(new Error('not asked for')),
    compare: () => Promise.reject(new Error('not asked for')),
    sideBySide: given => Promise.resolve(sideBySide(given)),
    ...changes,
  };
}
