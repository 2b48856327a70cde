/** What stops a backup and what stops a restore, most important first. */
import type { Finding } from '../contract/check.ts';
import { toBase64 } from '../kernel/bytes.ts';
import type { Result } from '../kernel/result.ts';
import type { CheckFacts, InstalledApp } from './check-facts.ts';
import type { DeviceKey } from './device-key.ts';
import { canInstall, roleName } from './directory-roles.ts';
import { offersDrives, offersMailboxes, tenantPlans } from './licences.ts';
import { permission } from './permissions.ts';

export interface Observations extends CheckFacts {
  readonly roles: Result<readonly string[]>;
  readonly key: DeviceKey | undefined;
  readonly now: number;
}

export function findingsOf(seen: Observations): Finding[] {
  return [
    licence(seen, 'licence-exchange', 'Exchange Online licence', offersMailboxes),
    licence(seen, 'licence-onedrive', 'OneDrive licence', offersDrives),
    administrator(seen),
    installedApp(seen),
    ...(seen.app.ok && seen.app.value ? ofApp(seen.app.value, seen) : []),
  ];
}

const notVisible = (id: string, title: string, advice: string): Finding => {
  return { id, title, verdict: 'unknown', evidence: 'not-visible', advice, stops: 'nothing' };
};

function licence({ skus }: Observations, id: string, title: string, offers: typeof offersMailboxes): Finding {
  if (!skus.ok) return notVisible(id, title, 'Sign in as Global Reader or an administrator to see licences.');
  return offers(tenantPlans(skus.value, null))
    ? { id, title, verdict: 'ok', evidence: 'proved', advice: '', stops: 'nothing' }
    : {
        id,
        title,
        verdict: 'missing',
        evidence: 'proved',
        advice:
          'No active subscription of this tenant includes it. Buy or renew one in the Microsoft 365 admin center.',
        stops: 'backup',
      };
}

function administrator({ roles, app }: Observations): Finding {
  const [id, title] = ['administrator', 'Global Administrator'];
  if (!roles.ok) return notVisible(id, title, 'The directory did not tell the roles of this account.');
  const isInstalled = app.ok && app.value !== undefined;
  if (canInstall(roles.value))
    return { id, title, verdict: 'ok', evidence: 'proved', advice: '', stops: 'nothing' };
  const held = roles.value.map(roleName).join(', ') || 'no directory role';
  return {
    id,
    title,
    verdict: isInstalled ? 'ok' : 'missing',
    evidence: 'proved',
    advice: `You are signed in with ${held}. Only installing the backup app takes a Global Administrator.`,
    stops: isInstalled ? 'nothing' : 'backup',
  };
}

function installedApp({ app }: Observations): Finding {
  const [id, title] = ['backup-app', 'Backup app installed'];
  if (!app.ok) return notVisible(id, title, 'This sign-in may not read app registrations.');
  return app.value
    ? { id, title, verdict: 'ok', evidence: 'proved', advice: '', stops: 'nothing' }
    : {
        id,
        title,
        verdict: 'missing',
        evidence: 'proved',
        advice: 'Choose “Install backup app”.',
        stops: 'backup',
      };
}

function ofApp(app: InstalledApp, { key, now }: Observations): Finding[] {
  const certificate =
    key !== undefined && key.expires > now && app.certificates.includes(toBase64(key.certificate));
  return [
    finding(app.enabled, 'backup-app-enabled', 'Backup app enabled', {
      advice: 'Someone disabled the app in Entra: enable it under Enterprise applications.',
      stops: 'backup',
    }),
    finding(certificate, 'certificate', 'This device’s certificate', {
      advice:
        'This browser holds no valid key for the app: choose “Install backup app” to join with this device.',
      stops: 'backup',
    }),
    finding(holdsOne(app, 'Mail.Read', 'Mail.ReadWrite'), 'read-mail', 'May read mail', repair('backup')),
    finding(
      holdsOne(app, 'Files.Read.All', 'Files.ReadWrite.All', 'Sites.ReadWrite.All'),
      'read-files',
      'May read files',
      repair('backup'),
    ),
    finding(
      holdsOne(app, 'Mail.ReadWrite') && holdsOne(app, 'Files.ReadWrite.All', 'Sites.ReadWrite.All'),
      'write',
      'May put mail and files back',
      {
        advice:
          'The app may only read. Downloads work; before something is put back, an administrator is asked for the right to write, and can take it back afterwards.',
        stops: 'restore',
      },
    ),
  ];
}

const repair = (stops: Finding['stops']) => ({
  advice: 'Choose “Install backup app” again: it grants what is missing.',
  stops,
});

function finding(fine: boolean, id: string, title: string, bad: Pick<Finding, 'advice' | 'stops'>): Finding {
  return fine
    ? { id, title, verdict: 'ok', evidence: 'proved', advice: '', stops: 'nothing' }
    : { id, title, verdict: 'missing', evidence: 'proved', ...bad };
}

const holdsOne = ({ roles }: InstalledApp, ...values: string[]): boolean =>
  values.some((value) => {
    const { id } = permission('graph', value, 'Role');
    return roles.some((role) => role.resource === 'graph' && role.id === id);
  });
