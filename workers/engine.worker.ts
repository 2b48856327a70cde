/** The engine's worker: gives the engine what a browser has and hands it to the page. */
import { expose } from 'comlink';
import { createIndexedDbAccessStore } from './access/access-store-indexeddb.ts';
import { createEngine } from './engine.ts';
import { createTabShare } from './graph/tab-share.ts';
import { localLocks, webLocks } from './jobs/locks.ts';
import { indexedDbRecords } from './jobs/records-indexeddb.ts';
import { clearOldDownloads, opfsFiles, spillingFiles } from './jobs/temporary-file.ts';
import { systemClock, systemRandom } from './kernel/clock.ts';
import { zstdCodec } from './repository/codec.ts';
import { destroyHome, openHome } from './storage/choose.ts';

const privateFiles = () => navigator.storage.getDirectory();
const system = { clock: systemClock, random: systemRandom };
const engine = createEngine({
  ...system,
  fetch: (url, init) => fetch(url, init),
  online: () => navigator.onLine,
  homes: { open: openHome, destroy: destroyHome },
  records: indexedDbRecords(),
  access: createIndexedDbAccessStore(),
  locks: 'locks' in navigator ? webLocks(navigator.locks) : localLocks(),
  files: spillingFiles(opfsFiles(privateFiles, system)),
  codec: zstdCodec,
  share: createTabShare,
});
const tidy = () => {
  void engine.lockIdle();
  void clearOldDownloads(privateFiles, systemClock);
};
tidy();
setInterval(tidy, 60_000);
expose(engine.api);
