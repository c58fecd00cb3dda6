import type { BuildOptions, Plugin } from 'esbuild';

export const tensorflowBundle: BuildOptions;
export const tensorflowApart: Plugin;

/** Paths of the files that the wasm backend loads. */
export const wasmFiles: readonly string[];
