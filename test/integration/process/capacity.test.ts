import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { simulatorTrunkWritten } from '../../../src/domain/calls/trunk.ts';
import { gatewayPlace } from '../../support/gateway-place.ts';
import { startRunningGateway, type RunningGateway } from '../../support/running-gateway.ts';

/** One trunk with one channel and one call per second. */
let place: Awaited<ReturnType<typeof gatewayPlace>>;
let gateway: RunningGateway;

beforeAll(async () => {
  place = await gatewayPlace();
  const file = join(place.dataDir, 'trunks.json');
  const trunk = { ...simulatorTrunkWritten, channels: 1, calls_per_second: 1 };
  await writeFile(file, JSON.stringify({ trunks: [trunk] }));
  gateway = await startRunningGateway({ ...place.environment, IVRS_TRUNKS_FILE: file });
}, 90_000);

afterAll(async () => {
  await gateway.stop();
  await place[Symbol.asyncDispose]();
}, 60_000);

const ask = (to: string, changes: object = {}) =>
  gateway.api.ask<Record<string, unknown>>('POST', '/v1/calls', {
    body: { to, flow: 'quiz', calling_hours: { start: '00:00', end: '24:00' }, ...changes },
    idempotencyKey: crypto.randomUUID(),
  });

it('shows what waits for a trunk, and refuses what could not be dialled before its time is over', async () => {
  // ninety in front, one in a second at best: nobody who comes now is dialled within a minute
  const ahead = Array.from({ length: 90 }, (_, index) => `+9190001999${String(index).padStart(2, '0')}`);
  await Promise.all(ahead.map((to) => ask(to)));
  const seen = async (): Promise<number> => {
    const { body } = await gateway.api.ask<{ data: { queue_ahead: { normal: number } }[] }>(
      'GET',
      '/v1/capacity',
    );
    return body.data[0]?.queue_ahead.normal ?? 0;
  };
  // one or two are on the line by now
  await expect.poll(seen, { timeout: 30_000 }).toBeGreaterThan(80);

  const soon = new Date(Date.now() + 60_000).toISOString();
  const refused = await ask('+919000001299', { not_after: soon });
  expect(refused).toMatchObject({ status: 429, body: { code: 'window_full' } });
  expect(await ask('+919000001299')).toMatchObject({ status: 202 });
  const urgent = await ask('+919000011299', { not_after: soon, priority: 'high' });
  expect(urgent).toMatchObject({ status: 202 });
});
