import { createFaultyStore } from '../faults/faulty-store.ts';
import { createMemoryStore } from '../../workers/storage/memory.ts';
import { describeBlobStore } from './blob-store.suite.ts';

describeBlobStore('memory', () => {
  const files = new Map();
  return Promise.resolve({
    store: createMemoryStore(files),
    reopen: () => Promise.resolve(createMemoryStore(files)),
    destroy: () => Promise.resolve(),
  });
});

describeBlobStore('faulty, repaired', () => {
  const files = new Map();
  const open = () => {
    const store = createFaultyStore(createMemoryStore(files), { at: 0, break: 'before', lasting: true });
    store.repair();
    return store;
  };
  return Promise.resolve({
    store: open(),
    reopen: () => Promise.resolve(open()),
    destroy: () => Promise.resolve(),
  });
});
