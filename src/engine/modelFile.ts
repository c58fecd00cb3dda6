/** Reads and checks model files: a file that is not ours, damaged, or of a later version ends in one clear sentence. */
import type { ValidateFunction } from 'ajv';

import { UserError } from '../protocol/errors';
import { modelFormat, modelVersion, type AnyModelFile } from '../protocol/modelFile';
import type { Recipe, TargetlessRecipe, TargetlessTask } from '../protocol/recipe';

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;

const splitSchema = {
  type: 'object',
  required: ['scheme'],
  oneOf: [
    { properties: { scheme: { const: 'kFold' }, folds: { type: 'integer', minimum: 2 }, groupColumn: text, duplicates: { const: 'together' } }, required: ['folds'] },
    { properties: { scheme: { const: 'foldColumn' }, column: text }, required: ['column'] },
    { properties: { scheme: { const: 'holdout' }, share: { type: 'number', exclusiveMinimum: 0, maximum: 0.9 }, last: { const: true } }, required: ['share'] },
    { properties: { scheme: { const: 'none' } } },
  ],
} as const;

const recipeSchema = {
  type: 'object',
  properties: {
    file: text,
    target: text,
    task: { enum: ['regression', 'classification', 'clustering', 'components', 'decisions', 'experiment'] },
    positive: text,
    features: texts,
    dropped: { type: 'array', items: { type: 'object', required: ['column', 'reason'], properties: { column: text, reason: text } } },
    formula: text,
    categorical: texts,
    numeric: texts,
    missing: { enum: ['impute', 'drop'] },
    model: text,
    options: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
    split: splitSchema,
    level: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    seed: { type: 'integer', minimum: 0 },
    maxRows: { type: 'number', minimum: 10 },
    detail: { const: 'brief' },
    rows: { type: 'array', items: { type: 'integer', minimum: 1 } },
    conformal: { enum: ['auto', 'split', 'cv+', 'cqr', 'none'] },
    problem: { enum: ['regression', 'classification'] },
    study: { type: 'object', required: ['kind'], properties: { kind: text, vary: { type: 'array', items: { type: 'object', required: ['name', 'values'] } } } },
    roles: {
      type: 'object',
      required: ['states', 'action', 'reward', 'nextStates'],
      properties: { states: texts, action: text, reward: text, nextStates: texts, done: text, episode: text, order: text },
    },
  },
} as const;

const conformalSchema = {
  type: 'object',
  required: ['method', 'score', 'combination', 'seed', 'models', 'units'],
  properties: {
    method: { enum: ['split', 'cv+', 'jackknife+', 'cqr'] },
    score: { enum: ['residual', 'quantile', 'aps'] },
    combination: { enum: ['split', 'cross'] },
    seed: { type: 'integer' },
    classes: texts,
    models: { type: 'array' },
    units: {
      type: 'array',
      items: {
        type: 'object',
        required: ['model', 'rows', 'scores'],
        properties: {
          model: { type: 'integer', minimum: -1 }, rows: { type: 'integer', minimum: 0 },
          scores: { type: 'array', items: { type: 'number' } }, counts: { type: 'array', items: { type: 'integer', minimum: 1 } },
        },
      },
    },
  },
} as const;

const backgroundSchema = {
  type: 'object',
  required: ['rows', 'columns'],
  properties: {
    rows: { type: 'integer', minimum: 1 },
    trainedOn: text,
    columns: {
      type: 'array',
      items: { type: 'object', required: ['name', 'kind', 'cells'], properties: { name: text, kind: text, cells: text, levels: texts } },
    },
  },
} as const;

const reportSchema = {
  type: 'object',
  required: ['format', 'version', 'recipe', 'data', 'model', 'timings', 'notes', 'sections'],
  properties: {
    notes: { type: 'array', items: { type: 'object', required: ['kind', 'text'] } },
    sections: { type: 'array', items: { type: 'object', required: ['id', 'panel', 'kind', 'title', 'summary'] } },
    data: {
      type: 'object',
      required: ['rows', 'rowsUsed', 'dropped', 'columns'],
      properties: { columns: { type: 'array', items: { type: 'object', required: ['name', 'kind', 'role'] } } },
    },
    model: { type: 'object', required: ['family', 'title', 'task'] },
  },
} as const;

