/** Host ↔ webview: the panel of models side by side and of a model's history. */
import type { Drawn } from './sideBySide';

/** `reference`: id in the store, or Uri of a model file. */
export interface BesideModel { readonly reference: string; readonly name: string; readonly title: string }

/** A complete snapshot, never a delta. */
export interface BesideSnapshot {
  /** What the panel is about: models (ids in the store, or Uris of model files) side by side, or one with its history. */
  readonly kind: 'models' | 'history';
  readonly references: readonly string[];
  /** Models whose reports can be opened. */
  readonly models: readonly BesideModel[];
  readonly drawn?: Drawn;
  /** Why nothing can be shown. */
  readonly failed?: string;
}

export interface BesideMethods {
  readonly ready: [Record<string, never>, BesideSnapshot];
  /** Opens the report of a model; `place`: in the snapshot's models. */
  readonly open: [{ readonly place: number }, null];
  readonly copyText: [{ readonly text: string }, null];
}

/** What the webview stores: enough for the host to make the panel anew after a reload of the window. */
export interface StoredBeside { readonly version: 1; readonly kind: BesideSnapshot['kind']; readonly references: readonly string[] }
