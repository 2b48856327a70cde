/** Failures of the sign-in service: AADSTS codes, with the OAuth error and HTTP status each comes as. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../world/clock.ts';

interface Kind {
  readonly error: string;
  readonly status: number;
  readonly message: string;
}

const invalidClient = (message: string): Kind => ({ error: 'invalid_client', status: 401, message });
const invalidGrant = (message: string): Kind => ({ error: 'invalid_grant', status: 400, message });
const invalidRequest = (message: string): Kind => ({ error: 'invalid_request', status: 400, message });
const kind = (error: string, message: string): Kind => ({ error, status: 400, message });

/** Microsoft Learn, "Microsoft Entra authentication and authorization error codes"; `{0}` and on are details. */
const kinds = {
  50011: invalidRequest(
    "The redirect URI '{0}' specified in the request does not match the redirect URIs configured for the application '{1}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.",
  ),
  50013: invalidGrant('Assertion failed signature validation. [Reason - {0}]'),
  50027: invalidRequest('JWT token is invalid or malformed.'),
  50057: kind('access_denied', 'The user account is disabled.'),
  50058: kind('login_required', 'A silent sign-in request was sent but no user is signed in.'),
  50173: invalidGrant(
    'The provided grant has expired due to it being revoked, a fresh auth token is needed. The grant was issued before the sessions of the user were revoked.',
  ),
  50194: kind(
    'unauthorized_client',
    "Application '{0}' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps.",
  ),
  53003: kind(
    'interaction_required',
    'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
  ),
  54005: invalidGrant('OAuth2 Authorization code was already redeemed, please retry with a new valid code.'),
  65001: invalidGrant(
    "The user or administrator has not consented to use the application with ID '{0}' named '{1}'. Send an interactive authorization request for this user and resource.",
  ),
  65004: kind('access_denied', 'User declined to consent to access the app.'),
  70000: invalidGrant('Provided grant is invalid or malformed.'),
  70003: kind('unsupported_grant_type', "The app requested an unsupported grant type '{0}'."),
  70008: invalidGrant('The provided authorization code or refresh token has expired due to inactivity.'),
  70011: kind(
    'invalid_scope',
    "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {0} is not valid.",
  ),
  90002: invalidRequest(
    "Tenant '{0}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
  ),
  90094: kind(
    'access_denied',
    "Admin consent is required for the permissions requested by the application '{0}'.",
  ),
  500011: kind(
    'invalid_resource',
    'The resource principal named {0} was not found in the tenant named {1}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.',
  ),
  501481: invalidGrant(
    'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  ),
  650053: kind(
    'invalid_client',
    "The application '{0}' asked for scope '{1}' that doesn't exist on the resource '{2}'. Contact the app vendor.",
  ),
  700016: kind(
    'unauthorized_client',
    "Application with identifier '{0}' was not found in the directory '{1}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  ),
  700022: invalidRequest(
    'The provided value for the input parameter scope is not valid because it contains more than one resource.',
  ),
  700024: invalidClient('Client assertion is not within its valid time range. Current time: {0}.'),
  700025: invalidClient(
    "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  ),
  700027: invalidClient(
    'The certificate with identifier used to sign the client assertion is not registered on application. [Reason - {0}]',
  ),
  700038: kind('unauthorized_client', '{0} is not a valid application identifier.'),
  700054: kind('unsupported_response_type', "response_type '{0}' is not enabled for the application."),
  700084: invalidGrant(
    'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which can not be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page.',
  ),
  900144: invalidRequest("The request body must contain the following parameter: '{0}'."),
  1002012: kind(
    'invalid_scope',
    'The provided value for scope {0} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
  ),
  7000112: kind('unauthorized_client', "Application '{0}'({1}) is disabled."),
  7000215: invalidClient(
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{0}'.",
  ),
  7000218: invalidClient(
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  ),
  7000222: invalidClient("The provided client secret keys for app '{0}' are expired."),
  7000229: kind(
    'unauthorized_client',
    'The client application {0} is missing service principal in the tenant {1}.',
  ),
  9001023: invalidRequest(
    'The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.',
  ),
  9002325: invalidRequest(
    'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
  ),
  9002326: invalidRequest(
    "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{0}'.",
  ),
  9002327: invalidRequest(
    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  ),
} satisfies Record<number, Kind>;

export type AadstsCode = keyof typeof kinds;

/** `message_only`: nothing the user could do now would help (seen in answers of the real token endpoint). */
const suberrors: Readonly<Partial<Record<AadstsCode, string>>> = {
  53003: 'message_only',
  65001: 'consent_required',
};

/** Thrown by the sign-in service, answered as JSON by the token endpoint, as a redirect or a page by the others. */
export class EntraError extends Error {
  readonly code: AadstsCode;
  readonly error: string;
  readonly status: number;
  readonly suberror: string | undefined;

  constructor(code: AadstsCode, ...details: string[]) {
    const { error, status, message } = kinds[code];
    super(
      `AADSTS${code}: ${message.replace(/\{(\d)\}/g, (_, index: string) => details[Number(index)] ?? '')}`,
    );
    this.code = code;
    this.error = error;
    this.status = status;
    this.suberror = suberrors[code];
  }
}

const timestamp = (clock: Clock) => `${clock.iso().replace('T', ' ').replace('Z', '')}Z`;

/** `AADSTS…: text Trace ID: … Correlation ID: … Timestamp: …`, as in every description of Entra. */
export function describe(failure: EntraError, clock: Clock, correlationId: string, traceId = randomUUID()) {
  return `${failure.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp(clock)}`;
}

/** Recorded from the real service: these have no page of their own. */
const withoutPage = new Set<AadstsCode>([70003, 700038]);

export function errorBody(failure: EntraError, clock: Clock, correlationId: string): Record<string, unknown> {
  const traceId = randomUUID();
  return {
    error: failure.error,
    error_description: describe(failure, clock, correlationId, traceId),
    error_codes: [failure.code],
    timestamp: timestamp(clock),
    trace_id: traceId,
    correlation_id: correlationId,
    ...(withoutPage.has(failure.code)
      ? {}
      : { error_uri: `https://login.microsoftonline.com/error?code=${failure.code}` }),
    ...(failure.suberror ? { suberror: failure.suberror } : {}),
  };
}
