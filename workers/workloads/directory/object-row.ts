/** An account or group as a row. Its version says what it holds, whether a listing or a reading told it. */
import type { Row } from '../../repository/model.ts';
import { rowKey } from '../row-key.ts';
import { canonical, textOf, type Facts } from './facts.ts';

export const usersFolder = 'users';
export const groupsFolder = 'groups';

export function pendingRow(folder: string, facts: Facts, links: string): Row {
  const text = canonical(facts);
  const id = textOf(facts, 'id');
  const created = Date.parse(textOf(facts, 'createdDateTime'));
  const date = new Date(Number.isNaN(created) ? 0 : created).toISOString();
  const from = textOf(facts, 'mail') || textOf(facts, 'userPrincipalName');
  const preview = textOf(facts, folder === usersFolder ? 'jobTitle' : 'description').slice(0, 255);
  return {
    key: rowKey(folder, date, id),
    item: id,
    folder,
    name: textOf(facts, 'displayName') || id,
    date,
    size: text.length,
    version: `${print(text)} ${links}`,
    state: 'pending',
    parts: [],
    meta: { type: 'application/json', ...(from && { from }), ...(preview && { preview }) },
  };
}

/** What a version says of manager, or of members and owners. */
export const linksOf = (row: Row): string => row.version.slice(row.version.indexOf(' ') + 1);

/** 64 bits in hex; promises nothing against somebody who looks for two texts that meet. */
function print(text: string): string {
  const [high, low] = mix(text);
  return hex(high) + hex(low);
}

/** FNV-1a from two beginnings. */
function mix(text: string): [number, number] {
  let [high, low] = [0x811c9dc5, 0x1b873593];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x01000197);
  }
  return [high >>> 0, low >>> 0];
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');

const nobody = '0'.repeat(16);

/** Of a set of ids, whatever their order. Adding or taking one away is the same step: `toggle`. */
export const printOfIds = (ids: Iterable<string>): string => toggle(nobody, ids);

export function toggle(before: string, ids: Iterable<string>): string {
  let high = Number.parseInt(before.slice(0, 8), 16);
  let low = Number.parseInt(before.slice(8), 16);
  for (const id of ids) {
    const [a, b] = mix(id.toLowerCase());
    high ^= a;
    low ^= b;
  }
  return hex(high) + hex(low);
}

/** Of a group: members, then owners. */
export const groupLinks = (members: string, owners: string): string => `${members} ${owners}`;

export function splitGroupLinks(links: string): { members: string; owners: string } {
  const [members = nobody, owners = nobody] = links.split(' ');
  return { members: members || nobody, owners };
}
