/** What bench/formula.mjs needs of the sources, bundled when it starts. */
export { complexity } from '../src/engine/formula/complexity';
export { parseFormula } from '../src/engine/formula/parse/parse';
export { formulaText } from '../src/engine/formula/print/text';
export { parseUnit } from '../src/engine/formula/units/parseUnit';
export { recover } from '../src/engine/formula/recover';
export { valuesOf } from '../src/engine/formula/values';
export { useWorkers, closePool } from '../src/engine/compute/pool';
export { CancellableContext } from '../src/engine/context';
export { Rng } from '../src/engine/math/random';
