/** Any sequence of storing, committing, giving up and opening again, against a model of plain Maps. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importMaterial } from '../../workers/crypto/derive.ts';
import { equalBytes, utf8, type Bytes } from '../../workers/kernel/bytes.ts';
import { systemRandom } from '../../workers/kernel/clock.ts';
import { sealBlob, type Sealing } from '../../workers/repository/frame.ts';
import { deriveKeys } from '../../workers/repository/keys.ts';
import { OpenPack, readPackContents, verifyPack } from '../../workers/repository/pack.ts';
import type { Repository, SnapshotWriter } from '../../workers/repository/repository.ts';
import {
  alice,
  beginOptions,
  bob,
  collect,
  copyOf,
  makeRepository,
  memory,
  rowOf,
  sharedCodec,
  unlockWith,
  value,
} from '../faults/scene.ts';

type Step =
  | { readonly kind: 'store'; readonly account: 0 | 1; readonly item: number; readonly text: string }
  | { readonly kind: 'remove'; readonly account: 0 | 1; readonly item: number }
  | { readonly kind: 'commit'; readonly account: 0 | 1; readonly as: 'partial' | 'complete' }
  | { readonly kind: 'reopen' };

const account = fc.constantFrom<0 | 1>(0, 1);
const item = fc.nat(9);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('store'), account, item, text: fc.string({ unit: 'binary' }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove'), account, item }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('commit'),
      account,
      as: fc.constantFrom('partial' as const, 'complete' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen') }) },
) as fc.Arbitrary<Step>;

class Session {
  readonly #store: ReturnType<typeof memory>;
  readonly #words: string;
  #repository: Repository;
  #writers: SnapshotWriter[] = [];
  #run = 0;
  readonly #durable = [new Map<string, string>(), new Map<string, string>()];
  #pending = [new Map<string, string>(), new Map<string, string>()];

  constructor(store: ReturnType<typeof memory>, words: string, repository: Repository) {
    this.#store = store;
    this.#words = words;
    this.#repository = repository;
  }

  async begin(): Promise<void> {
    this.#run++;
    const begun = [alice, bob].map((who) => this.#repository.begin(beginOptions(who, `run-${this.#run}`)));
    this.#writers = (await Promise.all(begun)).map(value);
    this.#pending = this.#durable.map((items) => new Map(items));
  }

  async take(next: Step): Promise<void> {
    if (next.kind === 'reopen') {
      // What was not committed is gone, as after a closed tab.
      this.#repository = value(await unlockWith(this.#store, this.#words));
      return this.begin();
    }
    const [writer, model] = [this.#writers[next.account], this.#pending[next.account]];
    if (!writer || !model) throw new Error('no such account');
    if (next.kind === 'commit') {
      value(await writer.commit(next.as));
      this.#durable[next.account] = new Map(model);
    } else if (next.kind === 'remove') {
      writer.apply({ removed: [String(next.item)] });
      model.delete(String(next.item));
    } else {
      const name = String(next.item);
      const part = value(await writer.sink.store('content', utf8(next.text)));
      writer.apply({ rows: [rowOf(name, [part], { size: next.text.length })] });
      model.set(name, new TextDecoder().decode(utf8(next.text)));
    }
  }

  async verify(): Promise<void> {
    await this.take({ kind: 'reopen' });
    for (const [number, model] of this.#durable.entries()) {
      const found = new Map<string, string>();
      for (const row of this.#writers[number]?.known.rows() ?? []) {
        const [part] = row.parts;
        if (part) found.set(row.item, value(await collect(this.#repository.read(part))));
      }
      expect(found).toEqual(model);
    }
    expect(value(await this.#repository.check(() => undefined))).toMatchObject({ damaged: [], files: [] });
  }
}

describe('a repository in use', () => {
  it('holds after any sequence of steps what was committed last', async () => {
    const empty = new Map<string, Bytes>();
    const { recoveryWords } = await makeRepository(memory(empty));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const store = memory(copyOf(empty));
        const session = new Session(store, recoveryWords, value(await unlockWith(store, recoveryWords)));
        await session.begin();
        for (const next of steps) await session.take(next);
        await session.verify();
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe('packs', () => {
  it('list in their footers what was put into them, and verify', async () => {
    const master = await importMaterial(systemRandom.bytes(32));
    const keys = await deriveKeys(master, systemRandom.bytes(16));
    const sealing: Sealing = { codec: await sharedCodec(), random: systemRandom, keys };
    const contents = fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(contents, async (blobs) => {
        const pack = new OpenPack('data-pack', sealing);
        for (const blob of blobs) {
          const bytes = new Uint8Array(blob);
          const id = await keys.blobId('content', bytes);
          pack.add('content', id, await sealBlob(sealing, 'content', id, bytes));
        }
        const sealed = await pack.seal(sealing);
        const store = memory(new Map([[sealed.name, sealed.bytes]]));
        const read = value(await readPackContents(sealing, store, sealed.name));
        expect(read.entries).toEqual(sealed.entries);
        expect(equalBytes(read.pack, sealed.pack)).toBe(true);
        expect(value(await verifyPack(sealing, sealed.name, sealed.bytes)).damaged).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
