/** Tells by its first bytes whether content is a raster picture that may be shown, whatever its sender calls it. */
import { equalBytes } from '../kernel/bytes.ts';

/** A picture that would decode to more than this is a bomb or a poster: download it instead. */
const MOST_PIXELS = 40_000_000;
const LONGEST_SIDE = 16_384;

export type RasterType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

interface Raster {
  readonly type: RasterType;
  readonly width: number;
  readonly height: number;
}

/** Undefined for anything else: SVG, HTML, cut-off headers, dimensions beyond reason. */
export function rasterType(bytes: Uint8Array): RasterType | undefined {
  const raster = png(bytes) ?? gif(bytes) ?? jpeg(bytes) ?? webp(bytes);
  if (raster === undefined) return undefined;
  const { width, height, type } = raster;
  const shown = width > 0 && height > 0 && width <= LONGEST_SIDE && height <= LONGEST_SIDE;
  return shown && width * height <= MOST_PIXELS ? type : undefined;
}

const starts = (bytes: Uint8Array, signature: readonly number[], at = 0): boolean =>
  equalBytes(bytes.subarray(at, at + signature.length), Uint8Array.from(signature));

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** PNG 1.2 §3.1 and §4.1.1: signature, then IHDR. */
function png(bytes: Uint8Array): Raster | undefined {
  if (bytes.length < 24 || !starts(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return undefined;
  const view = viewOf(bytes);
  return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
}

/** GIF89a §17 and §18. */
function gif(bytes: Uint8Array): Raster | undefined {
  if (bytes.length < 10 || !starts(bytes, [0x47, 0x49, 0x46, 0x38])) return undefined;
  const view = viewOf(bytes);
  return { type: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** ITU-T T.81 B.1.1.3: segments up to the first start-of-frame. */
function jpeg(bytes: Uint8Array): Raster | undefined {
  if (!starts(bytes, [0xff, 0xd8, 0xff])) return undefined;
  const view = viewOf(bytes);
  for (let at = 2; at + 9 < bytes.length;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      return { type: 'image/jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** RFC 9649: RIFF container with VP8, VP8L or VP8X first. */
function webp(bytes: Uint8Array): Raster | undefined {
  if (
    bytes.length < 30 ||
    !starts(bytes, [0x52, 0x49, 0x46, 0x46]) ||
    !starts(bytes, [0x57, 0x45, 0x42, 0x50], 8)
  ) {
    return undefined;
  }
  const view = viewOf(bytes);
  const type = 'image/webp' as const;
  switch (String.fromCharCode(...bytes.subarray(12, 16))) {
    case 'VP8 ':
      return { type, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return {
        type,
        width: (view.getUint32(24, true) & 0xffffff) + 1,
        height: ((view.getUint32(26, true) >>> 8) & 0xffffff) + 1,
      };
    default:
      return undefined;
  }
}
