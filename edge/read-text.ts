export type Read =
  { readonly text: string } | { readonly text: undefined; readonly why: 'too-large' | 'unreadable' };

const tooLarge = { text: undefined, why: 'too-large' } as const;
const unreadable = { text: undefined, why: 'unreadable' } as const;

/** The stream as UTF-8 text; `unreadable` when it is too slow, broken off or not UTF-8. */
export async function readText(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Read> {
  if (!stream) return { text: '' };
  const reader = stream.getReader();
  const stop = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) return unreadable;
      if (done) return { text: text + decoder.decode() };
      size += value.length;
      if (size > maxBytes) {
        stop();
        return tooLarge;
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return unreadable;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
