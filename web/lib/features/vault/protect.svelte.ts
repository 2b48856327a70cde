/** Making a repository: place and passphrase, then the sheet, then three of its words. */
import type { Place, RepositoryView } from '#workers/contract/engine-api.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Engine } from '#lib/engine/engine.svelte.ts';
import { canPickFolder, pickFolder, syncClientOf } from '#lib/platform/pick-folder.ts';
import { requestPersistence } from '#lib/platform/persist.ts';
import { strengthOf } from './passphrase.ts';

export class Protection {
  placeKind = $state<Place['kind']>('browser');
  folder = $state.raw<FileSystemDirectoryHandle | null>(null);
  passphrase = $state('');
  repeated = $state('');
  working = $state(false);
  failure = $state.raw<Failure | null>(null);
  made = $state.raw<{ repository: RepositoryView; recoveryWords: readonly string[] } | null>(null);

  readonly strength = $derived(strengthOf(this.passphrase));
  readonly syncClient = $derived(this.folder ? syncClientOf(this.folder.name) : null);

  readonly #engine: Engine;
  readonly #tenant: { readonly id: string; readonly name: string };

  constructor(engine: Engine, tenant: { readonly id: string; readonly name: string }) {
    this.#engine = engine;
    this.#tenant = tenant;
  }

  get canPickFolder(): boolean {
    return canPickFolder();
  }

  get mismatch(): boolean {
    return this.repeated !== '' && this.repeated !== this.passphrase;
  }

  get ready(): boolean {
    const placed = this.placeKind === 'browser' || this.folder !== null;
    return placed && this.strength.level > 0 && this.repeated === this.passphrase;
  }

  async chooseFolder(): Promise<void> {
    const picked = await pickFolder();
    if (!picked.ok) this.failure = picked.error;
    else if (picked.value) {
      this.folder = picked.value;
      this.placeKind = 'folder';
      this.failure = null;
    }
  }

  async create(): Promise<void> {
    this.working = true;
    this.failure = null;
    if (this.placeKind === 'browser') await requestPersistence();
    const result = await this.#engine.call((api) =>
      api.createRepository({
        place: this.#place(),
        tenantId: this.#tenant.id,
        tenantName: this.#tenant.name,
        passphrase: this.passphrase,
      }),
    );
    this.working = false;
    if (!result.ok) {
      this.failure = result.error;
      return;
    }
    this.passphrase = '';
    this.repeated = '';
    this.made = result.value;
    await this.#engine.loadRepositories();
  }

  #place(): Place {
    return this.placeKind === 'folder' && this.folder
      ? { kind: 'folder', handle: this.folder }
      : { kind: 'browser', name: this.#tenant.name };
  }
}
