/** The backup app in this tenant: registered, installed, enabled, with a credential that works from this device. */
import { toBase64 } from '../kernel/bytes.ts';
import { deviceCertificate } from './check-certificate.ts';
import { shortDays } from './device-key.ts';
import { fine, unseen, wrong, type Draft } from './finding.ts';
import { deviceLabel } from './key-credentials.ts';
import type { Observations } from './observations.ts';

const entra = 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade';
const registrations = { text: 'App registrations in Entra', href: entra };
const byInstalling = { who: 'administrator', fix: 'install' } as const;

export function appFindings(seen: Observations): Draft[] {
  return [
    ...deleted(seen),
    ...duplicate(seen),
    registered(seen),
    principal(seen),
    ...enabled(seen),
    ...policy(seen),
    ...certificates(seen),
    ...endedElsewhere(seen),
  ];
}

function deleted({ app, deleted }: Observations): Draft[] {
  if (!deleted || !app.ok || app.value) return [];
  return [
    wrong('app-deleted', 'The backup app was deleted', {
      proof: 'It lies in the directory’s recycle bin',
      advice: 'Choose “Install backup app”. What lies in the bin is kept for 30 days.',
      stops: 'backup',
      link: registrations,
      ...byInstalling,
    }),
  ];
}

/** Where the app itself is out of sight, nobody can tell it from another one of its name. */
function duplicate({ namesakes, app }: Observations): Draft[] {
  if (!app.ok || namesakes.length === 0) return [];
  const ids = namesakes.map(({ appId }) => appId).join(', ');
  return [
    wrong('app-duplicate', 'Another app of the same name', {
      verdict: 'extra',
      proof: `Application id ${ids}`,
      advice: app.value
        ? `Holdfast uses ${app.value.appId}. Delete the other one if no device uses it.`
        : 'It was not made by this version of Holdfast. Delete it if nothing uses it.',
      stops: 'nothing',
      link: registrations,
    }),
  ];
}

function registered({ app }: Observations): Draft {
  const [id, title] = ['backup-app', 'Backup app registered'] as const;
  if (!app.ok) return unseen(id, title, 'A sign-in that may read app registrations: Global Reader is enough');
  if (app.value) return fine(id, title, `Application id ${app.value.appId}`);
  return wrong(id, 'No backup app yet', {
    proof: 'The directory has no app holdfast-backup',
    advice: 'Choose “Install backup app”.',
    stops: 'backup',
    ...byInstalling,
  });
}

function principal({ app, principal }: Observations): Draft {
  const [id, title] = ['principal', 'Backup app installed'] as const;
  if (!app.ok || !principal.ok) return unseen(id, title, 'A sign-in that may read enterprise applications');
  if (principal.value) return fine(id, title, 'Its service principal is in the directory');
  return wrong(id, title, {
    proof: 'The app has no service principal here',
    advice: 'Choose “Install backup app”: it takes up where it stopped.',
    stops: 'backup',
    ...byInstalling,
  });
}

function enabled({ principal }: Observations): Draft[] {
  if (!principal.ok || !principal.value) return [];
  const [id, title] = ['backup-app-enabled', 'Backup app enabled'] as const;
  if (principal.value.enabled) return [fine(id, title, 'accountEnabled of its service principal')];
  return [
    wrong(id, title, {
      proof: 'accountEnabled of its service principal is false',
      advice: 'Somebody disabled the app: enable it in Entra, under Enterprise applications.',
      stops: 'backup',
      ...byInstalling,
    }),
  ];
}

function policy(seen: Observations): Draft[] {
  const { closer } = seen;
  if (closer === null || !closer.certificates.ok) return [];
  const [id, title] = ['credential-policy', 'Policy on apps’ certificates'] as const;
  const rule = closer.certificates.value;
  if (rule.kind === 'any') return [fine(id, title, 'The tenant’s app management policy')];
  const refused = rule.kind === 'refused';
  const proof =
    rule.kind === 'short'
      ? `The app management policy ends certificates after ${rule.days} days`
      : 'The app management policy takes no self-signed certificate';
  if (rule.kind === 'short' && rule.days >= shortDays) return [fine(id, title, proof)];
  if (hasCertificate(seen)) {
    const advice = refused ? 'This device has its certificate; the next one will be refused.' : '';
    return [fine(id, title, proof, { advice })];
  }
  return [
    wrong(id, title, {
      proof,
      advice: `${refused ? 'The app’s certificate is refused' : `A certificate of ${shortDays} days is refused`}: whoever set the policy must except “Holdfast Backup” from it.`,
      stops: 'backup',
    }),
  ];
}

function hasCertificate(seen: Observations): boolean {
  const certificate = deviceCertificate(seen);
  return certificate !== undefined && certificate.ends > seen.now;
}

function certificates(seen: Observations): Draft[] {
  const { app, key, now } = seen;
  const [id, title] = ['certificate', 'This device’s certificate'] as const;
  if (!app.ok) return [unseen(id, title, 'A sign-in that may read app registrations')];
  const known = deviceCertificate(seen);
  if (!known) {
    return [
      wrong(id, title, {
        proof: key ? 'The app does not know this browser’s key' : 'This browser holds no key for the app',
        advice: 'Choose “Join with this device”.',
        stops: 'backup',
        ...byInstalling,
      }),
    ];
  }
  const { ends } = known;
  const until = new Date(ends).toISOString().slice(0, 10);
  const there = fine(id, title, 'Its key is among those of the app');
  const [endId, endTitle] = ['certificate-expired', 'The certificate has not ended'] as const;
  if (ends > now) return [there, fine(endId, endTitle, `Until ${until}`)];
  return [
    there,
    wrong(endId, 'This device’s certificate has ended', {
      proof: `It ended on ${until}`,
      advice: 'Choose “Install backup app”: the device gets a new one.',
      stops: 'backup',
      ...byInstalling,
    }),
  ];
}

/** A device that is used renews before the end: whoever has one that has ended is gone, or has to join again. */
function endedElsewhere({ app, key, now }: Observations): Draft[] {
  if (!app.ok || !app.value) return [];
  const own = key && toBase64(key.certificate);
  const ended = app.value.keyCredentials.flatMap(({ key: one, displayName, endDateTime }) => {
    const ends = Date.parse(endDateTime ?? '');
    return displayName.startsWith(deviceLabel) && one !== own && ends <= now
      ? `${displayName}, ended on ${new Date(ends).toISOString().slice(0, 10)}`
      : [];
  });
  if (ended.length === 0) return [];
  return [
    wrong('certificate-others', 'Certificates of other devices have ended', {
      verdict: 'extra',
      proof: ended.join('; '),
      advice:
        'They let nobody in any more. Remove them in Entra (App registrations, “Holdfast Backup”, Certificates & secrets) once their devices are given up; a device that is still used joins again and adds a new one.',
      stops: 'nothing',
      link: registrations,
    }),
  ];
}
