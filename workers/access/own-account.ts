/** Connects a device to one account by that person's own consent. Nothing is written in the tenant. */
import * as v from 'valibot';
import type { Connection } from '../contract/connections.ts';
import type { DelegatedToken, TokenPort } from '../contract/engine-api.ts';
import type { GraphClient } from '../graph/client.ts';
import type { TokenSource } from '../graph/token-source.ts';
import type { Clock } from '../kernel/clock.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AccessStore } from './access-store.ts';
import { createDelegatedTokens } from './delegated-token.ts';
import { directory } from './installation.ts';
import { ownScopes } from './scopes.ts';

export interface OwnDeps {
  /** Of the Registrator: no app is made for one account. */
  readonly clientId: string;
  readonly tokens: TokenPort;
  readonly clock: Clock;
  readonly store: AccessStore;
  readonly client: (tenantId: string, tokens: TokenSource) => Result<GraphClient>;
}

/**
 * The tenant's own connection where this device has one; that reaches the account as well. `sign-in/other-account` where
 * the device keeps somebody else's own account of this tenant: a connection is one for each tenant.
 */
export async function connectOwnAccount(deps: OwnDeps): Promise<Result<Connection>> {
  const request = { clientId: deps.clientId, scopes: ownScopes, interactive: true };
  const tokens = createDelegatedTokens(deps.tokens, request, deps);
  const signedIn = await tokens.signIn();
  if (!signedIn.ok) return err(consentRefused(signedIn.error));
  const { tenantId, account } = signedIn.value;
  const known = await deps.store.connection(tenantId);
  if (!known.ok) return known;
  if (known.value && known.value.kind !== 'own') return ok(known.value);
  if (known.value && known.value.account !== account.objectId) {
    const why = `this browser keeps the own account of ${known.value.tenantName}`;
    return err(failure('sign-in/other-account', why, { retry: 'after-user' }));
  }
  const graph = deps.client(tenantId, tokens);
  if (!graph.ok) return graph;
  const connection: Connection = {
    tenantId,
    tenantName: await nameOf(signedIn.value, graph.value),
    clientId: deps.clientId,
    // Of its own things a person may write everything.
    profile: 'complete',
    certificateExpires: '',
    kind: 'own',
    applicationId: null,
    account: account.objectId,
    homeTenantId: tenantId,
  };
  const saved = await deps.store.saveConnection(connection);
  return saved.ok ? ok(connection) : saved;
}

/** AADSTS65001 and 90094 of rights that people may consent to for themselves: the organisation has switched that off. */
const consentRefused = (cause: Failure): Failure =>
  cause.code === 'sign-in/consent-missing'
    ? failure('sign-in/administrators-consent', cause.detail, { retry: 'after-user', cause })
    : cause;

const organizations = v.object({ value: v.array(v.object({ displayName: v.nullish(v.string()) })) });

/** `Jonas Meyerhold, Contoso Joinery`; the person alone where the organisation's name cannot be read. */
async function nameOf({ account }: DelegatedToken, graph: GraphClient): Promise<string> {
  const person = account.name || account.userPrincipalName;
  const found = await graph.get('/organization?$select=id,displayName', organizations, directory);
  const organization = found.ok ? found.value.value[0]?.displayName : undefined;
  return organization ? `${person}, ${organization}` : person;
}
