/** The three cards of *Install backup app*, in words. Which roles a profile holds is the engine's data, not this page's. */
import type { Profile } from '#workers/contract/check.ts';

export interface ProfileCard {
  readonly profile: Profile;
  readonly name: string;
  readonly text: string;
  readonly risk: { readonly level: 1 | 2 | 3; readonly word: string; readonly why: string };
}

export const profileCards: readonly ProfileCard[] = [
  {
    profile: 'read-only',
    name: 'Read-only, restore on demand',
    text: 'The app may read mail, files and the directory. When you restore, you are asked for the right to write, at that moment.',
    risk: { level: 1, word: 'Low', why: 'Whoever stole the app’s key could read, but change nothing.' },
  },
  {
    profile: 'reference',
    name: 'As usual backup products',
    text: 'The set that backup vendors ask for. Restores need no further question.',
    risk: {
      level: 3,
      word: 'Very high',
      why: 'It may write to every mailbox and file, and may change other apps: a way to Global Administrator.',
    },
  },
  {
    profile: 'complete',
    name: 'Complete',
    text: 'Adds what the usual set lacks: licences, kinds of mailboxes, tasks without a signed-in person, large uploads.',
    risk: {
      level: 3,
      word: 'Very high',
      why: 'Everything of the usual set, and more to read.',
    },
  },
];
