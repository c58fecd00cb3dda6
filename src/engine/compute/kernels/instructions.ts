/** WebAssembly instructions as functions that return their bytes (WebAssembly Core Specification 2.0, §5.4). Operands come first. */

/** Bytes of an instruction sequence, nested as it was composed. */
export type Code = readonly (number | Code)[];

/** LEB128, unsigned. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ;) {
    const low = rest & 0x7f;
    rest >>>= 7;
    if (rest === 0) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** LEB128, signed. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

type Unary = (x: Code) => Code;
type Binary = (x: Code, y: Code) => Code;

const binary = (opcode: number): Binary => (x, y) => [x, y, opcode];
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
const simdUnary = (opcode: number): Unary => x => [x, simd(opcode)];
const simdBinary = (opcode: number): Binary => (x, y) => [x, y, simd(opcode)];

export const i32 = {
  const: (value: number): Code => [0x41, signed(value)],
  add: binary(0x6a), sub: binary(0x6b), mul: binary(0x6c),
  lessThan: binary(0x48), greaterThan: binary(0x4a), atLeast: binary(0x4e), equal: binary(0x46),
};

/** Alignment is only a hint, given as 2² bytes. */
const place = (offset: number): Code => [2, unsigned(offset)];

export const v128 = {
  /** Four floats from `address` + `offset` bytes. */
  load: (address: Code, offset = 0): Code => [address, simd(0x00), place(offset)],
  /** One float, four times. */
  loadSplat: (address: Code, offset = 0): Code => [address, simd(0x09), place(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [address, value, simd(0x0b), place(offset)],
  /** Stores one of the four floats. */
  storeLane: (address: Code, value: Code, lane: number, offset = 0): Code => [address, value, simd(0x5a), place(offset), lane],
  /** Four floats out of the eight of x and y: 0 … 3 from x, 4 … 7 from y. */
  shuffle: (x: Code, y: Code, lanes: readonly number[]): Code => [x, y, simd(0x0d), lanes.flatMap(lane => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3])],
  and: simdBinary(0x4e), or: simdBinary(0x50),
  /** Bits of x where the mask has ones, else of y. */
  select: (x: Code, y: Code, mask: Code): Code => [x, y, mask, simd(0x52)],
};

export const f32x4 = {
  const: (value: number): Code => {
    const four = new DataView(new ArrayBuffer(16));
    for (let lane = 0; lane < 4; lane++) four.setFloat32(4 * lane, value, true);
    return [simd(0x0c), Array.from({ length: 16 }, (_, i) => four.getUint8(i))];
  },
  lessThan: simdBinary(0x43), greaterThan: simdBinary(0x44),
  abs: simdUnary(0xe0), neg: simdUnary(0xe1), sqrt: simdUnary(0xe3),
  add: simdBinary(0xe4), sub: simdBinary(0xe5), mul: simdBinary(0xe6), div: simdBinary(0xe7),
  /** y < x ? y : x, and x < y ? y : x: NaN in x stays. */
  min: simdBinary(0xea), max: simdBinary(0xeb),
};

export const i32x4 = {
  const: (value: number): Code => [i32.const(value), simd(0x11)],
  add: simdBinary(0xae),
  /** Each of the four shifted left by the same count of bits. */
  shl: simdBinary(0xab),
};

/** Runs `body`, then again as long as `condition` holds. */
export function repeatWhile(condition: Code, body: Code): Code {
  return [0x03, 0x40, body, condition, 0x0d, 0, 0x0b];
}

export function when(condition: Code, then: Code, otherwise?: Code): Code {
  return [condition, 0x04, 0x40, then, otherwise ? [0x05, otherwise] : [], 0x0b];
}

/** Runs the parts one after the other, again and again; before each part but the first, `leave` of it may end the loop, and after the last. */
export function loopWithExits(parts: readonly Code[], leave: (part: number) => Code): Code {
  const body = parts.map((part, i) => [part, leave(i + 1), ...(i + 1 < parts.length ? [0x0d, 1] : [0x45, 0x0d, 0])]);
  return [0x02, 0x40, 0x03, 0x40, body, 0x0b, 0x0b];
}

/** Checks before the first time too. */
export function loopWhile(condition: Code, body: Code): Code {
  return when(condition, repeatWhile(condition, body));
}
