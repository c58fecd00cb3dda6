/** Numbers in memory that all worker threads see, so that sending them to a worker copies nothing. */

/** The same numbers on a SharedArrayBuffer; already there, they are given back as they are. */
export function shared(values: Float32Array): Float32Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
