import { expect, it } from 'vitest';
import type { CallView } from '../../src/domain/calls/call-view.ts';
import { createApiClient } from '../support/api-client.ts';
import { gatewayPlace } from '../support/gateway-place.ts';
import { startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { askUntilNobodyListens, type Seen } from './asking-client.ts';
import { whenEnded } from './orchestrator.ts';

/** `ROUNDS=50 npm run test:faults` is the target's number; each takes some ten seconds. */
const rounds = Number(process.env['ROUNDS'] ?? 10);
const clients = 8;
const acceptedBeforeTheEnd = 100;
const roundMs = 60_000;
const endWithinMs = 30_000;

const flow = {
  title: 'Hello',
  languages: ['en'],
  steps: [{ id: 'hello', type: 'message', say: { text: { en: 'Hello. This is a recorded call.' } } }],
};

it(
  `SIGTERM under load, ${rounds} times: every request is answered, nobody is dialled any more, and it ends within ${endWithinMs / 1000} s`,
  {
    timeout: rounds * roundMs + 240_000,
  },
  async () => {
    await using place = await gatewayPlace();
    let asked = 0;
    const nextBody = (): object => ({
      // any keys: nothing is asked. Ten thousand people, so that hardly anybody is called twice
      to: `+91900000${String((asked += 1) % 10_000).padStart(4, '0')}`,
      ...{ flow, calling_hours: { start: '00:00', end: '24:00' }, retry: { max_attempts: 1 } },
    });
    const accepted: string[] = [];
    const stops: { stoppingAt: number; goneAt: number }[] = [];

    for (let round = 0; round < rounds; round += 1) {
      const gateway = await startGateway(place.environment);
      const { seen, stop } = await endUnderLoad(gateway, nextBody);
      stops.push(stop);
      expect(seen.filter(({ result }) => result === 'dropped')).toEqual([]);
      const answers = seen.filter((each) => each.result === 'answered');
      expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual(expect.arrayContaining([202]));
      expect(answers.filter(({ status }) => status !== 202 && status !== 503)).toEqual([]);
      accepted.push(...answers.flatMap(({ status, id }) => (status === 202 && id !== null ? [id] : [])));
    }

    const last = await startGateway(place.environment);
    const api = createApiClient(() => last.url);
    const calls: CallView[] = [];
    for (const id of accepted) calls.push(await whenEnded(api, id, 120_000));
    expect(
      calls.filter(({ outcome }) => outcome !== 'completed').map(({ id, outcome }) => [id, outcome]),
    ).toEqual([]);
    const rang = calls.flatMap(({ attempts }) => attempts.map((attempt) => attempt.ringing_at));
    const rangWhileStopping = stops.flatMap(({ stoppingAt, goneAt }) =>
      rang.filter(
        (at) => at !== null && Date.parse(at) > stoppingAt + ringsWithinMs && Date.parse(at) < goneAt,
      ),
    );
    expect(rangWhileStopping).toEqual([]);
    await last.terminate();
  },
);

/** A handset begins to ring so long after its INVITE, which may have left at the very instant of the signal. */
const ringsWithinMs = 1_500;

async function endUnderLoad(
  gateway: GatewayProcess,
  nextBody: () => object,
): Promise<{ seen: Seen[]; stop: { stoppingAt: number; goneAt: number } }> {
  const seen: Seen[] = [];
  const underLoad = Promise.withResolvers<true>();
  const onSeen = (each: Seen): void => {
    seen.push(each);
    if (seen.length >= acceptedBeforeTheEnd) underLoad.resolve(true);
  };
  const asking = Promise.all(
    Array.from({ length: clients }, () => askUntilNobodyListens(gateway.url, { nextBody, onSeen })),
  );
  await underLoad.promise;
  const stoppingAt = Date.now();
  const exit = await gateway.terminate();
  const goneAt = Date.now();
  expect(exit).toEqual({ status: 0, signal: null, stderr: '' });
  expect(goneAt - stoppingAt).toBeLessThan(endWithinMs);
  await asking;
  return { seen, stop: { stoppingAt, goneAt } };
}
