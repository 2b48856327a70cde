/** `npm start`: the app, the relay and the demo tenant on one URL, from a fresh clone. */
import { ensureBuild, ensureModules, runTypeScript } from './prepare.mjs';

const { PORT = '4173' } = process.env;
if (process.argv.length > 2 || !/^[1-9]\d{0,4}$/.test(PORT) || Number(PORT) > 65_535) {
  console.error('npm start takes no options, and a port from 1 to 65535: PORT=4200 npm start');
  process.exit(1);
}
ensureModules();
ensureBuild();
runTypeScript('tests/run/serve.ts', []);
