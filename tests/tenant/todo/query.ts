/** Options of To Do's collections: what is filtered, sorted, selected, expanded, and how far a page goes. */
import { parseFilter } from '../graph/filter.ts';
import { select, skip, top, type Entity } from '../graph/odata.ts';
import { namesOf, requireKnownNames } from '../graph/types.ts';
import { nextPage, option } from '../mail/request.ts';
import { answer, contextOf, type GraphContext, type TodoCall } from './call.ts';
import { attachmentJson, checklistItemJson, linkedResourceJson, taskJson } from './json.ts';
import type { Task } from './task.ts';

/** The names of data/types.json. */
export type Collection = `todo${'Lists' | 'Tasks' | 'ChecklistItems' | 'LinkedResources' | 'Attachments'}`;

/** How one entity is answered, whatever it was before. */
export interface Shape {
  readonly collection: Collection;
  readonly select: string | null;
  readonly expand: string | null;
}

export function shapeOf({ request }: TodoCall, collection: Collection): Shape {
  const shape = { collection, select: option(request, 'select'), expand: option(request, 'expand') };
  requireKnownNames(collection, shape);
  return shape;
}

/** What hangs on a task stands in it where it is expanded. */
export function shapedTask(task: Task, { select: names, expand }: Shape): Entity {
  const wanted = namesOf(expand);
  const expanded: Entity = {};
  if (wanted.includes('checklistItems'))
    expanded['checklistItems'] = task.checklistItems.map(checklistItemJson);
  if (wanted.includes('linkedResources'))
    expanded['linkedResources'] = task.linkedResources.map(linkedResourceJson);
  if (wanted.includes('attachments'))
    expanded['attachments'] = task.attachments.map((one) => attachmentJson(one, false));
  return { ...select(taskJson(task), names), ...expanded };
}

const valueAt = (entity: Entity, path: string): string => {
  let value: unknown = entity;
  for (const name of path.split('/'))
    value = typeof value === 'object' && value !== null ? (value as Entity)[name] : undefined;
  return typeof value === 'string' ? value : String(value ?? '');
};

function sorted<T>(items: readonly T[], orderby: string | null, json: (item: T) => Entity): readonly T[] {
  const keys = (orderby ?? '').split(',').filter((key) => key.trim() !== '');
  return items.toSorted((a, b) => {
    for (const key of keys) {
      const [path = '', direction = 'asc'] = key.trim().split(/\s+/);
      const order = valueAt(json(a), path).localeCompare(valueAt(json(b), path));
      if (order !== 0) return direction.toLowerCase() === 'desc' ? -order : order;
    }
    return 0;
  });
}

/** A collection as it is asked for. */
export interface Listing<T> {
  /** Below the user. */
  readonly path: string;
  readonly items: readonly T[];
  readonly collection: Collection;
  /** All of it, for filters and sorting. */
  readonly json: (item: T) => Entity;
  /** As it is answered; without it what was selected of `json`. */
  readonly shaped?: (item: T, shape: Shape) => Entity;
}

/** 100 a page where nothing else was asked for. */
export function answerPage<T>(
  c: GraphContext,
  call: TodoCall,
  { path, items, collection, json, shaped }: Listing<T>,
): Response {
  const { request } = call;
  const shape = shapeOf(call, collection);
  const text = option(request, 'filter');
  const filter = text === null ? undefined : parseFilter(text);
  const orderby = option(request, 'orderby');
  requireKnownNames(collection, { orderby, filtered: filter?.paths ?? [] });
  const found = sorted(filter ? items.filter((item) => filter.matches(json(item))) : items, orderby, json);
  const from = skip(option(request, 'skip'));
  const size = top(option(request, 'top') ?? request.prefer.get('odata.maxpagesize'), 100, 1_000);
  const end = from + size;
  const value = found
    .slice(from, end)
    .map((item) => shaped?.(item, shape) ?? select(json(item), shape.select));
  return answer(c, call, {
    '@odata.context': contextOf(call, path),
    ...(option(request, 'count') === 'true' ? { '@odata.count': found.length } : {}),
    value,
    ...(end < found.length ? { '@odata.nextLink': nextPage(request, path, ['$skip', String(end)]) } : {}),
  });
}
