import { afterEach, expect, test, vi } from 'vitest';
import { WakeLock } from '../../../../web/lib/platform/wake-lock.ts';

afterEach(() => vi.unstubAllGlobals());

/** A browser that counts the locks it has given out and not got back. */
function browserWithLocks() {
  const held = new Set<object>();
  const request = async () => {
    const sentinel = {
      get released() {
        return !held.has(sentinel);
      },
      release: async () => void held.delete(sentinel),
    };
    held.add(sentinel);
    return sentinel;
  };
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('navigator', { wakeLock: { request } });
  vi.stubGlobal('document', document);
  return { held, document };
}

test('a second job holds the same lock: one release lets the computer sleep again', async () => {
  const { held } = browserWithLocks();
  const lock = new WakeLock();
  await lock.hold();
  await lock.hold();
  expect(held.size).toBe(1);
  await lock.release();
  expect(held.size).toBe(0);
});

test('a lock that was lost with the tab in the background is taken again when the tab is back', async () => {
  const { held, document } = browserWithLocks();
  const lock = new WakeLock();
  await lock.hold();
  held.clear();
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.waitFor(() => expect(held.size).toBe(1));
  await lock.release();
  expect(held.size).toBe(0);
});
