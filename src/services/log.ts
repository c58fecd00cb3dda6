/** The log channel "Unveil": everything that is too long for a notification. */
import { UserError } from '../protocol/errors';

export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Everything known about an error, for the log: message, place, detail and stack. */
export function errorDetail(error: unknown): string {
  if (error instanceof UserError) {
    const { file, line, column, detail } = error.place;
    const place = [file, line === undefined ? undefined : `line ${line}`, column === undefined ? undefined : `column ${column}`]
      .filter(part => part !== undefined)
      .join(', ');
    return [`${error.reason}: ${error.message}`, place, detail].filter(part => part).join('\n  ');
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export const silentLog: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
