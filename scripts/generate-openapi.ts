import { readFileSync, writeFileSync } from 'node:fs';
import { createApp } from '../src/http/create-app.ts';
import { buildOpenApiDocument } from '../src/http/openapi-document.ts';
import { problemCodes } from '../src/http/problem-codes.ts';

/**
 * Writes what is documented of the API from its code: `docs/generated/openapi.json` and `problem-codes.md`. With `--check` it writes nothing and
 * ends with status 1 where one is stale.
 */
const unused = (): never => {
  throw new Error('the documents are made without asking anything');
};

const app = createApp({
  useCases: new Proxy({} as Parameters<typeof createApp>[0]['useCases'], { get: unused }),
  readiness: unused,
  metrics: unused,
  authenticate: unused,
  ids: { newId: unused },
  clock: { now: () => 0, setTimer: unused },
  log: { debug: unused, info: unused, warn: unused, error: unused },
  rateLimiter: { take: unused },
  isDraining: unused,
  pages: null,
});

const documents = {
  'openapi.json': `${JSON.stringify(buildOpenApiDocument(app), null, 2)}\n`,
  'problem-codes.md': [
    '# Problem codes',
    '',
    'Every error is a problem document (RFC 9457). Branch on its `code`; a code is never renamed.',
    '',
    '| code | status | title |',
    '| --- | --- | --- |',
    ...Object.entries(problemCodes).map(
      ([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`,
    ),
    '',
  ].join('\n'),
};

for (const [name, text] of Object.entries(documents)) {
  const place = new URL(`../docs/generated/${name}`, import.meta.url);
  if (!process.argv.includes('--check')) writeFileSync(place, text);
  else if (readFileSync(place, 'utf8') !== text) {
    console.error(`docs/generated/${name} is stale: run node scripts/generate-openapi.ts`);
    process.exitCode = 1;
  }
}
