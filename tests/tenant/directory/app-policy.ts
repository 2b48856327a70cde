/** What a tenant's app management policy says of new credentials (Microsoft Learn, "appManagementConfiguration"). */
import { GraphError } from '../graph/context.ts';
import type { World } from '../world/world.ts';
import type { KeyCredential, PasswordCredential } from './app-registry.ts';

const dayMs = 24 * 3600 * 1000;

/** As long as the policies `short` let a credential live. */
const longest = { secret: 180 * dayMs, certificate: 30 * dayMs };

interface Period {
  readonly startDateTime: string;
  readonly endDateTime: string;
}

function check(policy: 'allowed' | 'short' | 'refused', longestMs: number, period: Period): void {
  if (policy === 'refused')
    throw new GraphError(
      400,
      'CredentialTypeNotAllowedAsPerAppPolicy',
      "Credential type not allowed as per assigned policy 'Credential restrictions'.",
    );
  const lifetime = Date.parse(period.endDateTime) - Date.parse(period.startDateTime);
  if (policy === 'short' && lifetime > longestMs)
    throw new GraphError(
      400,
      'CredentialInvalidLifetimeAsPerAppPolicy',
      "Credential lifetime exceeds the max value allowed as per assigned policy 'Credential restrictions'.",
    );
}

/** Throws 400 where the policy refuses a new secret. */
export const checkSecretPolicy = ({ switches }: World, secret: PasswordCredential): void =>
  check(switches.appSecrets, longest.secret, secret);

/** Throws 400 where the policy refuses a new certificate; those an application has already stay. */
export const checkCertificatePolicy = ({ switches }: World, key: KeyCredential): void =>
  check(switches.appCertificates, longest.certificate, key);
