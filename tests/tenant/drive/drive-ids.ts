/** Ids in the forms that SharePoint gives them, because clients cut them up and compare them. */
import type { Ids } from '../world/ids.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Every drive's root has the same unique id; `…6Y2GOVW7725BZO354PWSELRRZ` ends the id of each. */
const ROOT_UNIQUE_ID = Buffer.from('bec68ceadbffd743976fbc7da445c639', 'hex');

export interface SiteIds {
  readonly siteId: string;
  readonly webId: string;
  readonly listId: string;
}

/** `b!` and the base64url of site, web and list ids. */
export function driveIdOf(site: SiteIds): string {
  const bytes = [site.siteId, site.webId, site.listId].map(guidBytes);
  return `b!${Buffer.concat(bytes).toString('base64url')}`;
}

export interface ItemIds {
  /** `01` and 32 base32 digits: 4 bytes of the drive, 16 of the item. */
  readonly id: string;
  /** The same 16 bytes as an upper-case GUID, as eTags carry it. */
  readonly uniqueId: string;
}

export const newItemIds = (drivePrefix: Buffer, ids: Ids): ItemIds => itemIds(drivePrefix, ids.bytes(16));

export const rootItemIds = (drivePrefix: Buffer): ItemIds => itemIds(drivePrefix, ROOT_UNIQUE_ID);

function itemIds(drivePrefix: Buffer, unique: Buffer): ItemIds {
  const id = `01${base32(Buffer.concat([drivePrefix.subarray(0, 4), unique]))}`;
  return { id, uniqueId: guidText(unique).toUpperCase() };
}

function base32(bytes: Buffer): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 5) {
    let group = bytes.readUIntBE(i, 5);
    let digits = '';
    for (let digit = 0; digit < 8; digit++) {
      digits = (BASE32[group % 32] ?? '') + digits;
      group = Math.floor(group / 32);
    }
    text += digits;
  }
  return text;
}

/** Windows order: the first three fields of a GUID are little-endian. */
const ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function guidBytes(guid: string): Buffer {
  const raw = Buffer.from(guid.replaceAll('-', ''), 'hex');
  return Buffer.from(ORDER.map((at) => raw[at] ?? 0));
}

function guidText(bytes: Buffer): string {
  const hex = Buffer.from(ORDER.map((at) => bytes[at] ?? 0)).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
