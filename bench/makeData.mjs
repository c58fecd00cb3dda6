// Writes the benchmark's CSV files: eight numeric columns and a target, from a seeded generator.
import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';

/** 32-bit generator (mulberry32), enough for made-up data. */
function generator(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** Path of a CSV with `rows` rows for the family, made when missing. */
export async function benchmarkFile(folder, family, rows) {
  const path = join(folder, `${family}-${rows}.csv`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const { uniform, normal } = generator(20 + rows);
  const stream = createWriteStream(`${path}.part`);
  stream.write('x1,x2,x3,x4,x5,x6,x7,x8,y\n');
  let block = '';
  for (let i = 0; i < rows; i++) {
    const x = Array.from({ length: 8 }, (_, j) => normal() * (j + 1) + j);
    const eta = 0.5 + x.reduce((sum, value, j) => sum + (value * (j % 2 === 0 ? 1 : -1)) / (2 * (j + 1)), 0);
    const y = family === 'linear' ? eta + normal() : uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
    block += `${x.join(',')},${y}\n`;
    if (block.length > 1 << 20) {
      if (!stream.write(block)) await once(stream, 'drain');
      block = '';
    }
  }
  stream.end(block);
  await once(stream, 'finish');
  renameSync(`${path}.part`, path);
  return path;
}
