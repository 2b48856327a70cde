/**
 * What the quick check reads: GETs alone, with delegated read scopes, packed into a few batches. A fact that this
 * sign-in may not see is a failure here and "not visible" in the report.
 */
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { collectGranted, type GrantedRole } from './check-granted.ts';
import { appName, ofApp, ofTenant, type Application, type ScopeGrants } from './check-schemas.ts';
import { ask, type Answers } from './check-sheet.ts';
import { roleIdsFrom, rolesIn } from './directory-roles.ts';
import { uniqueName } from './installation.ts';
import { tenantPlans, type TenantLicences } from './licences.ts';
import { allPermissions, type ResourceName } from './permissions.ts';

/** One of Microsoft's services as this tenant has it. */
export interface ServiceFacts {
  readonly id: string;
  /** Value by role id. */
  readonly roles: ReadonlyMap<string, string>;
}
export type Services = Readonly<Record<ResourceName, Result<ServiceFacts | undefined>>>;

export interface HeldRole {
  readonly resource: ResourceName | 'other';
  readonly id: string;
  /** What the tenant calls this id today; undefined where its service has no such role any more. */
  readonly value: string | undefined;
  /** Milliseconds since the epoch; 0 where it is not told. */
  readonly since: number;
}

/** What the backup app's service principal holds. */
export interface PrincipalFacts {
  readonly id: string;
  readonly enabled: boolean;
  readonly roles: readonly HeldRole[];
  readonly scopes: HeldScopes;
}

/** For whom a delegated scope was consented to, by the scope: for all, for who looks, or for others alone. */
export type Audience = 'everybody' | 'you' | 'others';
export type HeldScopes = ReadonlyMap<string, Audience>;

export interface Unread {
  readonly list: 'administrators' | 'namesakes' | 'deleted';
  readonly why: Failure;
}

export interface CheckFacts {
  readonly tenantName: Result<string>;
  /** What was bought. */
  readonly licences: Result<TenantLicences>;
  /** Undefined where the directory has no such person: somebody of a partner. */
  readonly me: Result<{ readonly isGuest: boolean } | undefined>;
  /** Template ids of the roles of who signed in. */
  readonly roles: Result<readonly string[]>;
  /** Names of who could install; empty where `unread` says so. */
  readonly administrators: readonly string[];
  /** A service that the tenant lacks is undefined. */
  readonly services: Services;
  /** Undefined where the tenant has none. */
  readonly app: Result<Application | undefined>;
  /** Others of its name. */
  readonly namesakes: readonly Application[];
  /** It lies in the recycle bin. */
  readonly deleted: boolean;
  /** Lists of which nothing is known, with the reason. */
  readonly unread: readonly Unread[];
  readonly principal: Result<PrincipalFacts | undefined>;
  /** Delegated scopes that the Registrator was granted here, for everybody or for who looks. */
  readonly registratorScopes: Result<readonly string[]>;
  /** Every app role of the three services that somebody was granted. */
  readonly granted: Result<readonly GrantedRole[]>;
}

export interface FactsRequest {
  readonly graph: GraphClient;
  readonly signedIn: DelegatedToken;
  readonly registratorClientId: string;
  /** Where this device knows the app already, one exchange less is needed. */
  readonly clientId: string | undefined;
  /** It is registered in another tenant: what is registered here is not it. */
  readonly isOperators: boolean;
  readonly note: (text: string) => void;
}

const nobody = '00000000-0000-0000-0000-000000000000';

