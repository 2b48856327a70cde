/** The backup app in this tenant: registered, installed, enabled. */
import { byInstalling, fine, registrations, unseen, wrong, type Draft } from './finding.ts';
import type { Observations } from './observations.ts';

export function appFindings(seen: Observations): Draft[] {
  return [...deleted(seen), ...duplicate(seen), registered(seen), principal(seen), ...enabled(seen)];
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
