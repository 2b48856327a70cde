/** PNG pictures drawn at seed time. */
import { crc32, deflateSync } from 'node:zlib';

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

export type Colour = readonly [red: number, green: number, blue: number];

/** Each pixel's colour by its place. */
export function png(width: number, height: number, colourAt: (x: number, y: number) => Colour): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set(colourAt(x, y), y * (1 + width * 3) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A mark for signatures: a disc on a field. */
export const logo = (field: Colour, disc: Colour): Buffer =>
  png(96, 32, (x, y) => ((x - 16) ** 2 + (y - 16) ** 2 < 130 || (y > 12 && y < 20 && x > 36) ? disc : field));

/** A bar chart. */
export function chart(values: readonly number[], bar: Colour): Buffer {
  const most = Math.max(...values, 1);
  return png(values.length * 40 + 20, 160, (x, y) => {
    const index = Math.floor((x - 10) / 40);
    const inside = (x - 10) % 40 < 28 && x >= 10;
    const height = ((values[index] ?? 0) / most) * 130;
    if (y > 150) return [90, 90, 90];
    return inside && 150 - y < height ? bar : [246, 246, 244];
  });
}

/** Something like a photograph of a hall: a floor, a back wall, a lit window. */
export const hall = (warmth: number): Buffer =>
  png(320, 200, (x, y) => {
    const grain = (x * 7 + y * 13 + ((x * y) % 11)) % 9;
    if (y > 130) return [120 + warmth + grain, 84 + grain, 56 + grain];
    if (x > 200 && x < 280 && y > 30 && y < 110) return [235, 228 + (warmth % 20), 190 + grain];
    return [196 + grain - (y >> 3), 190 + grain - (y >> 3), 182 + grain - (y >> 3)];
  });
