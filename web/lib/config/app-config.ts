/**
 * `/config.json`, read at run time so that one build serves everybody. What it may say is closed; a demo may only point
 * at this page's own origin, so that a changed file cannot send a sign-in elsewhere.
 */
import * as v from 'valibot';
import type { CloudEndpoints, EngineConfig } from '#workers/contract/engine-api.ts';
import { failure } from '#workers/kernel/failure.ts';
import { isGuid } from '#workers/kernel/brand.ts';
import type { Result } from '#workers/kernel/result.ts';
import { err, ok } from '#workers/kernel/result.ts';

const guid = v.pipe(v.string(), v.check(isGuid, 'must be a GUID'), v.toLowerCase());

const accountSchema = v.object({
  userPrincipalName: v.string(),
  displayName: v.optional(v.string()),
  password: v.optional(v.string()),
  role: v.optional(v.string()),
});

const demoSchema = (origin: string) => {
  const ownUrl = v.pipe(
    v.string(),
    v.transform((address) => toOwnUrl(address, origin)),
    v.string('must be an address of this origin'),
  );
  return v.object({
    login: ownUrl,
    graph: ownUrl,
    content: v.array(ownUrl),
    registratorClientId: guid,
    tenantId: guid,
    accounts: v.optional(v.array(accountSchema), []),
  });
};

const configSchema = (origin: string) =>
  v.object({
    registratorClientId: v.optional(v.nullable(guid), null),
    relay: v.optional(
      v.nullable(
        v.pipe(
          v.string(),
          v.check((text) => isRelay(text, origin), 'must be a path or an https address'),
          v.transform((text) => text.replace(/\/+$/, '')),
        ),
      ),
      null,
    ),
    cloud: v.optional(v.literal('global'), 'global'),
    /** The operator's own multi-tenant app, where customers consent to one instead of having one made. */
    operatorApp: v.optional(v.nullable(v.object({ clientId: guid, homeTenantId: guid })), null),
    demo: v.optional(demoSchema(origin)),
  });

export type AppConfig = v.InferOutput<ReturnType<typeof configSchema>>;
export type DemoConfig = NonNullable<AppConfig['demo']>;
export type CloudName = CloudEndpoints['name'];

/** Without a file, Holdfast is a viewer. */
export const viewerConfig: AppConfig = {
  registratorClientId: null,
  relay: null,
  cloud: 'global',
  operatorApp: null,
};

/** The address without a trailing slash; undefined where it leaves the origin. */
function toOwnUrl(address: string, origin: string): string | undefined {
  try {
    const url = new URL(address, origin);
    return url.origin === origin && !url.username && !url.search && !url.hash
      ? url.href.replace(/\/+$/, '')
      : undefined;
  } catch {
    return undefined;
  }
}

function isRelay(text: string, origin: string): boolean {
  if (text.startsWith('/')) return /^(\/[\w.-]+)+\/?$/.test(text);
  try {
    const url = new URL(text);
    return (url.protocol === 'https:' || url.origin === origin) && !/[?#@\\]/.test(text);
  } catch {
    return false;
  }
}

/** `input/invalid` names the first wrong field; nothing is taken over from a file that is partly wrong. */
export function parseConfig(text: string, origin: string): Result<AppConfig> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err(failure('input/invalid', 'config.json is not JSON.'));
  }
  const parsed = v.safeParse(configSchema(origin), json);
  if (parsed.success) return ok(parsed.output);
  const issue = parsed.issues[0];
  return err(failure('input/invalid', `config.json: ${v.getDotPath(issue) ?? 'file'}: ${issue.message}`));
}

/** A host without the file answers 404, or its fallback page: both mean the viewer. */
export async function loadConfig(fetcher: typeof fetch, origin: string): Promise<Result<AppConfig>> {
  try {
    const response = await fetcher('/config.json', { cache: 'no-store' });
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return response.ok && isJson ? parseConfig(await response.text(), origin) : ok(viewerConfig);
  } catch {
    return ok(viewerConfig);
  }
}

const globalCloud: CloudEndpoints = {
  name: 'global',
  login: 'https://login.microsoftonline.com',
  graph: 'https://graph.microsoft.com',
  content: ['*.sharepoint.com', 'outlook.office.com', 'outlook.office365.com'],
};

/**
 * What the engine is told. `ownClientId` is a client id typed on the Set up screen of this browser; the file's wins.
 * The demo cloud needs the file's `demo` part.
 */
export function engineConfig(
  config: AppConfig,
  cloud: CloudName,
  options: { readonly ownClientId: string | null; readonly build: string; readonly redirectUri: string },
): EngineConfig {
  if (cloud === 'demo' && config.demo) {
    const { login, graph, content, registratorClientId } = config.demo;
    return {
      cloud: { name: 'demo', login, graph, content },
      registratorClientId,
      relay: config.relay,
      build: options.build,
      redirectUri: options.redirectUri,
    };
  }
  return {
    cloud: globalCloud,
    registratorClientId: config.registratorClientId ?? options.ownClientId,
    relay: config.relay,
    operatorApp: config.operatorApp,
    build: options.build,
    redirectUri: options.redirectUri,
  };
}
