/** Reading what clients send. */
import type { Context } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import { isKnownName } from '../graph/types.ts';
import type { ConflictBehavior } from './drive.ts';
import type { Dates } from './item.ts';

export type Body = Readonly<Record<string, unknown>>;

/** The JSON object of the request, `{}` where the body is empty. Throws 400 as Graph words it. */
export async function readBody(c: Context<GraphEnv>): Promise<Body> {
  const text = await c.req.text();
  if (text.trim() === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    if (isRecord(body)) return body;
  } catch {
    // Answered below, as any other body that is no object.
  }
  throw new GraphError(
    400,
    'BadRequest',
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  );
}

/** A driveItem that a client sends: 400 for properties no item has and for a name that is no text. */
export async function readItemBody(c: Context<GraphEnv>): Promise<Body> {
  const body = await readBody(c);
  const unknown = Object.keys(body).find((name) => !name.includes('@') && !isKnownName('items', name));
  if (unknown !== undefined) {
    const message = `The property '${unknown.slice(0, 80)}' does not exist on type 'microsoft.graph.driveItem'. Make sure to only use property names that are defined by the type.`;
    throw new GraphError(400, 'invalidRequest', message);
  }
  if ('name' in body && typeof body['name'] !== 'string') {
    throw new GraphError(
      400,
      'invalidRequest',
      "Cannot convert the value of 'name' to the expected type 'Edm.String'.",
    );
  }
  return body;
}

export const isRecord = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const recordOf = (body: Body, key: string): Body | undefined => {
  const value = body[key];
  return isRecord(value) ? value : undefined;
};

export const textOf = (body: Body, key: string): string | undefined => {
  const value = body[key];
  return typeof value === 'string' ? value : undefined;
};

/** `fileSystemInfo` of an item; undefined where absent. Throws 400 on what is no date. */
export function datesOf(body: Body): Partial<Dates> | undefined {
  const info = recordOf(body, 'fileSystemInfo');
  if (!info) return undefined;
  const dates: Partial<Dates> = {};
  for (const key of ['createdDateTime', 'lastModifiedDateTime'] as const) {
    const value = info[key];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) {
      throw new GraphError(400, 'invalidRequest', `Invalid value for '${key}'.`);
    }
    dates[key] = value;
  }
  return dates;
}

/** From the query or the body; `@name.conflictBehavior` is the older spelling that some clients still send. */
export function conflictOf(query: URLSearchParams, body: Body, fallback: ConflictBehavior): ConflictBehavior {
  const annotations = ['@microsoft.graph.conflictBehavior', '@name.conflictBehavior'];
  for (const name of annotations) {
    const value = query.get(name) ?? textOf(body, name);
    if (value === undefined) continue;
    if (value === 'fail' || value === 'replace' || value === 'rename') return value;
    throw new GraphError(400, 'invalidRequest', `Invalid value '${value}' for conflictBehavior.`);
  }
  return fallback;
}
