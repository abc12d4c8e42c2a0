import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import { createApiClient } from '../../support/api-client.ts';
import { gatewayPlace } from '../../support/gateway-place.ts';
import { runGateway, startGateway, type GatewayProcess } from '../../support/gateway-process.ts';

const [unwilling, waiting] = ['+919000001199', '+919000002299'];
const flow = { title: 'Bye', languages: ['en'], steps: [{ id: 'bye', type: 'hang_up' }] };

it('replaces its encryption key: numbers can be dialled, and who said no is not called, under the new key alone', async () => {
  await using place = await gatewayPlace();
  const [key, former] = ['encryption-key', 'former-key'].map((name) => join(place.dataDir, name)) as [
    string,
    string,
  ];
  let gateway: GatewayProcess = await startGateway(place.environment);
  const api = createApiClient(() => gateway.url);
  await api.ask('POST', '/v1/opt-outs', { body: { to: unwilling, scope: 'all' } });
  const hours = { start: '00:00', end: '24:00' };
  const call = (to: string, rest: object = {}) =>
    api.ask<CallView>('POST', '/v1/calls', {
      body: { to, flow, calling_hours: hours, ...rest },
      idempotencyKey: `call-${to}-${JSON.stringify(rest)}`,
    });
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  expect((await call(waiting, { not_before: tomorrow })).status).toBe(202);
  await gateway.terminate();

  await rename(key, former);
  const refused = await runGateway(place.environment).exited;
  expect(refused).toMatchObject({ status: 1 });
  expect(refused.stderr).toMatch(/IVRS_OTHER_ENCRYPTION_KEYS/);

  gateway = await startGateway({ ...place.environment, IVRS_OTHER_ENCRYPTION_KEYS_FILE: former });
  expect(await gateway.said(/^sealed anew/)).toMatchObject({ sealed: 2, broken: 0 });
  const calls = await api.ask<{ data: CallView[] }>('GET', '/v1/calls');
  expect(calls.body.data.map(({ to }) => to)).toEqual([waiting]);
  const optOuts = await api.ask<{ data: { from: string }[] }>('GET', '/v1/opt-outs');
  expect(optOuts.body.data.map(({ from }) => from)).toEqual([unwilling]);
  expect((await call(unwilling)).body).toMatchObject({ status: 'ended', outcome: 'blocked' });
  expect((await call(waiting, { not_before: tomorrow })).headers.get('idempotent-replayed')).toBe('true');
  expect(await gateway.terminate()).toMatchObject({ status: 0, stderr: '' });
});
