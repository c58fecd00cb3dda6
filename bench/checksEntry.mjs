/** What bench/checks.mjs needs of the sources, bundled when it starts. */
export { checkData, checks, sampleOf } from '../src/engine/checks/checkData';
export { makeFolds } from '../src/engine/evaluate/splits';
export { familyFor } from '../src/engine/models/families';
export { CancellableContext } from '../src/engine/context';
export { Rng } from '../src/engine/math/random';
