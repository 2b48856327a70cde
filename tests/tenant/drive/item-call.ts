/** One call on an item of a drive: what `routes.ts` has worked out before a handler runs. */
import type { Context } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import type { World } from '../world/world.ts';
import { requireItem, type Address } from './address.ts';
import type { Drive } from './drive.ts';
import { cTagOf, eTagOf, type IdentitySet, type Item } from './item.ts';
import { itemJson, selectItem } from './item-json.ts';

export interface ItemCall {
  readonly c: Context<GraphEnv>;
  readonly world: World;
  readonly drive: Drive;
  readonly address: Address;
  /** Who writes. */
  readonly by: IdentitySet;
  readonly query: URLSearchParams;
}

export type ItemHandler = (call: ItemCall) => Response | Promise<Response>;

export const itemOf = (call: ItemCall): Item => requireItem(call.drive, call.address);

/** `$select` and `select` mean the same to Graph. */
export const option = ({ query }: ItemCall, name: string): string | undefined =>
  query.get(`$${name}`) ?? query.get(name) ?? undefined;

export const json = (call: ItemCall, item: Item): Entity =>
  selectItem(itemJson(call.world.drives.urls, call.drive, item), option(call, 'select'));

export const contextUrl = ({ world }: ItemCall, fragment: string) =>
  `${world.urls.graph}/v1.0/$metadata#${fragment}`;

/** `drives('b!…')/items('01…')`, as context urls name an item. */
export const itemKey = ({ drive }: ItemCall, item: Item) =>
  `drives('${encodeURIComponent(drive.id)}')/items('${item.id}')`;

/** The item with its context, as every answer of a single item has it. */
export function answerItem(call: ItemCall, item: Item, status: 200 | 201 = 200): Response {
  const set = `drives('${encodeURIComponent(call.drive.id)}')/${item.kind === 'root' ? 'root' : 'items'}/$entity`;
  return call.c.json({ '@odata.context': contextUrl(call, set), ...json(call, item) }, status);
}

/** `If-None-Match` names the state the client already has. */
export function isUnchanged({ c }: ItemCall, item: Item): boolean {
  const known = c.req.header('if-none-match');
  return known !== undefined && [eTagOf(item), cTagOf(item)].includes(known);
}

/** Throws 412 where `If-Match` names another state of the item. */
export function requireMatch({ c }: ItemCall, item: Item): void {
  const wanted = c.req.header('if-match');
  if (wanted === undefined || wanted === '*' || wanted === eTagOf(item) || wanted === cTagOf(item)) return;
  throw new GraphError(412, 'resourceModified', 'ETag does not match current item value.', {
    innerCode: 'entityTagDoesNotMatch',
  });
}
