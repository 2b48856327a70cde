/** What the directory of the demo says of its people besides their names: where they sit, their numbers, who manages them. */
import type { World } from '../world/world.ts';

interface Facts {
  readonly alias: string;
  readonly office: string;
  readonly extension: string;
  readonly mobilePhone?: string;
  readonly manager?: string;
}

const people: readonly Facts[] = [
  { alias: 'ada', office: 'Yard house, first floor', extension: '10', mobilePhone: '+49 151 5550110' },
  {
    alias: 'jonas',
    office: 'Workshop',
    extension: '21',
    mobilePhone: '+49 151 5550121',
    manager: 'ada',
  },
  { alias: 'priya', office: 'Yard house, ground floor', extension: '12', manager: 'ada' },
  {
    alias: 'tomas',
    office: 'Showroom',
    extension: '14',
    mobilePhone: '+49 151 5550114',
    manager: 'ada',
  },
  { alias: 'otto', office: 'Workshop', extension: '22', manager: 'jonas' },
  { alias: 'kaija', office: 'Workshop', extension: '23', manager: 'jonas' },
];

/** Runs after the accounts are there. */
export function seedDemoProfiles(world: World): void {
  const { directory, tenant } = world;
  const userOf = (alias: string | undefined) => directory.user(`${alias ?? ''}@${tenant.domain}`);
  for (const { alias, office, extension, mobilePhone = null, manager } of people) {
    const user = userOf(alias);
    if (!user) continue;
    Object.assign(user.profile, {
      companyName: tenant.displayName,
      officeLocation: office,
      businessPhones: [`+49 40 5550 ${extension}`],
      mobilePhone,
      streetAddress: 'Am Sägewerk 4',
      city: 'Hamburg',
      postalCode: '20457',
      country: 'Germany',
      preferredLanguage: 'en-GB',
    });
    user.managerId = userOf(manager)?.id ?? null;
  }
}
