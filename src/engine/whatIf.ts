/** What-if: answers about rows of values that a person changes, from a session that is kept between the requests. */
import type { WhatIfParams, WhatIfResult } from '../protocol/engine';
import type { ModelFile } from '../protocol/modelFile';
import { CancelledError, UserError } from '../protocol/errors';
import type { WhatIfAnswer, WhatIfAsk, WhatIfRow } from '../protocol/whatIf';
import { derivedContext, type WorkContext } from './context';
import { openSource } from './data/source';
import { findColumn } from './data/table';
import { requireRow } from './explainRow';
import { kindHints, requireFeatures } from './predict';
import { findChanges } from './whatIf/counterfactuals';
import { nearestRows } from './whatIf/nearest';
import { predictRow } from './whatIf/predictRow';
import { openSession, type WhatIfSession } from './whatIf/session';
import { keepSession, keptSession } from './whatIf/sessions';
import { cellOf, trainingRows } from './whatIf/trainingRows';

/** Answers by the session of the key; where there is none and the model does not come along: that it is wanted. Throws UserError. */
export async function whatIf({ key, ask, model, file }: WhatIfParams, context: WorkContext): Promise<WhatIfResult> {
  let session = keptSession(key);
  if (!session) {
    if (!model) return { wanted: 'model' };
    session = await openSession(model, file ?? model.recipe.file, context);
    keepSession(key, session);
  }
  return { answer: await answerIn(session, ask, context) };
}

/** Answers about a model, of a session that nobody else asks. */
export async function whatIfOnce(model: ModelFile, file: string, context: WorkContext): Promise<(...asks: WhatIfAsk[]) => Promise<WhatIfAnswer[]>> {
  const session = await openSession(model, file, context);
  return async (...asks) => {
    const answers: WhatIfAnswer[] = [];
    for (const ask of asks) answers.push(await answerIn(session, ask, context));
    return answers;
  };
}

export async function answerIn(session: WhatIfSession, ask: WhatIfAsk, context: WorkContext): Promise<WhatIfAnswer> {
  switch (ask.kind) {
    case 'model': return session.facts;
    case 'row': return rowOf(session, ask.row, context);
    case 'prediction': return predictRow(session, ask.values, ask.detail, ask.detail === 'quick' ? moved(session, context) : givesWay(session, context));
    case 'changes': return findChanges(session, ask, context);
    case 'nearest': return nearestRows(session, ask, context);
    default: throw new UserError('badOption', 'What is asked is not known.');
  }
}

function moved(session: WhatIfSession, context: WorkContext): WorkContext {
  session.turn++;
  return context;
}

/** Ends the work as soon as values have moved on: nobody waits for it any more. */
function givesWay(session: WhatIfSession, context: WorkContext): WorkContext {
  const { turn } = session;
  return {
    ...derivedContext(context, (stage, fraction) => context.progress(stage, fraction)),
    breathe: () => {
      if (session.turn !== turn) throw new CancelledError();
      return context.breathe();
    },
  };
}

/** The values of a data row, from the rows that were read already where it is among them. Throws UserError for a row that is not there. */
async function rowOf(session: WhatIfSession, row: number, context: WorkContext): Promise<WhatIfRow> {
  const found = await trainingRows(session, context);
  if ('why' in found) throw new UserError('fileNotFound', found.why, { file: session.dataFile });
  const { numbers, points, target, note } = found;
  const at = numbers.indexOf(row);
  if (at < 0) return readRow(session, row, note, context);
  return { kind: 'row', row, values: session.space.valuesOf(session.space.at(points, at)), actual: cellOf(target, at), ...(note !== undefined && { note }) };
}

/** A row that is not among those looked at: without a target, or not drawn. */
async function readRow({ model, file, dataFile, space }: WhatIfSession, row: number, note: string | undefined, context: WorkContext): Promise<WhatIfRow> {
  const source = await openSource(dataFile, kindHints({ model: file }), context);
  try {
    requireFeatures(model, source.columnNames, dataFile);
    const { target, seed, formula } = file.recipe;
    const hasTarget = formula === undefined && source.columnNames.includes(target) && !model.features.includes(target);
    const loaded = await source.load({ columns: [...model.features, ...(hasTarget ? [target] : [])], maxRows: Infinity, seed });
    requireRow(row, loaded, dataFile);
    const actual = cellOf(hasTarget ? findColumn(loaded.table, target) : undefined, row - 1);
    const points = space.pointsOf(loaded.table);
    return { kind: 'row', row, values: space.valuesOf(space.at(points, row - 1)), actual, ...(note !== undefined && { note }) };
  } finally {
    await source.close();
  }
}
