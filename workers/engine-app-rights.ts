/** `EngineApi`: what the backup app may do, by itself and with an administrator signed in to it. */
import { profileCards } from './access/profile-cards.ts';
import type { AppRightsApi } from './contract/app-rights.ts';
import type { Parts } from './engine.ts';
import { ok } from './kernel/result.ts';

export const appRightsCalls = ({ appSignIns }: Parts): AppRightsApi => ({
  profiles: async () => ok(profileCards()),
  appRights: (tenantId) => appSignIns.rights(tenantId),
  signInToApp: (tenantId, account) => appSignIns.signIn(tenantId, account),
});
