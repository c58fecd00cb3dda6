/** Reads and checks model files: a file that is not ours, damaged, or of a later version ends in one clear sentence. */
import type { ValidateFunction } from 'ajv';

import { UserError } from '../protocol/errors';
import { modelFormat, modelVersion, type ModelFile } from '../protocol/modelFile';

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;

const schema = {
  type: 'object',
  required: ['format', 'version', 'created', 'name', 'recipe', 'parameters', 'report'],
  properties: {
    format: { const: modelFormat },
    version: { type: 'integer', minimum: 1 },
    created: text,
    name: text,
    recipe: {
      type: 'object',
      required: ['file', 'target', 'task', 'features', 'dropped', 'missing', 'model', 'options', 'split', 'level', 'seed'],
      properties: {
        file: text,
        target: text,
        task: { enum: ['regression', 'classification'] },
        features: texts,
        missing: { enum: ['impute', 'drop'] },
        model: text,
        options: { type: 'object' },
        split: { type: 'object', required: ['scheme'] },
        level: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
        seed: { type: 'number' },
      },
    },
    parameters: { type: 'object' },
    report: {
      type: 'object',
      required: ['format', 'version', 'recipe', 'data', 'model', 'timings', 'notes', 'sections'],
      properties: {
        notes: { type: 'array', items: { type: 'object', required: ['kind', 'text'] } },
        sections: { type: 'array', items: { type: 'object', required: ['id', 'panel', 'kind', 'title', 'summary'] } },
        data: { type: 'object', required: ['rows', 'rowsUsed', 'dropped', 'columns'] },
        model: { type: 'object', required: ['family', 'title', 'task'] },
      },
    },
  },
} as const;

let compiled: Promise<ValidateFunction> | undefined;

/** The validator is loaded and the schema compiled when the first model file is opened: no other command needs them. */
function checker(): Promise<ValidateFunction> {
  compiled ??= import('ajv').then(({ default: Ajv }) => new Ajv({ allErrors: false, strict: false }).compile(schema));
  return compiled;
}

/** Parses the text of a model file. Throws UserError 'badModelFile' with the place that does not fit. */
export async function parseModelFile(content: string, file: string): Promise<ModelFile> {
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
  const check = await checker();
  if (!check(value)) {
    const first = check.errors?.[0];
    const place = first?.instancePath ? ` at ${first.instancePath}` : '';
    throw new UserError('badModelFile', `${file} is not a model file of Unveil${place}: it ${first?.message ?? 'does not fit the format'}.`, { file });
  }
  return value as unknown as ModelFile;
}
