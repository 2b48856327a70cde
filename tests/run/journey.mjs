/** `npm run journey -- [--seed DIR] …`: the whole journey on a tenant of your choice; prints its figures. */
import { ensureBuild, ensureChromium, ensureModules, runTypeScript } from './prepare.mjs';

ensureModules();
await ensureChromium();
ensureBuild();
runTypeScript('tests/e2e/main.ts');
