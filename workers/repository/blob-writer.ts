/**
 * Puts blobs into packs and packs into the store, for every writer of an open repository at once, so that equal content
 * of different accounts is stored once. Everything stored is read back and opened before the index knows it.
 */
import { equalBytes, toHex, type Bytes } from '../kernel/bytes.ts';
import type { BlobId } from '../kernel/brand.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { fileName, packKindOf, type BlobType, type PackKind } from './format.ts';
import { sealBlob } from './frame.ts';
import type { OpenRepository } from './open-repository.ts';
import { OpenPack, verifyPack, type SealedPack } from './pack.ts';
import { readBlob } from './read-blob.ts';

/** Packs on their way to the store at one time: this many times twice 16 MiB of memory. */
const mostSaving = 2;

export interface StoredBlob {
  readonly id: BlobId;
  /** Bytes that this blob added to the repository; 0 where it was there already. */
  readonly written: number;
}

export class BlobWriter {
  readonly #open: OpenRepository;
  readonly #filling = new Map<PackKind, OpenPack>();
  /** Blobs in packs that are not in the index yet. */
  readonly #pending = new Set<string>();
  readonly #adding = new Map<string, Promise<Result<number>>>();
  readonly #saving = new Set<Promise<void>>();
  #unsaved: { readonly pack: SealedPack; readonly error: Failure }[] = [];
  /** What was thrown while a pack was saved, as when memory runs out: its blobs count as accepted and are nowhere. */
  #lost: { readonly thrown: unknown } | undefined;
  #retrying: Promise<void> | undefined;

  constructor(open: OpenRepository) {
    this.#open = open;
  }

  /**
   * Stores a blob unless it is there. Waits while packs are being saved. Durable after the next `flush`. A failure of
   * the store is tried again by the next call, so nothing that was accepted is lost while this object lives. Where a
   * pack is lost all the same, to a throw, every later call throws too: nothing that relies on it can be committed.
   */
  async put(type: BlobType, plaintext: Bytes): Promise<Result<StoredBlob>> {
    this.#assertNoneLost();
    const id = await this.#open.sealing.keys.blobId(type, plaintext);
    const hex = toHex(id) as BlobId;
    if (await this.#isStored(type, id, hex)) return ok({ id: hex, written: 0 });
    const running = this.#adding.get(hex);
    const adding = running ?? this.#add(type, id, plaintext);
    if (!running) {
      this.#adding.set(hex, adding);
      void adding.finally(() => this.#adding.delete(hex)).catch(() => undefined);
    }
    const added = await adding;
    return added.ok ? ok({ id: hex, written: running ? 0 : added.value }) : added;
  }

  /** Every blob that `put` accepted is durable, read back and in the index. */
  async flush(): Promise<Result<void>> {
    this.#close('data-pack');
    this.#close('tree-pack');
    await Promise.all(this.#saving);
    const saved = await this.#saveUnsaved();
    this.#assertNoneLost();
    return saved;
  }

  #assertNoneLost(): void {
    if (this.#lost) throw this.#lost.thrown;
  }

  async #isStored(type: BlobType, id: Bytes, hex: BlobId): Promise<boolean> {
    if (this.#pending.has(hex)) return true;
    const [place] = this.#open.index.find(id);
    if (!place) return false;
    // A pack that nobody vouches for is relied on only for blobs that open.
    return place.trusted || (await readBlob(this.#open, type, hex)).ok;
  }

  async #add(type: BlobType, id: Bytes, plaintext: Bytes): Promise<Result<number>> {
    const room = await this.#awaitRoom();
    if (!room.ok) return room;
    const frame = await sealBlob(this.#open.sealing, type, id, plaintext);
    const kind = packKindOf(type);
    if (this.#filling.get(kind)?.hasRoomFor(frame) === false) this.#close(kind);
    let pack = this.#filling.get(kind);
    if (!pack) this.#filling.set(kind, (pack = new OpenPack(kind, this.#open.sealing)));
    pack.add(type, id, frame);
    this.#pending.add(toHex(id));
    return ok(frame.length);
  }

  async #awaitRoom(): Promise<Result<void>> {
    while (this.#saving.size >= mostSaving) await Promise.race(this.#saving);
    return this.#saveUnsaved();
  }

  #close(kind: PackKind): void {
    const pack = this.#filling.get(kind);
    if (!pack) return;
    this.#filling.delete(kind);
    const saving: Promise<void> = pack
      .seal(this.#open.sealing)
      .then((sealed) => this.#save(sealed))
      .catch((thrown: unknown) => {
        this.#lost ??= { thrown };
      })
      .finally(() => this.#saving.delete(saving));
    this.#saving.add(saving);
  }

  async #save(pack: SealedPack): Promise<void> {
    const saved = await this.#putVerified(pack);
    if (!saved.ok) {
      this.#unsaved.push({ pack, error: saved.error });
      return;
    }
    this.#open.index.add(pack, true);
    const contents = { pack: pack.pack, kind: pack.kind, entries: pack.entries };
    this.#open.unindexed.set(pack.name, { contents, verified: true });
    for (const { id } of pack.entries) this.#pending.delete(toHex(id));
  }

  /** One more try for packs that the store refused, by one caller at a time. */
  async #saveUnsaved(): Promise<Result<void>> {
    // While a try is going on the list is empty, and nothing is saved yet.
    if (this.#unsaved.length === 0 && !this.#retrying) return ok();
    this.#retrying ??= (async () => {
      const packs = this.#unsaved;
      this.#unsaved = [];
      for (const { pack } of packs) await this.#save(pack);
    })()
      .catch((thrown: unknown) => {
        this.#lost ??= { thrown };
      })
      .finally(() => (this.#retrying = undefined));
    await this.#retrying;
    const [first] = this.#unsaved;
    return first ? err(first.error) : ok();
  }

  async #putVerified(pack: SealedPack): Promise<Result<void>> {
    const { store, sealing } = this.#open;
    const name = fileName(pack.kind, pack.pack);
    const put = await store.put(name, pack.bytes);
    // Busy: an earlier try got through although it was reported as failed. What counts is what is read back.
    if (!put.ok && put.error.code !== 'storage/busy') return put;
    const again = await store.get(name);
    if (!again.ok) return again;
    const verdict = await verifyPack(sealing, name, again.value);
    if (verdict.ok && verdict.value.damaged.length === 0) return ok();
    if (equalBytes(again.value, pack.bytes)) {
      // The store is honest: the pack was wrong in memory, and its plaintext is gone. Trying again cannot help.
      return err(failure('repository/corrupt', `${name} was packed wrongly in memory`));
    }
    await store.delete(name);
    return err(failure('storage/io', `${name} reads back differently`, { retry: 'later' }));
  }
}
