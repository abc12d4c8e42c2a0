import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopes } from '../../../src/domain/api-keys/scope.ts';
import { gatewayPlace, type GatewayPlace } from '../../support/gateway-place.ts';
import { runGateway, testApiKey, type GatewayProcess } from '../../support/gateway-process.ts';
import { startRunningGateway, type RunningGateway } from '../../support/running-gateway.ts';
import { operationsOf, type OpenApiDocument } from '../../unit/http/openapi-operations.ts';

let place: GatewayPlace;
let gateway: RunningGateway;
/** All that were ever told. */
const told: string[] = [];

beforeAll(async () => {
  place = await gatewayPlace();
  gateway = await startRunningGateway(place.environment);
});
afterAll(async () => {
  await gateway.stop();
  await place[Symbol.asyncDispose]();
});

interface Told {
  id: string;
  key: string;
  last_used_at: string | null;
}

async function make(wanted: Record<string, unknown>): Promise<Told> {
  const made = await gateway.api.ask<Told>('POST', '/v1/api-keys', {
    body: { name: 'Campaign system', ...wanted },
  });
  expect(made, JSON.stringify(made.body)).toMatchObject({ status: 201 });
  told.push(made.body.key);
  return made.body;
}

function ask(line: string, key: string | null, rest: { body?: unknown; idempotencyKey?: string } = {}) {
  const [method = 'GET', path = ''] = line.split(' ');
  return fetch(`${gateway.process.url}${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(rest.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(rest.idempotencyKey === undefined ? {} : { 'idempotency-key': rest.idempotencyKey }),
    },
    body: rest.body === undefined ? null : JSON.stringify(rest.body),
  });
}

const status = async (line: string, key: string | null): Promise<number> => (await ask(line, key)).status;

/** Nobody is called: it waits for another year. */
const call = {
  to: '+919000001299',
  flow: 'quiz',
  not_before: '2100-01-01T00:00:00Z',
  not_after: '2100-01-02T00:00:00Z',
};
const place1 = { body: call, idempotencyKey: 'teacher-1' };

describe('an API key', () => {
  it('does what its scopes allow, and sees numbers where one of them says so', async () => {
    const campaigns = await make({ scopes: ['calls:read', 'calls:write'], owner: 'campaigns' });
    const office = await make({ name: 'Call centre', scopes: ['calls:read', 'numbers:read'] });
    const accepted = await ask('POST /v1/calls', campaigns.key, place1);
    expect(accepted.status).toBe(202);
    const { id, to } = (await accepted.json()) as { id: string; to: string };
    expect(to).toBe('+91******1299');
    const seen = async (key: string) =>
      ((await (await ask(`GET /v1/calls/${id}`, key)).json()) as typeof call).to;
    expect([await seen(campaigns.key), await seen(office.key)]).toEqual(['+91******1299', call.to]);
    expect((await ask('POST /v1/calls', office.key, place1)).status).toBe(403);
    expect(await status('GET /v1/api-keys', campaigns.key)).toBe(403);
  });

  it('shares idempotency keys with those of its owner, before and after a rotation', async () => {
    const [one, second] = [await ownedBy('shared'), await ownedBy('shared')];
    const stranger = await ownedBy('another');
    const idOf = async (key: string) => {
      const reply = await ask('POST /v1/calls', key, { ...place1, idempotencyKey: 'teacher-2' });
      const { id } = (await reply.json()) as { id: string };
      return { id, replayed: reply.headers.get('Idempotent-Replayed') };
    };
    const { id, replayed } = await idOf(one.key);
    expect(replayed).toBeNull();
    const rotation = await gateway.api.ask<Told>('POST', `/v1/api-keys/${one.id}/rotate`);
    told.push(rotation.body.key);
    for (const key of [one.key, rotation.body.key, second.key])
      expect(await idOf(key)).toEqual({ id, replayed: 'true' });
    expect((await idOf(stranger.key)).id).not.toBe(id);
  });

  const ownedBy = (owner: string): Promise<Told> => make({ owner, scopes: ['calls:write'] });

  it('is refused from its revocation on', async () => {
    const { id, key } = await make({ scopes: ['calls:read'] });
    expect(await status('GET /v1/calls', key)).toBe(200);
    expect(await status(`DELETE /v1/api-keys/${id}`, testApiKey)).toBe(204);
    expect(await status('GET /v1/calls', key)).toBe(401);
  });

  it('that is none, or lacks the scope, gets nothing from any operation of the document', async () => {
    const keys = await keysThatAreRefused();
    const document = (await (await fetch(`${gateway.process.url}/openapi.json`)).json()) as OpenApiDocument;
    const guarded = operationsOf(document).filter(({ scope }) => scope !== null);
    expect(guarded.length).toBeGreaterThan(70);
    const leaks: string[] = [];
    for (const { method, path, scope } of guarded) {
      const line = `${method} ${path.replaceAll(/\{\w+\}/g, 'x')}`;
      for (const key of keys.invalid) if ((await status(line, key)) !== 401) leaks.push(`${line} ${key}`);
      const lacking = keys.lacking.get(scope ?? '') ?? '';
      if ((await status(line, lacking)) !== 403) leaks.push(`${line} without ${scope ?? ''}`);
    }
    expect(leaks).toEqual([]);
  });

  async function keysThatAreRefused() {
    const expiring = await make({ scopes, expires_at: new Date(Date.now() + 5_000).toISOString() });
    const revoked = await make({ scopes });
    const lacking = new Map<string, string>();
    for (const scope of scopes) {
      const others = scopes.filter((each) => each !== scope && each !== 'admin');
      lacking.set(scope, (await make({ scopes: others })).key);
    }
    await ask(`DELETE /v1/api-keys/${revoked.id}`, testApiKey);
    await expect.poll(() => status('GET /v1/calls', expiring.key)).toBe(401);
    return {
      lacking,
      invalid: [null, 'nonsense', `${revoked.key.slice(0, -1)}z`, revoked.key, expiring.key],
    };
  }
});

describe('a gateway with keys on record', () => {
  it('needs none in its configuration, and knows of each when it was last used', async () => {
    const admin = await make({ name: 'Operators', scopes: ['admin'] });
    const { id, key } = await make({ scopes: ['calls:read'] });
    expect(await status('GET /v1/calls', key)).toBe(200);
    await gateway.process.terminate();
    expect(JSON.stringify(gateway.process.log)).toContain(`"api_key":"${id}"`);
    expectNoKeyIn(gateway.process);

    const next = runGateway({ ...place.environment, IVRS_API_KEY: '' });
    await next.said('ready');
    const asAdmin = { headers: { authorization: `Bearer ${admin.key}` } };
    const read = (await (await fetch(`${next.url}/v1/api-keys/${id}`, asAdmin)).json()) as Told;
    expect(Date.parse(read.last_used_at ?? '')).toBeGreaterThan(Date.now() - 120_000);
    const configured = await fetch(`${next.url}/v1/calls`, {
      headers: { authorization: `Bearer ${testApiKey}` },
    });
    expect(configured.status).toBe(401);
    await fetch(`${next.url}/v1/api-keys/${admin.id}`, { method: 'DELETE', ...asAdmin });
    expect(await next.terminate()).toMatchObject({ status: 0, stderr: '' });
    expectNoKeyIn(next);

    const refused = await runGateway({ ...place.environment, IVRS_API_KEY: '' }).exited;
    expect(refused).toMatchObject({
      status: 78,
      stderr: expect.stringContaining('IVRS_API_KEY is unset') as string,
    });
    // the way back in
    await gateway.startAgain();
    expect(await status('GET /v1/api-keys', testApiKey)).toBe(200);
  });

  function expectNoKeyIn({ log }: GatewayProcess): void {
    const text = JSON.stringify(log);
    expect(told.length).toBeGreaterThan(5);
    for (const key of [...told, testApiKey]) expect(text).not.toContain(key);
  }
});
