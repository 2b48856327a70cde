/** Upload sessions for large attachments: state only, whoever speaks HTTP to them. */
import type { Clock } from '../world/clock.ts';
import type { Ids } from '../world/ids.ts';

/** Microsoft Learn, "Attach large files to Outlook messages": 3 MB to 150 MB. */
export const smallestSessionSize = 3 * 1024 * 1024;
const lifeMs = 2 * 60 * 60 * 1000;

export interface AttachmentSession {
  readonly id: string;
  readonly authToken: string;
  readonly userId: string;
  readonly itemKey: number;
  readonly name: string;
  readonly contentType: string | null;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly expires: number;
  received: number;
  readonly chunks: Uint8Array[];
}

export type NewSession = Pick<
  AttachmentSession,
  'userId' | 'itemKey' | 'name' | 'contentType' | 'isInline' | 'contentId' | 'size'
>;

export interface AttachmentSessions {
  open(session: NewSession): AttachmentSession;
  /** Nothing where it is unknown, finished or expired. */
  find(id: string): AttachmentSession | undefined;
  close(id: string): void;
}

export function createAttachmentSessions({ clock, ids }: { clock: Clock; ids: Ids }): AttachmentSessions {
  const sessions = new Map<string, AttachmentSession>();
  return {
    open(fields) {
      const session: AttachmentSession = {
        ...fields,
        id: ids.opaque(48),
        authToken: ids.opaque(96),
        expires: clock.now() + lifeMs,
        received: 0,
        chunks: [],
      };
      sessions.set(session.id, session);
      return session;
    },
    find(id) {
      const session = sessions.get(id);
      if (session && session.expires <= clock.now()) sessions.delete(id);
      return sessions.get(id);
    },
    close: (id) => void sessions.delete(id),
  };
}
