/**
 * File names that every system can store and no system acts upon, made from names that anybody may have chosen
 * (Windows file naming rules; Unicode TR 36 for bidirectional controls). The only way from a tenant's name to a disk.
 */

const LONGEST_UNITS = 120;
const LONGEST_BYTES = 200;
const DEEPEST = 32;
const LONGEST_PATH = 240;

const CONTROLS = /\p{Cc}/gu;
/** Bidirectional and zero-width characters, soft hyphen, byte order mark, line separators, tags. */
const INVISIBLE =
  /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;
const RESERVED_CHARACTERS = /[<>:"/\\|?*]/g;
/** Devices on Windows, with any extension; superscript digits count. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)/i;
/** Files that act by merely lying in a folder, or hide where they lead. */
const ACTIVE =
  /\.(lnk|url|scf|local|library-ms|searchconnector-ms|search-ms|settingcontent-ms|website|pif)$/i;
const ACTIVE_NAMES = /^(desktop\.ini|autorun\.inf|thumbs\.db|\.ds_store|folder\.htt)$/i;

/** Never empty, never `.` or `..`, at most 120 UTF-16 units and 200 bytes; keeps a short extension. */
export function safeName(name: string, fallback = 'unnamed'): string {
  const cleaned = trimEnds(
    name
      .toWellFormed()
      .replaceAll('\ufffd', '_')
      .replace(CONTROLS, '')
      .replace(INVISIBLE, '')
      .normalize('NFC')
      .replace(RESERVED_CHARACTERS, '_'),
  );
  const whole = cleaned === '' || /^_+$/.test(cleaned) ? fallback : cleaned;
  const harmless = DEVICE.test(whole) ? `_${whole}` : whole;
  const inert = ACTIVE.test(harmless) || ACTIVE_NAMES.test(harmless) ? `${harmless}.blocked` : harmless;
  return shorten(inert);
}

/** Leading dots hide a file, trailing dots and spaces vanish on Windows. */
const trimEnds = (name: string): string => name.replace(/^[\s.]+/, '').replace(/[\s.]+$/, '');

const byteLength = (text: string): number => new TextEncoder().encode(text).length;

function shorten(name: string, units = LONGEST_UNITS, bytes = LONGEST_BYTES): string {
  if (name.length <= units && byteLength(name) <= bytes) return name;
  const { stem, extension } = splitExtension(name);
  let roomUnits = units - extension.length;
  let roomBytes = bytes - byteLength(extension);
  let kept = '';
  for (const character of stem) {
    roomUnits -= character.length;
    roomBytes -= byteLength(character);
    if (roomUnits < 0 || roomBytes < 0) break;
    kept += character;
  }
  return trimEnds(kept) + extension;
}

function splitExtension(name: string): { stem: string; extension: string } {
  const found = /^(.+?)((?:\.[\p{L}\p{N}_-]{1,10}){1,2})$/u.exec(name);
  return { stem: found?.[1] ?? name, extension: found?.[2] ?? '' };
}

/** Hands out paths inside one archive or folder: relative, bounded, and distinct on systems that fold case or accents. */
export interface PathNames {
  take(folders: readonly string[], name: string): string;
}

export function createPathNames(): PathNames {
  const files = new Set<string>();
  const directories = new Set<string>();
  /** Where to go on counting twins, so that ten thousand of them are not counted ten thousand times. */
  const copies = new Map<string, number>();
  return {
    take: (folders, name) => {
      const directory = directoryOf(folders, files);
      for (let end = directory.indexOf('/'); end !== -1; end = directory.indexOf('/', end + 1)) {
        directories.add(fold(directory.slice(0, end)));
      }
      const wanted = safeName(name);
      const twins = fold(directory + wanted);
      for (let copy = copies.get(twins) ?? 1; ; copy += 1) {
        const suffix = copy === 1 ? '' : ` (${copy})`;
        const path = directory + withSuffix(wanted, suffix, LONGEST_PATH - directory.length);
        const folded = fold(path);
        if (files.has(folded) || directories.has(folded)) continue;
        files.add(folded);
        copies.set(twins, copy + 1);
        return path;
      }
    },
  };
}

/** With a slash at its end. A folder whose name a file has taken is numbered: nothing unpacks both. */
function directoryOf(folders: readonly string[], files: ReadonlySet<string>): string {
  let path = '';
  for (const folder of folders.slice(0, DEEPEST).map((each) => safeName(each))) {
    if (path.length + folder.length >= LONGEST_PATH / 2) continue;
    let name = folder;
    for (let copy = 2; files.has(fold(path + name)); copy += 1) name = `${folder} (${copy})`;
    path += `${name}/`;
  }
  return path;
}

function withSuffix(name: string, suffix: string, room: number): string {
  const { stem, extension } = splitExtension(shorten(name, Math.min(LONGEST_UNITS, room) - suffix.length));
  return stem + suffix + extension;
}

/** What a case-insensitive, normalising file system takes for the same name; `ß` meets `SS`. */
const fold = (path: string): string => path.normalize('NFKC').toUpperCase().toLowerCase();
