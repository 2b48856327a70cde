/**
 * Tenants with one thing wrong each, and what a check should say of it: the cause, and what else is wrong because of it.
 * All start from the same tenant, in which nothing is. `root` and `nested` are ids of findings.
 */
import { backupApps } from './backup-apps.ts';
import { licences } from './licences.ts';
import { missingPermissions } from './permissions.ts';
import type { BrokenTenant } from './scene.ts';
import { signIns } from './sign-ins.ts';

export const brokenTenants: readonly BrokenTenant[] = [
  ...missingPermissions,
  ...signIns,
  ...backupApps,
  ...licences,
];
