/** A small tenant whose tasks an app may read and write, and the words to do it in. */
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import type { Tenant } from '../../../tenant/tenant.ts';
import { appToken, call, errorCode, userToken, type Json } from '../core/clients.ts';
import { amy, smallTenant } from '../core/start.ts';

export let tenant: Tenant;
let token: string;

export const lists = `/users/${amy}/todo/lists`;

/** For `beforeEach`. */
export async function openTenant(): Promise<void> {
  tenant = await smallTenant();
  token = await appToken(tenant, ['Tasks.ReadWrite.All']);
}

export const amyId = () => tenant.world.directory.user(amy)?.id ?? '';

export const send = (method: string, path: string, body?: unknown, bearer = token) =>
  call(tenant, bearer, path, { method, ...(body === undefined ? {} : { body }) });
export const get = async (path: string) => (await send('GET', path)).json;
export const values = async (path: string) => ((await get(path))['value'] ?? []) as Json[];
export const titles = async (path: string) => (await values(path)).map((task) => task['title']);

export const signedIn = (upn: string, scope: string) =>
  userToken(tenant, { clientId: clientIds.registrator, scope: `openid ${scope}`, upn });

export async function refusal(answer: ReturnType<typeof send>): Promise<unknown[]> {
  const { status, json } = await answer;
  return [status, errorCode(json)];
}

/** The address of a new list, or of a new task in one. */
export async function newList(displayName = 'Workshop'): Promise<string> {
  return `${lists}/${String((await send('POST', lists, { displayName })).json['id'])}`;
}

export async function newTask(list: string, fields: Json = {}): Promise<string> {
  const { json } = await send('POST', `${list}/tasks`, { title: 'Order ply', ...fields });
  return `${list}/tasks/${String(json['id'])}`;
}
