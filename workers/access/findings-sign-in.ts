/** Who is looking, and what that person may do. */
import { canInstall, delegatedAdministration, globalAdministrator, roleName } from './directory-roles.ts';
import { fine, unseen, wrong, type Draft } from './finding.ts';
import { sawOnlyItself, type Observations } from './observations.ts';

const aboutRoles = {
  text: 'About administrator roles (Microsoft)',
  href: 'https://learn.microsoft.com/en-us/microsoft-365/admin/add-users/about-admin-roles',
};
const activate = {
  text: 'My roles in Privileged Identity Management',
  href: 'https://entra.microsoft.com/#view/Microsoft_Azure_PIMCommon/ActivationMenuBlade/~/aadmigratedroles',
};

export function signInFindings(seen: Observations): Draft[] {
  return [consent(seen), partner(seen), eligible(seen), administrator(seen)].flatMap((one) => one ?? []);
}

function consent(seen: Observations): Draft {
  const [id, title] = ['consent', 'Consent to read the directory'] as const;
  if (!sawOnlyItself(seen)) return fine(id, title, 'Directory.Read.All is in the token of this sign-in');
  return wrong(id, title, {
    proof: 'The token of this sign-in has no Directory.Read.All',
    advice:
      'Nobody has consented to this for the organisation. Send the link below to an administrator; what this sign-in cannot see is listed under it.',
    stops: 'backup',
    link: { text: 'For an administrator: consent to the check', href: seen.consentLink },
  });
}

/** Somebody of a partner is no object of the customer's directory (GDAP). */
const isPartner = ({ me, signedIn }: Observations): boolean =>
  signedIn.directoryRoles.includes(delegatedAdministration) || (me.ok && me.value === undefined);

const heldBy = ({ roles }: Observations): readonly string[] =>
  roles.ok ? roles.value.filter((role) => role !== delegatedAdministration) : [];

/** By the directory; where that is out of sight, by this device's having a key for it. */
const isInstalled = ({ app, key }: Observations): boolean =>
  app.ok ? app.value !== undefined : key !== undefined;

function partner(seen: Observations): Draft | undefined {
  if (!isPartner(seen)) return undefined;
  const [id, title] = ['partner', 'A partner’s delegated administration'] as const;
  const proof = 'The directory of this tenant has no such person: /me is not found';
  if (canInstall(heldBy(seen))) return fine(id, title, proof);
  if (isInstalled(seen)) return fine(id, title, proof, { advice: 'Enough to look; the app is installed.' });
  const held = heldBy(seen).map(roleName).join(', ') || 'no role';
  return wrong(id, title, {
    proof,
    advice: `You act here for a partner, with ${held}. Installing takes Global Administrator in the partner relationship, or an administrator of the customer.`,
    stops: 'backup',
    link: aboutRoles,
  });
}

function eligible(seen: Observations): Draft | undefined {
  const { closer, roles } = seen;
  if (closer === null || !roles.ok || canInstall(roles.value)) return undefined;
  const [id, title] = ['role-eligible', 'Global Administrator, not activated'] as const;
  if (!closer.eligible.ok || !closer.eligible.value.includes(globalAdministrator)) return undefined;
  if (isInstalled(seen)) return fine(id, title, 'Eligible; nothing needs it now');
  return wrong(id, title, {
    proof: 'A schedule of Privileged Identity Management names you for the role',
    advice: 'Activate the role, then sign in again: tokens from before do not have it.',
    who: 'you',
    stops: 'backup',
    link: activate,
  });
}

function administrator(seen: Observations): Draft {
  const { roles, app } = seen;
  const [id, title] = ['administrator', 'Global Administrator'] as const;
  if (!roles.ok) return unseen(id, title, '/me/memberOf, which the directory refused this sign-in');
  const proof = 'Directory roles of this sign-in';
  if (canInstall(heldBy(seen))) return fine(id, title, proof);
  const held = heldBy(seen).map(roleName).join(', ') || 'no directory role';
  const told = `You are signed in with ${held}. Only installing the backup app takes a Global Administrator.`;
  if (isInstalled(seen)) return fine(id, title, proof, { advice: told });
  if (!app.ok) return unseen(id, title, 'Whether the app is installed', { advice: told });
  return wrong(id, title, {
    proof,
    advice: `${told} An Application Administrator can register an app and not grant it Microsoft Graph’s own permissions; a Privileged Role Administrator can grant and not register; a Global Reader can look.${asking(seen)}`,
    stops: 'backup',
    link: aboutRoles,
    fix: seen.closer === null ? 'look-closer' : null,
  });
}

function asking({ administrators }: Observations): string {
  if (administrators.length === 0) return '';
  const [first = '', second = ''] = administrators;
  return ` Ask ${second === '' ? first : `${first} or ${second}`}.`;
}
