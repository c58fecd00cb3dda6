import type { Plugin } from 'esbuild';

export const kernelModules: Plugin;
export function compileKernel(name: string): Buffer;