export async function readFacts(request: FactsRequest): Promise<CheckFacts> {
  const { graph, signedIn, registratorClientId, note } = request;
  const person = signedIn.account.objectId;
  note('Reading tenant, licences and permissions');
  const questions = { ...ofTenant(registratorClientId), ...ofApp(request.clientId ?? nobody) };
  const seen = await ask(graph, questions);
  const app = unlessAbsent(seen.application);
  const appId = app.ok ? app.value?.appId : undefined;
  // Another app than this device knows: it was installed anew elsewhere.
  const isAnother = !request.isOperators && appId !== undefined && appId !== request.clientId;
  const ours = isAnother ? await ask(graph, ofApp(appId)) : seen;
  const services: Services = {
    graph: serviceFacts(seen.graph),
    exchange: serviceFacts(seen.exchange),
    sharepoint: serviceFacts(seen.sharepoint),
  };
  note('Reading who else may read mail and files');
  const roleIds = seen.memberOf.ok ? await roleIdsFrom(graph, seen.memberOf.value) : seen.memberOf;
  return {
    tenantName: mapped(seen.organization, ({ value }) => value[0]?.displayName ?? ''),
    licences: mapped(seen.skus, ({ value }) =>
      tenantPlans(value, seen.subscriptions.ok ? seen.subscriptions.value.value : null),
    ),
    me: mapped(unlessAbsent(seen.me), (me) => me && { isGuest: me.userType === 'Guest' }),
    roles: rolesIn(signedIn, roleIds),
    administrators: listed(seen.administrators).map(({ displayName }) => displayName),
    services,
    app,
    namesakes: listed(seen.namesakes).filter((one) => one.appId !== appId),
    deleted: listed(seen.deleted).some(isOurs),
    unread: (['administrators', 'namesakes', 'deleted'] as const).flatMap((list) => {
      const answer = seen[list];
      return answer.ok ? [] : [{ list, why: answer.error }];
    }),
    principal: principalFacts(ours, services, person),
    registratorScopes: mapped(seen.registrator, (grants) => {
      const held = [...scopesOf(grants, person)];
      return held.flatMap(([scope, audience]) => (audience === 'others' ? [] : scope));
    }),
    granted: await collectGranted(graph, {
      graph: seen.grantedOnGraph,
      exchange: seen.grantedOnExchange,
      sharepoint: seen.grantedOnSharePoint,
    }),
  };
}

const isOurs = ({ uniqueName: name, displayName }: Application): boolean =>
  name === uniqueName || displayName === appName;

const mapped = <T, U>(answer: Result<T>, map: (value: T) => U): Result<U> =>
  answer.ok ? ok(map(answer.value)) : answer;

const unlessAbsent = <T>(answer: Result<T>): Result<T | undefined> =>
  answer.ok || answer.error.code !== 'graph/not-found' ? answer : ok(undefined);

const listed = <T>(answer: Result<{ readonly value: readonly T[] }>): readonly T[] =>
  answer.ok ? answer.value.value : [];

/** Of several grants the widest counts. */
function scopesOf({ value }: ScopeGrants, person: string): HeldScopes {
  const audienceOf = ({ consentType, principalId }: ScopeGrants['value'][number]): Audience =>
    consentType !== 'Principal' ? 'everybody' : principalId === person ? 'you' : 'others';
  const widest = ['others', 'you', 'everybody'] as const;
  return new Map(
    widest.flatMap((audience) =>
      value
        .filter((grant) => audienceOf(grant) === audience)
        .flatMap(({ scope }) => scope.split(' ').filter(Boolean))
        .map((scope) => [scope, audience] as const),
    ),
  );
}

const serviceFacts = (answer: Answers<ReturnType<typeof ofTenant>>['graph']): Services['graph'] =>
  mapped(
    unlessAbsent(answer),
    (service) =>
      service && {
        id: service.id,
        roles: new Map(service.appRoles.flatMap(({ id, value }) => (value ? [[id, value] as const] : []))),
      },
  );

type AppAnswers = Answers<ReturnType<typeof ofApp>>;

function principalFacts(
  { principal, assignments, scopes }: AppAnswers,
  services: Services,
  person: string,
): CheckFacts['principal'] {
  const found = unlessAbsent(principal);
  if (!found.ok) return found;
  if (!found.value) return ok(undefined);
  // Without the names that Graph has for its roles nothing can be said of what is held.
  for (const part of [assignments, scopes, services.graph]) if (!part.ok) return err(part.error);
  const { id, accountEnabled: enabled } = found.value;
  const roles = listed(assignments).map((one) => heldRole(one, services));
  return ok({ id, enabled, roles, scopes: scopes.ok ? scopesOf(scopes.value, person) : new Map() });
}

type Assignment = Extract<AppAnswers['assignments'], { ok: true }>['value']['value'][number];

/** Of a service that could not be read the table's own ids have to do. */
function heldRole({ appRoleId: id, resourceId, createdDateTime }: Assignment, services: Services): HeldRole {
  const since = Date.parse(createdDateTime) || 0;
  for (const name of ['graph', 'exchange', 'sharepoint'] as const) {
    const service = services[name];
    if (service.ok && service.value?.id === resourceId)
      return { resource: name, id, value: service.value.roles.get(id), since };
  }
  const known = allPermissions.find(
    (one) => one.kind === 'Role' && one.id === id && !services[one.resource].ok,
  );
  return { resource: known?.resource ?? 'other', id, value: known?.value, since };
}
