/** The operator's app on this device: its key, the links made for customers, and the check of a consent by token. */
import * as Comlink from 'comlink';
import type { Connection } from '#workers/contract/connections.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Engine } from '#lib/engine/engine.svelte.ts';
import { consentLinks, dropLink, linkFor, type ConsentLink } from './consents.ts';

export class Operator {
  /** ISO 8601 UTC: when this browser's certificate ends; null without a key. */
  keyEnds = $state<string | null>(null);
  preparing = $state(false);
  note = $state('');
  failure = $state.raw<Failure | null>(null);
  /** Customers who have been asked and are not connected yet. */
  links = $state.raw<readonly ConsentLink[]>(consentLinks());
  /** The tenant that is being looked at. */
  checking = $state<string | null>(null);
  /** Why the last check of a tenant found no consent. */
  readonly refusals = $state<Record<string, Failure>>({});

  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
    void this.load();
  }

  async load(): Promise<void> {
    const result = await this.#engine.call((api) => api.operatorKey());
    if (result.ok) this.keyEnds = result.value;
    else this.failure = result.error;
  }

  /** Makes or renews the key. May open the sign-in window, so call it from a click. */
  async prepare(): Promise<void> {
    this.preparing = true;
    this.failure = null;
    const result = await this.#engine.call((api) =>
      api.prepareOperatorApp(Comlink.proxy(({ note }) => (this.note = note))),
    );
    this.preparing = false;
    this.note = '';
    if (result.ok) this.keyEnds = result.value;
    else this.failure = result.error;
  }

  ask(tenantId: string): ConsentLink {
    const link = linkFor(tenantId);
    this.links = consentLinks();
    return link;
  }

  forget(tenantId: string): void {
    dropLink(tenantId);
    this.links = consentLinks();
  }

  /** Nothing but a token of that tenant counts. */
  async check(tenantId: string): Promise<Connection | null> {
    this.checking = tenantId;
    delete this.refusals[tenantId];
    const result = await this.#engine.call((api) => api.connectOperatorApp(tenantId));
    this.checking = null;
    if (!result.ok) {
      this.refusals[tenantId] = result.error;
      return null;
    }
    this.forget(tenantId);
    await this.#engine.loadConnections();
    return result.value;
  }
}
