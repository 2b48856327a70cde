/** Conversations: who wrote what to whom, in turns. */
import type { Role } from './cast.ts';
import type { Enclosure } from './letter.ts';

export interface Turn {
  readonly from: Role;
  readonly to: readonly Role[];
  readonly cc?: readonly Role[];
  /** Hours after the thread began. */
  readonly after: number;
  readonly text: string;
  readonly enclosures?: () => readonly Enclosure[];
  /** Text in the HTML where an inline picture of that Content-ID stands. */
  readonly picture?: string;
}

export interface Thread {
  readonly subject: string;
  /** Days before the newest mail of the demo. */
  readonly daysAgo: number;
  /** Where readers file it; else it stays in the inbox. */
  readonly folder?: string;
  readonly category?: string;
  readonly turns: readonly Turn[];
}

export const file = (name: string, contentType: string, bytes: Uint8Array): Enclosure => ({
  name,
  contentType,
  bytes,
});
