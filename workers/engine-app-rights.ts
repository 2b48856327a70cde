/** `EngineApi`: what the backup app may do. */
import { profileCards } from './access/profile-cards.ts';
import type { AppRightsApi } from './contract/app-rights.ts';
import { ok } from './kernel/result.ts';

export const appRightsCalls = (): AppRightsApi => ({
  profiles: async () => ok(profileCards()),
});
