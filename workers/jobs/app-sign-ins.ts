/** Administrators signed in to backup apps from this page. Nothing of it is stored: a reload forgets, as MSAL does. */
import { delegatedRights, delegatedScopes, readDelegatedRights } from '../access/app-sign-in.ts';
import { createPatientTokens, tokensOf, type PatientTokens } from '../access/patient-tokens.ts';
import type { AppRights } from '../contract/app-rights.ts';
import type { Connection } from '../contract/connections.ts';
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { GraphClient } from '../graph/client.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { signedOut, type Tenants } from './tenants.ts';

/** Whoever is signed in to the backup app, and what they may do in it for themselves. */
interface SignedInOwner {
  /** Object id. */
  readonly account: string;
  /** Scopes that are granted. */
  readonly granted: ReadonlySet<string>;
  /** Acts as this person and nobody else: `sign-in/other-account` once somebody else has signed in. */
  readonly graph: GraphClient;
  readonly tokens: PatientTokens;
}

interface AppSignIn {
  /** An app that was installed anew has nobody signed in. */
  readonly clientId: string;
  readonly tokens: PatientTokens;
  readonly rights: AppRights;
  /** Object id of who signed in. */
  readonly account: string;
}

interface NewSignIn {
  readonly tokens: PatientTokens;
  readonly answer: DelegatedToken;
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

  /** `wanted`: object id of the one person that it is about. May open the sign-in window. Work that waits for the same tenant goes on. */
  async signIn(tenantId: string, wanted?: string): Promise<Result<AppRights>> {
    const connection = await this.#connection(tenantId);
    if (!connection.ok) return connection;
    const signedIn = await this.#signInAs(connection.value, wanted);
    if (!signedIn.ok) return signedIn;
    const { tokens, answer } = signedIn.value;
    const graph = this.#tenants.client(tenantId, tokens.prompt);
    if (!graph.ok) return graph;
    const { account, scopes } = answer;
    const person = { objectId: account.objectId, inToken: scopes };
    const rights = {
      tenantId,
      signedInAs: account.userPrincipalName,
      rights: await readDelegatedRights(connection.value, person, graph.value),
    };
    this.#signIns.set(tenantId, {
      clientId: connection.value.clientId,
      tokens,
      rights,
      account: account.objectId,
    });
    return ok(rights);
  }

  /** Where nobody in particular is wanted and somebody else signs in, what waits for the one before ends. */
  async #signInAs(connection: Connection, wanted?: string): Promise<Result<NewSignIn>> {
    const known = this.#known(connection);
    const isKnown = known !== undefined && (wanted === undefined || wanted === known.account);
    if (known && isKnown) {
      const again = await known.tokens.signInAgain();
      if (again.ok) return ok({ tokens: known.tokens, answer: again.value });
      if (again.error.code !== 'sign-in/other-account' || wanted !== undefined) return again;
      known.tokens.giveUp(again.error);
    }
    const tokens = this.#tokens(connection, wanted);
    if (!tokens.ok) return tokens;
    const answer = await tokens.value.signInAgain();
    return answer.ok ? ok({ tokens: tokens.value, answer: answer.value }) : answer;
  }

  /** The page has forgotten its sign-ins: nobody acts here any more until somebody signs in. */
  forget(): void {
    for (const { tokens } of this.#signIns.values()) tokens.giveUp(signedOut);
    this.#signIns.clear();
  }

  /** A client that acts as whoever is signed in, and as nobody else; with `patience` it waits where that has ended. Undefined for nobody. */
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

  /** For what is that person's own; `patience` as above. Undefined for nobody. */
  async owner(tenantId: string, patience: boolean): Promise<Result<SignedInOwner | undefined>> {
    const connection = await this.#connection(tenantId);
    if (!connection.ok) return connection;
    const known = this.#known(connection.value);
    if (!known) return ok(undefined);
    const { account, tokens, rights } = known;
    const graph = this.#tenants.client(
      tenantId,
      tokensOf(account, patience ? tokens.patient : tokens.prompt),
    );
    if (!graph.ok) return graph;
    const granted = rights.rights.flatMap(({ scope, consented }) => (consented === 'yes' ? [scope] : []));
    return ok({ account, granted: new Set(granted), graph: graph.value, tokens });
  }

  #known({ tenantId, clientId }: Connection): AppSignIn | undefined {
    const known = this.#signIns.get(tenantId);
    return known?.clientId === clientId ? known : undefined;
  }

  /** Of the first who signs in with them, where nobody is named. */
  #tokens(connection: Connection, account?: string): Result<PatientTokens> {
    const configured = this.#tenants.configured();
    if (!configured.ok) return configured;
    const { clientId, tenantId, profile } = connection;
    const scopes = delegatedScopes(profile);
    if (scopes.length === 0) {
      return err(failure('input/invalid', `the profile ${profile} has no rights of a signed-in person`));
    }
    const request = { clientId, scopes, tenantId, ...(account !== undefined && { account }) };
    return ok(createPatientTokens(configured.value.tokens, request, this.#tenants.deps));
  }

  async #connection(tenantId: string): Promise<Result<Connection>> {
    const found = await this.#tenants.deps.store.connection(tenantId);
    if (!found.ok) return found;
    const why = 'this device is not connected to the tenant';
    return found.value ? ok(found.value) : err(failure('input/not-connected', why, { retry: 'after-user' }));
  }
}
