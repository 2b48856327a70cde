/** Work in a tenant with the rights of whoever signs in to the page as its administrator. */
import { createDelegatedTokens } from '../access/delegated-token.ts';
import { installScopes } from '../access/scopes.ts';
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { GraphClient } from '../graph/client.ts';
import { failure } from '../kernel/failure.ts';
import { err, type Result } from '../kernel/result.ts';
import { scopesWanted } from './onboard.ts';
import type { Tenants } from './tenants.ts';

export interface Administrator {
  readonly graph: GraphClient;
  readonly signedIn: DelegatedToken;
}

/** Remembers which scopes a directory turned out to want beyond the Registrator's own right. */
export class Administrators {
  readonly #tenants: Tenants;
  #scopes: readonly string[] = installScopes;

  constructor(tenants: Tenants) {
    this.#tenants = tenants;
  }

  /**
   * Once more with the scopes that a `sign-in/consent-missing` names. Where the page may not open a second window
   * (`sign-in/popup-blocked`), calling again goes on with those.
   */
  async act<T>(
    tenantId: string,
    work: (administrator: Administrator) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const first = await this.#try(tenantId, work);
    const wanted = scopesWanted(first);
    if (!wanted || this.#scopes !== installScopes) return first;
    this.#scopes = wanted;
    return this.#try(tenantId, work);
  }

  async #try<T>(
    tenantId: string,
    work: (administrator: Administrator) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const configured = this.#tenants.configured();
    if (!configured.ok) return configured;
    const { config, tokens } = configured.value;
    const clientId = config.registratorClientId;
    if (clientId === null) return err(failure('input/not-configured', 'config.json names no client id'));
    const request = { clientId, scopes: this.#scopes, tenantId, interactive: true };
    const delegated = createDelegatedTokens(tokens, request, this.#tenants.deps);
    const signedIn = await delegated.signedIn();
    if (!signedIn.ok) return signedIn;
    const graph = this.#tenants.client(tenantId, delegated);
    return graph.ok ? work({ graph: graph.value, signedIn: signedIn.value }) : graph;
  }
}
