/** Another device may have given the app the reading profile since: its token tells, and this device's connection follows. */
import { isWider, readRoles } from '../access/write-roles.ts';
import type { Result } from '../kernel/result.ts';
import type { Tenant, Tenants } from './tenants.ts';

/** The tenant, by what its app may do now: whoever restores asks for what is lent, and for nothing else. */
export async function openToWrite(tenants: Tenants, tenantId: string): Promise<Result<Tenant>> {
  const tenant = await tenants.open(tenantId);
  if (!tenant.ok || !(await isNarrowed(tenant.value))) return tenant;
  const { connection } = tenant.value;
  const saved = await tenants.deps.store.saveConnection({ ...connection, profile: 'read-only' });
  return saved.ok ? tenants.open(tenantId) : saved;
}

async function isNarrowed({ connection, app, permissions }: Tenant): Promise<boolean> {
  if (!app || connection.profile === 'read-only') return false;
  const held = await permissions();
  const roles = held.ok ? [...held.value].filter((role) => role !== '') : [];
  return readRoles.every((role) => roles.includes(role)) && !isWider(roles);
}
