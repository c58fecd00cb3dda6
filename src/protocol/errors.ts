/** Errors that cross a process border, and the one class for errors that a person can act on. */

/** Why something could not be done; the host maps a reason to the actions it offers. */
export type ErrorReason =
  | 'fileNotFound' | 'fileUnreadable' | 'fileChanged' | 'notTabular' | 'emptyFile' | 'noRows' | 'tooFewRows'
  | 'malformed' | 'unknownColumn' | 'lacksColumns' | 'badTarget' | 'badFeatures' | 'badOption' | 'badFormula' | 'badModelFile'
  | 'cannotWrite' | 'numerical' | 'outOfMemory' | 'engineStopped' | 'internal';

export interface ErrorData {
  readonly reason: ErrorReason;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: string;
  /** For the log, never for a dialog. */
  readonly detail?: string;
}

/** A fault in what was given, in one clear sentence (message) with the place it was found. */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    readonly reason: ErrorReason,
    message: string,
    readonly place: { readonly file?: string; readonly line?: number; readonly column?: string; readonly detail?: string } = {},
  ) {
    super(message);
  }

  static is(error: unknown, reason?: ErrorReason): error is UserError {
    return error instanceof UserError && (reason === undefined || error.reason === reason);
  }

  toData(): ErrorData {
    return { reason: this.reason, message: this.message, ...this.place };
  }

  static fromData(data: ErrorData): UserError {
    const { reason, message, file, line, column, detail } = data;
    return new UserError(reason, message, { file, line, column, detail });
  }
}

/** Thrown when work was cancelled; never shown to a person. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor() {
    super('cancelled');
  }
}

/** JSON-RPC error code under which a UserError's ErrorData travels. */
export const userErrorCode = 1;
