/** What the steps of an installation share. */
import { array, boolean, looseObject, nullish, string, type InferOutput } from 'valibot';
import type { Profile } from '../contract/check.ts';
import type { OnboardProgress, OnboardStep } from '../contract/connections.ts';
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Clock, Random } from '../kernel/clock.ts';
import type { Result } from '../kernel/result.ts';
import type { AccessStore } from './access-store.ts';
import type { AppTokens } from './app-token.ts';
import type { Patience } from './patience.ts';

export interface InstallDeps {
  /** With the delegated token of an administrator, of the tenant that `signedIn` names. */
  readonly graph: GraphClient;
  readonly signedIn: DelegatedToken;
  readonly store: AccessStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Registered with the app, so that an administrator can sign in to it from this page. */
  readonly redirectUris: readonly string[];
  readonly appTokens: (app: { readonly tenantId: string; readonly clientId: string }) => AppTokens;
  readonly report: (progress: OnboardProgress) => void;
  readonly signal?: AbortSignal;
  /** Keeps that a step was begun, before it changes anything; durable when it returns ok. */
  readonly reach?: (step: OnboardStep, facts?: Readonly<Record<string, string>>) => Promise<Result<void>>;
}

/** What it takes to look for what is there. */
export type LookDeps = Pick<
  InstallDeps,
  'graph' | 'signedIn' | 'store' | 'clock' | 'random' | 'report' | 'signal'
>;

export interface Installation extends InstallDeps {
  readonly profile: Profile;
}

export const directory = { pool: 'directory' } as const;

/** Alternate key of the application: one per tenant, whoever installs it and however often. */
export const uniqueName = 'holdfast-backup';
export const appPath = `/applications(uniqueName='${uniqueName}')`;

export const keyCredentialSchema = looseObject({ key: nullish(string()), keyId: nullish(string()) });
/** What an administrator sees it as; another app may bear the same name. */
export const displayName = 'Holdfast Backup';
/** What an app asks for, by its registration. */
export const declaredSchema = nullish(
  array(
    looseObject({
      resourceAppId: string(),
      resourceAccess: array(looseObject({ id: string(), type: string() })),
    }),
  ),
);
export const applicationSchema = looseObject({
  id: string(),
  appId: string(),
  createdDateTime: nullish(string()),
  uniqueName: nullish(string()),
  spa: nullish(looseObject({ redirectUris: nullish(array(string())) })),
  requiredResourceAccess: declaredSchema,
});
export type Application = InferOutput<typeof applicationSchema>;

export const principalSchema = looseObject({
  id: string(),
  appId: string(),
  accountEnabled: nullish(boolean()),
});
export type Principal = InferOutput<typeof principalSchema>;

/** Waits of a step, told as `waiting for Microsoft to copy … (12 s)`. */
export const patienceFor = (
  { clock, signal, report }: LookDeps,
  step: OnboardStep,
  what: string,
): Patience => ({
  clock,
  ...(signal && { signal }),
  waiting: (elapsed) =>
    report({ step, state: 'waiting', note: `Waiting for ${what} (${Math.round(elapsed / 1000)} s)` }),
});
