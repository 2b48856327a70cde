/**
 * The page's side of sign-in, and the port through which the engine gets delegated tokens. One MSAL instance per client
 * id and cloud. Tokens live in MSAL's memory cache; the engine never sees MSAL and storage never sees a token, except
 * with the redirect fallback, whose sessionStorage is cleared at sign-out.
 */
import type { AccountInfo, AuthenticationResult, IPublicClientApplication } from '@azure/msal-browser';
import { createContext } from 'svelte';
import type { CloudEndpoints, DelegatedToken, TokenPort } from '#workers/contract/engine-api.ts';
import { failure } from '#workers/kernel/failure.ts';
import type { Result } from '#workers/kernel/result.ts';
import { err, ok } from '#workers/kernel/result.ts';
import { authorityFor, msalConfiguration, type SignInWay } from './msal-configuration.ts';
import { forgetReturn, forgetStoredTokens, recallReturn, rememberReturn } from './redirect-return.ts';
import { signInFailure } from './sign-in-failure.ts';

type TokenRequest = Parameters<TokenPort['acquire']>[0];

/** What either way of signing in asks of Entra. */
type Question = Parameters<IPublicClientApplication['acquireTokenPopup']>[0] &
  Parameters<IPublicClientApplication['acquireTokenRedirect']>[0];

export class SignIn implements TokenPort {
  /** A sign-in window is open. */
  waiting = $state(false);
  /** User principal name of who signed in last; null for nobody since the page was loaded or signed out. */
  person = $state<string | null>(null);

  #way: SignInWay = 'popup';
  #cloud: CloudEndpoints | null = null;
  #asked: { clientId: string; question: Question } | null = null;
  #cancel: (() => void) | null = null;
  #asksWho = false;
  /** Client id → object id of whoever signed in to it last: several people may be signed in. */
  readonly #latest = new Map<string, string>();
  readonly #clients = new Map<string, Promise<IPublicClientApplication>>();

  /** Which cloud the next sign-in goes to; clients of another one are dropped with their tokens. */
  useCloud(cloud: CloudEndpoints): void {
    if (this.#cloud?.login !== cloud.login) {
      this.#clients.clear();
      this.person = null;
    }
    this.#cloud = cloud;
  }

  /** Loads MSAL ahead of the click that opens the window: browsers allow it only moments after one. */
  async prepare(clientId: string): Promise<void> {
    await this.#client(clientId);
  }

  /**
   * The next sign-in lets people choose who they are: the one who is signed in was refused, got a role meanwhile that only a
   * new token carries, or makes room for another. Work that is somebody's own stays that person's.
   */
  askWho(): void {
    this.#asksWho = true;
  }

  async acquire(request: TokenRequest): Promise<Result<DelegatedToken>> {
    const client = await this.#client(request.clientId);
    const asksWho = this.#asksWho && request.interactive && !request.account;
    const account = asksWho ? undefined : this.#accountOf(client, request);
    const common = {
      scopes: [...request.scopes],
      authority: authorityFor(request.tenantId),
      ...(request.claims ? { claims: request.claims } : {}),
    };
    if (account) {
      // No hidden frame: the page's policy would hold it up for ten seconds, and a click counts for five.
      const { CacheLookupPolicy } = await import('@azure/msal-browser');
      const cacheLookupPolicy = CacheLookupPolicy.AccessTokenAndRefreshToken;
      const silent = await settle(client.acquireTokenSilent({ ...common, account, cacheLookupPolicy }));
      if (silent.ok || !request.interactive) return silent;
    } else if (!request.interactive) {
      return err(failure('sign-in/interaction-required', 'no account is signed in', { retry: 'after-user' }));
    }
    const question = {
      ...common,
      ...(account ? { account, loginHint: account.username } : { prompt: 'select_account' }),
    };
    this.#asked = { clientId: request.clientId, question };
    const answer = await this.#popup(client, question);
    if (answer.ok) {
      this.#asksWho = false;
      this.#latest.set(request.clientId, answer.value.account.objectId);
      this.person = answer.value.account.userPrincipalName;
    }
    return answer;
  }

  /** Gives up waiting for the sign-in window: with a strict opener policy the page cannot see it being closed. */
  cancel(): void {
    this.#cancel?.();
  }

