/**
 * A raw message as a frame (headers, texts, boundaries) and its decoded attachments, so that one attachment sent to
 * fifty people is stored once. For every input, well-formed or not, joining gives back the same bytes:
 * only base64 text that its decoding and its line layout describe completely is taken out of the frame.
 *
 * The frame is one line of JSON (`Recipe`), a line feed, and the message without the text that was taken out.
 */
import * as v from 'valibot';
import { concat, utf8, type Bytes } from '../../kernel/bytes.ts';
import { failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { base64Bodies } from './base64-bodies.ts';
import { encodedLength, encodeLines } from './base64-lines.ts';

export interface SplitMime {
  readonly frame: Bytes;
  /** Decoded contents in the order in which they stand in the message. */
  readonly attachments: readonly Bytes[];
}

/** Below this a blob of its own costs more than sharing it can save. */
const smallestAttachment = 4_096;

const maxRecipe = 1 << 20;

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31));
const recipeSchema = v.object({
  v: v.literal(1),
  /** Places of the attachments in the rest of the frame, ascending. */
  cuts: v.pipe(
    v.array(
      v.object({
        at: count,
        size: count,
        line: v.pipe(count, v.minValue(1)),
        separator: v.pipe(v.string(), v.maxLength(8), v.regex(/^[\r\n\t ]*$/)),
      }),
    ),
    v.maxLength(5_000),
  ),
});
type Recipe = v.InferOutput<typeof recipeSchema>;

export function splitMime(mime: Bytes): SplitMime {
  const kept: Uint8Array[] = [];
  const attachments: Bytes[] = [];
  const cuts: Recipe['cuts'] = [];
  let taken = 0;
  let keptLength = 0;
  // Four characters hold three bytes: shorter text cannot hold an attachment worth taking out.
  for (const { start, end, content, layout } of base64Bodies(mime, smallestAttachment)) {
    if (content.length < smallestAttachment) continue;
    kept.push(mime.subarray(taken, start));
    keptLength += start - taken;
    taken = end;
    attachments.push(content);
    cuts.push({ at: keptLength, size: content.length, ...layout });
  }
  const recipe: Recipe = { v: 1, cuts };
  return { frame: concat(utf8(`${JSON.stringify(recipe)}\n`), ...kept, mime.subarray(taken)), attachments };
}

/** The message that was split. `repository/corrupt` where frame and attachments do not belong together. */
export function joinMime(frame: Bytes, attachments: readonly Uint8Array[]): Result<Bytes> {
  const read = readFrame(frame);
  if (!read || read.cuts.length !== attachments.length) return corrupt('frame');
  const { cuts, rest } = read;
  let length = rest.length;
  for (const [i, cut] of cuts.entries()) {
    if (attachments[i]?.length !== cut.size || cut.at < (cuts[i - 1]?.at ?? 0) || cut.at > rest.length) {
      return corrupt(`attachment ${i}`);
    }
    length += encodedLength(cut.size, cut);
  }
  const mime = new Uint8Array(length);
  let copied = 0;
  let at = 0;
  for (const [i, cut] of cuts.entries()) {
    mime.set(rest.subarray(copied, cut.at), at);
    at += cut.at - copied;
    copied = cut.at;
    encodeLines(attachments[i] ?? new Uint8Array(), cut, mime, at);
    at += encodedLength(cut.size, cut);
  }
  mime.set(rest.subarray(copied), at);
  return ok(mime);
}

function readFrame(frame: Bytes): { cuts: Recipe['cuts']; rest: Bytes } | undefined {
  const end = frame.subarray(0, maxRecipe).indexOf(0x0a);
  if (end === -1) return undefined;
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(frame.subarray(0, end)));
    const recipe = v.safeParse(recipeSchema, json);
    return recipe.success ? { cuts: recipe.output.cuts, rest: frame.subarray(end + 1) } : undefined;
  } catch {
    return undefined;
  }
}

const corrupt = (what: string): Result<never> =>
  err(failure('repository/corrupt', `a stored message does not fit together: ${what}`));
