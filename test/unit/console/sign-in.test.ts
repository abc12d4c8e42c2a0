import { describe, expect, test } from 'vitest';
import { adminKey } from '../http/fake-gateway.ts';
import { fromHere, pagesUnderTest, type PagesUnderTest } from './pages-under-test.ts';

const path = '/console/sign-in';
const hourMs = 3_600_000;

function signIn(
  under: PagesUnderTest,
  form: Record<string, string> = {},
  headers: Record<string, string> = fromHere,
) {
  return under.post(path, { key: adminKey, ...form }, headers);
}

describe('signing in', () => {
  test('gives a sealed cookie that only these pages get, for twelve hours at most', async () => {
    let now = Date.now();
    const under = pagesUnderTest(
      {},
      { clock: { now: () => now, setTimer: () => ({ cancel: () => undefined }) } },
    );
    const response = await signIn(under);
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/console']);
    const cookie = response.headers.get('Set-Cookie') ?? '';
    expect(cookie).toMatch(/^ivrs_session=[\w-]+; Max-Age=43200; Path=\/console; HttpOnly; SameSite=Strict$/);
    const value = cookie.split(';')[0]!;
    expect(Buffer.from(value.slice('ivrs_session='.length), 'base64url').toString('latin1')).not.toContain(
      adminKey,
    );
    const statusWith = async () => (await under.open('/console/calls', null, { Cookie: value })).status;
    expect(await statusWith()).toBe(200);
    now += 12 * hourMs - 1;
    expect(await statusWith()).toBe(200);
    now += 1;
    expect(await statusWith()).toBe(303);
  });

  test.each([
    ['https itself', 'https://gateway.example', {}],
    ['a proxy that says https', 'http://gateway.example', { 'X-Forwarded-Proto': 'https' }],
    ['several proxies', 'http://gateway.example', { 'X-Forwarded-Proto': 'HTTPS, http' }],
  ])('over %s gives a cookie that stays there', async (_what, origin, headers) => {
    const response = await signIn(pagesUnderTest(), {}, { ...fromHere, ...headers });
    const over = await pagesUnderTest().app.request(`${origin}${path}`, {
      method: 'POST',
      headers: { ...fromHere, ...headers },
      body: new URLSearchParams({ key: adminKey }),
    });
    expect(over.headers.get('Set-Cookie')).toContain('; Secure');
    expect(response.headers.get('Set-Cookie')?.includes('; Secure')).toBe('X-Forwarded-Proto' in headers);
  });

  test.each([
    ['/console/calls?status=ended&reference=a%20b', '/console/calls?status=ended&reference=a%20b'],
    ['/console', '/console'],
    ['//evil.example', '/console'],
    ['https://evil.example/console', '/console'],
    ['/console/../v1/api-keys', '/console'],
    ['/console//evil.example', '/console'],
    ['/console/calls?a=\\', '/console'],
    ['/console/sign-in?to=/console', '/console'],
    ['/consolex', '/console'],
    ['javascript:alert(1)', '/console'],
    ['/console/calls\r\nSet-Cookie: a=b', '/console'],
  ])('wanted at %j, goes on to %s', async (to, location) => {
    const response = await signIn(pagesUnderTest(), { to });
    expect(response.headers.get('Location')).toBe(location);
  });

  test('shows the place to go to in the form, and nowhere else', async () => {
    const text = await (
      await pagesUnderTest().open(`${path}?to=${encodeURIComponent('/console/calls?a="><script>')}`, null)
    ).text();
    expect(text).toContain('name="to" value="/console/calls?a=&quot;&gt;&lt;script&gt;"');
  });

  test.each(['no-such-key', '', 'two words', 'ключ', 'a'.repeat(2_000)])(
    'says that %j is no key',
    async (key) => {
      const under = pagesUnderTest();
      const response = await signIn(under, { key });
      expect(response.status).toBe(403);
      expect(response.headers.get('Set-Cookie')).toBeNull();
      const text = await response.text();
      expect(text).toContain('This API key is not valid.');
      if (key !== '') expect(text + JSON.stringify(under.logged)).not.toContain(key);
    },
  );

  test.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['another host of this site', { 'Sec-Fetch-Site': 'same-site' }],
    ['another origin', { Origin: 'https://evil.example', Host: 'gateway.example' }],
    ['a page that does not say where it is', { Origin: 'null', Host: 'gateway.example' }],
    ['nobody knows where', {}],
  ])('is refused from %s, with the right key too', async (_where, headers) => {
    const response = await signIn(pagesUnderTest(), {}, headers);
    expect([response.status, response.headers.get('Set-Cookie')]).toEqual([403, null]);
  });

  test('is taken from a browser that only says its origin', async () => {
    const headers = { Origin: 'https://gateway.example:8443', Host: 'gateway.example:8443' };
    expect((await signIn(pagesUnderTest(), {}, headers)).status).toBe(303);
  });

  test('takes ten tries of an address, says how long to wait, and lets others try', async () => {
    let now = 0;
    const under = pagesUnderTest(
      {},
      { clock: { now: () => now, setTimer: () => ({ cancel: () => undefined }) } },
    );
    const tryFrom = (remoteAddress: string) =>
      under.app.request(
        path,
        { method: 'POST', headers: fromHere, body: new URLSearchParams({ key: 'wrong-key' }) },
        { incoming: { socket: { remoteAddress } } },
      );
    for (let count = 0; count < 10; count += 1) expect((await tryFrom('192.0.2.1')).status).toBe(403);
    const refused = await tryFrom('192.0.2.1');
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '6']);
    expect(await refused.text()).toContain('too many tries');
    expect((await tryFrom('192.0.2.2')).status).toBe(403);
    now = 6_000;
    expect((await tryFrom('192.0.2.1')).status).toBe(403);
  });

  test('reads no more than a key needs, and nothing but a form', async () => {
    const under = pagesUnderTest();
    expect((await signIn(under, { to: 'x'.repeat(5_000) })).status).toBe(415);
    const json = await under.app.request(path, {
      method: 'POST',
      headers: { ...fromHere, 'Content-Type': 'application/json' },
      body: JSON.stringify({ key: adminKey }),
    });
    expect([json.status, json.headers.get('Set-Cookie')]).toEqual([415, null]);
  });
});

describe('signing out', () => {
  test('takes the cookie away', async () => {
    const response = await pagesUnderTest().post('/console/sign-out', {});
    expect([response.status, response.headers.get('Location')]).toEqual([303, path]);
    expect(response.headers.get('Set-Cookie')).toBe(
      'ivrs_session=; Max-Age=0; Path=/console; HttpOnly; SameSite=Strict',
    );
  });

  test('is refused from elsewhere', async () => {
    const response = await pagesUnderTest().post('/console/sign-out', {}, { 'Sec-Fetch-Site': 'cross-site' });
    expect([response.status, response.headers.get('Set-Cookie')]).toEqual([403, null]);
  });
});