  /** Leaves the page to sign in; it comes back to `returnTo`. Never while a job runs: leaving ends the worker. */
  async redirect(returnTo: string): Promise<void> {
    const asked = this.#asked;
    if (!asked || !this.#cloud) return;
    this.#way = 'redirect';
    this.#clients.clear();
    rememberReturn({ clientId: asked.clientId, cloud: this.#cloud.name, returnTo });
    const client = await this.#client(asked.clientId);
    await client.acquireTokenRedirect(asked.question);
  }

  /**
   * Called once after start, when the cloud is known: takes over an answer to `redirect`, and says where to go. Any
   * other start forgets what an earlier redirect left behind: a reload forgets tokens, whichever way they came.
   */
  async resume(): Promise<Result<string | null>> {
    const pending = recallReturn();
    if (!pending) {
      forgetStoredTokens();
      return ok(null);
    }
    this.#way = 'redirect';
    try {
      const client = await this.#client(pending.clientId);
      const answer = await client.handleRedirectPromise();
      if (answer) this.person = answer.account.username;
      return ok(answer ? pending.returnTo : null);
    } catch (thrown) {
      return err(signInFailure(thrown));
    }
  }

  /**
   * Forgets what these clients hold of one tenant's people: access and refresh tokens. Gives how many of their
   * sign-ins are left. What Entra has issued stays valid until it ends.
   */
  async forget(tenantId: string, clientIds: readonly string[]): Promise<number> {
    let left = 0;
    for (const clientId of clientIds) {
      const client = await this.#clients.get(clientId);
      const theirs = () => client?.getAllAccounts().filter((account) => account.tenantId === tenantId) ?? [];
      for (const account of theirs()) await client?.clearCache({ account });
      left += theirs().length;
    }
    return left;
  }

  /** Forgets every token of this page. Microsoft's own session in the browser is left alone. */
  async signOut(): Promise<void> {
    for (const pending of this.#clients.values()) await (await pending).clearCache();
    this.#clients.clear();
    this.#latest.clear();
    this.person = null;
    this.#way = 'popup';
    forgetReturn();
    forgetStoredTokens();
  }

  async #popup(client: IPublicClientApplication, question: Question): Promise<Result<DelegatedToken>> {
    this.waiting = true;
    const cancelled = new Promise<Result<DelegatedToken>>((resolve) => {
      this.#cancel = () => resolve(err(failure('sign-in/cancelled-by-user', 'cancelled on the page')));
    });
    const answer = settle(client.acquireTokenPopup({ ...question, overrideInteractionInProgress: true }));
    const result = await Promise.race([answer, cancelled]);
    this.waiting = false;
    this.#cancel = null;
    return result;
  }

  #accountOf(client: IPublicClientApplication, request: TokenRequest): AccountInfo | undefined {
    const { clientId, tenantId, account: wanted } = request;
    const fitting = client
      .getAllAccounts()
      .filter(
        (account) =>
          (!tenantId || account.tenantId === tenantId) && (!wanted || account.localAccountId === wanted),
      );
    const latest = this.#latest.get(clientId);
    return fitting.find(({ localAccountId }) => localAccountId === latest) ?? fitting[0];
  }

  #client(clientId: string): Promise<IPublicClientApplication> {
    const known = this.#clients.get(clientId);
    if (known) return known;
    const made = this.#makeClient(clientId);
    this.#clients.set(clientId, made);
    return made;
  }

  async #makeClient(clientId: string): Promise<IPublicClientApplication> {
    if (!this.#cloud) throw new Error('sign-in before the cloud is known');
    const { PublicClientApplication } = await import('@azure/msal-browser');
    const client = new PublicClientApplication(
      msalConfiguration(clientId, this.#cloud, { way: this.#way, origin: location.origin }),
    );
    await client.initialize();
    return client;
  }
}

async function settle(answer: Promise<AuthenticationResult>): Promise<Result<DelegatedToken>> {
  try {
    return ok(toToken(await answer));
  } catch (thrown) {
    return err(signInFailure(thrown));
  }
}

function toToken(answer: AuthenticationResult): DelegatedToken {
  const { account } = answer;
  const roles: unknown = account.idTokenClaims?.wids;
  return {
    accessToken: answer.accessToken,
    expiresAt: answer.expiresOn?.getTime() ?? 0,
    tenantId: answer.tenantId,
    account: {
      objectId: account.localAccountId,
      userPrincipalName: account.username,
      name: account.name ?? account.username,
    },
    scopes: answer.scopes,
    directoryRoles: Array.isArray(roles)
      ? roles.filter((role): role is string => typeof role === 'string')
      : [],
  };
}

export const [useSignIn, provideSignIn] = createContext<SignIn>();
