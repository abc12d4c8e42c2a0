import { describe, expect, test } from 'vitest';
import { sealSession } from '../../../src/console/session.ts';
import { createVault } from '../../../src/db/vault.ts';
import { scopes } from '../../../src/domain/api-keys/scope.ts';
import { createRateLimiter } from '../../../src/lib/rate-limiter.ts';
import { adminKey, ask, keyWith } from '../http/fake-gateway.ts';
import { everyPage, pathOf } from './every-page.ts';
import { cookieOf, pagesUnderTest, sealing, textOf } from './pages-under-test.ts';

const hourMs = 3_600_000;
const foreign = createVault(Buffer.alloc(32, 8));
const session = { key: adminKey, until: Date.now() + hourMs };
const good = cookieOf(adminKey);

/** Cookies that let nobody in. */
const cookiesThatAreNone: [string, string | null][] = [
  ['no cookie', null],
  ['the key in clear', `ivrs_session=${adminKey}`],
  ['an empty cookie', 'ivrs_session='],
  ['a cookie with one letter changed', good.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'))],
  ['a cookie cut short', good.slice(0, -20)],
  ['one that another gateway’s key has sealed', `ivrs_session=${sealSession(foreign, session)}`],
  [
    'something sealed for another purpose',
    `ivrs_session=${sealing.seal(JSON.stringify(session), 'endpoint').toString('base64url')}`,
  ],
  ['one whose time is over', cookieOf(adminKey, Date.now() - 1)],
  ['one of a key that is none', cookieOf('no-such-key')],
  ['very many letters', `ivrs_session=${'A'.repeat(8_000)}`],
];

describe.each(everyPage)('%s', (_path, page) => {
  const path = pathOf(page);

  test.each(cookiesThatAreNone)('leads to the form with %s, and asks no use case', async (_what, cookie) => {
    const under = pagesUnderTest();
    const response = await under.open(path, null, cookie === null ? {} : { Cookie: cookie });
    expect(response.status).toBe(303);
    expect(response.headers.get('Location')).toMatch(/^\/console\/sign-in(\?|$)/);
    expect(await response.text()).toBe('');
    expect(under.asked).toEqual([]);
  });

  test('is shown with its scope alone, and with admin', async () => {
    for (const key of [keyWith(...(page.scope === null ? [] : [page.scope])), adminKey])
      expect((await pagesUnderTest().open(path, key)).status).toBe(200);
  });

  test('says so where its scope is missing, asks no use case, and is not offered', async () => {
    if (page.scope === null) return;
    const others = scopes.filter((scope) => scope !== page.scope && scope !== 'admin');
    const under = pagesUnderTest();
    const response = await under.open(path, keyWith(...others));
    expect(response.status).toBe(403);
    const text = await response.text();
    expect(text).toContain(`<code>${page.scope}</code>`);
    expect(under.asked).toEqual([]);
    if (page.inNavigation !== undefined) expect(text).not.toContain(`>${page.inNavigation}</a>`);
  });

  test('takes nothing that is sent to it', async () => {
    const under = pagesUnderTest();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const response = await under.app.request(path, { method, headers: { Cookie: good } });
      expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
    }
    expect(under.asked).toEqual([]);
  });
});

test.each(['/console/no-such-page', '/console/calls/nothing/x', '/console//calls'])(
  'whoever is not signed in cannot tell %s from a page that there is',
  async (path) => {
    const locationOf = async (asked: string) =>
      (await pagesUnderTest().open(asked, null)).headers.get('Location')?.replace(/to=[^&]*/, '');
    expect(await locationOf(path)).toBe(await locationOf('/console/calls'));
    expect((await pagesUnderTest().open(path)).status).toBe(404);
  },
);

test('a key that is revoked ends its sessions with the next request', async () => {
  let isRevoked = false;
  const under = pagesUnderTest(
    {},
    {
      authenticate: () =>
        Promise.resolve(
          isRevoked
            ? { result: 'revoked', keyId: 'configuration' }
            : {
                result: 'valid',
                principal: { keyId: 'configuration', owner: 'office', scopes: new Set(['calls:read']) },
              },
        ),
    },
  );
  expect((await under.open('/console/calls')).status).toBe(200);
  isRevoked = true;
  const response = await under.open('/console/calls');
  expect(response.headers.get('Location')).toBe('/console/sign-in?to=%2Fconsole%2Fcalls&ended=');
  expect(response.headers.get('Set-Cookie')).toMatch(/^ivrs_session=; Max-Age=0; Path=\/console/);
});

test('pages and API share the rate of a key', async () => {
  const rateLimiter = createRateLimiter({ now: () => 0 }, { perSecond: 2 });
  const under = pagesUnderTest({}, { rateLimiter }, { rateLimiter });
  expect((await under.open('/console/trunks')).status).toBe(200);
  expect((await ask(under, 'GET /v1/trunks')).status).toBe(200);
  const response = await under.open('/console/trunks');
  expect([response.status, response.headers.get('Retry-After')]).toEqual([429, '1']);
  expect(await response.text()).toContain('<h1>Too many requests</h1>');
});

test('the log names the page and the key by its id, and never the path as it came or the cookie', async () => {
  const under = pagesUnderTest();
  const path = pathOf(everyPage.find(([, page]) => page.path === '/calls/{id}')![1]);
  await under.open(`${path}?reference=secret-of-somebody`);
  await under.open('/console/+919876543210');
  const lines = under.logged.map(({ fields }) => fields);
  expect(lines).toMatchObject([
    { route: '/console/calls/{id}', subject: path.split('/').at(-1), api_key: adminKey, status: 200 },
    { route: null, subject: null, status: 404 },
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/secret-of-somebody|ivrs_session|919876543210/);
});

test('the overview shows by scope what there is to see', async () => {
  const headings = async (...held: string[]) =>
    [
      ...(await textOf(pagesUnderTest().open('/console', keyWith(...held)))).matchAll(
        /<h2>\s*(?:<a[^>]*>)?([\w ]+)/g,
      ),
    ].map(([, heading]) => heading);
  expect(await headings()).toEqual([]);
  expect(await headings('calls:read')).toEqual(['Now', 'Trunks', 'Campaigns']);
  expect(await headings('webhooks:write')).toEqual(['Webhooks']);
});
