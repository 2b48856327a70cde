/** Ways into tenants: for each connected one a paced Graph client on this device's own tokens, made at first use. */
import type { AccessStore } from '../access/access-store.ts';
import { createAppTokens, type AppTokens, type NoteToken } from '../access/app-token.ts';
import { keysOf } from '../access/operator-app.ts';
import { createPatientTokens, type PatientTokens } from '../access/patient-tokens.ts';
import { installScopes, ownScopes } from '../access/scopes.ts';
import { readClaims } from '../access/token-claims.ts';
import type { Connection } from '../contract/connections.ts';
import type { EngineConfig, TokenPort } from '../contract/engine-api.ts';
import type { GraphClient } from '../graph/client.ts';
import { createGraphClient } from '../graph/create-client.ts';
import type { ExchangeDeps } from '../graph/exchange.ts';
import { createHostTable } from '../graph/hosts.ts';
import { createPace, type Pace, type PaceShare } from '../graph/pace.ts';
import type { TokenSource } from '../graph/token-source.ts';
import type { Random } from '../kernel/clock.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { throttlingOf, type Throttling } from './throttling.ts';

export interface TenantsDeps extends ExchangeDeps {
  readonly random: Random;
  readonly store: AccessStore;
  /** What other tabs spend on the same tenant. */
  readonly share?: (tenantId: string) => PaceShare;
  /** Told of each new app-only token before it is used. */
  readonly noted?: NoteToken;
}

export interface Tenant {
  readonly connection: Connection;
  readonly graph: GraphClient;
  /** For runs: where a person has to sign in again it waits for that. */
  readonly patientGraph: GraphClient;
  /** Whose sign-in it rests on; null where the app has tokens of its own. */
  readonly person: PatientTokens | null;
  /** The app-only tokens that `graph` uses; null where it rests on a person's sign-in. */
  readonly app: AppTokens | null;
  readonly throttling: Throttling;
  /** What its tokens may do: app roles, or the scopes of a person. */
  permissions(): Promise<Result<ReadonlySet<string>>>;
}

export interface Configured {
  readonly config: EngineConfig;
  readonly tokens: TokenPort;
}

export class Tenants {
  readonly deps: TenantsDeps;
  /** What acting as an administrator takes: the Registrator's own right, or what the directory wanted instead. */
  installScopes: readonly string[] = installScopes;
  #configured: Configured | undefined;
  readonly #paces = new Map<string, Pace>();
  readonly #tenants = new Map<string, Tenant>();

  constructor(deps: TenantsDeps) {
    this.deps = deps;
  }

  /** Another cloud has other tenants: what was open is dropped. */
  configure(configured: Configured): void {
    this.#configured = configured;
    this.#tenants.clear();
    this.#paces.clear();
  }

  /** `input/not-configured` before `configure`. */
  configured(): Result<Configured> {
    return this.#configured
      ? ok(this.#configured)
      : err(failure('input/not-configured', 'no configuration yet'));
  }

  /** The relay's address, or `input/not-configured`: without it there are no app-only tokens. */
  relay(): Result<string> {
    const relay = this.#configured?.config.relay;
    return relay ? ok(relay) : err(failure('input/not-configured', 'config.json names no relay'));
  }

  /** A client on any tokens; all clients of one tenant share its pace. `fetch`: for who counts. */
  client(tenantId: string, tokens: TokenSource, fetch = this.deps.fetch): Result<GraphClient> {
    const configured = this.configured();
    if (!configured.ok) return configured;
    const hosts = createHostTable(configured.value.config.cloud);
    return ok(createGraphClient({ ...this.deps, fetch, hosts, tokens, pace: this.#pace(tenantId) }));
  }

  /** `input/not-connected` where this device is not connected to the tenant. */
  async open(tenantId: string): Promise<Result<Tenant>> {
    const connection = await this.deps.store.connection(tenantId);
    if (!connection.ok) return connection;
    const known = this.#tenants.get(tenantId);
    // Another tab may have installed the app anew, or left the tenant.
    if (known && connection.value && isSame(known.connection, connection.value)) return ok(known);
    if (!connection.value) {
      return err(
        failure('input/not-connected', 'this device is not connected to the tenant', {
          retry: 'after-user',
        }),
      );
    }
    const made =
      connection.value.kind === 'own' ? this.#openOwn(connection.value) : this.#openApp(connection.value);
    if (made.ok) this.#tenants.set(tenantId, made.value);
    return made;
  }

  #openApp(connection: Connection): Result<Tenant> {
    const relay = this.relay();
    if (!relay.ok) return relay;
    const store = keysOf(this.deps.store, connection);
    const tokens = createAppTokens(connection, { ...this.deps, relay: relay.value, store });
    return this.#tenantOn(connection, { prompt: tokens, patient: tokens }, { app: tokens, person: null });
  }

  /** On the rights of the one person: no relay. */
  #openOwn(connection: Connection): Result<Tenant> {
    const configured = this.configured();
    if (!configured.ok) return configured;
    const { tenantId, clientId, account } = connection;
    const request = { clientId, scopes: ownScopes, tenantId, ...(account !== null && { account }) };
    const person = createPatientTokens(configured.value.tokens, request, this.deps);
    return this.#tenantOn(connection, person, { app: null, person });
  }

  #tenantOn(
    connection: Connection,
    { prompt, patient }: Pick<PatientTokens, 'prompt' | 'patient'>,
    rests: Pick<Tenant, 'app' | 'person'>,
  ): Result<Tenant> {
    const { tenantId } = connection;
    const graph = this.client(tenantId, prompt);
    const patientGraph = patient === prompt ? graph : this.client(tenantId, patient);
    if (!graph.ok) return graph;
    if (!patientGraph.ok) return patientGraph;
    return ok({
      connection,
      graph: graph.value,
      patientGraph: patientGraph.value,
      ...rests,
      throttling: throttlingOf(this.#pace(tenantId)),
      permissions: () => permissionsOf(prompt),
    });
  }

  /** After installing, renewing or disconnecting. */
  forget(tenantId: string): void {
    this.#tenants.delete(tenantId);
  }

  /** Of connections that rest on a person's sign-in no token is kept; what waits for one ends. */
  forgetPeople(): void {
    for (const [tenantId, { person }] of this.#tenants) {
      if (!person) continue;
      person.giveUp(signedOut);
      this.#tenants.delete(tenantId);
    }
  }

  #pace(tenantId: string): Pace {
    let pace = this.#paces.get(tenantId);
    if (!pace) {
      const { clock, random } = this.deps;
      const share = this.deps.share?.(tenantId);
      pace = createPace({ clock, random, ...(share ? { share } : {}) });
      this.#paces.set(tenantId, pace);
    }
    return pace;
  }
}

export const signedOut = failure('sign-in/interaction-required', 'signed out on this page', {
  retry: 'after-user',
});

/** The certificate is renewed without anybody noticing. */
const isSame = (one: Connection, other: Connection): boolean =>
  (['clientId', 'applicationId', 'kind', 'profile', 'account'] as const).every(
    (name) => one[name] === other[name],
  );

async function permissionsOf(tokens: TokenSource): Promise<Result<ReadonlySet<string>>> {
  const token = await tokens.token();
  if (!token.ok) return token;
  const { roles = [], scp = '' } = readClaims(token.value) ?? {};
  return ok(new Set([...roles, ...scp.split(' ')]));
}

/** `input/invalid` where it rests on a person's sign-in. */
export const tokensOfApp = ({ app }: Tenant): Result<AppTokens> =>
  app ? ok(app) : err(failure('input/invalid', 'this connection rests on a sign-in, not on an app'));