const schema = {
  type: 'object',
  required: ['format', 'version', 'created', 'name', 'recipe', 'parameters', 'report'],
  properties: {
    format: { const: modelFormat },
    version: { type: 'integer', minimum: 1 },
    created: text,
    name: text,
    recipe: {
      ...recipeSchema,
      required: ['file', 'task', 'features', 'dropped', 'missing', 'model', 'options', 'level', 'seed'],
      if: { properties: { task: { enum: ['regression', 'classification', 'experiment'] } } },
      then: { required: ['target', 'split'], if: { properties: { task: { const: 'experiment' } } }, then: { required: ['problem', 'study'] } },
      else: { properties: { model: { enum: ['kmeans', 'pca', 'policy'] } }, required: ['maxRows'], not: { anyOf: [{ required: ['target'] }, { required: ['split'] }] } },
    },
    parameters: { type: 'object' },
    conformal: conformalSchema,
    background: backgroundSchema,
    fitted: { type: 'object', required: ['report'], properties: { report: reportSchema, conformal: conformalSchema } },
    report: reportSchema,
    note: text,
    tags: texts,
    earlier: { type: 'array', items: { type: 'object', required: ['name', 'created', 'recipe', 'model', 'data'], properties: { recipe: { type: 'object' }, model: { type: 'object', required: ['family', 'title'] }, data: { type: 'object' } } } },
  },
} as const;

type Checkers = { readonly model: ValidateFunction; readonly recipe: ValidateFunction };
let compiled: Promise<Checkers> | undefined;

/** The validator is loaded and the schemas compiled when the first file is opened: no other command needs them. */
function checkers(): Promise<Checkers> {
  compiled ??= import('ajv').then(({ default: Ajv }) => {
    const ajv = new Ajv({ allErrors: false, strict: false });
    return { model: ajv.compile(schema), recipe: ajv.compile(recipeSchema) };
  });
  return compiled;
}

/** What a validator found first, in words. */
function firstFault(check: ValidateFunction): string {
  const first = check.errors?.[0];
  return `${first?.instancePath ? ` at ${first.instancePath}` : ''}: it ${first?.message ?? 'does not fit the format'}`;
}

/** A recipe may name as little as a target or a formula; `dropped` may be missing. */
export type PartialRecipe = Partial<Recipe> & Pick<Recipe, 'dropped'>;

/** Checks a recipe that was read from a file. Throws UserError 'badOption' with the place that does not fit. */
export async function parseRecipe(value: unknown, file: string): Promise<PartialRecipe> {
  const { recipe: check } = await checkers();
  if (!check(value)) throw new UserError('badOption', `${file} holds no recipe of Unveil${firstFault(check)}.`, { file });
  const recipe = value as Partial<Recipe>;
  if (recipe.target === undefined && recipe.formula === undefined) {
    throw new UserError('badOption', `${file} holds no recipe of Unveil: it names neither a target nor a formula.`, { file });
  }
  return { ...recipe, dropped: recipe.dropped ?? [] };
}

export type PartialTargetlessRecipe = Partial<TargetlessRecipe> & Pick<TargetlessRecipe, 'dropped'>;

/** The same of what has no target. Throws UserError 'badOption' too where the recipe is of another task. */
export async function parseTargetlessRecipe(value: unknown, file: string, task: TargetlessTask): Promise<PartialTargetlessRecipe> {
  const { recipe: check } = await checkers();
  if (!check(value)) throw new UserError('badOption', `${file} holds no recipe of Unveil${firstFault(check)}.`, { file });
  const recipe = value as Partial<TargetlessRecipe>;
  if (recipe.task !== task) throw new UserError('badOption', `${file} holds a recipe of another task${recipe.task === undefined ? '' : ` (${recipe.task})`}; this command takes one of ${task}.`, { file });
  return { ...recipe, dropped: recipe.dropped ?? [] };
}

/** Parses the text of a model file. Throws UserError 'badModelFile' with the place that does not fit. */
export async function parseModelFile(content: string, file: string): Promise<AnyModelFile> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    const where = error instanceof Error ? error.message : '';
    throw new UserError('badModelFile', `${file} is not a model file of Unveil: it is not valid JSON.`, { file, detail: where });
  }
  const version = (value as { format?: unknown; version?: unknown } | null)?.version;
  if ((value as { format?: unknown } | null)?.format === modelFormat && typeof version === 'number' && version > modelVersion) {
    throw new UserError('badModelFile', `${file} was written by a later version of Unveil (format ${version}); update Unveil to open it.`, { file });
  }
  const { model: check } = await checkers();
  if (!check(value)) throw new UserError('badModelFile', `${file} is not a model file of Unveil${firstFault(check)}.`, { file });
  return value as unknown as AnyModelFile;
}
