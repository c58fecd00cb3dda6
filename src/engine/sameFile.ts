/** Keeps results from overwriting what they were made from. */
import { stat } from 'node:fs/promises';

import { UserError } from '../protocol/errors';

/** Throws 'badOption' when `out` is one of the files read, by whatever name. "-" is standard output. */
export async function requireOther(out: string, inputs: readonly string[]): Promise<void> {
  const target = out === '-' ? undefined : await identity(out);
  if (target === undefined) return;
  for (const input of inputs) {
    if ((await identity(input)) === target) {
      throw new UserError('badOption', `The result cannot be written to ${out}: that is the file ${input} it is made from.`, { file: out });
    }
  }
}

/** Device and number of a file; undefined when there is none. */
async function identity(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
