/**
 * The link with which a customer's administrator consents to the operator's app, and what its answer is worth. The answer
 * comes by redirect and may be anybody's: it says which tenant to look at, and nothing more.
 */
import { isGuid } from '#workers/kernel/brand.ts';

export const consentPath = '/consent';

export interface ConsentRequest {
  /** Base URL of the sign-in service. */
  readonly login: string;
  readonly clientId: string;
  readonly tenantId: string;
  /** Registered with the app: this page's origin and `consentPath`. */
  readonly redirectUri: string;
  readonly state: string;
}

/** `.default` asks for application permissions too, as the app declares them (learn.microsoft.com, v2-admin-consent). */
export function consentLink({ login, clientId, tenantId, redirectUri, state }: ConsentRequest): string {
  const url = new URL(`${login}/${tenantId}/v2.0/adminconsent`);
  url.search = new URLSearchParams({
    client_id: clientId,
    scope: 'https://graph.microsoft.com/.default',
    redirect_uri: redirectUri,
    state,
  }).toString();
  return url.href;
}

export interface ConsentAnswer {
  /** As the redirect says; to be proven by a token. null where it names none that could be one. */
  readonly tenantId: string | null;
  readonly state: string;
  readonly refused: boolean;
  /** To the link of a check, which is nobody's customer: its state is the same word for all (`access/consent-link.ts`). */
  readonly forCheck: boolean;
}

export function readConsentAnswer(query: URLSearchParams): ConsentAnswer {
  const tenant = query.get('tenant') ?? '';
  return {
    tenantId: isGuid(tenant) ? tenant.toLowerCase() : null,
    state: query.get('state') ?? '',
    refused: query.has('error'),
    forCheck: query.get('state') === 'consent',
  };
}
