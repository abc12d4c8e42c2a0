import { randomUUID } from 'node:crypto';
import type { CallView } from '../../src/domain/calls/call-view.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { wait } from '../../src/lib/wait.ts';
import type { ApiClient, ApiReply } from '../support/api-client.ts';

/** Asks for a call as an orchestrator should: until it has a reply, with one key, however often the gateway dies meanwhile. */
export async function ask(api: ApiClient, request: object): Promise<CallView> {
  const idempotencyKey = randomUUID();
  const reply = await insist<CallView>(
    () => api.ask('POST', '/v1/calls', { body: request, idempotencyKey }),
    (each) => each.status !== 503 && each.status !== 409,
  );
  if (reply.status !== 202) throw new Error(`refused: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body;
}

/** The call when it has ended, or as it is after `limitMs`. */
export async function whenEnded(api: ApiClient, id: string, limitMs: number): Promise<CallView> {
  const until = Date.now() + limitMs;
  const { body } = await insist<CallView>(
    () => api.ask('GET', `/v1/calls/${id}`),
    ({ status, body: call }) => status === 200 && (call.status === 'ended' || Date.now() > until),
  );
  return body;
}

const againAfterMs = 200;
const neverMs = 300_000;

/** Asks until the reply is good, however often the gateway dies meanwhile. */
export async function insist<T>(
  send: () => Promise<ApiReply<T>>,
  isGood: (reply: ApiReply<T>) => boolean,
): Promise<ApiReply<T>> {
  for (const until = Date.now() + neverMs; ; await wait(systemClock, againAfterMs)) {
    // A gateway that is not there refuses the connection, or cuts it.
    const reply = await send().catch(() => null);
    if (reply !== null && isGood(reply)) return reply;
    if (Date.now() > until) throw new Error('the gateway gave no good reply for five minutes');
  }
}
