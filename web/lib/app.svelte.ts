/**
 * The page's composition root: configuration, sign-in and engine, made once and given to the routes by context. Which
 * cloud is in use is kept in this browser, so that the demo survives a reload.
 */
import { createContext } from 'svelte';
import { version } from '$app/environment';
import type { RepositoryView } from '#workers/contract/engine-api.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Result } from '#workers/kernel/result.ts';
import { ok } from '#workers/kernel/result.ts';
import {
  type AppConfig,
  type CloudName,
  engineConfig,
  loadConfig,
  viewerConfig,
} from '#lib/config/app-config.ts';
import { ownClientId } from '#lib/config/own-client-id.ts';
import { Engine } from '#lib/engine/engine.svelte.ts';
import { keep, kept } from '#lib/platform/kept.ts';
import { redirectPath } from '#lib/sign-in/msal-configuration.ts';
import { SignIn } from '#lib/sign-in/sign-in.svelte.ts';
import { Journey } from '#lib/journey.svelte.ts';

const cloudKey = 'holdfast.cloud';

export class App {
  readonly signIn = new SignIn();
  readonly engine = new Engine(this.signIn);
  readonly journey = new Journey();
  config = $state.raw<AppConfig>(viewerConfig);
  /** What is wrong with config.json, if anything: the viewer still works. */
  configFailure = $state.raw<Failure | null>(null);
  cloud = $state<CloudName>('global');

  get demoOffered(): boolean {
    return this.config.demo !== undefined;
  }

  /** Signing in is possible: a client id is known for the cloud in use. */
  get canSignIn(): boolean {
    return Boolean(this.engine.config?.registratorClientId);
  }

  /** Comes back with the path to continue at after a redirect sign-in, or null. */
  async start(): Promise<Result<string | null>> {
    const config = await loadConfig(fetch, location.origin);
    if (config.ok) this.config = config.value;
    else this.configFailure = config.error;
    await this.useCloud(kept(cloudKey) === 'demo' && this.demoOffered ? 'demo' : 'global');
    return this.canSignIn ? this.signIn.resume() : ok(null);
  }

  /** Goes on with a backup that was cut short; it is on `engine.runs` at once. */
  resume(repository: RepositoryView, accounts: readonly string[]): void {
    this.journey.chooseTenant(repository.tenantId, repository.tenantName);
    this.journey.chosen = accounts;
    void this.engine.backup(repository.id, accounts);
  }

  /** Of page and engine: neither keeps a token of a person. */
  async signOut(): Promise<void> {
    await this.signIn.signOut();
    await this.engine.call((api) => api.forgetSignIns());
  }

  async useCloud(cloud: CloudName): Promise<Result<void>> {
    this.cloud = cloud;
    keep(cloudKey, cloud);
    const config = engineConfig(this.config, cloud, {
      ownClientId: ownClientId(),
      build: version,
      redirectUri: `${location.origin}${redirectPath}`,
    });
    this.signIn.useCloud(config.cloud);
    this.journey.clear();
    this.engine.restore = null;
    return this.engine.configure(config);
  }
}

export const [useApp, provideApp] = createContext<App>();
