/** The parts of Jupyter's notebook format 4.5 that Markdown cells, code cells and displayed data have (nbformat 5, nbformat.v4.5.schema.json). */
import Ajv from 'ajv';

const text = { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] };
const id = { type: 'string', pattern: '^[a-zA-Z0-9-_]+$', minLength: 1, maxLength: 64 };
const bundle = { type: 'object', additionalProperties: text, patternProperties: { '^application/(.*\\+)?json$': {} } };
const cell = (type: string, required: readonly string[], properties: object): object => ({
  type: 'object', additionalProperties: false, required: ['id', 'cell_type', 'metadata', 'source', ...required],
  properties: { id, cell_type: { const: type }, metadata: { type: 'object' }, source: text, ...properties },
});
const displayed = {
  type: 'object', additionalProperties: false, required: ['output_type', 'data', 'metadata'],
  properties: { output_type: { const: 'display_data' }, data: bundle, metadata: { type: 'object' } },
};
const schema = {
  type: 'object', additionalProperties: false, required: ['metadata', 'nbformat_minor', 'nbformat', 'cells'],
  properties: {
    nbformat: { const: 4 }, nbformat_minor: { type: 'integer', minimum: 5 },
    metadata: {
      type: 'object',
      properties: {
        kernelspec: { type: 'object', required: ['name', 'display_name'], properties: { name: { type: 'string' }, display_name: { type: 'string' } } },
        language_info: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
      },
    },
    cells: {
      type: 'array',
      items: {
        oneOf: [
          cell('markdown', [], { attachments: { type: 'object' } }),
          cell('code', ['outputs', 'execution_count'], { outputs: { type: 'array', items: displayed }, execution_count: { type: ['integer', 'null'], minimum: 0 } }),
        ],
      },
    },
  },
};

const check = new Ajv({ strict: false }).compile(schema);

/** What does not fit the format; ids of cells have to differ too. */
export function faultsOf(notebook: unknown): string[] {
  if (!check(notebook)) return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  const ids = (notebook as { cells: { id: string }[] }).cells.map(one => one.id);
  return new Set(ids).size === ids.length ? [] : ['ids of cells come twice'];
}
