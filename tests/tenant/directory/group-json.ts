/** A group as Graph writes it without `$select`; what else groups have is null or empty (graph/types.ts). */
import type { Entity } from '../graph/odata.ts';
import { isoSeconds } from '../world/clock.ts';
import type { Group } from './group-registry.ts';

/** Entra's own identifier of an object is its id in another notation: four little-endian numbers. */
function securityIdentifier(id: string): string {
  const [first = '', second = '', third = '', ...rest] = id.split('-');
  const tail = Buffer.from(rest.join(''), 'hex');
  const numbers = [
    Number.parseInt(first, 16),
    Number.parseInt(`${third}${second}`, 16),
    tail.readUInt32LE(0),
    tail.readUInt32LE(4),
  ];
  return `S-1-12-1-${numbers.join('-')}`;
}

export function groupJson(group: Group): Entity {
  const { id, mail, isMicrosoft365, createdDateTime, deletedAt } = group;
  return {
    id,
    deletedDateTime: deletedAt === undefined ? null : isoSeconds(deletedAt),
    classification: group.classification,
    createdDateTime,
    description: group.description,
    displayName: group.displayName,
    expirationDateTime: null,
    groupTypes: isMicrosoft365 ? ['Unified'] : [],
    isAssignableToRole: null,
    mail,
    mailEnabled: mail !== null,
    mailNickname: group.mailNickname,
    membershipRule: null,
    membershipRuleProcessingState: null,
    onPremisesDomainName: null,
    onPremisesLastSyncDateTime: null,
    onPremisesNetBiosName: null,
    onPremisesProvisioningErrors: [],
    onPremisesSamAccountName: null,
    onPremisesSecurityIdentifier: null,
    onPremisesSyncEnabled: null,
    preferredDataLocation: null,
    preferredLanguage: group.preferredLanguage,
    proxyAddresses: mail === null ? [] : [`SMTP:${mail}`],
    renewedDateTime: createdDateTime,
    resourceBehaviorOptions: [],
    resourceProvisioningOptions: [],
    securityEnabled: group.securityEnabled,
    securityIdentifier: securityIdentifier(id),
    serviceProvisioningErrors: [],
    theme: group.theme,
    uniqueName: null,
    visibility: group.visibility,
  };
}
