/** How much harm a permission could do, by its name: for those that the reference page does not have. */
import type { Risk } from '../contract/check.ts';

/** Ways to Global Administrator (see data/row-facts.json). */
const tierZero =
  /^(Application\.ReadWrite\.All|AppRoleAssignment\.ReadWrite\.All|RoleManagement\.ReadWrite\.\S+|Directory\.ReadWrite\.All|RoleAssignmentSchedule\.ReadWrite\.\S+|RoleEligibilitySchedule\.ReadWrite\.\S+|UserAuthenticationMethod\.ReadWrite\.All)$/;
const changes = /Write|Create|Manage|FullControl|full_access|Send|Import/;
const content = /^(Mail|Files|Sites|Calendars|Contacts|Chat|ChannelMessage|Notes|MailboxItem|Tasks)/;

/** Undefined: a role that nobody knows by name. */
export function riskOf(role: string | undefined): Risk {
  if (role === undefined) return { level: 'high', reason: 'Holdfast does not know what it allows' };
  if (tierZero.test(role)) return { level: 'tier-0', reason: 'A way to Global Administrator' };
  if (changes.test(role)) return { level: 'high', reason: 'May change or send in the name of everybody' };
  return content.test(role)
    ? { level: 'medium', reason: 'Reads the data of everybody, and changes nothing' }
    : { level: 'low', reason: 'Reads about people and settings, no content' };
}
