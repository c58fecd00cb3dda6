// AssemblyScript, not TypeScript: the numbers that elementary.ts takes from memory, since engines build a v128.const anew at
// every use, with three instructions. Each name is an address.

export const wholeBiased: usize = memory.data<f64>([6755399441056767.0]);
export const expLeast: usize = memory.data<f64>([-746.0]);
export const expMost: usize = memory.data<f64>([710.0]);
export const logOfE: usize = memory.data<f64>([1.4426950408889634]); // 1/ln 2
export const expHigh: usize = memory.data<f64>([6.93145751953125e-1]); // ln 2 in two parts
export const expLow: usize = memory.data<f64>([1.42860682030941723212e-6]);
export const oneHalf: usize = memory.data<f64>([0.5]);
export const exponentBase: usize = memory.data<f64>([4503599627371519.0]);
export const fiftyFour: usize = memory.data<f64>([54.0]);
export const two: usize = memory.data<f64>([2.0]);
export const leastNormal: usize = memory.data<f64>([2.2250738585072014e-308]);
export const twoTo54: usize = memory.data<f64>([18014398509481984.0]);
export const one: usize = memory.data<f64>([1.0]);
export const ln2Low: usize = memory.data<f64>([1.90821492927058770002e-10]);
export const ln2High: usize = memory.data<f64>([6.93147180369123816490e-1]);
export const infinity: usize = memory.data<f64>([Infinity]);
export const minusInfinity: usize = memory.data<f64>([-Infinity]);
export const notANumber: usize = memory.data<f64>([NaN]);
export const quarterHigh: usize = memory.data<f64>([1.57079632673412561417]); // π/2 in parts of 33, 33 and 53 bits
export const quarterMiddle: usize = memory.data<f64>([6.07710050630396597660e-11]);
export const quarterLow: usize = memory.data<f64>([2.02226624879595063154e-21]);
export const twoOverPi: usize = memory.data<f64>([0.63661977236758134308]);
export const large: usize = memory.data<f64>([1e6]);
export const whole: usize = memory.data<f64>([6755399441055744.0]); // 1.5·2⁵²: added to a small whole number, the number stands in the low bits
export const halfPi: usize = memory.data<f64>([1.57079632679489661923]);
export const halfPiLow: usize = memory.data<f64>([6.12323399573676603587e-17]);
export const pi: usize = memory.data<f64>([3.14159265358979323846]);
export const piLow: usize = memory.data<f64>([1.22464679914735317717e-16]);
export const atanFar: usize = memory.data<f64>([2.41421356237309504880]);
export const atanNear: usize = memory.data<f64>([0.66]);
export const minusOne: usize = memory.data<f64>([-1.0]);
export const quarterPi: usize = memory.data<f64>([0.785398163397448309615]);
export const quarterPiLow: usize = memory.data<f64>([3.06161699786838301793e-17]);
export const tanhNear: usize = memory.data<f64>([0.625]);
export const baseMost: usize = memory.data<f64>([1e300]);
export const powerMost: usize = memory.data<f64>([1e15]);
export const expSafe: usize = memory.data<f64>([709.0]);

// Patterns of bits.
export const rootHalfShift: usize = memory.data<u64>([0x00095f619980c433]);
export const exponentBits: usize = memory.data<u64>([0x4330000000000000]);
export const mantissaBits: usize = memory.data<u64>([0x000fffffffffffff]);
export const rootHalfBits: usize = memory.data<u64>([0x3fe6a09e667f3bcd]);
export const oneBit: usize = memory.data<u64>([1]);
export const twoBit: usize = memory.data<u64>([2]);
export const signBits: usize = memory.data<u64>([0x8000000000000000]);
export const upperBits: usize = memory.data<u64>([0xfffffffff8000000]);

// Coefficients of polynomials, the constant first.
export const expP: usize = memory.data<f64>([
  9.9999999999999999991e-1, 3.0299440770744196130e-2, 1.26177193074810590878e-4,
]);
export const expQ: usize = memory.data<f64>([
  2.0, 2.27265548208155028766e-1, 2.52448340349684104192e-3, 3.00198505138664455042e-6,
]);
export const logEven: usize = memory.data<f64>([
  3.999999999940941908e-1, 2.222219843214978396e-1, 1.531383769920937332e-1,
]);
export const logOdd: usize = memory.data<f64>([
  6.666666666666735130e-1, 2.857142874366239149e-1, 1.818357216161805012e-1, 1.479819860511658591e-1,
]);
export const sinSeries: usize = memory.data<f64>([
  -1.66666666666666324348e-1, 8.33333333332248946124e-3, -1.98412698298579493134e-4, 2.75573137070700676789e-6, -2.50507602534068634195e-8, 1.58969099521155010221e-10,
]);
export const cosSeries: usize = memory.data<f64>([
  4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5, -2.75573143513906633035e-7, 2.08757232129817482790e-9, -1.13596475577881948265e-11,
]);
export const asinP: usize = memory.data<f64>([
  1.66666666666666657415e-1, -3.25565818622400915405e-1, 2.01212532134862925881e-1, -4.00555345006794114027e-2, 7.91534994289814532176e-4, 3.47933107596021167570e-5,
]);
export const asinQ: usize = memory.data<f64>([
  1.0, -2.40339491173441421878, 2.02094576023350569471, -6.88283971605453293030e-1, 7.70381505559019352791e-2,
]);
export const atanP: usize = memory.data<f64>([
  -6.485021904942025371773e1, -1.228866684490136173410e2, -7.500855792314704667340e1, -1.615753718733365076637e1, -8.750608600031904122785e-1,
]);
export const atanQ: usize = memory.data<f64>([
  1.945506571482613964425e2, 4.853903996359136964868e2, 4.328810604912902668951e2, 1.650270098316988542046e2, 2.485846490142306297962e1, 1.0,
]);
export const tanhP: usize = memory.data<f64>([
  -1.61468768441708447952e3, -9.92877231001918586564e1, -9.64399179425052238628e-1,
]);
export const tanhQ: usize = memory.data<f64>([
  4.84406305325125486048e3, 2.23548839060100448583e3, 1.12811678491632931402e2, 1.0,
]);
