/** The credentials of the backup app: may the tenant's apps have one of ours, does this device's let it in, whose has ended. */
import { toBase64 } from '../kernel/bytes.ts';
import { deviceCertificate } from './check-certificate.ts';
import { shortDays } from './device-key.ts';
import { byInstalling, fine, registrations, unseen, wrong, type Draft } from './finding.ts';
import { deviceLabel } from './key-credentials.ts';
import type { Observations } from './observations.ts';

export const certificateFindings = (seen: Observations): Draft[] => [
  ...policy(seen),
  ...certificates(seen),
  ...endedElsewhere(seen),
];

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
