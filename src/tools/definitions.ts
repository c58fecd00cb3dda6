/**
 * The tools for language models, in one table: names, words, inputs. package.json's `languageModelTools` and the list
 * of the MCP server say the same (a unit test compares). Names and inputs are a promise, see docs/interface.md.
 */
import type { InputSchema, Property } from './schema';

export const toolNames = ['unveil_profile_dataset', 'unveil_train_model', 'unveil_explain_model', 'unveil_explain_prediction', 'unveil_compare_models'] as const;
export type ToolName = (typeof toolNames)[number];

export interface ToolDefinition {
  readonly name: ToolName;
  readonly title: string;
  /** For the language model: what it returns, when not to use it. */
  readonly description: string;
  /** For the person who chooses tools. */
  readonly userDescription: string;
  /** What a person writes after # in a prompt. */
  readonly referenceName: string;
  readonly icon: string;
  readonly tags: readonly string[];
  /** Neither trains nor writes. */
  readonly readOnly: boolean;
  readonly input: InputSchema;
}

export const modelParts = ['overview', 'weights', 'importance', 'effects', 'intervals', 'scores', 'formula'] as const;
export type ModelPart = (typeof modelParts)[number];

const familyIds = ['linear', 'logistic', 'bayes', 'ebm', 'neural', 'attention', 'formula'] as const;

const text = (description: string): Property => ({ type: 'string', description });
const texts = (description: string): Property => ({ type: 'array', items: { type: 'string' }, description });
const file = text('Absolute path of a CSV, TSV or Parquet file, may be .gz.');
const model = text('Id of a model as unveil_train_model gave it, or the absolute path of a model file (.unveil.json).');
const seconds = (use: string): Property => ({ type: 'number', minimum: 0, maximum: 86_400, description: use });
const about = {
  task: { type: 'string', enum: ['regression', 'classification'], description: 'Left out: by the values of the target.' },
  positive: text('With two classes: the class whose probability is modelled.'),
  features: texts('Columns to use. Left out: all that are suitable.'),
  drop: texts('Columns to leave out, such as identifiers or columns that are known only after the target.'),
} as const satisfies Record<string, Property>;

function inputs(properties: Readonly<Record<string, Property>>, required: readonly string[] = []): InputSchema {
  return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
}

export const tools: readonly ToolDefinition[] = [
  {
    name: 'unveil_profile_dataset', title: 'Profile Data Set', referenceName: 'unveilProfile', icon: '$(table)', tags: ['data', 'machine-learning'], readOnly: true,
    description: 'Reads a data file (CSV, TSV, Parquet) and returns its number of rows, its columns (kind, missing and distinct values, range or commonest levels), likely targets and notes on how it was read. '
      + 'Use it before training, to know the exact names of columns. It does not return rows and trains nothing; do not use it for files that are not tables, nor to read a file of a few lines that can be read as text.',
    userDescription: 'Columns of a data file: kinds, missing values, ranges, likely targets',
    input: inputs({ file, columns: texts('Columns to describe. Left out: the first ones, as many as fit.') }, ['file']),
  },
  {
    name: 'unveil_train_model', title: 'Train Model', referenceName: 'unveilTrain', icon: '$(graph-scatter)', tags: ['data', 'machine-learning'], readOnly: false,
    description: 'Trains a model that explains one column of a data file from the others and returns the id of the model, its held-out metrics with intervals and baseline, a verdict, the most important features and cautions. '
      + 'Takes seconds to minutes; runs on this machine only. Do not use it for a model that is trained already (use unveil_explain_model with its id), nor to find out which columns there are (use unveil_profile_dataset).',
    userDescription: 'Train a model of a column and measure it on held-out rows',
    input: inputs({
      file, target: text('Name of the column to explain, exactly as unveil_profile_dataset gives it.'),
      model: { type: 'string', enum: ['auto', ...familyIds], description: 'Family of the model; ebm is an explainable boosting machine. Left out or auto: families are compared, the simplest that is as good as the best is taken.' },
      ...about,
      seconds: seconds('With auto: seconds that the comparison of families may take; 0 takes the linear or logistic model at once. With formula: seconds of the search.'),
      save: text('Absolute path of a model file (.unveil.json) to write, which must not exist yet. Left out: the model is kept under its id only.'),
    }, ['file', 'target']),
  },
  {
    name: 'unveil_explain_model', title: 'Explain Model', referenceName: 'unveilExplain', icon: '$(lightbulb)', tags: ['data', 'machine-learning'], readOnly: true,
    description: 'Returns one part of what is known of a trained model: overview (metrics, verdict, features, cautions, which parts there are), weights (coefficients with intervals), importance (permutation importance on held-out rows), '
      + 'effects (curve of the prediction along features), intervals (coverage of its intervals), scores (interpretability) or formula. Trains nothing. '
      + 'Do not use it for the prediction of a single row (use unveil_explain_prediction), nor for a data file without a model (use unveil_train_model).',
    userDescription: 'Weights, importance, effects, intervals, scores or formula of a trained model',
    input: inputs({
      model, part: { type: 'string', enum: modelParts, description: 'Left out: overview.' },
      features: texts('Features that weights, importance or effects are wanted of. Left out: the most important ones.'),
    }, ['model']),
  },
  {
    name: 'unveil_explain_prediction', title: 'Explain Prediction', referenceName: 'unveilPrediction', icon: '$(list-tree)', tags: ['data', 'machine-learning'], readOnly: true,
    description: 'Predicts one row with a trained model and returns the prediction with its interval or probabilities and how much each feature contributes to it. The row is a data row of a file, or values that are given. '
      + 'Do not use it for many rows, nor for what the model does on the whole (use unveil_explain_model).',
    userDescription: 'The prediction of one row and what each feature contributes to it',
    input: inputs({
      model, row: { type: 'integer', minimum: 1, description: 'Number of the data row; 1 is the first below the header.' },
      file: text('Absolute path of the data file that the row is in. Left out: the file that the model was trained on.'),
      values: { type: 'object', description: 'In place of a row: an object of feature names and values, such as {"age": 41, "sex": "female"}. Features that are left out count as missing.' },
    }, ['model']),
  },
  {
    name: 'unveil_compare_models', title: 'Compare Models', referenceName: 'unveilCompare', icon: '$(git-compare)', tags: ['data', 'machine-learning'], readOnly: true,
    description: 'With file and target: fits every model family on the same folds and returns held-out metrics, differences from the best with intervals, and which one to take; takes seconds to minutes and keeps no model. '
      + 'With models: returns a table of models that are trained already, and whether they can be compared. Do not use it to get a model (use unveil_train_model, which compares by itself).',
    userDescription: 'Model families on the same folds, or trained models side by side',
    input: inputs({
      file: text('Absolute path of a CSV, TSV or Parquet file, may be .gz. Goes with target.'),
      target: text('Name of the column to explain. Goes with file.'),
      families: { type: 'array', items: { type: 'string', enum: familyIds }, description: 'Families to compare. Left out: all that do the task but the search for formulas.' },
      ...about,
      seconds: seconds('Seconds that the comparison may take.'),
      models: { type: 'array', items: { type: 'string' }, minItems: 2, description: 'In place of file and target: ids of models, or absolute paths of model files, two or more.' },
    }),
  },
];

export function toolNamed(name: string): ToolDefinition | undefined {
  return tools.find(tool => tool.name === name);
}
