/** `EngineApi`: one's own account, without an administrator and without the relay. */
import { connectOwnAccount } from './access/own-account.ts';
import type { OwnApi } from './contract/own.ts';
import type { Parts } from './engine.ts';
import { failure } from './kernel/failure.ts';
import { err, ok } from './kernel/result.ts';

export const ownCalls = ({ tenants, deps }: Parts): OwnApi => ({
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
    if (!tenant.value.person)
      return err(failure('input/invalid', 'the connection rests on nobody’s sign-in'));
    const signedIn = await tenant.value.person.signInAgain();
    return signedIn.ok ? ok() : signedIn;
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
