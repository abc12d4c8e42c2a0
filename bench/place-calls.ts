import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { benchFlowId } from './open-bench-gateway.ts';
import type { BenchGateway } from './start-bench-gateway.ts';

export interface PlacedCalls {
  /** From the instant at which each request was due, not at which it could be sent: a stall counts for all whom it kept waiting. */
  acceptedAfterMs: number[];
  /** When the request of each call was due, in milliseconds since 1970, by the call's id. */
  dueAt: Map<string, number>;
  /** Replies other than 202, by status. */
  refused: Map<number, number>;
}

export interface Load {
  calls: number;
  perSecond: number;
}

/** Asks for calls at a steady rate, whatever becomes of those before. */
export async function placeCalls(
  { api }: Pick<BenchGateway, 'api'>,
  { calls, perSecond }: Load,
  request: { numbers: { next(): string }; notBefore?: Date; flow?: string },
): Promise<PlacedCalls> {
  const placed: PlacedCalls = { acceptedAfterMs: [], dueAt: new Map(), refused: new Map() };
  const startAt = performance.now();
  const place = async (dueAt: number): Promise<void> => {
    const { status, body } = await api('POST', '/v1/calls', {
      idempotencyKey: randomUUID(),
      body: callRequest(request.numbers.next(), request),
    });
    placed.acceptedAfterMs.push(performance.now() - dueAt);
    if (status === 202) placed.dueAt.set((body as { id: string }).id, performance.timeOrigin + dueAt);
    else placed.refused.set(status, (placed.refused.get(status) ?? 0) + 1);
  };
  const requests: Promise<void>[] = [];
  for (let index = 0; index < calls; index += 1) {
    const dueAt = startAt + (index * 1000) / perSecond;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await pause(waitMs);
    requests.push(place(dueAt));
  }
  await Promise.all(requests);
  return placed;
}

/** Round the clock and one attempt: the phones here sleep at no time. */
function callRequest(
  to: string,
  { notBefore, flow = benchFlowId }: { notBefore?: Date; flow?: string },
): object {
  return {
    to,
    flow,
    language: 'en',
    calling_hours: { start: '00:00', end: '24:00' },
    retry: { max_attempts: 1 },
    ...(notBefore ? { not_before: notBefore.toISOString() } : {}),
  };
}
