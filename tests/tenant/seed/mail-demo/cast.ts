/** Who writes to whom: the firm's own people by number, its partners by name. All of them are made up. */
import type { DirectoryUser } from '../../directory/store.ts';
import type { Address } from '../../mail/message.ts';

export interface Colleague extends Address {
  readonly userId: string;
  readonly givenName: string;
}

export const partners = {
  ingrid: { name: 'Ingrid Solberg', address: 'ingrid.solberg@northwind.example' },
  tomasz: { name: 'Tomasz Kowalczyk', address: 'tomasz.kowalczyk@fabrikam.example' },
  misaki: { name: '田中 美咲', address: 'misaki.tanaka@tanaka-wood.example' },
  eleni: { name: 'Ελένη Παπαδοπούλου', address: 'eleni@gallery-attica.example' },
  layla: { name: 'ليلى حداد', address: 'layla.haddad@noor-books.example' },
  nadia: { name: 'Nadia Okafor', address: 'nadia.okafor@adatum.example' },
  joao: { name: 'João Gonçalves', address: 'joao@azulejo-lisboa.example' },
  zofia: { name: 'Zofia Łęcka', address: 'zofia.lecka@trey-insurance.example' },
  office: { name: 'Proseware Office Supplies', address: 'orders@proseware.example' },
  travel: { name: 'Tailspin Rail', address: 'tickets@tailspin.example' },
  magazine: { name: 'Interior Weekly', address: 'news@litware.example' },
  tools: { name: 'Wingtip Tools', address: 'offers@wingtip.example' },
  bank: { name: 'Woodgrove Bank', address: 'statements@woodgrove.example' },
  council: { name: 'Harbour Council Planning', address: 'planning@harbour-council.example' },
} as const satisfies Record<string, Address>;

export type PartnerName = keyof typeof partners;

/** A colleague by number (round and round where the firm is small), or a partner. */
export type Role = number | PartnerName;

export interface Cast {
  readonly colleagues: readonly Colleague[];
  address(role: Role): Address;
  /** The mailbox of a role, where it has one here. */
  userId(role: Role): string | undefined;
  /** Given names for `{0}`, `{1}`, … in texts. */
  fill(text: string): string;
}

export const colleagueOf = (user: DirectoryUser): Colleague => ({
  userId: user.id,
  name: user.displayName,
  address: user.mail ?? user.userPrincipalName,
  givenName: user.givenName ?? user.displayName.split(' ')[0] ?? user.displayName,
});

/** In the threads colleague 3 keeps the books. */
function withBookkeeper(users: readonly DirectoryUser[]): DirectoryUser[] {
  const order = [...users];
  const at = order.findIndex((user) => /book|account|finance/i.test(`${user.jobTitle} ${user.department}`));
  const [keeper, fourth] = [order[at], order[3]];
  if (keeper && fourth) {
    order[3] = keeper;
    order[at] = fourth;
  }
  return order;
}

/** Nothing where nobody has a mailbox. */
export function createCast(users: readonly DirectoryUser[]): Cast | undefined {
  const colleagues = withBookkeeper(users).map(colleagueOf);
  const first = colleagues[0];
  if (!first) return undefined;
  const colleague = (number: number): Colleague => colleagues[number % colleagues.length] ?? first;
  return {
    colleagues,
    address: (role) => {
      if (typeof role !== 'number') return partners[role];
      const { name, address } = colleague(role);
      return { name, address };
    },
    userId: (role) => (typeof role === 'number' ? colleague(role).userId : undefined),
    fill: (text) => text.replace(/\{(\d)\}/g, (_, number: string) => colleague(Number(number)).givenName),
  };
}
