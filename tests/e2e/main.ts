/** The whole journey as a command: on real mails and documents from a folder, with any switch of the tenant. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openStage, type PlaceName, type Stage } from './stage.ts';
import { wholeJourney } from './whole-journey.ts';

const usage = `npm run journey -- [--seed DIR] [--place opfs|indexeddb|folder] [--switch NAME=VALUE]… [--log FILE]

  --seed DIR          a seed folder (<upn>/mail/…/*.eml, <upn>/files/**); without it the demo tenant
  --switch NAME=VALUE accessAsUser=honoured|refused, appUploadSession=allowed|refused,
                      retryAfter=exposed|hidden, downloadCaching=no-store|cacheable
  --log FILE          each exchange with the tenant as one JSON line`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      place: { type: 'string', default: 'opfs' },
      switch: { type: 'string', multiple: true, default: [] },
      log: { type: 'string' },
    },
  });
  if (!['opfs', 'indexeddb', 'folder'].includes(values.place)) throw new TypeError('--place is unknown');
  const malformed = values.switch.find((text) => !/^\w+=[\w-]+$/.test(text));
  if (malformed !== undefined) throw new TypeError(`--switch takes NAME=VALUE, not ${malformed}`);
  return { ...values, place: values.place as PlaceName };
}

async function main(options: ReturnType<typeof readOptions>): Promise<void> {
  const stage = await openStage({
    place: options.place,
    tenant: {
      ...(options.seed ? { seed: resolve(options.seed) } : {}),
      ...(options.log ? { log: resolve(options.log) } : {}),
    },
  });
  try {
    const switches = Object.fromEntries(options.switch.map((text) => text.split('=', 2)));
    if (options.switch.length > 0) await stage.oracle('switches', { switches });
    const admin = administrator(stage);
    const accounts = protectable(stage);
    console.log(`${options.place}: ${accounts.length} accounts, signed in as ${admin}`);
    const { differing, ...figures } = await wholeJourney(stage, {
      place: options.place,
      admin,
      accounts,
      patience: 600_000,
    });
    console.log(JSON.stringify({ ...figures, differing: differing.length }, null, 2));
    for (const item of differing.slice(0, 20))
      console.log(`differs after the restore: ${item.slice(0, 400)}`);
    const items = figures.mails + figures.files;
    console.log(`${figures.exported} of ${items} equal after backup and offline export, by SHA-256`);
    // What a restore cannot bring back whole, its own report has to name.
    const unsaid = Math.max(0, differing.length - figures.differencesReported - figures.notRestored);
    console.log(`${differing.length} differ after the restore, ${unsaid} of them not named by its report`);
    process.exitCode = figures.exported === items && unsaid === 0 ? 0 : 1;
  } finally {
    await stage.close();
  }
}

function administrator({ tenant }: Stage): string {
  const admin = tenant.accounts.find(({ roles }) => roles.includes('Global Administrator'));
  if (!admin) throw new Error('this tenant has no Global Administrator');
  return admin.userPrincipalName;
}

/** Accounts that hold anything. */
const protectable = ({ tenant }: Stage): string[] =>
  tenant.world.directory
    .users()
    .filter(({ id }) => tenant.world.mail.hasMailbox(id) && tenant.world.mail.state(id).messages.length > 0)
    .map(({ userPrincipalName }) => userPrincipalName);

let options: ReturnType<typeof readOptions> | undefined;
try {
  options = readOptions();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 1;
}
if (options) {
  main(options).catch((error: unknown) => {
    console.error(error instanceof Error ? error.stack : String(error));
    process.exit(1);
  });
}
