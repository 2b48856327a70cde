/** App registrations and service principals, with their credentials. */
import type { Entity } from '../graph/odata.ts';
import type { Clock } from '../world/clock.ts';
import type { Ids } from '../world/ids.ts';

export interface KeyCredential {
  readonly keyId: string;
  readonly type: string;
  readonly usage: string;
  readonly displayName: string | null;
  readonly startDateTime: string;
  readonly endDateTime: string;
  /** Base64 SHA-1 of the certificate. */
  readonly customKeyIdentifier: string;
  /** Base64 DER of the certificate. */
  readonly key: string;
  /** When the directory took it, for replication delays. */
  readonly addedAt: number;
}

export interface PasswordCredential {
  readonly keyId: string;
  readonly displayName: string | null;
  readonly startDateTime: string;
  readonly endDateTime: string;
  readonly hint: string;
  readonly secretText: string;
  readonly addedAt: number;
}

export interface Application {
  readonly id: string;
  readonly appId: string;
  readonly createdAt: number;
  /** Registered in its publisher's tenant, not in this one: usable here, not listed here. */
  readonly foreign: boolean;
  /** Of a foreign one: whose it is, where that is known. */
  readonly publisherTenantId?: string;
  /** Everything a client may write except credentials. */
  fields: Entity;
  keys: KeyCredential[];
  passwords: PasswordCredential[];
  readonly ownerIds: Set<string>;
  deletedAt: number | undefined;
}

export interface AppRole {
  readonly id: string;
  readonly value: string;
  readonly name: string;
}

export interface Scope extends AppRole {
  /** How the consent screen words it for a user. */
  readonly user: string;
  /** Needs an administrator's consent. */
  readonly admin: boolean;
}

export interface ServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly createdAt: number;
  readonly displayName: string;
  readonly names: readonly string[];
  appRoles: readonly AppRole[];
  readonly scopes: readonly Scope[];
  readonly ownerTenantId: string;
  fields: Entity;
  deletedAt: number | undefined;
}

interface Deletable {
  readonly deletedAt: number | undefined;
}

/** `deletedSince`: objects deleted after this time are given as well, as they were. */
export interface AppRegistry {
  applications(deletedSince?: number): Application[];
  /** By object id, or `appId=…`/`uniqueName=…` as `applications(appId='…')` is routed. */
  application(key: string, deletedSince?: number): Application | undefined;
  /** What the token endpoint looks up: also apps of other tenants. */
  applicationByAppId(appId: string): Application | undefined;
  addApplication(app: Partial<Application> & Pick<Application, 'fields'>): Application;
  servicePrincipals(deletedSince?: number): ServicePrincipal[];
  servicePrincipal(key: string, deletedSince?: number): ServicePrincipal | undefined;
  servicePrincipalByAppId(appId: string): ServicePrincipal | undefined;
  /** The resource a scope names: `https://graph.microsoft.com`, an appId or one of its names. */
  resource(identifier: string): ServicePrincipal | undefined;
  addServicePrincipal(
    principal: Partial<ServicePrincipal> & Pick<ServicePrincipal, 'appId' | 'displayName'>,
  ): ServicePrincipal;
  /** Soft-deleted applications and service principals, restorable for 30 days. */
  deleted(): (Application | ServicePrincipal)[];
  /** Makes a soft-deleted object disappear. */
  purge(id: string): void;
}

export function createAppRegistry(deps: { clock: Clock; ids: Ids; tenantId: string }): AppRegistry {
  const { clock, ids } = deps;
  const applications = new Map<string, Application>();
  const principals = new Map<string, ServicePrincipal>();
  const there = <T extends Deletable>(all: Iterable<T>, deletedSince = Infinity): T[] =>
    [...all].flatMap((one) => {
      if (one.deletedAt === undefined) return one;
      return one.deletedAt > deletedSince ? { ...one, deletedAt: undefined } : [];
    });
  const find = <T extends Application | ServicePrincipal>(
    all: Map<string, T>,
    key: string,
    deletedSince?: number,
  ): T | undefined => {
    const [, name, value = ''] = /^(appId|uniqueName)=(.+)$/i.exec(key) ?? [];
    if (name === undefined) {
      const found = all.get(key.toLowerCase());
      return there(found ? [found] : [], deletedSince)[0];
    }
    const isNamed = (one: T) =>
      name.toLowerCase() === 'appid' ? one.appId === value.toLowerCase() : one.fields['uniqueName'] === value;
    return there(all.values()).find(isNamed) ?? there(all.values(), deletedSince).find(isNamed);
  };
  return {
    applications: (deletedSince) => there(applications.values(), deletedSince).filter((one) => !one.foreign),
    application: (key, deletedSince) => {
      const found = find(applications, key, deletedSince);
      return found?.foreign ? undefined : found;
    },
    applicationByAppId: (appId) => find(applications, `appId=${appId}`),
    addApplication: (given) => {
      const app: Application = {
        id: ids.guid(),
        appId: ids.guid(),
        createdAt: clock.now(),
        foreign: false,
        keys: [],
        passwords: [],
        ownerIds: new Set(),
        deletedAt: undefined,
        ...given,
      };
      applications.set(app.id, app);
      return app;
    },
    servicePrincipals: (deletedSince) => there(principals.values(), deletedSince),
    servicePrincipal: (key, deletedSince) => find(principals, key, deletedSince),
    servicePrincipalByAppId: (appId) => find(principals, `appId=${appId}`),
    resource: (identifier) =>
      there(principals.values()).find(
        (one) =>
          one.appId === identifier || one.names.some((name) => name === identifier.replace(/\/+$/, '')),
      ),
    addServicePrincipal: (given) => {
      const principal: ServicePrincipal = {
        id: ids.guid(),
        createdAt: clock.now(),
        names: [],
        appRoles: [],
        scopes: [],
        ownerTenantId: deps.tenantId,
        fields: {},
        deletedAt: undefined,
        ...given,
      };
      principals.set(principal.id, principal);
      return principal;
    },
    deleted: () =>
      [...applications.values(), ...principals.values()].filter((one) => one.deletedAt !== undefined),
    purge: (id) => {
      applications.delete(id);
      principals.delete(id);
    },
  };
}
