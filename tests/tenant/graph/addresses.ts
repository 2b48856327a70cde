/**
 * Which addresses Graph has. Its gateway reads an address by the schema before any service is asked, so that one it
 * does not have is refused whatever the caller may do; one that it has is a matter of permission first.
 */
import type { Hono } from 'hono';
import { unknownDriveSegment } from '../drive/routes.ts';
import { noSegment, wrongMethod, type GraphEnv, type GraphError } from './context.ts';
import { isDocumented } from './permissions.ts';
import type { Target } from './target.ts';
import { declares } from './types.ts';

/** Of a route's pattern or of a path; slashes within an expression are its own. */
const segmentsOf = (path: string) => path.match(/(?:[^/{]|\{(?:[^{}]|\{[^{}]*\})*\})+/g) ?? [];

/** The first segment after which no route goes on; the last where they all might. */
function firstUnknown(patterns: readonly (readonly string[])[], path: string): string {
  const segments = segmentsOf(path);
  let going = patterns;
  for (const [depth, segment] of segments.entries()) {
    const takes = (part = '') => part.startsWith(':') || part === segment;
    going = going.filter((pattern) => takes(pattern[depth]));
    if (going.length === 0) return segment;
  }
  return segments.at(-1) ?? '';
}

const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
const drivePath = /^\/(?:(?:users|sites|groups)\/[^/]+\/)?drives?(?=\/|$)/;

export interface Addresses {
  /** Throws 400 with the first segment that neither the tenant nor Graph's schema knows. */
  requireKnown(target: Target): void;
  /** What to say of a path below the host that no route has answered. */
  unanswered(path: string): GraphError;
}

export function addressesOf(routes: Hono<GraphEnv>): Addresses {
  const patterns = routes.routes
    .filter((route) => route.method !== 'ALL' || !route.path.endsWith('/*'))
    .map((route) => segmentsOf(route.path));
  // The first handler is the middleware that every address has.
  const isRouted = (path: string) =>
    methods.some((method) => routes.router.match(method, path)[0].length > 1);
  const unknownIn = (path: string) =>
    isRouted(path) ? undefined : decodeURIComponent(firstUnknown(patterns, path));
  return {
    requireKnown({ path, route }) {
      if (isDocumented(route)) return;
      const whole = `/v1.0${path}`;
      const isDrive = drivePath.test(path);
      const segment = isDrive ? unknownDriveSegment(whole) : unknownIn(whole);
      if (segment === undefined) return;
      const [collection = '', , third] = path.slice(1).split('/');
      const owners = isDrive ? ['drives', 'items'] : third === segment ? [collection] : [];
      if (!owners.some((owner) => declares(owner, segment))) throw noSegment(segment);
    },
    unanswered(path) {
      const segment = unknownIn(path);
      return segment === undefined ? wrongMethod() : noSegment(segment);
    },
  };
}
