/** Administrators signed in to backup apps from this page. Nothing of it is stored: a reload forgets, as MSAL does. */
import { delegatedRights, delegatedScopes, readDelegatedRights } from '../access/app-sign-in.ts';
import { createPatientTokens, type PatientTokens } from '../access/patient-tokens.ts';
import type { AppRights } from '../contract/app-rights.ts';
import type { Connection } from '../contract/connections.ts';
import type { GraphClient } from '../graph/client.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Tenants } from './tenants.ts';

interface AppSignIn {
  /** An app that was installed anew has nobody signed in. */
  readonly clientId: string;
  readonly tokens: PatientTokens;
  readonly rights: AppRights;
}

export class AppSignIns {
  readonly #tenants: Tenants;
  readonly #signIns = new Map<string, AppSignIn>();

  constructor(tenants: Tenants) {
    this.#tenants = tenants;
  }

  async rights(tenantId: string): Promise<Result<AppRights>> {
    const connection = await this.#connection(tenantId);
    if (!connection.ok) return connection;
    const known = this.#known(connection.value);
    if (known) return ok(known.rights);
    return ok({ tenantId, signedInAs: null, rights: delegatedRights(connection.value.profile) });
  }

  /** May open the sign-in window. Work that waits for the same tenant goes on. */
  async signIn(tenantId: string): Promise<Result<AppRights>> {
    const connection = await this.#connection(tenantId);
    if (!connection.ok) return connection;
    const tokens = this.#tokens(connection.value);
    if (!tokens.ok) return tokens;
    const answer = await tokens.value.signInAgain();
    if (!answer.ok) return answer;
    const graph = this.#tenants.client(tenantId, tokens.value.prompt);
    if (!graph.ok) return graph;
    const { account, scopes } = answer.value;
    const person = { objectId: account.objectId, inToken: scopes };
    const rights = {
      tenantId,
      signedInAs: account.userPrincipalName,
      rights: await readDelegatedRights(connection.value, person, graph.value),
    };
    this.#signIns.set(tenantId, { clientId: connection.value.clientId, tokens: tokens.value, rights });
    return ok(rights);
  }

  /** A client that acts as whoever is signed in; with `patience` it waits where that has ended. Undefined for nobody. */
  async client(
    tenantId: string,
    patience: boolean,
  ): Promise<Result<{ readonly graph: GraphClient; readonly tokens: PatientTokens } | undefined>> {
    const connection = await this.#connection(tenantId);
    if (!connection.ok) return connection;
    const known = this.#known(connection.value);
    if (!known) return ok(undefined);
    const graph = this.#tenants.client(tenantId, patience ? known.tokens.patient : known.tokens.prompt);
    return graph.ok ? ok({ graph: graph.value, tokens: known.tokens }) : graph;
  }

  #known({ tenantId, clientId }: Connection): AppSignIn | undefined {
    const known = this.#signIns.get(tenantId);
    return known?.clientId === clientId ? known : undefined;
  }

  /** The ones that work may be waiting on, or new ones. */
  #tokens(connection: Connection): Result<PatientTokens> {
    const known = this.#known(connection);
    if (known) return ok(known.tokens);
    const configured = this.#tenants.configured();
    if (!configured.ok) return configured;
    const { clientId, tenantId, profile } = connection;
    const scopes = delegatedScopes(profile);
    if (scopes.length === 0) {
      return err(failure('input/invalid', `the profile ${profile} has no rights of a signed-in person`));
    }
    return ok(
      createPatientTokens(configured.value.tokens, { clientId, scopes, tenantId }, this.#tenants.deps),
    );
  }

  async #connection(tenantId: string): Promise<Result<Connection>> {
    const found = await this.#tenants.deps.store.connection(tenantId);
    if (!found.ok) return found;
    const why = 'this device is not connected to the tenant';
    return found.value ? ok(found.value) : err(failure('input/not-connected', why, { retry: 'after-user' }));
  }
}
