import type { BuildOptions, Plugin } from 'esbuild';

export const tensorflowBundle: BuildOptions;
export const tensorflowApart: Plugin;
