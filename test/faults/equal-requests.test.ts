import { expect, it } from 'vitest';
import type { CallView } from '../../src/domain/calls/call-view.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { wait } from '../../src/lib/wait.ts';
import { createApiClient, type ApiReply } from '../support/api-client.ts';
import { gatewayPlace } from '../support/gateway-place.ts';
import { startGateway } from '../support/gateway-process.ts';

const keys = Number(process.env['KEYS'] ?? 1000);
const [timesEach, keysAtOnce] = [10, 20];
const flow = { title: 'Bye', languages: ['en'], steps: [{ id: 'bye', type: 'hang_up' }] };

it(
  `${keys} idempotency keys, each sent ${timesEach} times at once, make ${keys} calls`,
  { timeout: 600_000 },
  async () => {
    await using place = await gatewayPlace();
    const gateway = await startGateway(place.environment);
    const api = createApiClient(() => gateway.url);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();

    async function askTenTimes(key: number): Promise<void> {
      const to = `+919876${String(key).padStart(6, '0')}`;
      const request = {
        body: { to, flow, not_before: tomorrow, reference: String(key) },
        idempotencyKey: `equal-${key}`,
      };
      // more than the key may ask for in a second come together: who is told to wait, waits
      const ask = async (): Promise<ApiReply<CallView>> => {
        for (;;) {
          const reply = await api.ask<CallView>('POST', '/v1/calls', request);
          if (reply.status !== 429) return reply;
          await wait(systemClock, Number(reply.headers.get('retry-after')) * 1000);
        }
      };
      const replies = await Promise.all(Array.from({ length: timesEach }, ask));
      // the first may still run while another comes: 409, and whoever asks again has the same call
      expect(
        replies.map(({ status }) => status).filter((status) => status !== 202 && status !== 409),
      ).toEqual([]);
      const accepted = replies.filter(({ status }) => status === 202);
      expect(accepted.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
      expect(new Set([...accepted, await ask()].map(({ body }) => body.id)).size).toBe(1);
    }

    for (let first = 0; first < keys; first += keysAtOnce)
      await Promise.all(
        Array.from({ length: Math.min(keysAtOnce, keys - first) }, (_, at) => askTenTimes(first + at)),
      );

    const references: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await api.ask<{ data: CallView[]; next_cursor: string | null }>(
        'GET',
        `/v1/calls?limit=200${query}`,
      );
      references.push(...body.data.map(({ reference }) => reference ?? ''));
      cursor = body.next_cursor;
    }
    expect(references.sort()).toEqual(Array.from({ length: keys }, (_, key) => String(key)).sort());
    await gateway.terminate();
  },
);
