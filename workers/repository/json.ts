/** JSON of authenticated bytes, still not believed: bounded depth, known shapes, no prototype games. */
import { fromUtf8 } from '../kernel/bytes.ts';
import { mostJsonDepth } from './limits.ts';
import type { JsonValue } from './model.ts';

/** Brackets nested deeper than `mostJsonDepth` outside of strings; looked for before anything recursive runs. */
export function isTooDeep(text: string, most = mostJsonDepth): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x22) i = endOfString(text, i + 1);
    else if (char === 0x5b || char === 0x7b) {
      if (++depth > most) return true;
    } else if (char === 0x5d || char === 0x7d) depth--;
  }
  return false;
}

/** The quote that ends the string, or the end of the text. Rows are mostly strings: searching beats looking at each. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

/** Undefined for anything but UTF-8 JSON of bounded depth. `JSON.parse` makes `__proto__` an own property, as it should. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = fromUtf8(bytes);
    return isTooDeep(text) ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isText = (value: unknown): value is string => typeof value === 'string';

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

export const isObject = (value: unknown): value is Readonly<Record<string, JsonValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);

/** An array with exactly these places. */
export const hasPlaces = (
  value: unknown,
  places: readonly ((place: unknown) => boolean)[],
): value is unknown[] =>
  Array.isArray(value) && value.length === places.length && places.every((fits, i) => fits(value[i]));
