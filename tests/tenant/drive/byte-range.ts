/** Whole contents, or the one range that a `Range` header asks for. RFC 9110 §14. */

/** 200, 206, or 416 where the range lies outside; several ranges in one header are answered with everything. */
export function answerRange(
  bytes: Uint8Array<ArrayBuffer>,
  range: string | undefined,
  headers: Record<string, string>,
): Response {
  const common = { ...headers, 'Accept-Ranges': 'bytes' };
  const wanted = parseRange(range, bytes.length);
  if (wanted === 'everything') {
    return new Response(bodyOf(bytes), { headers: { ...common, 'Content-Length': `${bytes.length}` } });
  }
  if (wanted === 'outside') {
    return new Response(null, {
      status: 416,
      headers: { ...headers, 'Content-Range': `bytes */${bytes.length}` },
    });
  }
  const { start, end } = wanted;
  return new Response(bodyOf(bytes.subarray(start, end + 1)), {
    status: 206,
    headers: {
      ...common,
      'Content-Length': `${end - start + 1}`,
      'Content-Range': `bytes ${start}-${end}/${bytes.length}`,
    },
  });
}

type Range = { readonly start: number; readonly end: number };

function parseRange(range: string | undefined, size: number): Range | 'everything' | 'outside' {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (from === '' && to === '') return 'everything';
  const last = size - 1;
  const { start, end } =
    from === ''
      ? { start: Math.max(0, size - Number(to)), end: last }
      : { start: Number(from), end: to === '' ? last : Math.min(Number(to), last) };
  return end < start ? 'outside' : { start, end };
}

const CHUNK = 256 * 1024;

/** Big bodies go out as the client takes them: a whole one would overrun the memory of an HTTP/2 session. */
function bodyOf(bytes: Uint8Array<ArrayBuffer>): BodyInit {
  if (bytes.length <= CHUNK) return bytes;
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(bytes.subarray(sent, sent + CHUNK));
      sent += CHUNK;
      if (sent >= bytes.length) controller.close();
    },
  });
}
