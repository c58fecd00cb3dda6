/** What the tools ask of the program around them: services of the extension host, or the engine itself in a terminal. */
import type { CompareResult, ExplainRowParams, ExplainRowResult, ProfileResult } from '../protocol/engine';
import type { AnyModelFile, ModelFile } from '../protocol/modelFile';
import type { RunRequest } from '../protocol/recipe';
import type { SideBySide, SideModel } from '../protocol/sideBySide';

export interface HeldModel { readonly id: string; readonly model: ModelFile }

/** Made anew for every call: cancellation and progress are those of the call. All throw UserError, and CancelledError when the call is cancelled. */
export interface ToolHost {
  /** Seconds of a comparison that names none itself; 0: the simplest model is trained without one. */
  readonly usualSeconds: { readonly train: number; readonly compare: number };
  profile(file: string): Promise<ProfileResult>;
  /** Trains and keeps the model, which `held` finds by its id afterwards. */
  train(request: RunRequest): Promise<HeldModel>;
  /** The model that is kept under an id; undefined when there is none. */
  held(id: string): Promise<AnyModelFile | undefined>;
  /** Ids of the models that are kept, newest first. */
  heldIds(): Promise<readonly string[]>;
  readModel(path: string): Promise<AnyModelFile>;
  /** Writes a model file, whole or not at all, and never over a file that is there: with `writeNew`. */
  writeModel(model: ModelFile, path: string): Promise<void>;
  explainRow(params: ExplainRowParams): Promise<ExplainRowResult>;
  compare(request: RunRequest): Promise<CompareResult>;
  /** Trained models against each other; nothing is fitted. */
  sideBySide(models: readonly SideModel[]): Promise<SideBySide>;
}
