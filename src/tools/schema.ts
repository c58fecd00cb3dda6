/** The part of JSON Schema that describes the inputs of tools, and the check of an input against it. */
import { UserError } from '../protocol/errors';

export interface Property {
  readonly type: 'string' | 'integer' | 'number' | 'array' | 'object';
  readonly description: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of an array: texts. */
  readonly items?: { readonly type: 'string'; readonly enum?: readonly string[] };
  readonly minItems?: number;
}

export interface InputSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

/** Throws UserError 'badOption', one sentence that names the input and what it takes. Inputs that are null count as left out. */
export function checkInput(schema: InputSchema, input: unknown): Readonly<Record<string, unknown>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw wrong('The input has to be an object.');
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined && value !== null));
  const names = Object.keys(schema.properties);
  for (const [name, value] of Object.entries(given)) {
    const property = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    if (!property) throw wrong(`There is no input "${name}"; inputs are: ${names.join(', ')}.`);
    checkValue(name, property, value);
  }
  const absent = (schema.required ?? []).find(name => !(name in given));
  if (absent !== undefined) throw wrong(`The input "${absent}" is missing. Call again with it: ${schema.properties[absent]!.description}`);
  return given;
}

function checkValue(name: string, property: Property, value: unknown): void {
  const fits = isOf(property, value);
  if (fits) return;
  const list = property.enum ?? property.items?.enum;
  const what = list ? `${property.type === 'array' ? 'a list of' : 'one of'} ${list.join(', ')}` : words[property.type];
  const range = [property.minimum !== undefined && ` of ${property.minimum} or more`, property.maximum !== undefined && ` of ${property.maximum} or less`].filter(Boolean).join(' and');
  const least = property.minItems === undefined ? '' : `, at least ${property.minItems} of them`;
  throw wrong(`The input "${name}" takes ${what}${range}${least}, not ${JSON.stringify(value).slice(0, 80)}.`);
}

const words = { string: 'a text that is not empty', integer: 'a whole number', number: 'a number', array: 'a list of texts', object: 'an object of names and values' } as const;

function isOf({ type, enum: allowed, minimum = -Infinity, maximum = Infinity, items, minItems = 0 }: Property, value: unknown): boolean {
  switch (type) {
    case 'string': return typeof value === 'string' && value !== '' && (allowed === undefined || allowed.includes(value));
    case 'integer': return Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
    case 'number': return Number.isFinite(value) && (value as number) >= minimum && (value as number) <= maximum;
    case 'array': return Array.isArray(value) && value.length >= minItems && value.every(item => typeof item === 'string' && (items?.enum === undefined || items.enum.includes(item)));
    case 'object': return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}

const wrong = (message: string): UserError => new UserError('badOption', message);
