/** A PNG picture: 8-bit RGB, hills under a sky, different for every seed. RFC 2083 */
import { crc32, deflateSync } from 'node:zlib';
import type { Random } from './random.ts';

export function png(random: Random, width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(pixels(random, width, height), { level: 6 });
  const chunks = [chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([signature, ...chunks]));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

type Colour = readonly [number, number, number];

/** Rows of RGB, each after its filter byte 0. */
function pixels(random: Random, width: number, height: number): Buffer {
  const sky: Colour = [random.between(90, 200), random.between(140, 220), random.between(200, 255)];
  const ground: Colour = [random.between(30, 90), random.between(90, 160), random.between(30, 90)];
  const phase = random.next() * 6;
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, at = 0; y < height; y++) {
    at++;
    for (let x = 0; x < width; x++) {
      const hill = height * (0.6 + 0.15 * Math.sin((x / width) * 6 + phase) + 0.05 * Math.sin(x / 9 + phase));
      const shade = y < hill ? 1 - (y / height) * 0.5 : 1 - ((y - hill) / height) * 0.8;
      for (const part of y < hill ? sky : ground) rows[at++] = Math.max(0, Math.round(part * shade));
    }
  }
  return rows;
}
