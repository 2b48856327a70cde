/** `npm start`: the app, the relay and the demo tenant on one URL, from a fresh clone. */
import { ensureBuild, ensureModules, runTypeScript } from './prepare.mjs';

ensureModules();
ensureBuild();
runTypeScript('tests/run/serve.ts');
