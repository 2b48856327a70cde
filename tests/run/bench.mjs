/** `npm run bench [-- NAME]`: one JSON line for each figure. */
import { ensureBuild, ensureChromium, ensureModules, runTypeScript } from './prepare.mjs';

ensureModules();
await ensureChromium();
ensureBuild();
runTypeScript('tests/bench/main.ts');
