/**
 * What OneDrive for Business accepts as a name.
 * https://support.microsoft.com/office/restrictions-and-limitations-in-onedrive-and-sharepoint-64883a5d
 */
import { GraphError } from '../graph/context.ts';

const FORBIDDEN = /["*:<>?/\\|]|\p{Cc}/u;
const RESERVED = /^(\.lock|desktop\.ini|con|prn|aux|nul|com\d|lpt\d)$/i;
/** Characters, decoded, of everything after the site's address. */
export const MAX_PATH = 400;
export const MAX_NAME = 255;

/** Names differing only in case collide, as in the real service. */
export const nameKey = (name: string) => name.toLowerCase();

/** Null where the name is fine, else why not. */
export function nameFault(name: string): string | null {
  if (name === '' || name === '.' || name === '..') return 'is empty or relative';
  if (FORBIDDEN.test(name)) return 'contains characters that are not allowed';
  if (name.startsWith(' ') || /[ .]$/.test(name)) return 'begins or ends with a space, or ends with a period';
  if (RESERVED.test(name) || name.startsWith('~$') || /_vti_/i.test(name)) return 'is reserved';
  return name.length > MAX_NAME ? 'is too long' : null;
}

/** Throws what Graph answers: 400 `invalidRequest`, inner `invalidPath` or `pathIsTooLong`. */
export function requireName(name: string, parentPath: string): void {
  const fault = nameFault(name);
  if (fault) {
    throw new GraphError(400, 'invalidRequest', `The provided name ${fault}.`, { innerCode: 'invalidPath' });
  }
  if (parentPath.length + 1 + name.length > MAX_PATH) {
    throw new GraphError(400, 'invalidRequest', 'The provided path is longer than the limit allows.', {
      innerCode: 'pathIsTooLong',
    });
  }
}

/** The first of `report.docx`, `report 1.docx`, `report 2.docx`… that is free: `conflictBehavior=rename`. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  let candidate = name;
  for (let count = 1; isTaken(candidate); count++) candidate = `${stem} ${count}${extension}`;
  return candidate;
}
