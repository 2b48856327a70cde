/** The built-in demo: a small joinery with all the kinds of account a backup meets. Everybody in it is made up. */
import { skuId } from '../directory/licences.ts';
import { roleIds } from '../directory/roles.ts';
import type { DirectoryUser, NewUser } from '../directory/store.ts';
import type { World } from '../world/world.ts';
import { addAccount, addSite } from './accounts.ts';
import { seedDemoFiles } from './files-demo.ts';
import { seedDemoMail } from './mail-demo.ts';
import { seedDemoProfiles } from './people-demo.ts';
import { seedDemoTasks } from './tasks-demo.ts';
import { addVendorApp, demoVendorApp } from './vendors.ts';

export type Size = 'small' | 'large' | 'huge';

export const demoTenant = { name: 'contoso', displayName: 'Contoso Joinery', domain: 'contoso.example' };

const premium = skuId('SPB');
const basic = skuId('O365_BUSINESS_ESSENTIALS');
const free = skuId('FLOW_FREE');

type Person = Omit<NewUser, 'userPrincipalName' | 'displayName'> & { readonly alias: string };

const people: readonly Person[] = [
  {
    alias: 'ada',
    givenName: 'Ada',
    surname: 'Brandt',
    jobTitle: 'Managing Director',
    department: 'Management',
    assignedSkus: [premium],
    roles: [roleIds.globalAdministrator],
  },
  {
    alias: 'jonas',
    givenName: 'Jonas',
    surname: 'Meyerhold',
    jobTitle: 'Workshop Lead',
    department: 'Workshop',
    assignedSkus: [premium],
  },
  {
    alias: 'priya',
    givenName: 'Priya',
    surname: 'Ramanathan',
    jobTitle: 'Bookkeeper',
    department: 'Finance',
    assignedSkus: [premium],
  },
  {
    alias: 'tomas',
    givenName: 'Tomás',
    surname: 'Rivero',
    jobTitle: 'Sales',
    department: 'Sales',
    assignedSkus: [basic],
  },
  {
    alias: 'otto',
    givenName: 'Otto',
    surname: 'Weissgerber',
    jobTitle: 'Draughtsman (left)',
    department: 'Workshop',
    assignedSkus: [basic],
    accountEnabled: false,
  },
  {
    alias: 'kaija',
    givenName: 'Kaija',
    surname: 'Lindroos',
    jobTitle: 'Intern',
    department: 'Workshop',
    assignedSkus: [free],
  },
];

/** Accounts of the demo in the order they are offered at sign-in; the administrator first. */
function addPeople(world: World): DirectoryUser[] {
  const { domain, name } = world.tenant;
  const users = people.map(({ alias, ...person }) =>
    addAccount(world, {
      userPrincipalName: `${alias}@${domain}`,
      displayName: `${person.givenName} ${person.surname}`,
      usageLocation: 'DE',
      createdDateTime: '2023-05-16T08:12:00Z',
      ...person,
      mail: person.assignedSkus?.includes(free) ? null : `${alias}@${domain}`,
    }),
  );
  const info = { userPrincipalName: `info@${domain}`, displayName: 'Contoso Joinery Info' };
  addAccount(world, {
    ...info,
    accountEnabled: false,
    purpose: 'shared',
    createdDateTime: '2023-05-17T10:00:00Z',
  });
  const room = { userPrincipalName: `room.oak@${domain}`, displayName: 'Meeting Room Oak' };
  addAccount(world, {
    ...room,
    accountEnabled: false,
    purpose: 'room',
    createdDateTime: '2023-06-01T10:00:00Z',
  });
  addAccount(world, {
    userPrincipalName: `sam.hollis_timber.example#EXT#@${name}.onmicrosoft.com`,
    displayName: 'Sam Hollis',
    mail: 'sam.hollis@timber.example',
    userType: 'Guest',
    createdDateTime: '2024-02-09T14:30:00Z',
  });
  return users;
}

function subscribe(world: World): void {
  world.directory.subscriptions.push(
    { skuId: premium, units: 5, capabilityStatus: 'Enabled' },
    { skuId: basic, units: 5, capabilityStatus: 'Enabled' },
    { skuId: free, units: 10_000, capabilityStatus: 'Enabled' },
    { skuId: skuId('EXCHANGESTANDARD'), units: 2, capabilityStatus: 'Suspended' },
  );
}

/** More colleagues, so that lists page. */
const crowds: Readonly<Record<Size, number>> = { small: 0, large: 60, huge: 1500 };

function addCrowd(world: World, count: number): void {
  for (let index = 1; index <= count; index++) {
    const alias = `joiner${String(index).padStart(4, '0')}`;
    addAccount(world, {
      userPrincipalName: `${alias}@${world.tenant.domain}`,
      displayName: `Joiner ${index}`,
      givenName: 'Joiner',
      surname: String(index),
      jobTitle: 'Joiner',
      department: `Workshop ${(index % 12) + 1}`,
      assignedSkus: [basic],
      usageLocation: 'DE',
      createdDateTime: '2025-01-07T07:00:00Z',
    });
  }
  const subscription = world.directory.subscriptions.findIndex((one) => one.skuId === basic);
  world.directory.subscriptions[subscription] = {
    skuId: basic,
    units: 5 + count,
    capabilityStatus: 'Enabled',
  };
}

/** A team's Microsoft 365 group and two security groups, one of which has the team in it as a whole. */
function addGroups(world: World, users: readonly DirectoryUser[]): void {
  const { directory, tenant } = world;
  const idsIn = (department: string) =>
    users.filter((user) => user.department === department).map((user) => user.id);
  const lead = users.filter((user) => user.jobTitle === 'Workshop Lead').map((user) => user.id);
  const workshop = directory.addGroup({
    displayName: 'Workshop',
    description: 'Everybody at the benches',
    memberIds: idsIn('Workshop'),
    ownerIds: lead,
    mail: `workshop@${tenant.domain}`,
    isMicrosoft365: true,
    createdDateTime: '2023-05-18T07:40:00Z',
  });
  directory.addGroup({
    displayName: 'Management',
    description: 'May see the books',
    memberIds: [...idsIn('Management'), ...idsIn('Finance')],
    ownerIds: idsIn('Management'),
    createdDateTime: '2023-05-18T07:45:00Z',
  });
  directory.addGroup({
    displayName: 'All staff',
    memberIds: [
      ...users.filter((user) => user.department !== 'Workshop').map((user) => user.id),
      workshop.id,
    ],
    createdDateTime: '2023-05-18T07:50:00Z',
  });
}

/** `accounts`: so many people in all, the additional ones without mail, instead of the crowd that goes with the size. */
export function seedDemo(world: World, size: Size, accounts?: number): void {
  subscribe(world);
  const users = addPeople(world);
  addGroups(world, users);
  seedDemoProfiles(world);
  for (const site of ['Projects', 'Marketing']) addSite(world, site);
  seedDemoFiles(world, size);
  // After the files: 1,500 OneDrives full of documents would take half a minute and a gigabyte; these stay empty.
  if (accounts === undefined) addCrowd(world, crowds[size]);
  seedDemoMail(world, size);
  addVendorApp(world, demoVendorApp);
  seedDemoTasks(world);
  if (accounts !== undefined) addCrowd(world, Math.max(0, accounts - world.directory.users().length));
}
