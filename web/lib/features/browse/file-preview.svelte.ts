/** Loading one file or attachment: to look at, or to save. */
import type { Failure } from '#workers/kernel/failure.ts';
import type { Engine } from '#lib/engine/engine.svelte.ts';
import { saveFile } from '#lib/platform/save-file.ts';
import { mostTextBytes, previewKind, rasterType } from '#lib/text/preview-kind.ts';

export type Preview =
  | { readonly kind: 'image'; readonly name: string; readonly address: string }
  | { readonly kind: 'text'; readonly name: string; readonly text: string; readonly cut: boolean };

export class FilePreview {
  /** `attachment` index, or -1 for the item itself, while it loads. */
  loading = $state<number | null>(null);
  failure = $state.raw<Failure | null>(null);
  shown = $state.raw<Preview | null>(null);

  readonly #engine: Engine;
  readonly #item: readonly [repository: string, snapshot: string, item: string];

  constructor(engine: Engine, item: readonly [repository: string, snapshot: string, item: string]) {
    this.#engine = engine;
    this.#item = item;
  }

  async save(attachment?: number): Promise<void> {
    const file = await this.#load(attachment);
    if (file) saveFile(file.blob, file.name);
  }

  async show(attachment?: number): Promise<void> {
    this.close();
    const file = await this.#load(attachment);
    if (!file) return;
    const type = rasterType(file.name);
    if (previewKind(file.name, file.blob.size) === 'image' && type) {
      const address = URL.createObjectURL(new Blob([file.blob], { type }));
      this.shown = { kind: 'image', name: file.name, address };
    } else {
      const text = await file.blob.slice(0, mostTextBytes).text();
      this.shown = { kind: 'text', name: file.name, text, cut: file.blob.size > mostTextBytes };
    }
  }

  close(): void {
    if (this.shown?.kind === 'image') URL.revokeObjectURL(this.shown.address);
    this.shown = null;
  }

  async #load(attachment: number | undefined) {
    this.loading = attachment ?? -1;
    this.failure = null;
    const result = await this.#engine.call((api) => api.download(...this.#item, attachment));
    this.loading = null;
    if (result.ok) return result.value;
    this.failure = result.error;
    return null;
  }
}
