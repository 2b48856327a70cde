import { readFileSync, writeFileSync } from 'node:fs';
import staticAdapter from '@sveltejs/adapter-static';
import { headersFile, pageDirectives } from './web/csp.js';

const output = 'build/app';
const files = staticAdapter({ fallback: 'index.html', pages: output, assets: output });

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    adapter: {
      name: 'static-with-headers',
      adapt: async (builder) => {
        await files.adapt(builder);
        writeFileSync(`${output}/_headers`, headersFile(readFileSync(`${output}/index.html`, 'utf8')));
      },
    },
    files: { src: 'web', assets: 'static' },
    csp: { mode: 'hash', directives: pageDirectives },
    serviceWorker: { register: false },
  },
};
