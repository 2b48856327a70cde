/** Addresses of SharePoint pages, and the pre-authenticated links among them. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../world/clock.ts';
import type { ServiceUrls } from '../world/world.ts';
import type { Drive } from './drive.ts';
import { pathOf, type Item } from './item.ts';

/** `tempauth` of a download is good for an hour (observed; the documentation says only "short"). */
export const DOWNLOAD_LIFETIME_MS = 60 * 60 * 1000;

/** What a pre-authenticated link opens. */
export interface DownloadGrant {
  readonly driveId: string;
  readonly itemId: string;
  /** A version number; the newest one where absent. */
  readonly version?: number;
}

export interface SharePointUrls {
  /** The site's address, without a trailing slash. */
  site(drive: Drive): string;
  libraryUrl(drive: Drive): string;
  web(drive: Drive, item: Item): string;
  download(drive: Drive, item: Item, version?: number): string;
  /** The grant of an unexpired, unaltered `tempauth`, else null. */
  open(tempauth: string | undefined): DownloadGrant | null;
}

export function createSharePointUrls(deps: {
  urls: ServiceUrls;
  clock: Clock;
  secret: Buffer;
}): SharePointUrls {
  const { urls, clock, secret } = deps;
  const mac = (payload: string) => createHmac('sha256', secret).update(payload).digest();
  const seal = (grant: DownloadGrant): string => {
    const claims = { ...grant, expires: clock.now() + DOWNLOAD_LIFETIME_MS };
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return `v1.${payload}.${mac(payload).toString('base64url')}`;
  };
  const site = (drive: Drive) => {
    const host = 'userId' in drive.facts.owner ? urls.personalSites : urls.teamSites;
    return `${host}${encodePath(drive.facts.sitePath)}`;
  };
  const libraryUrl = (drive: Drive) => `${site(drive)}/${encodePath(drive.facts.libraryName)}`;
  return {
    site,
    libraryUrl,
    web: (drive, item) => `${libraryUrl(drive)}${item.parent ? encodePath(pathOf(item)) : ''}`,
    download(drive, item, version) {
      const grant = { driveId: drive.id, itemId: item.id, ...(version === undefined ? {} : { version }) };
      const unique = `UniqueId=${item.uniqueId.toLowerCase()}&Translate=false`;
      return `${site(drive)}/_layouts/15/download.aspx?${unique}&tempauth=${seal(grant)}&ApiVersion=2.0`;
    },
    open(tempauth) {
      const [, payload = '', signature = ''] = (tempauth ?? '').split('.');
      const given = Buffer.from(signature, 'base64url');
      const wanted = mac(payload);
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
      const claims: DownloadGrant & { expires: number } = JSON.parse(
        Buffer.from(payload, 'base64url').toString(),
      );
      return claims.expires > clock.now() ? claims : null;
    },
  };
}

const encodePath = (path: string) => path.split('/').map(encodeURIComponent).join('/');
