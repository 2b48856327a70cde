/** `EngineApi`: one's own account, without an administrator and without the relay. */
import { connectOwnAccount } from './access/own-account.ts';
import type { OwnApi } from './contract/own.ts';
import type { Parts } from './engine.ts';
import { failure } from './kernel/failure.ts';
import { err, ok } from './kernel/result.ts';

export const ownCalls = ({ tenants, appSignIns, deps }: Parts): OwnApi => ({
  connectOwn: async () => {
    const configured = tenants.configured();
    if (!configured.ok) return configured;
    const { config, tokens } = configured.value;
    const clientId = config.registratorClientId;
    if (clientId === null) return err(failure('input/not-configured', 'config.json names no client id'));
    const connected = await connectOwnAccount({
      clientId,
      tokens,
      clock: deps.clock,
      store: deps.access,
      client: (tenantId, source) => tenants.client(tenantId, source),
    });
    if (connected.ok) tenants.forget(connected.value.tenantId);
    return connected;
  },

  signInAgain: async (tenantId) => {
    const tenant = await tenants.open(tenantId);
    if (!tenant.ok) return tenant;
    // An administrator may be signed in to the app of the tenant; it has tokens of its own for everything else.
    const signedIn = tenant.value.person
      ? await tenant.value.person.signInAgain()
      : await appSignIns.signIn(tenantId);
    return signedIn.ok ? ok() : signedIn;
  },

  forgetSignIns: async () => {
    appSignIns.forget();
    tenants.forgetPeople();
    return ok();
  },

  forgetOwn: async (tenantId) => {
    const connection = await deps.access.connection(tenantId);
    if (!connection.ok) return connection;
    if (connection.value?.kind !== 'own')
      return err(failure('input/invalid', 'this device is not connected to an account of its own'));
    const forgotten = await deps.access.forget(tenantId);
    if (forgotten.ok) tenants.forget(tenantId);
    return forgotten;
  },
});
