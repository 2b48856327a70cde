/** Following lists, or the tasks of one list: everything, then what changed since a token. The query is frozen in it. */
import { GraphError } from '../graph/context.ts';
import { openToken, sealToken, top, type Entity } from '../graph/odata.ts';
import { contextUrl, option } from '../mail/request.ts';
import { answer, type GraphContext, type TodoCall } from './call.ts';
import type { Changes } from './changes.ts';
import { shapeOf, type Shape } from './query.ts';

interface State extends Shape {
  /** The collection's path: a token of one list is none for another. */
  readonly path: string;
  readonly generation: number;
  /** Changes up to this one have been given out. */
  readonly after: number;
  /** Where the last complete round ended; 0 before the first has. */
  readonly base: number;
  readonly size: number;
}

export interface Followed {
  readonly path: string;
  readonly collection: 'todoLists' | 'todoTasks';
  readonly changes: Changes;
  /** Undefined where it is gone. */
  readonly render: (id: string, shape: Shape) => Entity | undefined;
}

function fresh(call: TodoCall, { path, collection }: Followed): State {
  const { request, box } = call;
  for (const name of ['orderby', 'search', 'skip', 'count', 'filter'])
    if (option(request, name) !== null)
      throw new GraphError(
        400,
        'invalidRequest',
        `The query parameter '$${name}' is not supported with change tracking.`,
      );
  const size = top(option(request, 'top') ?? request.prefer.get('odata.maxpagesize'), 100, 1_000);
  return { ...shapeOf(call, collection), path, generation: box.generation, after: 0, base: 0, size };
}

/** Throws 400 for a token of another collection, 410 for one that is not known any more. */
function stateOf(call: TodoCall, followed: Followed): State {
  const given = option(call.request, 'skiptoken') ?? option(call.request, 'deltatoken');
  if (!given) return fresh(call, followed);
  const state = openToken<State | null>(given);
  if (state?.path !== followed.path)
    throw new GraphError(400, 'SyncStateInvalid', 'The sync state is not one of this collection.');
  if (state.generation === call.box.generation) return state;
  throw new GraphError(410, 'SyncStateNotFound', 'The sync state generation is not found.');
}

export function answerDelta(c: GraphContext, call: TodoCall, followed: Followed): Response {
  const { request } = call;
  const state = stateOf(call, followed);
  const changed = followed.changes.after(state.after);
  const page = changed.slice(0, state.size);
  const isLast = page.length === changed.length;
  const after = page.at(-1)?.at ?? state.after;
  const value = page.flatMap(({ id }): Entity[] => {
    const entity = followed.render(id, state);
    if (entity) return [entity];
    return state.base === 0 ? [] : [{ id, '@removed': { reason: 'deleted' } }];
  });
  const next = sealToken({ ...state, after, base: isLast ? after : state.base } satisfies State);
  const link = isLast ? '@odata.deltaLink' : '@odata.nextLink';
  const parameter = isLast ? '$deltatoken' : '$skiptoken';
  const address = `${request.world.urls.graph}/v1.0/${request.owner}/${followed.path}/delta`;
  const type = followed.collection === 'todoLists' ? 'todoTaskList' : 'todoTask';
  return answer(c, call, {
    '@odata.context': contextUrl(request, `Collection(${type})`),
    value,
    [link]: `${address}?${parameter}=${next}`,
  });
}
