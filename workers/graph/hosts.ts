/**
 * Which addresses Holdfast talks to. Every link that comes out of an answer passes here before a byte is sent:
 * Authorization goes to the Graph root alone, content links only to hosts of the table (`graph/untrusted-link`).
 */
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

export interface HostTable {
  /** Absolute address of a Graph path or link. */
  graphUrl(pathOrLink: string): Result<string>;
  /** A pre-authenticated download or upload link, checked. */
  contentUrl(link: string): Result<string>;
}

/** The parts of the cloud's endpoints that are needed here (contract/engine-api.ts, CloudEndpoints). */
export interface Endpoints {
  readonly name: 'global' | 'demo';
  readonly login: string;
  readonly graph: string;
  readonly content: readonly string[];
}

/** Microsoft's global cloud; `/config.json` names it or the demo's endpoints. */
export const globalCloud: Endpoints = {
  name: 'global',
  login: 'https://login.microsoftonline.com',
  graph: 'https://graph.microsoft.com',
  content: ['*.sharepoint.com', 'outlook.office.com', 'outlook.office365.com'],
};

export function createHostTable(endpoints: Endpoints): HostTable {
  const root = `${endpoints.graph}/v1.0`;
  const underGraph = prefixTest(`${endpoints.graph}/`);
  const contentTests = endpoints.content.map(contentTest);
  return {
    graphUrl(pathOrLink) {
      if (pathOrLink.startsWith('/')) return ok(root + pathOrLink);
      const url = parseLink(pathOrLink);
      return url && underGraph(url) ? ok(pathOrLink) : untrusted('a Graph link', pathOrLink);
    },
    contentUrl(link) {
      const url = parseLink(link);
      return url && contentTests.some((test) => test(url)) ? ok(link) : untrusted('a content link', link);
    },
  };
}

type UrlTest = (url: URL) => boolean;

/** `*.sharepoint.com` is any host below it over https; `https://…/…` a prefix, which may be plain http for the demo. */
function contentTest(pattern: string): UrlTest {
  if (pattern.includes('://')) return prefixTest(pattern);
  const isHttps: UrlTest = (url) => url.protocol === 'https:' && url.port === '';
  if (!pattern.startsWith('*.')) return (url) => isHttps(url) && url.hostname === pattern;
  const suffix = pattern.slice(1);
  return (url) => isHttps(url) && url.hostname.endsWith(suffix) && url.hostname.length > suffix.length;
}

/** Same origin, and a path inside the prefix's path. */
function prefixTest(prefix: string): UrlTest {
  const base = new URL(prefix);
  const folder = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
  return (url) => url.origin === base.origin && url.pathname.startsWith(folder);
}

/** The link as every fetch would read it; undefined with credentials in it or anything that is not an http address. */
function parseLink(link: string): URL | undefined {
  if (link.length > 16_384 || !URL.canParse(link)) return undefined;
  const url = new URL(link);
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  return isWeb && url.username === '' && url.password === '' ? url : undefined;
}

function untrusted(what: string, link: string): Result<never> {
  const host = URL.canParse(link) ? new URL(link).host.slice(0, 100) : 'an unreadable address';
  return err(failure('graph/untrusted-link', `${what} pointed to ${host}, which is not in the host table`));
}
