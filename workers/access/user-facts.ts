/** What the directory says of an account, with any sign-in that may list users. */
import { array, boolean, looseObject, nullish, string, type InferOutput } from 'valibot';
import { assignedPlansSchema, type AssignedPlans } from './service-plans.ts';

const assignedLicensesSchema = nullish(
  array(looseObject({ skuId: string(), disabledPlans: nullish(array(string()), []) })),
  [],
);

export interface UserFacts {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  /** False where sign-in is blocked, as it should be for a shared mailbox. */
  readonly enabled: boolean;
  readonly isGuest: boolean;
  /** Kept in step with a directory on the customer's own servers. */
  readonly isSynchronised: boolean;
  readonly plans: AssignedPlans;
  readonly licences: InferOutput<typeof assignedLicensesSchema>;
}

export const userSchema = looseObject({
  id: string(),
  userPrincipalName: string(),
  displayName: nullish(string(), ''),
  accountEnabled: nullish(boolean(), true),
  userType: nullish(string(), 'Member'),
  onPremisesSyncEnabled: nullish(boolean(), false),
  assignedPlans: assignedPlansSchema,
  assignedLicenses: assignedLicensesSchema,
});

export const userSelect =
  '$select=id,userPrincipalName,displayName,accountEnabled,userType,onPremisesSyncEnabled,assignedPlans,assignedLicenses';
export const usersPath = `/users?${userSelect}&$top=999`;

export const toUserFacts = (user: InferOutput<typeof userSchema>): UserFacts => ({
  id: user.id,
  userPrincipalName: user.userPrincipalName,
  displayName: user.displayName || user.userPrincipalName,
  enabled: user.accountEnabled,
  isGuest: user.userType === 'Guest',
  isSynchronised: user.onPremisesSyncEnabled,
  plans: user.assignedPlans,
  licences: user.assignedLicenses,
});

/** Where an administrator assigns this account a licence. */
export const adminCenterLink = (id: string): string =>
  `https://admin.microsoft.com/#/users/:/UserDetails/${id}`;
