/** What a Graph route may rely on: the pipeline of `graph/app.ts` has run before it. */
import type { World } from '../world/world.ts';

/** Who calls, read from a verified access token; the permission table has already allowed the call. */
export interface Caller {
  readonly kind: 'app' | 'user';
  readonly tenantId: string;
  readonly appId: string;
  /** The user's object id, or the service principal's. */
  readonly objectId: string;
  /** App roles of an app-only token, scopes of a delegated one. */
  readonly permissions: ReadonlySet<string>;
  /** Directory roles that the token itself brings: those of a partner's person, whom the directory does not know. */
  readonly delegatedRoles?: ReadonlySet<string>;
}

export type GraphEnv = { Variables: { world: World; caller: Caller; requestId: string } };

export type GraphErrorStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 409
  | 410
  | 411
  | 412
  | 413
  | 416
  | 423
  | 424
  | 429
  | 500
  | 501
  | 503
  | 504
  | 507
  | 509;

export interface GraphErrorOptions {
  /** Nested `innerError.code`. */
  readonly innerCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Some failures of the real service have no body at all. */
  readonly emptyBody?: boolean;
}

/**
 * An error as Graph words it; thrown by any route, turned into
 * `{error:{code,message,innerError:{date,request-id,client-request-id}}}` in one place.
 */
export class GraphError extends Error {
  readonly status: GraphErrorStatus;
  readonly code: string;
  readonly options: GraphErrorOptions;

  constructor(status: GraphErrorStatus, code: string, message: string, options: GraphErrorOptions = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.options = options;
  }
}

/** Graph has no such address; the first segment it does not know is named. */
export const noSegment = (segment: string): GraphError =>
  new GraphError(400, 'BadRequest', `Resource not found for the segment '${segment}'.`);

/** The address is one of Graph's, the method none of its. */
export const wrongMethod = (): GraphError =>
  new GraphError(405, 'BadRequest', 'Specified HTTP method is not allowed for the request target.');
