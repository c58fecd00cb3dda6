/** What the settings add to a request. */
import { describe, expect, it } from 'vitest';
import { Settings } from '../../../src/services/settings';

const settings = (values: Record<string, unknown>): Settings => new Settings(() => ({ get: name => values[name] }));

describe('the setting of the backend', () => {
  it('goes with requests for networks, and with no others', () => {
    const subject = settings({ backend: 'wasm' });
    expect(subject.complete({ file: 'a.csv', model: 'neural' }).options).toEqual({ backend: 'wasm' });
    expect(subject.complete({ file: 'a.csv', model: 'attention', options: { layers: 2 } }).options).toEqual({ layers: 2, backend: 'wasm' });
    expect(subject.complete({ file: 'a.csv', model: 'linear' }).options).toBeUndefined();
    expect(subject.complete({ file: 'a.csv' }).options).toBeUndefined();
  });

  it('gives way to the request, and says nothing when it is automatic or nonsense', () => {
    expect(settings({ backend: 'wasm' }).complete({ file: 'a.csv', model: 'neural', options: { backend: 'cpu' } }).options).toEqual({ backend: 'cpu' });
    expect(settings({}).complete({ file: 'a.csv', model: 'neural' }).options).toBeUndefined();
    expect(settings({ backend: 'webgl' }).complete({ file: 'a.csv', model: 'neural' }).options).toBeUndefined();
    expect(settings({ backend: 3 }).complete({ file: 'a.csv', model: 'neural' }).options).toBeUndefined();
  });
});
