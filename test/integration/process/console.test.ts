import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayPlace } from '../../support/gateway-place.ts';
import { testApiKey } from '../../support/gateway-process.ts';
import { startRunningGateway, type RunningGateway } from '../../support/running-gateway.ts';

type Place = Awaited<ReturnType<typeof gatewayPlace>>;
let place: Place;
let gateway: RunningGateway;
let cookie: string;
let callId: string;

const fromHere = { 'Sec-Fetch-Site': 'same-origin' };

beforeAll(async () => {
  place = await gatewayPlace();
  gateway = await startRunningGateway(place.environment);
  callId = (await gateway.place('+919000001299', { reference: 'teacher-4711' })).id;
  const campaign = await gateway.api.ask('POST', '/v1/campaigns', {
    body: { name: 'Reopening', flow: 'quiz' },
  });
  expect(campaign.status).toBe(201);
  await gateway.ended(callId);
}, 90_000);

afterAll(async () => {
  await gateway.stop();
  await place[Symbol.asyncDispose]();
});

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${gateway.process.url}${path}`, { redirect: 'manual', ...init });
}

async function signIn(key: string): Promise<string> {
  const response = await ask('/console/sign-in', {
    method: 'POST',
    headers: fromHere,
    body: new URLSearchParams({ key }),
  });
  expect(response.status).toBe(303);
  return (response.headers.get('Set-Cookie') ?? '').split(';')[0] ?? '';
}

function open(path: string): Promise<Response> {
  return ask(path, { headers: { Cookie: cookie } });
}

/** Where the links of a page lead: on this machine, and no further. */
function linksOf(page: string): string[] {
  return [...page.matchAll(/href="([^"#]+)/g)].map(([, link = '']) => link.replaceAll('&amp;', '&'));
}

describe('the operators’ pages', () => {
  it('are all to be reached from the overview, and no link is broken', { timeout: 60_000 }, async () => {
    cookie = await signIn(testApiKey);
    const found = new Map<string, number>();
    const waiting = ['/console'];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const response = await open(path);
      found.set(path, response.status);
      const text = await response.text();
      const links =
        response.headers.get('Content-Type')?.startsWith('text/html') === true ? linksOf(text) : [];
      waiting.push(...links.filter((link) => !found.has(link) && !waiting.includes(link)));
    }
    expect([...found].filter(([, status]) => status !== 200)).toEqual([]);
    const paths = [...found.keys()];
    expect(paths).toEqual(
      expect.arrayContaining([
        ...[
          '/console',
          '/console/campaigns',
          '/console/calls',
          '/console/call-back-requests',
          '/console/trunks',
        ],
        ...['/console/webhooks', `/console/calls/${callId}`],
      ]),
    );
    for (const kind of [
      /^\/console\/campaigns\/cmp_\w+$/,
      /\/calls\.csv$/,
      /\/unreached\.csv$/,
      /style\.css/,
    ])
      expect(
        paths.some((path) => kind.test(path)),
        String(kind),
      ).toBe(true);
  });

  it('show the call as it was', async () => {
    const text = (await (await open(`/console/calls/${callId}`)).text()).replaceAll(/<[^>]*>/g, ' ');
    for (const words of ['Call teacher-4711', '+919000001299', 'The phone was answered', 'Key pressed'])
      expect(text).toContain(words);
  });

  it('let somebody in who was signed in before a restart', { timeout: 60_000 }, async () => {
    await gateway.process.terminate();
    await gateway.startAgain();
    expect((await open('/console/calls')).status).toBe(200);
  });

  it('let a key in no more once it is revoked', async () => {
    const { body } = await gateway.api.ask<{ id: string; key: string }>('POST', '/v1/api-keys', {
      body: { name: 'Night shift', scopes: ['calls:read'] },
    });
    cookie = await signIn(body.key);
    expect((await open('/console/calls')).status).toBe(200);
    expect((await open('/console/webhooks')).status).toBe(403);
    await gateway.api.ask('DELETE', `/v1/api-keys/${body.id}`);
    expect((await open('/console/calls')).headers.get('Location')).toMatch(/^\/console\/sign-in/);
  });

  it('are counted by route', async () => {
    await open(`/console/calls/${callId}`);
    const metrics = await (await ask('/metrics')).text();
    expect(metrics).toContain('route="/console/calls/{id}"');
    expect(metrics).not.toMatch(/route="[^"]*call_/);
  });
});

describe('a gateway with IVRS_CONSOLE=false', () => {
  it('has no pages', { timeout: 60_000 }, async () => {
    await using other = await gatewayPlace({ IVRS_CONSOLE: 'false' });
    const without = await startRunningGateway(other.environment);
    try {
      for (const path of ['/console', '/console/sign-in'])
        expect((await fetch(`${without.process.url}${path}`)).status).toBe(404);
    } finally {
      await without.stop();
    }
  });
});
