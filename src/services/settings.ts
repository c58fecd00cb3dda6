/** The settings under `unveil.`, checked: a value of the wrong type or out of range counts as the default. */
import { settingDefaults, type SettingTypes } from '../contributions';
import type { ExperimentRequest, RunRequest, TargetlessRequest } from '../protocol/recipe';

export interface SettingSource { get(name: string): unknown }

const ranges: { readonly [Name in keyof SettingTypes]?: readonly [number, number] } = {
  maxTrainingRows: [10, 1e9],
  folds: [2, 50],
  level: [0.5, 0.999],
  seed: [0, 2 ** 31 - 1],
  compareSeconds: [0, 86_400],
  experimentSeconds: [0, 86_400],
  'engine.memoryMB': [0, 1_048_576],
  'datasets.limit': [1, 100_000],
};
const choices: { readonly [Name in keyof SettingTypes]?: readonly SettingTypes[Name][] } = {
  missing: ['impute', 'drop'],
  backend: ['auto', 'tensorflow', 'wasm', 'cpu', 'simd'],
};
/** Families whose models are networks: they have the option `backend`. */
const networks: ReadonlySet<string | undefined> = new Set(['neural', 'attention']);
const whole: ReadonlySet<string> = new Set(['maxTrainingRows', 'folds', 'seed', 'engine.memoryMB', 'datasets.limit']);

export class Settings {
  /** `source` is asked anew at every read, so that a changed setting counts at once. */
  constructor(private readonly source: () => SettingSource) {}

  get<Name extends keyof SettingTypes>(name: Name): SettingTypes[Name] {
    const value = this.source().get(name);
    return isValid(name, value) ? value : settingDefaults[name];
  }

  /** Seconds of a comparison that was asked for: those of the setting, or its default where it turns the automatic ones off. */
  get compareSeconds(): number {
    return this.get('compareSeconds') || settingDefaults.compareSeconds;
  }

  /** The request with the settings filled in where it is silent. */
  complete(request: RunRequest): RunRequest {
    return {
      ...request,
      maxRows: request.maxRows ?? this.get('maxTrainingRows'),
      level: request.level ?? this.get('level'),
      seed: request.seed ?? this.get('seed'),
      missing: request.missing ?? this.get('missing'),
      ...this.withBackend(request),
      // A formula is searched for once more, not once a fold: the engine holds out a share of the rows.
      ...(request.model !== 'formula' && { split: request.split ?? { scheme: 'kFold', folds: this.get('folds') } }),
    };
  }

  /** The same for an experiment, whose runs keep to the time of the setting. */
  completeExperiment({ study, ...run }: ExperimentRequest): ExperimentRequest {
    const seconds = study.seconds ?? this.get('experimentSeconds');
    const { split, ...complete } = this.complete(run);
    return { ...complete, split: split ?? { scheme: 'kFold', folds: this.get('folds') }, study: { ...study, ...(seconds > 0 && { seconds }) } };
  }

  /** The same for what has no target. */
  completeTargetless(request: TargetlessRequest): TargetlessRequest {
    return {
      ...request,
      maxRows: request.maxRows ?? this.get('maxTrainingRows'),
      level: request.level ?? this.get('level'),
      seed: request.seed ?? this.get('seed'),
      missing: request.missing ?? this.get('missing'),
    };
  }

  /** Networks are computed by what the setting names, unless the request names something itself. */
  private withBackend({ model, options }: RunRequest): Pick<RunRequest, 'options'> {
    const backend = this.get('backend');
    if (!networks.has(model) || backend === 'auto' || options?.['backend'] !== undefined) return {};
    return { options: { ...options, backend } };
  }
}

function isValid<Name extends keyof SettingTypes>(name: Name, value: unknown): value is SettingTypes[Name] {
  if (typeof value !== typeof settingDefaults[name]) return false;
  const allowed: readonly unknown[] | undefined = choices[name];
  if (allowed) return allowed.includes(value);
  if (typeof value !== 'number') return true;
  const [low, high] = ranges[name] ?? [-Infinity, Infinity];
  return value >= low && value <= high && (!whole.has(name) || Number.isInteger(value));
}
