import { describe, expect, test } from 'vitest';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import type { ReadingUseCases } from '../../../src/console/page.ts';
import { ask, fakeGateway } from '../http/fake-gateway.ts';
import { everyPage, pathOf } from './every-page.ts';
import { cookieOf, pagesUnderTest, textOf } from './pages-under-test.ts';

const answers: [string, string, string | null][] = [
  ...everyPage.map(([name, page]) => [name, pathOf(page), cookieOf('admin-key')] as [string, string, string]),
  ['a page that there is not', '/console/nothing', cookieOf('admin-key')],
  ['nobody’s page', '/console/calls', null],
  ['the form', '/console/sign-in', null],
  ['the style sheet', '/console/style.css', null],
];

test.each(answers)('%s says what a browser may do with it', async (_name, path, cookie) => {
  const response = await pagesUnderTest().open(path, null, cookie === null ? {} : { Cookie: cookie });
  const { headers } = response;
  expect(headers.get('Content-Security-Policy')).toBe(
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  );
  expect(headers.get('Referrer-Policy')).toBe('no-referrer');
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(headers.get('Cache-Control')).toBe(
    path.endsWith('.css') ? 'public, max-age=31536000, immutable' : 'no-store',
  );
  expect(headers.get('X-Request-Id')).toMatch(/^req_/);
});

describe.each(everyPage)('%s', (name, page) => {
  test.skipIf(name.endsWith('.csv'))('has what a reader by ear needs, and no script', async () => {
    const text = await textOf(pagesUnderTest().open(pathOf(page)));
    expect(text).toMatch(/^<!doctype html>\s*<html lang="en">/);
    for (const landmark of ['<header>', '<nav aria-label="Pages">', '<main id="main">', '<footer>'])
      expect(text.split(landmark)).toHaveLength(2);
    const [, title] = /<title>(.*) · ivrs-gateway<\/title>/.exec(text) ?? [];
    expect(text).toContain(`<h1>${title ?? 'none'}</h1>`);
    for (const [head] of text.matchAll(/<th\b[^>]*>/g)) expect(head).toMatch(/scope="(row|col)"/);
    for (const [, id] of text.matchAll(/<(?:select|input)\s[^>]*id="([^"]+)"/g))
      expect(text).toContain(`for="${id ?? ''}"`);
    expect(text).not.toMatch(/<script|\son\w+=|\sstyle=|javascript:/i);
    expect(text.match(/aria-current=/g)).toHaveLength(1);
    expect(/http-equiv="refresh"/.test(text)).toBe(name === '/console');
  });

  test('is 503 while the database is away, says what to do, and asks again by itself', async () => {
    const away = () => Promise.reject(new LedgerUnavailable('host db.internal does not answer'));
    const under = pagesUnderTest(Object.fromEntries(reading.map((name) => [name, away])));
    const response = await under.open(pathOf(page));
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
    const text = await response.text();
    expect(text).toContain('<h1>The database cannot be reached</h1>');
    expect(text).toContain('docs/operations/database-away.md');
    expect(text).toContain('http-equiv="refresh"');
    expect(text).not.toContain('db.internal');
  });
});

const reading = [
  ...(['readCapacity', 'listTrunks', 'listCampaigns', 'listStartedCampaigns', 'readCampaign'] as const),
  ...(['readCampaignReport', 'exportCalls', 'listCalls', 'readCall', 'readTimeline'] as const),
  ...(['listCallBackRequests', 'countOpenCallBackRequests', 'readCallBackRequest'] as const),
  ...(['listWebhookEndpoints', 'listDeliveries', 'countDeadDeliveries'] as const),
] satisfies (keyof ReadingUseCases)[];

test('the page is 503 as well where the database is asked who signs in', async () => {
  const authenticate = () => Promise.reject(new LedgerUnavailable('away'));
  const under = pagesUnderTest({}, { authenticate });
  expect((await under.open('/console')).status).toBe(503);
  expect((await under.post('/console/sign-in', { key: 'some-key' })).status).toBe(503);
});

test('what nobody expected is a page with the request’s id, and the reason is in the log alone', async () => {
  const under = pagesUnderTest({ listTrunks: () => Promise.reject(new Error('password of db.internal')) });
  const response = await under.open('/console');
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(text).toContain(response.headers.get('X-Request-Id')!);
  expect(text).not.toMatch(/db\.internal|at .*\.ts/);
  expect(under.logged).toContainEqual(
    expect.objectContaining({ level: 'error', message: 'a page failed unexpectedly' }),
  );
});

test('the overview can be kept still', async () => {
  expect(await textOf(pagesUnderTest().open('/console?refresh=off'))).not.toContain('http-equiv="refresh"');
});

test('a slash too many leads to the page', async () => {
  const response = await pagesUnderTest().open('/console/calls/');
  expect(response.headers.get('Location')).toBe('/console/calls');
});

test('whoever comes without a path is led to the pages, where they are', async () => {
  expect((await pagesUnderTest().open('/', null)).headers.get('Location')).toBe('/console');
});

test('switched off, there is nothing', async () => {
  for (const path of ['/', '/console', '/console/sign-in'])
    expect((await ask(fakeGateway(), `GET ${path}`)).status).toBe(404);
});
