/** Large downloads on disk, in the one kind of realm that may write there synchronously. */
import { expose } from 'comlink';
import { clearOldDownloads, opfsFiles, spillingFiles } from '../../workers/jobs/temporary-file.ts';
import { systemClock, systemRandom } from '../../workers/kernel/clock.ts';

const root = () => navigator.storage.getDirectory();
const DIRECTORY = 'holdfast-downloads';

async function names(): Promise<string[]> {
  const directory = await (await root()).getDirectoryHandle(DIRECTORY, { create: true });
  const found: string[] = [];
  for await (const name of directory.keys()) found.push(name);
  return found;
}

const probe = {
  names,
  /** Writes pieces of `size` bytes, each filled with its number; `ahead` shifts the clock. */
  async write(pieces: number, size: number, ahead = 0): Promise<Blob | string> {
    const clock = { ...systemClock, now: () => Date.now() + ahead };
    const files = spillingFiles(opfsFiles(root, { clock, random: systemRandom }), size);
    const file = await files.create();
    if (!file.ok) return file.error.code;
    for (let piece = 0; piece < pieces; piece += 1) {
      const written = await file.value.write(new Uint8Array(size).fill(piece));
      if (!written.ok) return written.error.code;
    }
    const blob = await file.value.finish('application/octet-stream');
    return blob.ok ? blob.value : blob.error.code;
  },
  clear: (ahead: number) => clearOldDownloads(root, { ...systemClock, now: () => Date.now() + ahead }),
  async discard(): Promise<void> {
    const files = opfsFiles(root, { clock: systemClock, random: systemRandom });
    const file = await files.create();
    if (!file.ok) throw new Error(file.error.code);
    await file.value.write(new Uint8Array(10));
    await file.value.discard();
  },
};
export type Probe = typeof probe;

expose(probe);
