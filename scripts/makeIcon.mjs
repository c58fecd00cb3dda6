/** Draws media/icon.png, 256 px: a curtain drawn aside from three bars. `node scripts/makeIcon.mjs`. */
import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { inRoot } from './tools/paths.mjs';

const size = 256;
const samples = 4;

/** Colour of a point in units of the icon, 0…1 from the upper left corner; undefined is transparent. */
function colourAt(x, y) {
  if (!insideRounded(x, y, 0, 0, 1, 1, 0.2)) return undefined;
  if (x > 0.1 && x < 0.9 && y > 0.11 && y < 0.165) return [244, 196, 94];
  const edge = 0.36 * (1 - smooth((y - 0.16) / 0.55)) + 0.1 * smooth((y - 0.16) / 0.55);
  const open = 0.12 + edge;
  if (y >= 0.165 && y < 0.9 && x > 0.12 && x < open) return fold(x, open);
  if (y >= 0.165 && y < 0.9 && x < 0.88 && x > 1 - open) return fold(1 - x, open);
  const bars = [[0.335, 0.62], [0.455, 0.42], [0.575, 0.52]];
  for (const [left, top] of bars) if (insideRounded(x, y, left, top, left + 0.09, 0.87, 0.02)) return [244, 246, 250];
  return [32, 44, 72];
}

const smooth = value => { const t = Math.min(1, Math.max(0, value)); return t * t * (3 - 2 * t); };
const fold = (x, open) => { const light = 0.82 + 0.18 * Math.sin(((x - 0.12) / (open - 0.12)) * 9); return [71 * light, 148 * light, 214 * light]; };

function insideRounded(x, y, left, top, right, bottom, radius) {
  if (x < left || x > right || y < top || y > bottom) return false;
  const dx = Math.max(left + radius - x, x - right + radius, 0);
  const dy = Math.max(top + radius - y, y - bottom + radius, 0);
  return dx * dx + dy * dy <= radius * radius;
}

function pixels() {
  const rows = Buffer.alloc(size * (1 + size * 4));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const sum = [0, 0, 0, 0];
      for (let i = 0; i < samples * samples; i++) {
        const colour = colourAt((column + (i % samples + 0.5) / samples) / size, (row + (Math.floor(i / samples) + 0.5) / samples) / size);
        if (colour) { sum[3]++; for (let c = 0; c < 3; c++) sum[c] += colour[c]; }
      }
      const at = row * (1 + size * 4) + 1 + column * 4;
      for (let c = 0; c < 3; c++) rows[at + c] = sum[3] ? Math.round(sum[c] / sum[3]) : 0;
      rows[at + 3] = Math.round((255 * sum[3]) / (samples * samples));
    }
  }
  return rows;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n; });
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
  return out;
}

const header = Buffer.alloc(13);
header.writeUInt32BE(size, 0);
header.writeUInt32BE(size, 4);
header.set([8, 6, 0, 0, 0], 8);
const png = [Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', deflateSync(pixels(), { level: 9 })), chunk('IEND', Buffer.alloc(0))];
writeFileSync(inRoot('media', 'icon.png'), Buffer.concat(png));
