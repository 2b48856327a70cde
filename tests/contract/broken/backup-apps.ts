/** The backup app itself is not as it was installed. */
import { usual, noToken, noApp, byHand, principalOf, applicationOf, type BrokenTenant } from './scene.ts';

export const backupApps: readonly BrokenTenant[] = [
  {
    ...usual,
    name: 'the tenant’s policy refuses certificates',
    before: ({ world }) => void (world.switches.appCertificates = 'refused'),
    root: 'credential-policy',
    nested: ['certificate', ...noToken],
    repair: byHand('administrator', 'Except the backup app from the app management policy.'),
  },
  {
    ...usual,
    name: 'roles granted a moment ago, which take five minutes to stand in tokens',
    after: ({ world }) => void (world.replication.grantMs = 300_000),
    root: 'replication',
    nested: noToken,
    repair: byHand('nobody', 'Wait: Microsoft’s directory takes some minutes.'),
  },
  {
    ...usual,
    name: 'a second app of the same name',
    after: ({ world }, clientId) => {
      const { displayName } = applicationOf(world, clientId).fields;
      world.directory.apps.addApplication({ fields: { displayName } });
    },
    root: 'app-duplicate',
    nested: [],
    repair: byHand('administrator', 'Delete the app that no device uses.'),
  },
  {
    ...usual,
    name: 'an app that was disabled',
    after: ({ world }, clientId) => {
      principalOf(world, clientId).fields['accountEnabled'] = false;
    },
    root: 'backup-app-enabled',
    nested: noToken,
  },
  {
    ...usual,
    name: 'a certificate that has expired',
    after: ({ world }, clientId) => {
      const app = applicationOf(world, clientId);
      const [startDateTime, endDateTime] = ['2020-01-01T00:00:00Z', '2020-03-31T00:00:00Z'];
      app.keys = app.keys.map((key) => ({ ...key, startDateTime, endDateTime }));
    },
    root: 'certificate-expired',
    nested: noToken,
    repair: 'join',
  },
  {
    ...usual,
    name: 'Conditional Access blocks the app',
    after: ({ world }) => void (world.switches.conditionalAccess = 'blocks-app'),
    root: 'conditional-access',
    nested: noToken,
    repair: byHand('administrator', 'Except the backup app from the policy for workload identities.'),
  },
  {
    ...usual,
    name: 'an app in the recycle bin, its service principal gone',
    after: ({ world }, clientId) => {
      const { apps } = world.directory;
      const { id } = principalOf(world, clientId);
      world.directory.grants.forget(id);
      applicationOf(world, clientId).deletedAt = world.clock.now();
      apps.purge(id);
    },
    root: 'app-deleted',
    nested: ['backup-app', ...noApp],
  },
];
