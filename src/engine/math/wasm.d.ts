// What the build makes of an AssemblyScript kernel: see scripts/tools/kernels.mjs.
declare module '*/kernels/formula.wasm' {
  /** The compiled module. */
  export const base64: string;
}
declare module '*/kernels/clusters.wasm' {
  /** The compiled module. */
  export const base64: string;
}
